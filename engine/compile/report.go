package compile

import (
	"fmt"
	"unicode/utf8"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
)

// Codes of the findings that this package makes. Expressions bring their own.
const (
	CodeArgument        = "wrong-argument"
	CodeConstraint      = "bad-constraint"
	CodeDefault         = "bad-default"
	CodeDuplicate       = "duplicate-id"
	CodeGoal            = "unknown-goal"
	CodeHandler         = "unknown-handler"
	CodeHiddenName      = "hidden-name"
	CodeInto            = "wrong-into"
	CodeLastRule        = "no-last-rule"
	CodeMissingArgument = "missing-argument"
	CodeNoWayOn         = "no-way-on"
	CodeManyChannels    = "many-channels"
	CodeOption          = "wrong-option"
	CodeOutcome         = "outcome-without-way"
	CodePlaceholder     = "unknown-placeholder"
	CodeRunsItself      = "runs-itself"
	CodeTranslation     = "bad-translation"
	CodeUnknownData     = "unknown-data"
	CodeUnknownEvent    = "unknown-event"
	CodeUnknownIntent   = "unknown-intent"
	CodeUnknownJourney  = "unknown-journey"
	CodeUnknownLibrary  = "unknown-library"
	CodeUnknownService  = "unknown-service"
	CodeUnknownState    = "unknown-state"
	CodeUnknownTemplate = "unknown-template"
	CodeUnknownType     = "unknown-type"
	CodeUntranslated    = "untranslated"
	CodeUnusedText      = "unused-translation"
	CodeVerifyText      = "verify-text"
)

// report gathers what is found in one file.
type report struct{ findings []diagnostic.Finding }

func (r *report) add(severity diagnostic.Severity, span diagnostic.Span, code, hint, format string, args ...any) {
	r.findings = append(r.findings, diagnostic.Finding{
		Span: span, Code: code, Severity: severity, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

func (r *report) errorf(span diagnostic.Span, code, hint, format string, args ...any) {
	r.add(diagnostic.Error, span, code, hint, format, args...)
}

// wrong reports an error at a written value, unless that is known to be faulty already.
func (r *report) wrong(s *flow.Scalar, code, hint, format string, args ...any) {
	if !s.Faulty {
		r.errorf(s.Span, code, hint, format, args...)
	}
}

// within reports an error at length characters of a written value.
func (r *report) within(s *flow.Scalar, offset, length int, code, hint, format string, args ...any) {
	if !s.Faulty {
		r.errorf(s.At(offset, length), code, hint, format, args...)
	}
}

func (r *report) warnf(span diagnostic.Span, code, hint, format string, args ...any) {
	r.add(diagnostic.Warning, span, code, hint, format, args...)
}

// problems reports what an expression's or a text's check found, at the characters it means.
func (r *report) problems(s *flow.Scalar, list []expression.Problem) {
	for _, p := range list {
		r.within(s, p.Offset, p.Length, p.Code, p.Hint, "%s", p.Message)
	}
}

func runes(s string) int { return utf8.RuneCountInString(s) }

// nearest is the name that was most likely meant and a hint that asks so; both empty where none is near.
func nearest(name string, names []string) (meant, hint string) {
	if meant = diagnostic.Suggest(name, names); meant != "" {
		hint = fmt.Sprintf("did you mean `%s`?", meant)
	}
	return meant, hint
}

// value is a scalar's text, empty where the key is not there.
func value(s *flow.Scalar) string {
	if s == nil {
		return ""
	}
	return s.Value
}
