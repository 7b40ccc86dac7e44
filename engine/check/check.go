// Package check holds the analyses of compiled journeys: what compiles and is still wrong, or is likely not what was meant.
// One rule, one file, one code. It reads no files and changes no graph.
package check

import (
	"runtime"
	"sync"
	"sync/atomic"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// rules are the analyses of one journey, in no particular order: none sees what another found.
var rules = []func(*journey){
	(*journey).unreachable,
	(*journey).deadRules,
	(*journey).loops,
	(*journey).ends,
	(*journey).waits,
	(*journey).goal,
	(*journey).unset,
	(*journey).sensitiveTexts,
	(*journey).optOut,
	(*journey).reservedOptions,
	(*journey).alikeOptions,
	(*journey).optionCounts,
	(*journey).consents,
	(*journey).afterEnds,
}

// Bundle runs every analysis over a compiled bundle. Findings are unsorted.
func Bundle(b *flow.Bundle, compiled *compile.Result) []diagnostic.Finding {
	journeys := prepare(compiled)
	for _, wave := range waves(journeys) {
		each(wave, func(j *journey) {
			for _, rule := range rules {
				rule(j)
			}
		})
	}
	var findings []diagnostic.Finding
	for _, j := range journeys {
		findings = append(findings, j.findings...)
	}
	files := make([][]diagnostic.Finding, len(b.Scenarios))
	world := newBundleNames(b, compiled)
	each(indices(len(files)), func(i int) { files[i] = scenarioFile(world, b.Scenarios[i]) })
	for _, found := range files {
		findings = append(findings, found...)
	}
	return findings
}

// waves puts each journey after all that run it, because what they hand over is what it starts with.
func waves(journeys []*journey) [][]*journey {
	depth := map[*journey]int{}
	var measure func(j *journey) int
	measure = func(j *journey) int {
		if d, ok := depth[j]; ok {
			return d
		}
		depth[j] = 0 // ends a circle of journeys that run each other, which is reported elsewhere
		d := 0
		for _, r := range j.runners {
			d = max(d, measure(r)+1)
		}
		depth[j] = d
		return d
	}
	var waves [][]*journey
	for _, j := range journeys {
		d := measure(j)
		for len(waves) <= d {
			waves = append(waves, nil)
		}
		waves[d] = append(waves[d], j)
	}
	return waves
}

// each does something for every element, as many at a time as there are processors.
func each[T any](list []T, do func(T)) {
	workers := min(runtime.GOMAXPROCS(0), len(list))
	if workers <= 1 {
		for _, e := range list {
			do(e)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				do(list[i])
			}
		})
	}
	wg.Wait()
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
