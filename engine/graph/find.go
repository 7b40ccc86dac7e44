package graph

// Rule finds a rule by its id, nil where there is none.
func (j *Journey) Rule(id string) *Rule {
	var found *Rule
	j.EachRule(func(r *Rule, _ StateIndex) {
		if r.ID == id && found == nil {
			found = r
		}
	})
	return found
}

// EachRule visits every rule of the journey, with the state that it belongs to; NoState for the journey's own.
func (j *Journey) EachRule(visit func(r *Rule, state StateIndex)) {
	for i := range j.States {
		j.States[i].eachRule(func(r *Rule) { visit(r, StateIndex(i)) })
	}
	own := func(rules []Rule) {
		for i := range rules {
			visit(&rules[i], NoState)
		}
	}
	for i := range j.On {
		own(j.On[i].Rules)
	}
	for i := range j.After {
		own(j.After[i].Rules)
	}
	for i := range j.Exits {
		own(j.Exits[i].Rules)
	}
}

func (s *State) eachRule(visit func(*Rule)) {
	each := func(rules []Rule) {
		for i := range rules {
			visit(&rules[i])
		}
	}
	each(s.To)
	for i := range s.On {
		each(s.On[i].Rules)
	}
	for i := range s.After {
		each(s.After[i].Rules)
	}
	for i := range s.At {
		visit(&s.At[i].Rule)
	}
}

// Owns reports whether a rule is the journey's own and not a state's.
func (j *Journey) Owns(r *Rule) bool {
	for _, list := range [][]Handler{j.On, j.Exits} {
		for i := range list {
			if holds(list[i].Rules, r) {
				return true
			}
		}
	}
	for i := range j.After {
		if holds(j.After[i].Rules, r) {
			return true
		}
	}
	return false
}

func holds(rules []Rule, r *Rule) bool {
	for i := range rules {
		if &rules[i] == r {
			return true
		}
	}
	return false
}

// Intent finds an intent by name, nil where there is none.
func (j *Journey) Intent(name string) *Intent {
	for i := range j.Intents {
		if j.Intents[i].Name == name {
			return &j.Intents[i]
		}
	}
	return nil
}

// EngineText gives the bundle's translation of a text that the engine itself says, by its English wording.
func (j *Journey) EngineText(locale, english string) (string, bool) {
	for i := range j.EngineTexts {
		if t := &j.EngineTexts[i]; t.Locale == locale && t.English == english {
			return t.Text, true
		}
	}
	return "", false
}
