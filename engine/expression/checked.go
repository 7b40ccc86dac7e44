package expression

// Codes of problems.
const (
	CodeSyntax          = "expr-syntax"
	CodeUnknownName     = "unknown-name"
	CodeUnknownField    = "unknown-field"
	CodeUnknownFunction = "unknown-function"
	CodeType            = "wrong-type"
	CodeArguments       = "wrong-arguments"
	CodeNotBool         = "not-bool"
	CodeValue           = "wrong-value" // a text that is no member of the enum, no date, no duration … that it must be
	CodeEnumCompare     = "enum-value"  // an enum compared with a text that it can never be
)

// Problem is a mistake in an expression or a text.
type Problem struct {
	Code           string
	Offset, Length int // runes in the source that was checked
	Message        string
	Hint           string // what was probably meant, or ""
}

// Fact is something known where an expression is read, or after it was true or false.
type Fact struct {
	Path   string
	NonNil bool     // the value at Path is set
	In     []string // the value at Path is one of these texts; nil where nothing is known of it
	NotIn  []string // the value at Path is none of these texts
}

// Read is one place where an expression reads data.
type Read struct {
	Path           string // order.eta, trigger.data.sum
	Offset, Length int    // runes, of the last name of the path
	Given          []Fact // hold where it is read
	Guarded        bool   // the expression reckons with its being unset: it stands left of ??, under ?. or in a test for nil
}

// Checked is an expression that was looked at. It is complete, with type Any where in doubt, although there are problems.
type Checked struct {
	Source              string // normalised: what Compile takes; "" where there are problems
	Type                *Type
	Problems            []Problem
	Reads               []Read
	WhenTrue, WhenFalse []Fact // hold after it was true or false
	Constant            *bool  // it is true, or false, whatever the data are
	Literal             any    // its value where it is written out: string, int, float64 or bool
}
