package expression

import (
	"maps"
	"slices"
)

// Scope is what an expression may read, besides the functions of the language.
type Scope struct {
	Names map[string]*Type

	outer *Scope
}

// With is the scope with more names, which hide those that it has.
func (s *Scope) With(names map[string]*Type) *Scope { return &Scope{Names: names, outer: s} }

// Lookup returns the type of a name.
func (s *Scope) Lookup(name string) (*Type, bool) {
	for ; s != nil; s = s.outer {
		if t, ok := s.Names[name]; ok {
			return t, true
		}
	}
	return nil, false
}

// all lists every name, sorted.
func (s *Scope) all() []string {
	seen := map[string]bool{}
	for ; s != nil; s = s.outer {
		for name := range s.Names {
			seen[name] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
