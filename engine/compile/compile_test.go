package compile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// read takes a file, or all of a folder, as one bundle.
func read(t testing.TB, path string) (*flow.Bundle, []flow.Input, []diagnostic.Finding) {
	t.Helper()
	var inputs []flow.Input
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".yaml" {
			return err
		}
		source, err := os.ReadFile(name)
		inputs = append(inputs, flow.Input{Path: name, Source: source})
		return err
	})
	if err != nil || len(inputs) == 0 {
		t.Fatalf("%s holds no files: %v", path, err)
	}
	bundle, findings := flow.Read(inputs)
	return bundle, inputs, findings
}

// A mark stands at the end of the line that is to be found: `#~ error: word`. `may` allows a finding that need not be.
var mark = regexp.MustCompile(`#~ (error|warning|note|may)(?:: ([^#\s]+))?`)

var severities = map[diagnostic.Severity]string{diagnostic.Error: "error", diagnostic.Warning: "warning", diagnostic.Note: "note"}

// TestMistakes reads the files compile-*.yaml, or folders of them, whose mistakes are marked.
func TestMistakes(t *testing.T) {
	paths, _ := filepath.Glob("../../testdata/err/compile-*")
	if len(paths) == 0 {
		t.Fatal("no files")
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			bundle, inputs, findings := read(t, path)
			findings = append(findings, Bundle(bundle).Findings...)
			expect(t, inputs, findings)
		})
	}
}

// expect compares findings with the marks: each mark is met, each finding marked, and none is there twice.
func expect(t *testing.T, inputs []flow.Input, findings []diagnostic.Finding) {
	t.Helper()
	type line struct {
		file string
		line int
	}
	allowed := map[line]string{}
	for _, in := range inputs {
		for i, text := range strings.Split(string(in.Source), "\n") {
			at := line{in.Path, i + 1}
			for _, m := range mark.FindAllStringSubmatch(text, -1) {
				allowed[at] += m[1] + " "
				if m[1] != "may" && !found(findings, at.file, at.line, m[1], m[2]) {
					t.Errorf("%s:%d: no %s that says %q", at.file, at.line, m[1], m[2])
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, f := range findings {
		text := fmt.Sprintf("%s:%d:%d: %s: %s (%s) [%s]", f.Span.File, f.Span.Start.Line, f.Span.Start.Column, severities[f.Severity], f.Message, f.Hint, f.Code)
		marks := allowed[line{f.Span.File, f.Span.Start.Line}]
		if !strings.Contains(marks, severities[f.Severity]) && !strings.Contains(marks, "may") {
			t.Errorf("unexpected: %s", text)
		}
		if seen[text] {
			t.Errorf("twice: %s", text)
		}
		seen[text] = true
		if testing.Verbose() {
			t.Log(text)
		}
	}
}

func found(findings []diagnostic.Finding, file string, line int, severity, word string) bool {
	has := regexp.MustCompile(`(^|[^\w])` + regexp.QuoteMeta(word) + `($|[^\w])`)
	for _, f := range findings {
		if f.Span.File == file && f.Span.Start.Line == line && severities[f.Severity] == severity && (word == "" || has.MatchString(f.Message+" "+f.Hint)) {
			return true
		}
	}
	return false
}
