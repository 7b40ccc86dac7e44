// Package compile turns a bundle's syntax trees into graphs: it resolves libraries, names and types, checks every
// expression, and reports what is wrong where its owner would mend it. It reads no files.
package compile

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/graph"
)

// Unit is one journey with what was resolved for it. Graph is as complete as the mistakes allow: a target that no state
// has is taken for the state that was most likely meant, else graph.Unresolved.
type Unit struct {
	Source     *flow.Journey
	Graph      *graph.Journey
	Events     map[string]*expression.Type // declared business events it may name, its libraries' included → type of the data
	Operations map[string]*graph.Operation // service.operation → all declared, used or not
	Outcomes   []string                    // that its ends and exits can have, sorted
	Broken     bool                        // has errors
}

// Result is a compiled bundle. Findings are what compiling itself found, unsorted.
type Result struct {
	Units    []*Unit // by journey id
	Findings []diagnostic.Finding
}

// Unit finds a journey, nil where there is none.
func (r *Result) Unit(id string) *Unit {
	i, ok := slices.BinarySearchFunc(r.Units, id, func(u *Unit, id string) int { return strings.Compare(u.Graph.ID, id) })
	if !ok {
		return nil
	}
	return r.Units[i]
}

// Bundle compiles all journeys of a bundle. The outcome does not depend on how many are compiled at the same time.
func Bundle(source *flow.Bundle) *Result {
	b := newBundle(source)
	list := b.compilers(source.Journeys)
	each(list, (*compiler).declare)
	for _, c := range list {
		c.sig.data, c.sig.scope = c.dataTypes(), c.scope
	}
	each(list, (*compiler).body)
	sealed := make(map[string]*graph.Journey, len(list))
	for _, c := range b.order(list) {
		c.seal(sealed)
	}
	return b.result(list)
}

// each does something for every journey, as many at a time as there are processors.
func each(list []*compiler, do func(*compiler)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(list) {
					return
				}
				do(list[i])
			}
		})
	}
	wg.Wait()
}

// compilers gives one for each journey with an id of its own, by id.
func (b *bundle) compilers(journeys []*flow.Journey) []*compiler {
	var list []*compiler
	first := map[string]*flow.Journey{}
	for _, j := range journeys {
		if j.ID == nil || j.ID.Value == "" {
			continue
		}
		if other := first[j.ID.Value]; other != nil {
			b.twice("journey", j.ID, other.ID)
			continue
		}
		first[j.ID.Value] = j
		b.signatures[j.ID.Value] = outline(j)
		list = append(list, &compiler{b: b, src: j, out: &graph.Journey{ID: j.ID.Value}, sig: b.signatures[j.ID.Value]})
	}
	slices.SortFunc(list, func(x, y *compiler) int { return strings.Compare(x.out.ID, y.out.ID) })
	return list
}

func (b *bundle) twice(what string, second, first *flow.Scalar) {
	b.findings = append(b.findings, diagnostic.Finding{Span: second.Span, Code: CodeDuplicate, Severity: diagnostic.Error,
		Message: "there is another " + what + " called `" + second.Value + "` in this bundle", Hint: "give one of the two another id",
		Related: []diagnostic.Related{{Span: first.Span, Message: "the first one"}}})
}

func (b *bundle) result(list []*compiler) *Result {
	r := &Result{}
	for _, c := range list {
		u := &Unit{Source: c.src, Graph: c.out, Outcomes: c.sig.outcomes, Operations: c.defs.operations,
			Events: make(map[string]*expression.Type, len(c.defs.events)), Broken: c.src.Faulty || c.circular}
		for name, e := range c.defs.events {
			u.Events[name] = e.Data
		}
		for _, f := range c.findings {
			u.Broken = u.Broken || f.Severity == diagnostic.Error
		}
		r.Units = append(r.Units, u)
		b.findings = append(b.findings, c.findings...)
	}
	b.translations.report(&b.report, !b.broken)
	b.tellUntranslated(list)
	r.Findings = b.findings
	return r
}
