package check_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// TestMarkedMistakes holds the findings against marks at the ends of lines: `#~ error: word` wants an error whose message or
// hint has the word, `#~ warning` a warning. What nobody marked must not be found, notes apart.
func TestMarkedMistakes(t *testing.T) {
	entries, err := filepath.Glob("../../testdata/err/check-*")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no marked files: %v", err)
	}
	for _, entry := range entries {
		t.Run(filepath.Base(entry), func(t *testing.T) {
			inputs := read(t, entry)
			found := analyse(t, inputs)
			for _, m := range marks(inputs) {
				if i := slices.IndexFunc(found, m.is); i >= 0 {
					found = slices.Delete(found, i, i+1)
				} else {
					t.Errorf("%s:%d: no %s with %q", m.file, m.line, m.severity, m.word)
				}
			}
			for _, f := range found {
				if f.Severity != diagnostic.Note {
					t.Errorf("nobody marked %s", describe(f))
				}
			}
		})
	}
}

type mark struct {
	file     string
	line     int
	severity string
	word     string
}

func (m mark) is(f diagnostic.Finding) bool {
	return f.Span.File == m.file && f.Span.Start.Line == m.line && severity(f) == m.severity && strings.Contains(f.Message+" "+f.Hint, m.word)
}

func severity(f diagnostic.Finding) string {
	return map[diagnostic.Severity]string{diagnostic.Error: "error", diagnostic.Warning: "warning", diagnostic.Note: "note"}[f.Severity]
}

func describe(f diagnostic.Finding) string {
	return fmt.Sprintf("%s:%d:%d %s %s: %s (%s)", filepath.Base(f.Span.File), f.Span.Start.Line, f.Span.Start.Column, severity(f), f.Code, f.Message, f.Hint)
}

// read reads a file, or all YAML files of a folder.
func read(t testing.TB, path string) []flow.Input {
	t.Helper()
	files := []string{path}
	if filepath.Ext(path) == "" {
		files, _ = filepath.Glob(filepath.Join(path, "*.yaml"))
	}
	var inputs []flow.Input
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, flow.Input{Path: file, Source: source})
	}
	return inputs
}

// analyse gives what this package finds in files in which nothing else is wrong.
func analyse(t testing.TB, inputs []flow.Input) []diagnostic.Finding {
	t.Helper()
	bundle, found := flow.Read(inputs)
	compiled := compile.Bundle(bundle)
	for _, f := range slices.Concat(found, compiled.Findings) {
		if f.Severity == diagnostic.Error {
			t.Errorf("the file itself: %s", describe(f))
		}
	}
	return check.Bundle(bundle, compiled)
}

func TestFindingsDoNotDependOnChance(t *testing.T) {
	inputs := slices.Concat(read(t, "../../testdata/err/check-unset.yaml"), read(t, "../../testdata/err/check-ways.yaml"),
		read(t, "../../testdata/err/check-options.yaml"), read(t, "../../testdata/err/check-scenarios"))
	var first []string
	for range 5 {
		var lines []string
		for _, f := range analyse(t, inputs) {
			lines = append(lines, describe(f)+strconv.Itoa(len(f.Related)))
		}
		if first == nil {
			first = lines
		}
		if !slices.Equal(first, lines) {
			t.Fatalf("two runs differ:\n%s\n\n%s", strings.Join(first, "\n"), strings.Join(lines, "\n"))
		}
	}
	if len(first) == 0 {
		t.Fatal("nothing was found")
	}
}
