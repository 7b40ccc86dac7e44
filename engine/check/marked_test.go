package check_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// TestMarkedFiles holds all that is found in a file, or a folder that is one bundle, against its marks: `#~ error: word` at the end
// of a line wants an error there whose message or hint has the word, `#~ warning` an error or a warning, and `#~ may` allows
// either. Where no comment can stand, `#~ line 12 error: word` in another line says the same. No error may stand elsewhere.
func TestMarkedFiles(t *testing.T) {
	for _, entry := range entries(t, "../../testdata/err/marked/*") {
		t.Run(filepath.Base(entry), func(t *testing.T) {
			inputs := read(t, entry)
			found := everything(inputs)
			expected := marks(inputs)
			for _, e := range expected {
				if e.severity != "may" && !slices.ContainsFunc(found, e.meets) {
					t.Errorf("%s:%d: no %s with %q", filepath.Base(e.file), e.line, e.severity, e.word)
				}
			}
			for _, f := range found {
				stands := func(e mark) bool { return f.Span.File == e.file && f.Span.Start.Line == e.line }
				if f.Severity == diagnostic.Error && !slices.ContainsFunc(expected, stands) {
					t.Errorf("nobody marked %s", describe(f))
				}
			}
		})
	}
}

// TestSoundFiles holds that what is unusual and allowed is no error.
func TestSoundFiles(t *testing.T) {
	for _, entry := range entries(t, "../../testdata/ok/sound/*") {
		t.Run(filepath.Base(entry), func(t *testing.T) {
			for _, f := range everything(read(t, entry)) {
				if f.Severity == diagnostic.Error {
					t.Error(describe(f))
				}
			}
		})
	}
}

func entries(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in %s: %v", pattern, err)
	}
	return paths
}

func everything(inputs []flow.Input) []diagnostic.Finding {
	bundle, found := flow.Read(inputs)
	compiled := compile.Bundle(bundle)
	return slices.Concat(found, compiled.Findings, check.Bundle(bundle, compiled))
}

var markPattern = regexp.MustCompile(`#~\s*(?:line\s+(\d+)\s+)?(error|warning|may)\b(?:\s*:\s*([^#]*))?`)

func marks(inputs []flow.Input) []mark {
	var list []mark
	for _, in := range inputs {
		for n, line := range bytes.Split(in.Source, []byte("\n")) {
			for _, m := range markPattern.FindAllSubmatch(line, -1) {
				at := n + 1
				if other, err := strconv.Atoi(string(m[1])); err == nil {
					at = other
				}
				list = append(list, mark{in.Path, at, string(m[2]), strings.TrimSpace(string(m[3]))})
			}
		}
	}
	return list
}

func (m mark) meets(f diagnostic.Finding) bool {
	if f.Span.File != m.file || f.Span.Start.Line != m.line || f.Severity == diagnostic.Note || m.severity == "error" && f.Severity != diagnostic.Error {
		return false
	}
	return strings.Contains(strings.ToLower(f.Message+" "+f.Hint), strings.ToLower(m.word))
}
