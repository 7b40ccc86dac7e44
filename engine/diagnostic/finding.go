// Package diagnostic holds what the validator says: positions, findings, and how they are rendered.
// It knows nothing of the language, reads no files and decides no exit codes.
package diagnostic

// Position is a place in a file: lines and columns from 1, columns in characters.
type Position struct {
	Line   int
	Column int
}

// Span is a stretch of one file, from Start up to and without End. A zero End is a single place.
type Span struct {
	File  string
	Start Position
	End   Position
}

// Severity says how bad a finding is; only errors, and warnings under --strict, change an exit code.
type Severity uint8

const (
	Error Severity = iota
	Warning
	Note
)

// Related is another place that belongs to a finding: the first of two that clash, say.
type Related struct {
	Span    Span
	Message string
}

// Finding is one thing to tell a journey owner, at the place where it would be mended.
type Finding struct {
	Span     Span
	Code     string // kebab-case, as in `journey explain CODE`
	Severity Severity
	Message  string
	Hint     string // what was meant, or how to mend it; may be empty
	Related  []Related
}

func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "note"
	}
}
