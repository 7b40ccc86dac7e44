package diagnostic

import (
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes {"findings": […]}, with file, line, column, code, severity, message and hint of each.
func WriteJSON(w io.Writer, findings []Finding) error {
	type row struct {
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Message  string `json:"message"`
		Hint     string `json:"hint"`
	}
	rows := make([]row, len(findings))
	for i, f := range findings {
		rows[i] = row{f.Span.File, f.Span.Start.Line, f.Span.Start.Column, f.Code, f.Severity.String(), f.Message, f.Hint}
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(map[string]any{"findings": rows}); err != nil {
		return fmt.Errorf("writing findings: %w", err)
	}
	return nil
}
