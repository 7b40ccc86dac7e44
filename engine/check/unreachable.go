package check

const CodeUnreachable = "unreachable-state"

// unreachable reports states that no way leads to, those that only lead to each other once, at the first one written.
func (j *journey) unreachable() {
	if j.vague || j.Initial < 0 {
		return
	}
	island := j.islands()
	for i := range j.States {
		if j.reached[i] || island[i] != i {
			continue
		}
		var others []string
		for k := i + 1; k < len(j.States); k++ {
			if island[k] == i && !j.reached[k] {
				others = append(others, j.States[k].Name)
			}
		}
		s := &j.States[i]
		if len(others) > 0 {
			j.warnf(s.Span, CodeUnreachable, "lead to it from a state that is reached, or take them out",
				"no way leads to `%s`, nor to %s, which only it and its like lead to", s.Name, quoted(others))
			continue
		}
		j.warnf(s.Span, CodeUnreachable, "lead to it with `to`, `on` or `after`, or take it out", "no way leads to `%s`", s.Name)
	}
}

// islands gives for each unreached state the first one of those that it hangs together with.
func (j *journey) islands() []int {
	island := indices(len(j.States))
	var first func(i int) int
	first = func(i int) int {
		for island[i] != i {
			i = island[i]
		}
		return i
	}
	for i := range j.States {
		if j.reached[i] {
			continue
		}
		for _, w := range j.ways[i] {
			if to := int(w.to); !j.reached[to] {
				a, b := first(i), first(to)
				island[max(a, b)] = min(a, b)
			}
		}
	}
	for i := range island {
		island[i] = first(i)
	}
	return island
}
