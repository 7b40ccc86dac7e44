package check

import (
	"journey/engine/graph"
)

const (
	CodeNeverHolds  = "guard-never-holds"
	CodeAlwaysHolds = "guard-always-holds"
)

// guard reports a guard that holds always or never.
func (j *journey) guard(when *graph.Expr, guard formula) bool {
	if when == nil || !sound(when) {
		return false
	}
	constant, known := constantOf(when)
	switch {
	case known && !constant || guard.impossible():
		j.warnf(when.Span, CodeNeverHolds, "", "`%s` never holds, so this rule is never taken", j.asWritten(when))
	case known && constant || guard.negate().impossible():
		j.warnf(when.Span, CodeAlwaysHolds, "leave the `when` out if that is meant", "`%s` always holds", j.asWritten(when))
	default:
		return false
	}
	return true
}
