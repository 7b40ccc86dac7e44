package check

const CodeUnreachable = "unreachable-state"

// unreachable reports states that no way leads to, those that hang together once, at the first one written.
func (j *journey) unreachable() {
	if j.vague || j.Initial < 0 {
		return
	}
	island := j.islands()
	told := map[int]bool{}
	for _, i := range j.written {
		if j.reached[i] || told[island[i]] {
			continue
		}
		told[island[i]] = true
		others := j.names(func(k int) bool { return k != i && !j.reached[k] && island[k] == island[i] })
		s := &j.States[i]
		if len(others) == 0 {
			j.warnf(s.Span, CodeUnreachable, "lead to it with `to`, `on` or `after`, or take it out", "no way leads to `%s`", s.Name)
			continue
		}
		j.warnf(s.Span, CodeUnreachable, "lead to one of them from a state that is reached, or take them out",
			"no way leads to `%s`, nor to %s, which hangs together with it", s.Name, quoted(others))
	}
}

// islands numbers the groups in which unreached states lead to each other.
func (j *journey) islands() []int {
	island := indices(len(j.States))
	find := func(i int) int {
		for island[i] != i {
			i = island[i]
		}
		return i
	}
	for i := range j.States {
		for _, w := range j.ways[i] {
			if !j.reached[i] && !j.reached[w.to] {
				island[find(i)] = find(int(w.to))
			}
		}
	}
	for i := range island {
		island[i] = find(i)
	}
	return island
}
