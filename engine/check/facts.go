package check

import (
	"slices"
	"strings"

	"journey/engine/expression"
)

// facts are what is known at one point of a journey, a bit for each: a path that is set, an event that it can't have been.
// More bits are more knowledge, so where ways meet only what all of them know is known.
type facts []uint64

func (f facts) has(i int) bool { return f[i/64]&(1<<(i%64)) != 0 }
func (f facts) add(i int)      { f[i/64] |= 1 << (i % 64) }
func (f facts) drop(i int)     { f[i/64] &^= 1 << (i % 64) }

// meet keeps what other knows too, and reports whether anything was forgotten.
func (f facts) meet(other facts) (changed bool) {
	for i, w := range f {
		f[i] = w & other[i]
		changed = changed || f[i] != w
	}
	return changed
}

func (u *universe) none() facts { return make(facts, u.width) }

// everything is the knowledge of a point that nothing leads to.
func (u *universe) everything() facts {
	f := u.none()
	for i := range f {
		f[i] = ^uint64(0)
	}
	return f
}

func (u *universe) copy(f facts) facts { return append(make(facts, 0, u.width), f...) }

// set notes that a path has a value: nothing is known any more of what was below it.
func (u *universe) set(f facts, path string) {
	u.forget(f, path)
	if i, ok := u.paths[path]; ok {
		f.add(i)
	}
}

// forget notes that a path may not be set.
func (u *universe) forget(f facts, path string) {
	if i, ok := u.paths[path]; ok {
		f.drop(i)
	}
	for p, i := range u.paths {
		if len(p) > len(path) && p[len(path)] == '.' && p[:len(path)] == path {
			f.drop(i)
		}
	}
}

// are narrows an event down to some types.
func (e events) are(f facts, types ...string) {
	for i, t := range e.types {
		if slices.Contains(types, t) {
			f.drop(e.base + i)
		} else {
			f.add(e.base + i)
		}
	}
}

// exclude rules types out.
func (e events) exclude(f facts, out func(string) bool) {
	for i, t := range e.types {
		if out(t) {
			f.add(e.base + i)
		}
	}
}

// impossible says that no event is left, so that nothing ever comes here.
func (e events) impossible(f facts) bool {
	for i := range e.types {
		if !f.has(e.base + i) {
			return false
		}
	}
	return len(e.types) > 0
}

// assume adds what is known where a guard came to true, or to false.
func (u *universe) assume(f facts, known []expression.Fact) {
	for _, k := range known {
		if k.NonNil || k.In != nil {
			u.present(f, k.Path)
		}
		var of events
		switch k.Path {
		case "trigger.type":
			of = u.trigger
		case "event.type":
			of = u.event
		default:
			continue
		}
		if k.In != nil {
			of.exclude(f, func(t string) bool { return !slices.Contains(k.In, t) })
		}
		if k.NotIn != nil {
			of.exclude(f, func(t string) bool { return slices.Contains(k.NotIn, t) })
		}
	}
}

// present notes that a path has a value, and so has all that it leads through.
func (u *universe) present(f facts, path string) {
	for at := 0; ; {
		dot := strings.IndexByte(path[at:], '.')
		if dot < 0 {
			break
		}
		at += dot
		if i, ok := u.paths[path[:at]]; ok {
			f.add(i)
		}
		at++
	}
	if i, ok := u.paths[path]; ok {
		f.add(i)
	}
}
