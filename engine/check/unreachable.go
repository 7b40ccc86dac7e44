package check

const CodeUnreachable = "unreachable-state"

// unreachable reports states that no way leads to, those that hang together once, at the first one written.
func (j *journey) unreachable() {
	if j.vague || j.Initial < 0 {
		return
	}
	for _, names := range j.groups(func(i int) bool { return !j.reached[i] }) {
		at := j.span(names[0])
		if len(names) == 1 {
			j.warnf(at, CodeUnreachable, "lead to it with `to`, `on` or `after`, or take it out", "no way leads to `%s`", names[0])
			continue
		}
		j.warnf(at, CodeUnreachable, "lead to one of them from a state that is reached, or take them out",
			"no way leads to `%s`, nor to %s, which hangs together with it", names[0], quoted(names[1:]))
	}
}
