package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"journey/engine/diagnostic"
)

// sorted puts findings in the order of their places, and says what is said twice once.
func sorted(findings []diagnostic.Finding) []diagnostic.Finding {
	slices.SortStableFunc(findings, func(a, b diagnostic.Finding) int {
		return cmp.Or(
			strings.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Start.Line, b.Span.Start.Line),
			cmp.Compare(a.Span.Start.Column, b.Span.Start.Column),
			cmp.Compare(a.Severity, b.Severity),
			strings.Compare(a.Code, b.Code),
			strings.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(findings, func(a, b diagnostic.Finding) bool {
		return a.Span == b.Span && a.Code == b.Code && a.Message == b.Message
	})
}

// report writes the findings, and gives errFindings where one is an error.
func (a *analysis) report(w io.Writer, format string) error {
	write := writeText
	if format == "json" {
		write = writeJSON
	}
	if err := write(w, a.findings); err != nil {
		return err
	}
	if a.hasErrors() {
		return errFindings
	}
	return nil
}

func severity(s diagnostic.Severity) string { return [...]string{"error", "warning", "note"}[s] }

func writeText(w io.Writer, findings []diagnostic.Finding) error {
	var b strings.Builder
	for _, f := range findings {
		at := f.Span.Start
		fmt.Fprintf(&b, "%s:%d:%d: %s: %s [%s]\n", f.Span.File, at.Line, at.Column, severity(f.Severity), f.Message, f.Code)
		if f.Hint != "" {
			fmt.Fprintf(&b, "    %s\n", f.Hint)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeJSON(w io.Writer, findings []diagnostic.Finding) error {
	type finding struct {
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Message  string `json:"message"`
		Hint     string `json:"hint"`
	}
	list := []finding{}
	for _, f := range findings {
		list = append(list, finding{f.Span.File, f.Span.Start.Line, f.Span.Start.Column, f.Code, severity(f.Severity), f.Message, f.Hint})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Findings []finding `json:"findings"`
	}{list})
}
