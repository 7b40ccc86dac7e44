package check

import "slices"

const CodeNoEnd = "no-end"

// ends reports states from which the journey can never come to an end, those that hang together once. Every
// journey has exits, so they do not count. Where the fallback may still end it for want of anything else, that is likely not
// what was meant, but not certainly wrong.
func (j *journey) ends() {
	if j.vague || j.Initial < 0 {
		return
	}
	told := make([]bool, len(j.States)) // in a loop, which says enough
	for _, circle := range j.endlessLoops() {
		for _, i := range circle {
			told[i] = true
		}
	}
	for i := range j.States { // a state that nothing leads on from was reported as such
		s := &j.States[i]
		verb := s.Ask != nil || s.Call != nil || s.Handoff != nil || s.Split != nil || s.Verify != nil || s.Run != nil || s.End != nil
		told[i] = told[i] || !verb && len(s.To)+len(s.On)+len(s.After)+len(s.At) == 0
	}
	but, only := "", "the fallback,"
	if len(j.Exits) > 0 {
		but, only = ": only an exit would end it", "an exit, or the fallback,"
	}
	lost, trapped := j.endless(true), j.endless(false)
	find := func(endless []bool) [][]string {
		groups := j.groups(func(i int) bool { return endless[i] && j.reached[i] })
		return slices.DeleteFunc(groups, func(names []string) bool {
			return slices.ContainsFunc(names, func(name string) bool { i, _ := j.State(name); return told[i] })
		})
	}
	for _, names := range find(lost) {
		j.errorf(j.span(names[0]), CodeNoEnd, "lead to a state with `end: <outcome>`",
			"no state that ends the journey can be reached from %s%s", quoted(names), but)
	}
	for i := range trapped {
		trapped[i] = trapped[i] && !lost[i]
	}
	for _, names := range find(trapped) {
		j.warnf(j.span(names[0]), CodeNoEnd, "lead on to a state with `end: <outcome>`",
			"nothing written here leads from %s to an end: only %s where something goes wrong, would", quoted(names), only)
	}
}

// endless finds the states from which no way leads to an end. Without defaults, the ways to the fallback that nobody wrote and
// escalations do not count.
func (j *journey) endless(defaults bool) []bool {
	ends := make([]bool, len(j.States))
	for i := range j.States {
		ends[i] = j.States[i].End != nil
	}
	leads := func(list []way) bool {
		return slices.ContainsFunc(list, func(w way) bool {
			return ends[w.to] && (defaults || w.kind != defaulted && w.kind != escalated)
		})
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
	for i := range ends {
		ends[i] = !ends[i]
	}
	return ends
}
