package main

import (
	"io"
	"os"

	"journey/engine/diagnostic"
)

// report writes the findings, and gives errFindings where one is an error.
func (a *analysis) report(w io.Writer, format string) error {
	err := a.write(w, format)
	if err == nil && a.HasErrors() {
		return errFindings
	}
	return err
}

func (a *analysis) write(w io.Writer, format string) error {
	if format == "json" {
		return diagnostic.WriteJSON(w, a.Findings)
	}
	return diagnostic.WriteText(w, a.Findings, a.File, diagnostic.Options{Color: colored(w)})
}

// colored tells whether colours are wanted: on a terminal, and not where NO_COLOR (https://no-color.org) is set.
func colored(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
