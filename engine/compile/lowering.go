package compile

import (
	"fmt"
	"slices"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// lowering turns the pieces of one file into those of a graph, and reports what is wrong with them.
type lowering struct {
	report
	locale       string // of the file's texts
	translations *translations
	types        map[string]*namedType   // named ones
	incomplete   bool                    // a library is not known: a name that nothing declares may be one of its
	sensitive    map[string]bool         // data that are declared so
	secrets      secrets                 // of this file's own objects
	shared       secrets                 // of the libraries'
	named        func(string) *namedType // while the named types are being made
	inspect      func(*flow.Scalar)      // sees every expression
	untranslated untranslated
}

// expr checks an expression; nil for nil.
func (l *lowering) expr(s *flow.Scalar, scope *expression.Scope) *graph.Expr {
	if s == nil {
		return nil
	}
	return l.checked(s, expression.Check(s.Value, scope))
}

// guard checks an expression that must be true or false.
func (l *lowering) guard(s *flow.Scalar, scope *expression.Scope) *graph.Expr {
	if s == nil {
		return nil
	}
	return l.checked(s, expression.CheckBool(s.Value, scope))
}

// exprAs checks an expression whose value must be of a type; any where want is nil.
func (l *lowering) exprAs(s *flow.Scalar, scope *expression.Scope, want *expression.Type) *graph.Expr {
	return l.exprOf(s, scope, want, "")
}

// exprOf checks an expression whose value goes by a name, empty where it has none.
func (l *lowering) exprOf(s *flow.Scalar, scope *expression.Scope, want *expression.Type, name string) *graph.Expr {
	if s == nil || want == nil {
		return l.expr(s, scope)
	}
	c := expression.CheckAs(s.Value, scope, want)
	for i := range c.Problems {
		p := &c.Problems[i]
		if name != "" && p.Code == expression.CodeType {
			p.Message = fmt.Sprintf("`%s`: %s", name, p.Message)
		}
		asText := isText(s.Value, want)
		if p.Hint != "" && !(asText && p.Code == expression.CodeSyntax) {
			continue
		}
		if asText {
			p.Hint = fmt.Sprintf("if the text itself is meant, write it in two kinds of quotes: '%q'", s.Value)
		} else if meant, _ := nearest(s.Value, want.Values); meant != "" {
			p.Hint = fmt.Sprintf("did you mean the text `%s`? write it in two kinds of quotes: '%q'", meant, meant)
		}
	}
	return l.checked(s, c)
}

// isText tells whether what was written as an expression would do as a text: a word, a date.
func isText(written string, want *expression.Type) bool {
	switch want.Kind {
	case expression.String:
		return !strings.ContainsAny(written, ".()[]{}+*=<>?\"'")
	case expression.Date, expression.Time, expression.Clock, expression.Duration, expression.Phone, expression.Email, expression.URL, expression.Enum:
		_, err := expression.Convert(written, want)
		return err == nil
	}
	return false
}

func (l *lowering) checked(s *flow.Scalar, c *expression.Checked) *graph.Expr {
	l.problems(s, c.Problems)
	if l.inspect != nil {
		l.inspect(s)
	}
	return &graph.Expr{Source: c.Source, Span: s.Span, Checked: c}
}

// text checks a text that a customer sees, and finds its translations; nil for nil.
func (l *lowering) text(s *flow.Scalar, scope *expression.Scope) *graph.Text {
	out := l.wording(s, scope)
	if out != nil {
		l.translate(out, s, scope)
	}
	return out
}

// wording checks a text that is the same in every language: a url, or what only agents see.
func (l *lowering) wording(s *flow.Scalar, scope *expression.Scope) *graph.Text {
	if s == nil {
		return nil
	}
	c := expression.CheckText(s.Value, scope)
	l.problems(s, c.Problems)
	return &graph.Text{Key: s.Value, Span: s.Span, Checked: c, Sensitive: l.secretAny(c.Reads, scope),
		Variants: []graph.Variant{{Locale: l.locale, Parts: c.Parts}}}
}

func (l *lowering) media(list []*flow.Scalar, scope *expression.Scope) []*graph.Text {
	var out []*graph.Text
	for _, s := range list {
		out = append(out, l.wording(s, scope))
	}
	return out
}

// moment checks an expression for a time, or for a date, which stands for its first minute.
func (l *lowering) moment(s *flow.Scalar, scope *expression.Scope) *graph.Expr {
	e := l.expr(s, scope)
	if e == nil || len(e.Checked.Problems) > 0 {
		return e
	}
	switch t := e.Checked.Type; t.Kind {
	case expression.Time, expression.Date, expression.Any:
	default:
		l.wrong(s, expression.CodeType, "", "`time` wants a time or a date, and this is %s", t)
	}
	return e
}

// fits reports an expression whose value can't be kept as a type.
func (l *lowering) fits(s *flow.Scalar, e *graph.Expr, want *expression.Type) {
	if len(e.Checked.Problems) == 0 && !expression.Assignable(e.Checked.Type, want) {
		l.wrong(s, CodeOption, "", "this is %s, and %s is wanted", e.Checked.Type, want)
	}
}

// reads tells whether any of the reads is of a name.
func reads(list []expression.Read, name string) bool {
	return slices.ContainsFunc(list, func(r expression.Read) bool { return root(r.Path) == name })
}

func root(path string) string {
	name, _, _ := strings.Cut(path, ".")
	return name
}

// plainValue reports an expression that gives no single text or number.
func (l *lowering) plainValue(s *flow.Scalar, e *graph.Expr, wants string) {
	if e == nil || len(e.Checked.Problems) > 0 {
		return
	}
	switch t := e.Checked.Type; t.Kind {
	case expression.Bool, expression.List, expression.Object, expression.Event:
		l.wrong(s, expression.CodeType, "", "%s, and this is %s", wants, t)
	}
}
