package compile

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// merge gives what a journey may name once later stands over earlier, key by key. Neither is changed.
func merge(earlier, later *definitions) *definitions {
	out := *later
	out.brand = or(later.brand, earlier.brand)
	out.types = over(earlier.types, later.types)
	out.events = over(earlier.events, later.events)
	out.templates = over(earlier.templates, later.templates)
	out.intents = over(earlier.intents, later.intents)
	out.understand = understanding{
		accept:   or(later.understand.accept, earlier.understand.accept),
		clarify:  or(later.understand.clarify, earlier.understand.clarify),
		provider: or(later.understand.provider, earlier.understand.provider),
	}
	out.mergeServices(earlier, later)
	out.mergeChannels(earlier, later)
	return &out
}

// mergeServices lets a later file say a service's url or timeout again, or add an operation, and keep the rest.
func (d *definitions) mergeServices(earlier, later *definitions) {
	d.services = over(earlier.services, later.services)
	d.operations = over(earlier.operations, later.operations)
	if len(earlier.services) == 0 || len(later.services) == 0 {
		return
	}
	d.operations = maps.Clone(d.operations)
	for name, s := range later.services {
		old := earlier.services[name]
		if old == nil {
			continue
		}
		both := &service{or(s.url, old.url), or(s.auth, old.auth), or(s.timeout, old.timeout), or(s.retry, old.retry)}
		d.services[name] = both
		for key, o := range d.operations {
			if strings.HasPrefix(key, name+".") {
				again := *o
				both.fill(&again)
				d.operations[key] = &again
			}
		}
	}
}

func (d *definitions) mergeChannels(earlier, later *definitions) {
	d.channels = over(earlier.channels, later.channels)
	if len(later.prefer) == 0 {
		d.prefer = earlier.prefer
	}
	d.named = later.named
	if len(later.named) == 0 {
		d.named = earlier.named
	}
	for name, c := range later.channels {
		old := earlier.channels[name]
		if old == nil {
			continue
		}
		both := &channel{purpose: or(c.purpose, old.purpose), quiet: or(c.quiet, old.quiet), limit: c.limit,
			when: or(c.when, old.when), disclosure: or(c.disclosure, old.disclosure), span: c.span}
		if len(c.limit) == 0 {
			both.limit = old.limit
		}
		d.channels[name] = both
	}
}

// over lays one map over another; where only one has keys it is shared.
func over[M ~map[K]V, K comparable, V any](earlier, later M) M {
	if len(later) == 0 {
		return earlier
	}
	if len(earlier) == 0 {
		return later
	}
	both := maps.Clone(earlier)
	maps.Copy(both, later)
	return both
}

func or[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

func sortedKeys[K cmp.Ordered, T any](m map[K]T) []K { return slices.Sorted(maps.Keys(m)) }

// used gives the named entries of m that keep says a journey names, by name.
func used[T any](m map[string]*T, keep map[string]bool) []T {
	var out []T
	for _, name := range sortedKeys(keep) {
		if v := m[name]; v != nil {
			out = append(out, *v)
		}
	}
	return out
}
