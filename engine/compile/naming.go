package compile

import (
	"journey/engine/expression"
	"journey/engine/flow"
)

// namedTypes lowers the `data` of libraries, each a type that others may use in whatever order they are written.
func (b *bundle) namedTypes() {
	n := &naming{libraries: b.libraries, done: map[*flow.Datum]*namedType{}, open: map[*flow.Datum]bool{}}
	n.named, n.secrets, n.incomplete, n.types = n.find, b.secrets, b.broken, map[string]*namedType{}
	for _, id := range sortedKeys(b.libraries) {
		for _, d := range b.libraries[id].Data {
			n.types[d.Name.Value] = nil
		}
	}
	for _, id := range sortedKeys(b.libraries) {
		b.types[id] = map[string]*namedType{}
		for _, d := range b.libraries[id].Data {
			b.types[id][d.Name.Value] = n.resolve(d, id)
		}
	}
	b.findings = append(b.findings, n.findings...)
}

// naming resolves types that name each other. Its own `types` are only the names that there are.
type naming struct {
	lowering
	libraries map[string]*flow.Library
	at        string // the library of the type that is being resolved
	done      map[*flow.Datum]*namedType
	open      map[*flow.Datum]bool
}

// find gives a type by its name: the library's own, else the first other's.
func (n *naming) find(name string) *namedType {
	for _, id := range append([]string{n.at}, sortedKeys(n.libraries)...) {
		for _, d := range n.libraries[id].Data {
			if d.Name.Value == name {
				return n.resolve(d, id)
			}
		}
	}
	return nil
}

func (n *naming) resolve(d *flow.Datum, library string) *namedType {
	if t := n.done[d]; t != nil {
		return t
	}
	if n.open[d] {
		n.wrong(d.Name, CodeUnknownType, "", "the type `%s` is made of itself", d.Name.Value)
		return &namedType{typ: expression.AnyType}
	}
	n.open[d] = true
	outer := n.at
	n.at = library
	typ, all := n.constrained(d.Type)
	n.at = outer
	if d.Type.Default != nil {
		n.defaultValue(d, typ, all)
	}
	n.done[d] = &namedType{typ, all}
	return n.done[d]
}

// visibleIn are the types that a library may use: all there are, its own first.
func (b *bundle) visibleIn(library string) map[string]*namedType {
	var all map[string]*namedType
	for _, id := range sortedKeys(b.libraries) {
		all = over(b.types[id], all)
	}
	return over(all, b.types[library])
}
