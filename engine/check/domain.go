package check

import (
	"slices"
)

// domain is what a value may still be.
type domain struct {
	yes, no       bool // a truth value that must be so
	one           []literal
	bounded       bool // one is all it may be
	none          []literal
	low, high     *float64
	lowIn, highIn bool
}

func (d *domain) narrow(c comparison) {
	switch c.op {
	case "":
		d.yes, d.no = d.yes || !c.not, d.no || c.not
	case "==", "in":
		if !d.bounded {
			d.one, d.bounded = c.set, true
			return
		}
		d.one = slices.DeleteFunc(slices.Clone(d.one), func(l literal) bool { return !slices.Contains(c.set, l) })
	case "!=", "not in":
		d.none = append(d.none, c.set...)
	case ">", ">=":
		if n := c.set[0].n; d.low == nil || n > *d.low || n == *d.low && c.op == ">" {
			d.low, d.lowIn = &n, c.op == ">="
		}
	default:
		if n := c.set[0].n; d.high == nil || n < *d.high || n == *d.high && c.op == "<" {
			d.high, d.highIn = &n, c.op == "<="
		}
	}
}

func (d *domain) empty() bool {
	if d.yes && d.no {
		return true
	}
	if d.low != nil && d.high != nil && (*d.low > *d.high || *d.low == *d.high && !(d.lowIn && d.highIn)) {
		return true
	}
	if !d.bounded {
		return false
	}
	return !slices.ContainsFunc(d.one, d.fits)
}

func (d *domain) fits(l literal) bool {
	if slices.Contains(d.none, l) || d.yes && l.text == "false" || d.no && l.text == "true" {
		return false
	}
	if d.low == nil && d.high == nil {
		return true
	}
	return l.number && (d.low == nil || l.n > *d.low || l.n == *d.low && d.lowIn) &&
		(d.high == nil || l.n < *d.high || l.n == *d.high && d.highIn)
}
