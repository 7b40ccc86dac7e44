package expression

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"

	"journey/engine/diagnostic"
)

// Suggest is the name that was most likely meant, "" where none is near.
func Suggest(name string, names []string) string { return diagnostic.Suggest(name, names) }

func didYouMean(name string, names []string) string {
	if s := Suggest(name, names); s != "" {
		return fmt.Sprintf("did you mean `%s`?", s)
	}
	return ""
}

func tick(s string) string { return "`" + s + "`" }

// article is a type in a sentence.
func article(t *Type) string {
	switch t.Kind {
	case String:
		return "a text"
	case Int:
		return "a whole number (int)"
	case Number:
		return "a number"
	case Bool:
		return "true or false (bool)"
	case Time:
		return "a moment (time)"
	case Date:
		return "a date"
	case Clock:
		return "a time of day (clock)"
	case Duration:
		return "a length of time (duration)"
	case Phone:
		return "a phone number"
	case Email:
		return "an email address"
	case URL:
		return "a url"
	case Enum:
		return "one of " + strings.Join(t.Values, ", ")
	case List:
		return "a list"
	case Object:
		return "an object"
	case Event:
		return "an event"
	case Nil:
		return "nothing (nil)"
	}
	return "any value"
}

func listOf(names []string) string {
	if len(names) == 0 {
		return "no fields"
	}
	return strings.Join(names, ", ")
}

// syntaxProblem puts what the parser says into words.
func syntaxProblem(src string, err error) *Problem {
	p := &Problem{Code: CodeSyntax, Length: 1, Message: "this is no expression"}
	var e *file.Error
	if !errors.As(err, &e) {
		return p
	}
	runes := []rune(src)
	p.Offset = min(max(e.From, 0), max(len(runes)-1, 0))
	if e.To > e.From {
		p.Length = e.To - e.From
	}
	at := ""
	if e.From < len(runes) {
		at = string(runes[max(e.From, 0):min(max(e.To, e.From+1), len(runes))])
	}
	message := strings.ToLower(e.Message)
	switch {
	case single(runes, '=') >= 0:
		p.Offset, p.Length = single(runes, '='), 1
		p.Message, p.Hint = "`=` compares nothing", "use == to compare"
	case strings.Contains(message, "unclosed") || strings.Contains(message, "eof") || strings.TrimSpace(at) == "":
		p.Offset, p.Length = max(utf8.RuneCountInString(strings.TrimRight(src, " \n\t"))-1, 0), 1
		p.Message = "this expression ends too early"
		p.Hint = unclosed(src)
	case strings.Contains(message, "unexpected token"):
		p.Message = fmt.Sprintf("%s is not expected here", tick(at))
	case strings.Contains(message, "arguments"):
		p.Message = "this call has too few values: " + e.Message
		p.Code = CodeArguments
	default:
		p.Message = "this is no expression: " + e.Message
	}
	return p
}

// single finds a character outside quotes that does not stand beside one of its operators, -1 where there is none.
func single(src []rune, want rune) int {
	quote := rune(0)
	for i, r := range src {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case r == want:
			before, after := rune(0), rune(0)
			if i > 0 {
				before = src[i-1]
			}
			if i+1 < len(src) {
				after = src[i+1]
			}
			if after != want && !strings.ContainsRune("=!<>", before) {
				return i
			}
		}
	}
	return -1
}

// unclosed says which bracket or quote is open at the end.
func unclosed(src string) string {
	var open []rune
	quote := rune(0)
	for _, r := range src {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'' || r == '`':
			quote = r
		case strings.ContainsRune("([{", r):
			open = append(open, r)
		case strings.ContainsRune(")]}", r) && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	switch {
	case quote != 0:
		return fmt.Sprintf("a quote %c is not closed", quote)
	case len(open) > 0:
		return fmt.Sprintf("a bracket %c is not closed", open[len(open)-1])
	}
	return "something is missing after the last word"
}
