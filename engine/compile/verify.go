package compile

import (
	"fmt"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// verify lowers a proof of who is there. Its text shows the code, or the link, under that name.
func (c *compiler) verify(v *flow.Verify, verb *flow.Scalar, scope *expression.Scope) *graph.Verify {
	out := &graph.Verify{Link: value(v.Method) == "link", Expires: durationOr(v.Expires, defaultExpires),
		Attempts: integerOr(v.Attempts, verifyAttempts), Resend: integerOr(v.Resend, verifyResends), Span: verb.Span}
	names := map[string]*expression.Type{"code": expression.StringType, "link": expression.StringType}
	wants := value(v.Method)
	switch wants {
	case "code":
		delete(names, "link")
	case "link":
		delete(names, "code")
	default:
		wants = ""
	}
	if v.Text == nil {
		if wants != "" {
			c.wrong(verb, CodeVerifyText, fmt.Sprintf("add `text: …` with `{{ %s }}`", wants), "`verify: %s` has no `text` to send it in", wants)
		}
		return out
	}
	out.Message = *c.message(v.Text, scope.With(names))
	if wants != "" && !shows(&out.Message, wants) {
		c.errorf(v.Text.Span, CodeVerifyText, "", "this text does not show `{{ %s }}`, so nobody could use it", wants)
	}
	return out
}

// shows reports whether a message's text has a name, or a template is handed it.
func shows(m *graph.Message, name string) bool {
	if m.Text == nil || m.Text.Checked == nil || len(m.Text.Checked.Problems) > 0 {
		return true
	}
	if m.Template == "" {
		return reads(m.Text.Checked.Reads, name)
	}
	for _, a := range m.With {
		if a.Value != nil && reads(a.Value.Checked.Reads, name) {
			return true
		}
	}
	return false
}
