package main

import (
	"context"
	"slices"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// analysis is a bundle with all that is known of it.
type analysis struct {
	bundle   *flow.Bundle
	compiled *compile.Result
	findings []diagnostic.Finding // sorted
}

func analyse(ctx context.Context, paths []string) (*analysis, error) {
	inputs, err := readSources(ctx, paths)
	if err != nil {
		return nil, err
	}
	a := &analysis{}
	a.bundle, a.findings = flow.Read(inputs)
	a.compiled = compile.Bundle(a.bundle)
	a.findings = append(a.findings, a.compiled.Findings...)
	a.findings = append(a.findings, check.Bundle(a.bundle, a.compiled)...)
	a.findings = diagnostic.Sort(a.findings)
	return a, nil
}

func (a *analysis) hasErrors() bool {
	return slices.ContainsFunc(a.findings, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Error })
}

// makeStrict takes warnings for errors.
func (a *analysis) makeStrict() {
	for i := range a.findings {
		if a.findings[i].Severity == diagnostic.Warning {
			a.findings[i].Severity = diagnostic.Error
		}
	}
}

// dropNotes leaves what a command that is not about advice should say.
func (a *analysis) dropNotes() {
	a.findings = slices.DeleteFunc(a.findings, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Note })
}
