package expression

import (
	"errors"
	"regexp"
	"regexp/syntax"
)

// pattern is a regular expression, and how many steps it may take for each byte of a text.
type pattern struct {
	*regexp.Regexp
	cost int
}

// Bounds of a regular expression that is not written out, but made when it is needed.
const (
	maxPattern = 200    // bytes
	newPattern = 10_000 // steps to make one
)

func compilePattern(source string) (pattern, error) {
	r, err := regexp.Compile(source)
	if err != nil {
		return pattern{}, err
	}
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return pattern{}, err
	}
	program, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return pattern{}, err
	}
	return pattern{r, 1 + len(program.Inst)/8}, nil
}

func (e *Env) matches(v any, p pattern) bool {
	if v == nil {
		return false
	}
	s := e.text(v)
	e.spendTimes(len(s), p.cost)
	return p.MatchString(s)
}

// regexpProblem says what is wrong with a regular expression.
func regexpProblem(err error) string {
	var e *syntax.Error
	if errors.As(err, &e) {
		return e.Code.String()
	}
	return "it can't be read"
}
