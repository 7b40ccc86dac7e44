package diagnostic

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with testdata/name, which has to be there.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs, got:\n%s", path, got)
	}
}

const source = "\uFEFFjourney: shop\r\n" +
	"title: 東京 → sttaus  # wide characters before the place\r\n" +
	"\tsay: tabbed\r\n" +
	"owner: desk\r\n" +
	"states: { start: { say: \"one\", to: next }, next: { say: \"two\", to: over }, over: { end: ovr }, last: { end: last }, one_more: { end: one_more } }\r\n" +
	"combining: e\u0301tage X\r\n"

func at(line, column, end int) Span {
	s := Span{File: "shop.yaml", Start: Position{line, column}}
	if end > 0 {
		s.End = Position{line, end}
	}
	return s
}

var findings = []Finding{
	{Span: at(5, 88, 91), Code: "unknown-outcome", Message: "there is no outcome `ovr`", Hint: "did you mean `over`?"},
	{Span: at(2, 13, 19), Code: "unknown-name", Message: "there is no `sttaus`", Hint: "did you mean `status`?"},
	{Span: at(3, 2, 5), Code: "tab-indentation", Message: "a tab"},
	{Span: at(4, 1, 6), Code: "duplicate-key", Severity: Warning, Message: "`owner` stands here a second time",
		Related: []Related{{Span: at(1, 1, 8), Message: "the first one"}}},
	{Span: at(6, 18, 19), Code: "unknown-name", Severity: Note, Message: "the X"},
	{Span: at(1, 1, 0), Code: "missing-key", Message: "a journey lacks `owner`"},
	{Span: at(99, 1, 0), Code: "far-off", Message: "past the end"},
	{Span: Span{File: "gone.yaml", Start: Position{1, 1}}, Code: "gone", Message: "without its source"},
}

func sources(file string) []byte {
	if file == "shop.yaml" {
		return []byte(source)
	}
	return nil
}

func TestWriteText(t *testing.T) {
	for name, options := range map[string]Options{"plain.txt": {}, "color.txt": {Color: true}, "narrow.txt": {Width: 60}} {
		var out bytes.Buffer
		if err := WriteText(&out, Sort(slices.Clone(findings)), sources, options); err != nil {
			t.Fatal(err)
		}
		golden(t, name, out.Bytes())
	}
}

func TestWriteTextOfNothing(t *testing.T) {
	var out bytes.Buffer
	if err := WriteText(&out, nil, sources, Options{}); err != nil || out.Len() != 0 {
		t.Errorf("got %q, %v; want nothing", out.String(), err)
	}
}

func TestWriteJSON(t *testing.T) {
	var out bytes.Buffer
	if err := WriteJSON(&out, Sort(slices.Clone(findings))); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out.Bytes()) {
		t.Error("no JSON")
	}
	golden(t, "findings.json", out.Bytes())
	out.Reset()
	if err := WriteJSON(&out, nil); err != nil || out.String() != "{\n  \"findings\": []\n}\n" {
		t.Errorf("without findings: %q, %v", out.String(), err)
	}
}

func TestSortDropsWhatWasSaidAlready(t *testing.T) {
	twice := Finding{Span: at(1, 1, 4), Code: "a", Message: "m"}
	other := Finding{Span: at(1, 1, 4), Code: "a", Message: "n"}
	got := Sort([]Finding{twice, other, twice})
	if len(got) != 2 || got[0].Message != "m" || got[1].Message != "n" {
		t.Errorf("got %v", got)
	}
}

func TestSummary(t *testing.T) {
	for want, list := range map[string][]Finding{
		"no findings":                            nil,
		"1 error in 1 file":                      {{}},
		"6 errors, 1 warning, 1 note in 2 files": findings,
	} {
		if got := Summary(list); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"status", "state", "sms", "email", "via", "quiet", "to"}
	for word, want := range map[string]string{
		"sttaus": "status", "staet": "state", "smss": "sms", "emial": "email", "vai": "via", "Quiet": "quiet", "quite": "quiet", "ot": "to",
		"zebra": "", "x": "", "": "", "sms": "", "statistics": "",
	} {
		if got := Suggest(word, known); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", word, got, want)
		}
	}
}
