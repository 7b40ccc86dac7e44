package compile

import (
	"strconv"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/schedule"
)

// assign lowers `name: value`: a YAML number, boolean, list, date or time stands for itself; any other text is an expression.
func (l *lowering) assign(a *flow.Assign, name string, typ *expression.Type, scope *expression.Scope) graph.Assign {
	out := graph.Assign{Name: name, Span: a.Name.Span}
	v := a.Value
	switch {
	case v == nil:
	case v.Scalar != nil && isExpression(v.Scalar):
		out.Value = l.exprOf(v.Scalar, scope, typ, name)
	default:
		out.Literal = l.literal(v, typ, name)
	}
	return out
}

func isExpression(s *flow.Scalar) bool { return s.Quoted || s.Form == flow.Text || s.Form == flow.Null }

// literal gives a written value its type, and reports one that does not fit.
func (l *lowering) literal(v *flow.Value, typ *expression.Type, name string) any {
	written := v.Plain()
	if typ == nil {
		return written
	}
	typed, err := expression.Convert(written, typ)
	if err != nil {
		l.errorf(v.Span, CodeArgument, "", "`%s` is %s: %v", name, typ, err)
		return nil
	}
	return typed
}

// What flow has reported as no number or duration is taken as if it were not there.

func durationOr(s *flow.Scalar, or time.Duration) time.Duration {
	if d, err := schedule.ParseDuration(value(s)); err == nil {
		return d
	}
	return or
}

func integerOr(s *flow.Scalar, or int) int {
	if n, err := strconv.Atoi(value(s)); err == nil {
		return n
	}
	return or
}

func numberOr(s *flow.Scalar, or float64) float64 {
	if f, err := strconv.ParseFloat(value(s), 64); err == nil {
		return f
	}
	return or
}

// share reads "5%".
func share(s *flow.Scalar) float64 {
	percent, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(value(s), "%")), 64)
	return percent / 100
}

func isTrue(s *flow.Scalar) bool { return strings.EqualFold(value(s), "true") }
