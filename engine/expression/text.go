package expression

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Part is a piece of a text: as it stands, or an expression.
type Part struct {
	Text   string
	Source string // normalised
	Raw    string // as it was written between the braces
	Offset int    // of Raw in the text, in characters
}

// CheckedText is a text that was looked at. Offsets count characters of the whole text.
type CheckedText struct {
	Parts    []Part
	Problems []Problem
	Reads    []Read
}

// CheckText types the expressions of a text.
func CheckText(text string, scope *Scope) *CheckedText {
	out := &CheckedText{}
	at := 0 // characters before rest
	rest := text
	problem := func(offset, length int, hint, message string) {
		out.Problems = append(out.Problems, Problem{Code: CodeSyntax, Offset: offset, Length: length, Message: message, Hint: hint})
	}
	for {
		before, after, found := strings.Cut(rest, "{{")
		if i := strings.Index(before, "}}"); i >= 0 {
			problem(at+utf8.RuneCountInString(before[:i]), 2, "write {{ before it, or leave it out", "`}}` closes nothing")
		}
		if before != "" {
			out.Parts = append(out.Parts, Part{Text: before})
		}
		if !found {
			return out
		}
		at += utf8.RuneCountInString(before) + 2
		end := closing(after)
		if end < 0 {
			problem(at-2, 2, "write }} after the expression", "`{{` is never closed")
			next := strings.Index(after, "{{")
			if next < 0 {
				return out
			}
			at += utf8.RuneCountInString(after[:next])
			rest = after[next:]
			continue
		}
		raw := after[:end]
		out.expression(raw, at, scope)
		at += utf8.RuneCountInString(raw) + 2
		rest = after[end+2:]
	}
}

// closing finds the braces that close an expression, past quotes and the braces of its own; -1 where there are none.
func closing(s string) int {
	quote, depth := byte(0), 0
	for i := 0; i < len(s); i++ {
		switch ch := s[i]; {
		case quote != 0:
			if ch == '\\' && quote != '`' {
				i++
			} else if ch == quote {
				quote = 0
			}
		case ch == '"' || ch == '\'' || ch == '`':
			quote = ch
		case ch == '{':
			if strings.HasPrefix(s[i:], "{{") {
				return -1
			}
			depth++
		case ch == '}' && depth > 0:
			depth--
		case strings.HasPrefix(s[i:], "}}"):
			return i
		}
	}
	if i := strings.Index(s, "}}"); quote != 0 && i >= 0 && !strings.Contains(s[:i], "{{") {
		return i // a quote that is never closed, which the expression's check tells of
	}
	return -1
}

func (t *CheckedText) expression(raw string, at int, scope *Scope) {
	trimmed := strings.TrimLeft(raw, " \t\n")
	offset := at + utf8.RuneCountInString(raw) - utf8.RuneCountInString(trimmed)
	trimmed = strings.TrimRight(trimmed, " \t\n")
	if trimmed == "" {
		t.Problems = append(t.Problems, Problem{Code: CodeSyntax, Offset: at - 2, Length: utf8.RuneCountInString(raw) + 4,
			Message: "there is no expression between the braces", Hint: "write a name between them, or leave them out"})
		return
	}
	c := Check(trimmed, scope)
	if problem := unwritable(trimmed, c); problem != nil {
		c.Problems = append(c.Problems, *problem)
	}
	for _, p := range c.Problems {
		p.Offset += offset
		t.Problems = append(t.Problems, p)
	}
	for _, r := range c.Reads {
		r.Offset += offset
		t.Reads = append(t.Reads, r)
	}
	t.Parts = append(t.Parts, Part{Source: c.Source, Raw: trimmed, Offset: offset})
}

// unwritable tells of a value that nobody could read in a text.
func unwritable(src string, c *Checked) *Problem {
	if len(c.Problems) > 0 || c.Type.Kind != Object && c.Type.Kind != Event {
		return nil
	}
	hint := "write one of its fields"
	if len(c.Type.Fields) > 0 {
		hint += ": " + listOf(c.Type.fieldNames())
	}
	return &Problem{Code: CodeType, Length: utf8.RuneCountInString(src), Hint: hint, Message: "`" + src + "` is " + article(c.Type) + " and can't stand in a text"}
}

// Text is a compiled text, safe for concurrent use.
type Text struct{ parts []compiledPart }

type compiledPart struct {
	text    string
	program *Program
}

// CompileText compiles the parts of a text.
func CompileText(parts []Part) (*Text, error) {
	t := &Text{parts: make([]compiledPart, len(parts))}
	for i, p := range parts {
		t.parts[i].text = p.Text
		if p.Source == "" {
			continue
		}
		program, err := Compile(p.Source)
		if err != nil {
			return nil, fmt.Errorf("compile a text: %w", err)
		}
		t.parts[i].program = program
	}
	return t, nil
}

// Render writes the text.
func (t *Text) Render(env *Env) (string, error) {
	if len(t.parts) == 1 && t.parts[0].program == nil {
		return t.parts[0].text, nil
	}
	var b strings.Builder
	for _, p := range t.parts {
		b.WriteString(p.text)
		if p.program == nil {
			continue
		}
		v, err := p.program.Eval(env)
		if err != nil {
			return "", err
		}
		b.WriteString(env.ctx.show(v))
	}
	return b.String(), nil
}
