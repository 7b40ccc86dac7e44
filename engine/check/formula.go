package check

import (
	"slices"
)

// formula is a guard as far as its logic is understood: comparisons with values, joined by and, or and not.
// What is not understood is a fact of its own, which holds or does not.
type formula struct {
	op   byte // '&', '|', '=' for a comparison, 't' for true
	list []formula
	cmp  comparison
}

// comparison holds a path against a value. An opaque one is true or false as a whole.
type comparison struct {
	what string
	op   string // ==, !=, <, <=, >, >=, in, not in; empty: a truth value
	set  []literal
	not  bool // of a truth value
}

// literal is a number, text, bool or nil as it is written; number says that n is its value.
type literal struct {
	text   string
	n      float64
	number bool
}

var always = formula{op: 't'}

var flipped = map[string]string{"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}

// negate gives what holds where a formula does not. A comparison that fails for want of a value holds neither way,
// so what is concluded from its negation is concluded for values that are there.
func (f formula) negate() formula {
	switch f.op {
	case 't':
		return formula{op: '|'}
	case '=':
		c := f.cmp
		if c.op == "" {
			c.not = !c.not
		} else {
			c.op = flipped[c.op]
		}
		return formula{op: '=', cmp: c}
	}
	out := formula{op: '|', list: make([]formula, len(f.list))}
	if f.op == '|' {
		out.op = '&'
	}
	for i, e := range f.list {
		out.list[i] = e.negate()
	}
	return out
}

func all(list ...formula) formula { return formula{op: '&', list: list} }

// most is how many alternatives a formula may have before it is no longer looked into.
const most = 64

// alternatives gives a formula as alternatives of comparisons that hold together; false where there are too many.
func (f formula) alternatives() ([][]comparison, bool) {
	switch f.op {
	case 't':
		return [][]comparison{nil}, true
	case '=':
		return [][]comparison{{f.cmp}}, true
	case '|':
		var out [][]comparison
		for _, e := range f.list {
			alt, ok := e.alternatives()
			if !ok || len(out)+len(alt) > most {
				return nil, false
			}
			out = append(out, alt...)
		}
		return out, true
	}
	out := [][]comparison{nil}
	for _, e := range f.list {
		alt, ok := e.alternatives()
		if !ok || len(out)*len(alt) > most {
			return nil, false
		}
		var next [][]comparison
		for _, a := range out {
			for _, b := range alt {
				if both := slices.Concat(a, b); !contradictory(both) {
					next = append(next, both)
				}
			}
		}
		out = next
	}
	return out, true
}

// impossible says that a formula can never hold.
func (f formula) impossible() bool {
	list, ok := f.alternatives()
	return ok && !slices.ContainsFunc(list, func(a []comparison) bool { return !contradictory(a) })
}

// contradictory says that comparisons can't hold together.
func contradictory(list []comparison) bool {
	for i, c := range list {
		if slices.ContainsFunc(list[:i], func(b comparison) bool { return b.what == c.what }) {
			continue
		}
		d := domain{}
		for _, o := range list[i:] {
			if o.what == c.what {
				d.narrow(o)
			}
		}
		if d.empty() {
			return true
		}
	}
	return false
}
