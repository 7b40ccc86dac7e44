package understand

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// AnswerPattern finds values of a regular expression in replies. It is safe for use by several goroutines.
type AnswerPattern struct {
	exact *regexp.Regexp // the whole of a text
	part  *regexp.Regexp // group 1 is a value between spaces and marks
}

// NewPattern compiles a regular expression; it need not be anchored, a value is all that it matches.
func NewPattern(source string) (*AnswerPattern, error) {
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, err
	}
	inner := loosen(tree).String()
	exact, err := regexp.Compile(`^(?:` + inner + `)$`)
	if err != nil {
		return nil, err
	}
	part, err := regexp.Compile(`(?:^|[^\pL\pN_])(` + inner + `)(?:$|[^\pL\pN_])`)
	if err != nil {
		return nil, err
	}
	part.Longest()
	return &AnswerPattern{exact, part}, nil
}

// loosen takes the anchors of a text's ends away.
func loosen(tree *syntax.Regexp) *syntax.Regexp {
	switch tree.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine:
		return &syntax.Regexp{Op: syntax.OpEmptyMatch}
	}
	for i, sub := range tree.Sub {
		tree.Sub[i] = loosen(sub)
	}
	return tree
}

// patterns keeps those that were compiled for Pattern, by source: there are as many as journeys declare.
var patterns sync.Map

// Pattern reads a string that a regular expression matches, which may stand inside a sentence if there is only one. A source that
// doesn't compile matches nothing.
func Pattern(source, text string) (Answer, bool) {
	known, ok := patterns.Load(source)
	if !ok {
		p, err := NewPattern(source)
		if err != nil {
			return Answer{}, false
		}
		known, _ = patterns.LoadOrStore(source, p)
	}
	return known.(*AnswerPattern).Answer(text)
}

// Answer reads a value as written, else in upper or lower case, else without spaces and dashes.
func (p *AnswerPattern) Answer(text string) (Answer, bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxReply {
		return Answer{}, false
	}
	bare := strings.Trim(text, " .,;:!?\"")
	for _, candidate := range [...]string{text, bare} {
		if p.exact.MatchString(candidate) {
			return Answer{Value: candidate, Whole: true}, true
		}
	}
	upper := strings.ToUpper(bare)
	if p.exact.MatchString(upper) {
		return Answer{Value: upper, Whole: true}, true
	}
	if lower := strings.ToLower(bare); p.exact.MatchString(lower) {
		return Answer{Value: lower, Whole: true}, true
	}
	if value, several, ok := p.inside(text, false); ok || several {
		return answered(value, false, ok)
	}
	if value, several, ok := p.inside(strings.ToUpper(text), true); ok || several {
		return answered(value, false, ok)
	}
	if compact := joined.Replace(upper); strings.ContainsAny(compact, "0123456789") && len(compact) < len(upper) && p.exact.MatchString(compact) {
		return Answer{Value: compact, Whole: true}, true
	}
	return Answer{}, false
}

var joined = strings.NewReplacer(" ", "", "-", "")

// inside finds the only value within a text. In changed case a value needs a digit, or any word would be one.
func (p *AnswerPattern) inside(text string, digit bool) (value string, several, ok bool) {
	for from := 0; from < len(text); {
		at := p.part.FindStringSubmatchIndex(text[from:])
		if at == nil {
			break
		}
		start, end := from+at[2], from+at[3]
		if end == start {
			_, size := utf8.DecodeRuneInString(text[start:])
			from = start + max(size, 1)
			continue
		}
		got := text[start:end]
		from = end
		if partOfMore(text, start, end) || digit && !strings.ContainsAny(got, "0123456789") {
			continue
		}
		if ok && got != value {
			return "", true, false
		}
		value, ok = got, true
	}
	return value, false, ok
}

// partOfMore tells of a value that a mark joins to more of the same: 94103 in "94103.50" or "A-94103".
func partOfMore(text string, start, end int) bool {
	if r, size := utf8.DecodeLastRuneInString(text[:start]); strings.ContainsRune("-.,:/@_+#", r) && size > 0 {
		if before, _ := utf8.DecodeLastRuneInString(text[:start-size]); r == '+' || r == '@' || alphanumeric(before) {
			return true
		}
	}
	r, size := utf8.DecodeRuneInString(text[end:])
	if size == 0 || !strings.ContainsRune("-.,:/@_", r) {
		return size > 0 && alphanumeric(r)
	}
	after, _ := utf8.DecodeRuneInString(text[end+size:])
	return alphanumeric(after)
}

func alphanumeric(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
