package simulate

import (
	"regexp"
	"runtime"
	"sync"

	"journey/engine/compile"
	"journey/engine/flow"
)

// Failure is one expectation that did not hold, or a step that could not be done, at its place.
type Failure struct {
	Line    int
	Message string
}

// Result is what became of one case.
type Result struct {
	File       string
	Journey    string
	Name       string
	Line       int
	Steps      int
	Failures   []Failure
	Transcript []Line
	Covered    Coverage
}

// Passed reports whether all held.
func (r *Result) Passed() bool { return len(r.Failures) == 0 }

// Options choose what is run.
type Options struct {
	Run      *regexp.Regexp // cases whose "journey/name" it matches; nil: all
	Coverage bool
}

// Run runs every scenario of a bundle, in the order of the files, over all processors.
func Run(b *flow.Bundle, units *compile.Result, o Options) []*Result {
	type job struct {
		file *flow.Scenarios
		one  *flow.Case
	}
	var jobs []job
	for _, f := range b.Scenarios {
		for _, c := range f.Cases {
			if name := f.Journey.Value + "/" + caseName(c); o.Run == nil || o.Run.MatchString(name) {
				jobs = append(jobs, job{f, c})
			}
		}
	}
	results := make([]*Result, len(jobs))
	shared := new(Classifiers)
	next := make(chan int, len(jobs))
	for i := range jobs {
		next <- i
	}
	close(next)
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				results[i] = runCase(units, jobs[i].file, jobs[i].one, shared, o.Coverage)
			}
		})
	}
	wait.Wait()
	return results
}

func caseName(c *flow.Case) string {
	if c.Name == nil {
		return ""
	}
	return c.Name.Value
}

func runCase(units *compile.Result, f *flow.Scenarios, c *flow.Case, shared *Classifiers, coverage bool) *Result {
	r := &Result{File: f.File.Path, Journey: f.Journey.Value, Name: caseName(c), Line: c.Span.Start.Line}
	if c.Name != nil {
		r.Line = c.Name.Span.Start.Line
	}
	fail := func(line int, message string) { r.Failures = append(r.Failures, Failure{line, message}) }
	unit := units.Unit(f.Journey.Value)
	if unit == nil {
		fail(r.Line, "there is no journey "+f.Journey.Value)
		return r
	}
	x, err := newWorld(units, unit, settings(f.World, c.World), shared)
	if err != nil {
		fail(r.Line, err.Error())
		return r
	}
	for _, st := range c.Steps {
		r.Steps++
		line := st.Verb.Span.Start.Line
		if st.Verb.Value == "expect" {
			for _, message := range x.expect(st) {
				fail(line, message)
			}
		} else if err := x.do(st); err != nil {
			fail(line, err.Error())
			break
		}
	}
	r.Transcript = x.lines
	if coverage {
		r.Covered = cover(x.log, x.engine.Versions.Graph)
	}
	return r
}
