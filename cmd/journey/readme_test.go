package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// The README's files give the output that stands below each: the journey with its slip, and the scenario of the mended one.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(readme), "```")
	if len(blocks) != 9 {
		t.Fatalf("the README has %d blocks, want a journey, its findings, a scenario, its result", len(blocks)/2)
	}
	t.Chdir(t.TempDir())
	slipped := strings.TrimPrefix(blocks[1], "yaml\n")
	write(t, "doorbell.yaml", slipped)
	prints(t, exitFindings, blocks[3], "validate", "doorbell.yaml")

	write(t, "doorbell.yaml", strings.Replace(slipped, "portr", "porter", 1))
	write(t, "doorbell.test.yaml", strings.TrimPrefix(blocks[5], "yaml\n"))
	prints(t, exitClean, blocks[7], "simulate", "doorbell.yaml", "doorbell.test.yaml")
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func prints(t *testing.T, wantCode int, want string, args ...string) {
	t.Helper()
	var out, complaints bytes.Buffer
	code := run(args, terminal{in: strings.NewReader(""), out: &out, err: &complaints})
	if want = strings.TrimPrefix(want, "\n"); code != wantCode || out.String() != want || complaints.Len() > 0 {
		t.Errorf("%v: exit code %d, complaints %q, output\n%s\nthe README has\n%s", args, code, &complaints, &out, want)
	}
}
