package main

import (
	"context"
	"log/slog"

	"journey/engine/config"
	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// jsonLog is the format in which everything that a server says is a line of JSON, once it serves.
const jsonLog = "json"

func logHandler(t terminal, c config.Log) slog.Handler {
	o := &slog.HandlerOptions{Level: c.Level}
	if c.Format == jsonLog {
		return slog.NewJSONHandler(t.err, o)
	}
	return slog.NewTextHandler(t.err, o)
}

// showFindings shows errors and warnings, and leaves notes to `journey validate`.
func showFindings(t terminal, findings []diagnostic.Finding, sources map[string][]byte) {
	if shown := withoutNotes(findings); len(shown) > 0 {
		source := func(path string) []byte { return sources[path] }
		_ = diagnostic.WriteText(t.err, shown, source, diagnostic.Options{Color: colored(t.err)}) // who can't be told can't be told so
	}
}

// logFindings writes them as lines of the log.
func logFindings(log *slog.Logger, findings []diagnostic.Finding) {
	for _, f := range withoutNotes(findings) {
		level := slog.LevelError
		if f.Severity == diagnostic.Warning {
			level = slog.LevelWarn
		}
		log.Log(context.Background(), level, f.Message, "code", f.Code, "file", f.Span.File, "line", f.Span.Start.Line, "column", f.Span.Start.Column, "hint", f.Hint)
	}
}

func withoutNotes(findings []diagnostic.Finding) []diagnostic.Finding {
	var kept []diagnostic.Finding
	for _, f := range findings {
		if f.Severity != diagnostic.Note {
			kept = append(kept, f)
		}
	}
	return kept
}

func sources(inputs []flow.Input) map[string][]byte {
	all := map[string][]byte{}
	for _, in := range inputs {
		all[in.Path] = in.Source
	}
	return all
}
