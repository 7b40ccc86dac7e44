package check

import (
	"slices"

	"journey/engine/graph"
)

const CodeGoal = "goal-never-reached"

// goal reports an objective whose outcome no state that is reached ends with. An event comes from outside, and may always come.
func (j *journey) goal() {
	o := &j.Objective
	if o.Goal == "" || o.GoalIsEvent || j.vague || j.Initial < 0 {
		return
	}
	ends := slices.ContainsFunc(j.Exits, func(h graph.Handler) bool {
		return slices.ContainsFunc(h.Rules, func(r graph.Rule) bool { return r.Outcome == o.Goal })
	})
	known := ends
	for i := range j.States {
		if e := j.States[i].End; e != nil && e.Outcome == o.Goal {
			known, ends = true, ends || j.reached[i]
		}
	}
	if ends || !known {
		return
	}
	span := o.Span
	if src := j.unit.Source; src != nil && src.Objective != nil && src.Objective.Goal != nil {
		span = src.Objective.Goal.Span
	}
	j.warnf(span, CodeGoal, "lead to a state that ends as `"+o.Goal+"`",
		"this goal can't be reached: no way leads to a state that ends as `%s`", o.Goal)
}
