package check

import (
	"slices"
	"strings"

	"journey/engine/graph"
)

const CodeLoop = "loop-without-wait"

// loops reports states that lead to each other at once, and out of which only rules lead that look at what does not change
// on the way round: whoever comes round once goes on for ever.
func (j *journey) loops() {
	for _, circle := range j.endlessLoops() {
		names := j.names(func(i int) bool { return slices.Contains(circle, i) })
		message := "`" + names[0] + "` leads to itself at once"
		if len(names) > 1 {
			message = quoted(names) + " lead to each other at once"
		}
		j.errorf(j.span(names[0]), CodeLoop, "wait there with `after` or a question, or count with `visits` and lead on",
			"%s, without waiting and without end", message)
	}
}

// endlessLoops gives the circles that are come to and never left.
func (j *journey) endlessLoops() [][]int {
	return slices.DeleteFunc(j.circles(), func(circle []int) bool { return !j.reached[circle[0]] || j.leavesLoop(circle) })
}

// atOnce says that a state goes on as soon as it is entered.
func atOnce(s *graph.State) bool {
	return s.Split != nil || s.Ask == nil && s.Call == nil && s.Handoff == nil && s.Verify == nil && s.Run == nil && s.End == nil && len(s.To) > 0
}

// atOnceTo gives the states that a state leads to as soon as it is entered.
func (j *journey) atOnceTo(i int) []int {
	s := &j.States[i]
	if !atOnce(s) {
		return nil
	}
	var next []int
	eachRule(s, func(r *graph.Rule, kind wayKind, event string) {
		if r.To >= 0 && (kind == onward || s.Split != nil && isArm(s.Split, event)) {
			next = append(next, int(r.To))
		}
	})
	return next
}

func isArm(s *graph.Split, name string) bool {
	return slices.ContainsFunc(s.Arms, func(a graph.Arm) bool { return a.Name == name })
}

// circles gives the groups of states that lead to each other at once (Tarjan's strongly connected components).
func (j *journey) circles() [][]int {
	t := tarjan{next: make([][]int, len(j.States)), number: make([]int, len(j.States)), low: make([]int, len(j.States)),
		open: make([]bool, len(j.States))}
	for i := range j.States {
		t.next[i] = j.atOnceTo(i)
	}
	for i := range j.States {
		if t.number[i] == 0 && len(t.next[i]) > 0 {
			t.visit(i)
		}
	}
	return t.found
}

type tarjan struct {
	next        [][]int
	number, low []int
	open        []bool
	count       int
	stack       []int
	found       [][]int
}

func (t *tarjan) visit(i int) {
	t.count++
	t.number[i], t.low[i] = t.count, t.count
	t.stack, t.open[i] = append(t.stack, i), true
	for _, k := range t.next[i] {
		if t.number[k] == 0 {
			t.visit(k)
			t.low[i] = min(t.low[i], t.low[k])
		} else if t.open[k] {
			t.low[i] = min(t.low[i], t.number[k])
		}
	}
	if t.low[i] != t.number[i] {
		return
	}
	at := slices.Index(t.stack, i)
	group := slices.Clone(t.stack[at:])
	t.stack = t.stack[:at]
	for _, k := range group {
		t.open[k] = false
	}
	if len(group) > 1 || slices.Contains(t.next[i], i) {
		t.found = append(t.found, group)
	}
}

// leavesLoop says that a circle can be left on a later round although it was not on the first one.
func (j *journey) leavesLoop(circle []int) bool {
	set := map[string]bool{"visits": true, "conversation": true, "may": true, "contact": true}
	for _, i := range circle {
		s := &j.States[i]
		collectSet(s.Set, set)
		eachRule(s, func(r *graph.Rule, _ wayKind, _ string) { collectSet(r.Set, set) })
	}
	for _, i := range circle {
		s := &j.States[i]
		if s.Split != nil && slices.ContainsFunc(j.atOnceTo(i), func(to int) bool { return !slices.Contains(circle, to) }) {
			return true
		}
		for k := range s.To {
			r := &s.To[k]
			if (r.To < 0 || !slices.Contains(circle, int(r.To))) && (r.When == nil || looksAt(r.When, set)) {
				return true
			}
			if unconditional(r) {
				break
			}
		}
		if j.shaky[i] {
			return true
		}
	}
	return false
}

func collectSet(list []graph.Assign, set map[string]bool) {
	for _, a := range list {
		set[root(a.Name)] = true
	}
}

func root(path string) string {
	name, _, _ := strings.Cut(path, ".")
	return strings.TrimSuffix(name, "?")
}

// looksAt says that an expression reads one of some names, or can't be told to read none.
func looksAt(e *graph.Expr, names map[string]bool) bool {
	if e.Checked == nil || len(e.Checked.Problems) > 0 {
		return true
	}
	return slices.ContainsFunc(readsOf(e), func(r read) bool { return names[root(r.Path)] })
}
