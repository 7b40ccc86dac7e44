package compile

// leadsBack gives the path of runs by which a journey that runs next comes back to itself, by way of journeys from first on,
// by id; nil where there is none.
func (b *bundle) leadsBack(id, next, first string) []string {
	seen := map[string]bool{}
	var walk func(at string) []string
	walk = func(at string) []string {
		if at == id {
			return []string{at}
		}
		if at < first || seen[at] || b.signatures[at] == nil {
			return nil
		}
		seen[at] = true
		for _, r := range b.signatures[at].runs {
			if path := walk(r.Value); path != nil {
				return append([]string{at}, path...)
			}
		}
		return nil
	}
	path := walk(next)
	if path == nil {
		return nil
	}
	return append([]string{id}, path...)
}

// order lists journeys so that each comes after those that it runs.
func (b *bundle) order(units []*compiler) []*compiler {
	byID := make(map[string]*compiler, len(units))
	for _, c := range units {
		byID[c.out.ID] = c
	}
	var out []*compiler
	done := map[string]bool{}
	var visit func(c *compiler)
	visit = func(c *compiler) {
		if done[c.out.ID] {
			return
		}
		done[c.out.ID] = true
		for _, id := range sortedKeys(c.runs) {
			if child := byID[id]; child != nil {
				visit(child)
			}
		}
		out = append(out, c)
	}
	for _, c := range units {
		visit(c)
	}
	return out
}
