package expression

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// Bounds of the bytes of an expression, and with them of how deep its parts can be nested.
const (
	maxSource     = 8000
	maxNormalised = 8 * maxSource // what a check makes explicit takes room
)

// parse gives the tree of a source of so many bytes at most, or what is wrong with it.
func parse(src string, most int) (root ast.Node, p *Problem) {
	switch {
	case len(src) > most:
		return nil, tooLong()
	case !utf8.ValidString(src):
		return nil, &Problem{Code: CodeSyntax, Length: 1, Message: "the expression is not valid UTF-8"}
	case strings.TrimSpace(src) == "":
		return nil, &Problem{Code: CodeSyntax, Length: utf8.RuneCountInString(src), Message: "an expression is missing here"}
	}
	defer func() {
		if recover() != nil { // the parser trips over some trees that it failed to build
			root, p = nil, syntaxProblem(src, file.Error{})
		}
	}()
	tree, err := parser.Parse(src)
	if err != nil {
		at := &file.Error{}
		errors.As(err, &at)
		return nil, syntaxProblem(src, *at)
	}
	return tree.Node, nil
}

func tooLong() *Problem {
	return &Problem{Code: CodeSyntax, Length: 1, Message: "the expression is too long", Hint: "put parts of it into data of their own with set"}
}

// syntaxProblem puts a failure of the parser into words. Brackets and quotes that don't fit are told of where they open, whatever
// the parser stumbled over after them.
func syntaxProblem(src string, failed file.Error) *Problem {
	runes := []rune(src)
	p := &Problem{Code: CodeSyntax, Offset: min(max(failed.From, 0), len(runes)), Length: 1}
	if misplaced(runes, p) {
		return p
	}
	token := string(runes[p.Offset:max(min(failed.To, len(runes)), p.Offset)])
	for _, m := range parserMessages {
		if strings.Contains(failed.Message, m.part) {
			p.Message, p.Hint = m.message, m.hint
			return p
		}
	}
	switch {
	case strings.TrimSpace(string(runes[p.Offset:])) == "" || strings.Contains(failed.Message, "token EOF"):
		return incomplete(runes, p)
	case token == "=":
		p.Message, p.Hint = "`=` can't stand here", "write `==` to compare"
	default:
		p.Length = max(utf8.RuneCountInString(token), 1)
		p.Message, p.Hint = fmt.Sprintf("`%s` is not expected here", token), unexpected(runes, p.Offset, token)
	}
	return p
}

// parserMessages are failures of the parser that have a reason of their own.
var parserMessages = []struct{ part, message, hint string }{
	{"escape", "a backslash in a text is followed by one of \\ \" ' n t", `write \\ for a backslash`},
	{"mixed", "beside ?? it is not clear what belongs together", "put the ?? and both its sides in parentheses: (a ?? b)"},
	{"maximum allowed nodes", "the expression is too long", ""},
	{"literal is too large", "the number is too large", ""},
	{"literal:", "this is not a number, or too large a one", ""},
	{"number syntax", "this is not a number", "write it like 12 or 0.5"},
	{"expected at least", "a value is missing in the parentheses", ""},
	{"map key", "the name of a field is expected here", "write fields as {name: value}"},
	{"wrap predicate", "`;` can't stand here", "put the condition in braces: { …; … }"},
	{"expected name", "the name of a field is expected after the dot", ""},
	{"unrecognized character", "this character has no meaning in an expression", "a text goes in quotes"},
}

// misused are words and signs of other languages.
var misused = map[string]string{
	"&": "write `and`", "===": "write `==` to compare", "<>": "write `!=` to ask whether they differ", "is": "write `==` to compare",
	"AND": "write `and`", "OR": "write `or`", "NOT": "write `not`", "then": "write condition ? this : that", "!": "write `not`, or `!=` to ask whether they differ",
}

var plainWord = regexp.MustCompile(`^\pL+$`)

