package graph

import (
	"cmp"
	"sort"

	"journey/engine/wire"
)

// keyed writes or reads a list that was written as a map: its order has no meaning, so it is sorted by its keys.
// A sealed graph is sorted already, and is not touched.
func keyed[T any, K cmp.Ordered](s *wire.Stream, v *[]T, key func(*T) K, item func(*T)) {
	if s.Writing {
		sortBy(*v, key)
	}
	wire.List(s, v, item)
	if !s.Writing && !sortedBy(*v, key) {
		s.Fail("a list out of order")
	}
}

func sortBy[T any, K cmp.Ordered](list []T, key func(*T) K) {
	if !sortedBy(list, key) {
		// Not slices.SortStableFunc, which would copy two of these large elements for each comparison.
		sort.SliceStable(list, func(a, b int) bool { return key(&list[a]) < key(&list[b]) })
	}
}

func sortedBy[T any, K cmp.Ordered](list []T, key func(*T) K) bool {
	for i := 1; i < len(list); i++ {
		if key(&list[i]) < key(&list[i-1]) {
			return false
		}
	}
	return true
}

// translations are the variants after the journey's own.
func (t *Text) translations() []Variant { return t.Variants[min(1, len(t.Variants)):] }

func (v *Variant) key() string       { return v.Locale }
func (s *State) key() string         { return s.Name }
func (d *Datum) key() string         { return d.Name }
func (e *Event) key() string         { return e.Type }
func (o *Operation) key() string     { return o.Name }
func (i *Intent) key() string        { return i.Name }
func (c *Channel) key() string       { return string(c.Name) }
func (h *Handler) key() string       { return h.Event }
func (t *Timer) key() int64          { return int64(t.After) }
func (a *Assign) key() string        { return a.Name }
func (r *Run) key() string           { return r.Journey }
func (m *Move) key() string          { return m.From }
func (c *ConsentChange) key() string { return string(c.Channel) }
func (t *EngineText) key() string    { return t.Locale + "\x00" + t.English }
