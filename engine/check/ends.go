package check

import "journey/engine/diagnostic"

const CodeNoEnd = "no-end"

// ends reports states from which the journey can never come to an end, those that lead to each other once. Where only
// an exit, or the fallback for want of anything else, would end it, that is likely not what was meant, but not certainly wrong.
func (j *journey) ends() {
	if j.vague || j.Initial < 0 {
		return
	}
	lost, trapped := j.endless(true), j.endless(false)
	severity := diagnostic.Error
	if len(j.Exits) > 0 {
		severity = diagnostic.Warning
	}
	if i := firstReached(j, lost); i >= 0 {
		hint := "lead to a state with `end: <outcome>`"
		if len(j.Exits) > 0 {
			hint += ", unless only an exit is to end it"
		}
		j.add(severity, j.States[i].Span, CodeNoEnd, hint, "no state that ends the journey can be reached from `%s`", j.States[i].Name)
		return
	}
	if i := firstReached(j, trapped); i >= 0 {
		j.warnf(j.States[i].Span, CodeNoEnd, "lead on to a state with `end: <outcome>`",
			"nothing written here leads from `%s` to an end: only the fallback or an exit would end it", j.States[i].Name)
	}
}

func firstReached(j *journey, endless []bool) int {
	for _, i := range j.written {
		if endless[i] && j.reached[i] && !j.loopsAtOnce(i) {
			return i
		}
	}
	return -1
}

// loopsAtOnce says that a state is in a loop that is reported as such.
func (j *journey) loopsAtOnce(i int) bool {
	for _, circle := range j.circles() {
		for _, k := range circle {
			if k == i && !j.leavesLoop(circle) {
				return true
			}
		}
	}
	return false
}

// endless finds the states from which no way leads to an end. Without defaults, the ways to the fallback that nobody wrote do not count.
func (j *journey) endless(defaults bool) []bool {
	ends := make([]bool, len(j.States))
	for i := range j.States {
		ends[i] = j.States[i].End != nil
	}
	leads := func(list []way) bool {
		for _, w := range list {
			if ends[w.to] && (defaults || w.kind != defaulted && w.kind != escalated) {
				return true
			}
		}
		return false
	}
	for changed := true; changed; {
		changed = false
		global := leads(j.anywhere)
		for i := range j.States {
			if !ends[i] && (leads(j.ways[i]) || global && j.waiting(&j.States[i])) {
				ends[i], changed = true, true
			}
		}
	}
	endless := make([]bool, len(j.States))
	for i := range ends {
		endless[i] = !ends[i]
	}
	return endless
}
