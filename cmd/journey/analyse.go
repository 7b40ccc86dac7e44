package main

import (
	"context"
	"slices"

	"journey/engine/deploy"
	"journey/engine/diagnostic"
)

// analysis is a bundle as a command reports on it.
type analysis struct{ *deploy.Bundle }

func analyse(ctx context.Context, paths []string) (*analysis, error) {
	inputs, err := deploy.Sources(ctx, paths)
	if err != nil {
		return nil, plain(err)
	}
	return &analysis{deploy.Analyse(inputs)}, nil
}

// makeStrict takes warnings for errors.
func (a *analysis) makeStrict() {
	for i := range a.Findings {
		if a.Findings[i].Severity == diagnostic.Warning {
			a.Findings[i].Severity = diagnostic.Error
		}
	}
}

// dropNotes leaves what a command that is not about advice should say.
func (a *analysis) dropNotes() {
	a.Findings = slices.DeleteFunc(a.Findings, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Note })
}