// unexpected is a hint at what was meant by a token that can't stand where it does.
func unexpected(src []rune, at int, token string) string {
	digit := func(i int) bool { return i >= 0 && i < len(src) && src[i] >= '0' && src[i] <= '9' }
	switch between := digit(at-1) && digit(at+1); {
	case misused[token] != "":
		return misused[token]
	case token == "," && between:
		return "a number is written with a point: 1.5"
	case token == ":" && between:
		return `a time of day goes in quotes: "09:00"`
	case plainWord.MatchString(token):
		return "conditions are joined with `and` or `or`, and compared with `==`, `!=`, `<` or `>`; a text goes in quotes"
	}
	return ""
}

// incomplete is for an expression that ends too early.
func incomplete(runes []rune, p *Problem) *Problem {
	source := strings.TrimRight(string(runes), " \n\t")
	word := lastWord.FindString(source)
	length := utf8.RuneCountInString(word)
	p.Offset, p.Length = utf8.RuneCountInString(source)-max(length, 1), max(length, 1)
	switch {
	case strings.Count(source, "?") > strings.Count(source, "??")*2+strings.Count(source, "?.")+strings.Count(source, ":"):
		p.Message, p.Hint = "the expression is not complete: a `:` is missing", "write condition ? this : that"
	case word == "":
		p.Message = "the expression is not complete"
	default:
		p.Message = fmt.Sprintf("something is missing after `%s`", word)
	}
	return p
}

// lastWord is a name or an operator at the end.
var lastWord = regexp.MustCompile(`([\pL_][\pL\pN_]*|[^\pL\pN\s_()\[\]{}"'` + "`" + `]+)$`)

// misplaced tells of a bracket or a quote that has no partner.
func misplaced(runes []rune, p *Problem) bool {
	found := scanBrackets(runes)
	switch {
	case found.quote >= 0:
		p.Offset, p.Message = found.quote, "the quote that opens here is never closed"
		p.Hint = "end the text with " + string(runes[found.quote])
	case found.stray >= 0:
		p.Offset, p.Message = found.stray, fmt.Sprintf("`%c` closes nothing", runes[found.stray])
		p.Hint = "leave it out, or open it before"
	case found.bracket >= 0:
		p.Offset, p.Message = found.bracket, fmt.Sprintf("`%c` is never closed", runes[found.bracket])
		p.Hint = fmt.Sprintf("a `%c` is missing", closers[runes[found.bracket]])
	default:
		return false
	}
	return true
}

var closers = map[rune]rune{'(': ')', '[': ']', '{': '}'}

// brackets is where the brackets and quotes of a source don't fit; -1 where they do.
type brackets struct{ bracket, quote, stray int }

func scanBrackets(src []rune) brackets {
	out := brackets{-1, -1, -1}
	var open []int
	for i := 0; i < len(src); i++ {
		switch r := src[i]; r {
		case '"', '\'', '`':
			end := quoteEnd(src, i)
			if end < 0 {
				out.quote = i
				return out
			}
			i = end
		case '(', '[', '{':
			open = append(open, i)
		case ')', ']', '}':
			if len(open) == 0 || closers[src[open[len(open)-1]]] != r {
				out.stray = i
				if len(open) > 0 { // the one that is open is what should be closed first
					out.stray, out.bracket = -1, open[len(open)-1]
				}
				return out
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		out.bracket = open[len(open)-1]
	}
	return out
}

// quoteEnd finds the end of the text that opens at i, or -1.
func quoteEnd(src []rune, i int) int {
	quote := src[i]
	for j := i + 1; j < len(src); j++ {
		switch {
		case src[j] == '\\' && quote != '`':
			j++
		case src[j] == quote:
			return j
		}
	}
	return -1
}

// bounds is the stretch of the source, in runes, from which a node was made, without parentheses around it.
func bounds(n ast.Node) (from, to int) {
	b := extent{from: -1}
	ast.Walk(&n, &b)
	return max(b.from, 0), max(b.to, 0)
}

type extent struct{ from, to int }

func (b *extent) Visit(n *ast.Node) {
	if _, ok := (*n).(*ast.ConditionalNode); ok {
		return // stands after its last part
	}
	at := (*n).Location()
	if at.To == 0 {
		return // made by a rewrite
	}
	if b.from < 0 || at.From < b.from {
		b.from = at.From
	}
	b.to = max(b.to, at.To)
}
