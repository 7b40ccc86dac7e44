package main

import (
	"io"
	"os"

	"journey/engine/diagnostic"
)

// report writes the findings, and gives errFindings where one is an error.
func (a *analysis) report(w io.Writer, format string) error {
	err := a.write(w, format)
	if err == nil && a.hasErrors() {
		return errFindings
	}
	return err
}

func (a *analysis) write(w io.Writer, format string) error {
	if format == "json" {
		return diagnostic.WriteJSON(w, a.findings)
	}
	return diagnostic.WriteText(w, a.findings, a.source, diagnostic.Options{Color: colored(w)})
}

func (a *analysis) source(file string) []byte {
	for _, f := range a.bundle.Files {
		if f.Path == file {
			return f.Source
		}
	}
	return nil
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
