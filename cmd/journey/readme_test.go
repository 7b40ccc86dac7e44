package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The README's journey gives the output that stands below it.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```")
	if len(blocks) < 5 {
		t.Fatal("the README has no journey with its output")
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("doorbell.yaml", []byte(strings.TrimPrefix(blocks[1], "yaml\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, complaints bytes.Buffer
	code := run([]string{"validate", "doorbell.yaml"}, terminal{in: strings.NewReader(""), out: &out, err: &complaints})
	if want := strings.TrimPrefix(blocks[3], "\n"); code != exitFindings || out.String() != want || complaints.Len() > 0 {
		t.Errorf("exit code %d, complaints %q, output\n%s\nthe README has\n%s", code, &complaints, &out, want)
	}
}
