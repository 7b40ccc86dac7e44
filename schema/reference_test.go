package schema_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/simulate"
	"journey/schema"
)

var update = flag.Bool("update", false, "write LANGUAGE.md and CONFIGURATION.md")

// LANGUAGE.md is language.md.tmpl, with the schema's descriptions and the examples in it.
func TestReferenceIsUpToDate(t *testing.T) {
	ofLanguage(t).isWritten("LANGUAGE.md", examples(t))
}

// The examples of the reference are one bundle without a mistake, and their scenarios pass.
func TestExamplesAreInOrder(t *testing.T) {
	s := compiled(t, schema.Journey)
	var inputs []flow.Input
	for _, path := range examples(t) {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(decode(t, string(source))); err != nil {
			t.Errorf("%s: %#v", path, err)
		}
		inputs = append(inputs, flow.Input{Path: path, Source: source})
	}
	bundle, findings := flow.Read(inputs)
	units := compile.Bundle(bundle)
	findings = append(append(findings, units.Findings...), check.Bundle(bundle, units)...)
	for _, f := range findings {
		if f.Severity != diagnostic.Note {
			t.Errorf("%s:%d: %s", f.Span.File, f.Span.Start.Line, f.Message)
		}
	}
	if t.Failed() {
		return
	}
	results := simulate.Run(bundle, units, simulate.Options{})
	if len(results) == 0 {
		t.Error("the examples have no scenario")
	}
	for _, r := range results {
		for _, f := range r.Failures {
			t.Errorf("%s:%d: %s", r.File, f.Line, f.Message)
		}
	}
}

func examples(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("examples/*.yaml")
	if err != nil || len(paths) == 0 {
		t.Fatal("no examples", err)
	}
	return paths
}
