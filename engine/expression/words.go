package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"journey/engine/diagnostic"
)

// Suggest is the name that was most likely meant, "" where none is near. A swap of two letters is one slip.
func Suggest(name string, names []string) string { return diagnostic.Suggest(name, names) }

func didYouMean(name string, names []string) string {
	if s := Suggest(name, names); s != "" {
		return fmt.Sprintf("did you mean `%s`?", s)
	}
	return ""
}

// article is a type in a sentence.
func article(t *Type) string {
	if t == nil {
		return "any value"
	}
	switch t.Kind {
	case String:
		return "a text"
	case Int:
		return "a number (int)"
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
		return "one of " + listOf(t.Values)
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

func listOf(names []string) string { return strings.Join(names, ", ") }

// counted writes how many arguments a function takes.
func counted(n int) string {
	words := [...]string{"nothing", "one value", "two", "three", "four", "five"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// isA is a node and its type in a sentence: "`order.total` is a number".
func isA(n ast.Node, t *Type) string {
	if s, ok := n.(*ast.StringNode); ok {
		return fmt.Sprintf("%q is a text", s.Value)
	}
	return quoted(n) + " is " + article(t)
}

// quoted is a node as it can be shown in a sentence.
func quoted(n ast.Node) string {
	s := format(n)
	if utf8.RuneCountInString(s) > 60 {
		return "this"
	}
	return "`" + s + "`"
}
