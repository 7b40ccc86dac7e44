package simulate_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/simulate"
	"journey/engine/store"
	"journey/engine/store/bolt"
)

// bundle reads and compiles a folder without errors.
func bundle(tb testing.TB, folder string) (*flow.Bundle, *compile.Result) {
	tb.Helper()
	var inputs []flow.Input
	for _, p := range yamlFiles(tb, folder) {
		source, err := os.ReadFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: filepath.Base(p), Source: source})
	}
	b, findings := flow.Read(inputs)
	units := compile.Bundle(b)
	for _, f := range append(findings, units.Findings...) {
		if f.Severity == diagnostic.Error {
			tb.Fatalf("%s:%d: %s", f.Span.File, f.Span.Start.Line, f.Message)
		}
	}
	return b, units
}

func yamlFiles(tb testing.TB, folder string) []string {
	tb.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(paths) == 0 {
		tb.Fatalf("no journeys in %s: %v", folder, err)
	}
	return paths
}

func mustPass(t *testing.T, results []*simulate.Result) {
	t.Helper()
	if len(results) == 0 {
		t.Fatal("there are no scenarios")
	}
	for _, r := range results {
		for _, f := range r.Failures {
			t.Errorf("%s:%d: %s: %s", r.File, f.Line, r.Name, f.Message)
		}
	}
}

// A graph that was stored and read back runs exactly as the one just compiled.
func TestShippedScenariosOnStoredGraphs(t *testing.T) {
	b, units := bundle(t, "../../flows")
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journey.db")
	put(t, path, units)
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, u := range units.Units {
		encoded, err := s.Graph(ctx, u.Graph.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if u.Graph, err = graph.Decode(encoded); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Check(ctx); err != nil {
		t.Error(err)
	}
	mustPass(t, simulate.Run(b, units, simulate.Options{}))
}

func put(t *testing.T, path string, units *compile.Result) {
	t.Helper()
	s, err := bolt.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var versions []store.Version
	for _, u := range units.Units {
		versions = append(versions, store.Version{Journey: u.Graph.ID, Hash: u.Graph.Hash, Graph: graph.Encode(u.Graph)})
	}
	if err := s.PutVersions(context.Background(), time.Unix(0, 0), versions); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// The scenarios of a bundle run in any order, and side by side, with the same outcome.
func TestRunIsDeterministic(t *testing.T) {
	b, units := bundle(t, "../../flows")
	first := simulate.Run(b, units, simulate.Options{Coverage: true})
	second := simulate.Run(b, units, simulate.Options{Coverage: true})
	for i := range first {
		if len(first[i].Transcript) != len(second[i].Transcript) {
			t.Fatalf("%s: two runs differ", first[i].Name)
		}
		for j, line := range first[i].Transcript {
			if other := second[i].Transcript[j]; line.Text != other.Text || !line.At.Equal(other.At) {
				t.Errorf("%s: two runs differ: %q and %q", first[i].Name, line.Text, other.Text)
			}
		}
	}
}

// BenchmarkSimulate runs the shipped scenarios; the unit is a scenario's step.
func BenchmarkSimulate(b *testing.B) {
	flows, units := bundle(b, "../../flows")
	steps := 0
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range simulate.Run(flows, units, simulate.Options{}) {
			steps += r.Steps
		}
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}

// Each folder of testdata/scenarios is a bundle that holds the language's semantics, a topic a folder.
func TestScenarios(t *testing.T) {
	folders, err := filepath.Glob("../../testdata/scenarios/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			b, units := bundle(t, folder)
			mustPass(t, simulate.Run(b, units, simulate.Options{}))
		})
	}
}
