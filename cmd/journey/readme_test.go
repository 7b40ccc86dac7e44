package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"journey/engine/config"
)

var metricName = regexp.MustCompile(`\bjourney_[a-z_]+[a-z]\b`)

func readReadme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block is the one of the README's blocks of code that contains a piece, without the word for its language.
func block(t *testing.T, piece string) string {
	t.Helper()
	var found []string
	for i, text := range strings.Split(readReadme(t), "```") {
		if i%2 == 1 && strings.Contains(text, piece) {
			_, text, _ = strings.Cut(text, "\n")
			found = append(found, text)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the README has %d blocks with %q, want one", len(found), piece)
	}
	return found[0]
}

// The README's files give the output that stands below each: the journey with its slip, and the scenario of the mended one.
func TestReadme(t *testing.T) {
	slipped, findings := block(t, "journey: doorbell"), block(t, "error[unknown-state]")
	scenario, result := block(t, "scenarios: doorbell"), block(t, "1 case, 1 passed")
	t.Chdir(t.TempDir())
	write(t, "doorbell.yaml", slipped)
	prints(t, exitFindings, findings, "validate", "doorbell.yaml")

	write(t, "doorbell.yaml", strings.Replace(slipped, "portr", "porter", 1))
	write(t, "doorbell.test.yaml", scenario)
	prints(t, exitClean, result, "simulate", "doorbell.yaml", "doorbell.test.yaml")
}

// The README's configuration has nothing wrong in it, nothing that is ignored, and no token that can be guessed by who reads it.
func TestReadmeConfiguration(t *testing.T) {
	source := block(t, "public_url:")
	environment := map[string]string{"TWILIO_AUTH_TOKEN": "x", "JOURNEY_KEY": strings.Repeat("x", 32)}
	cfg, findings := config.Read("journey.yaml", []byte(source), func(name string) (string, bool) { v, ok := environment[name]; return v, ok })
	for _, f := range findings {
		t.Errorf("line %d: %s: %s", f.Span.Start.Line, f.Severity, f.Message)
	}
	for _, token := range cfg.Tokens {
		if token.SHA256 == sha256.Sum256([]byte("TOKEN")) {
			t.Error("its token is the one in the comment beside it, which somebody would leave there")
		}
	}
	if doubts := doubts(cfg); len(doubts) > 0 || cfg.Approval {
		t.Errorf("the server has doubts: %q", doubts)
	}
}

// Every line of the log that the README explains is one that the program can write.
func TestReadmeLogLines(t *testing.T) {
	_, rows, _ := strings.Cut(readReadme(t), "| line | means |\n| --- | --- |\n")
	rows, _, _ = strings.Cut(rows, "\n\n")
	var program strings.Builder
	for _, folder := range []string{".", "../../engine"} {
		inputs, err := filepath.Glob(folder + "/*.go")
		deeper, err2 := filepath.Glob(folder + "/*/*.go")
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		for _, path := range append(inputs, deeper...) {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			program.Write(text)
		}
	}
	lines := regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllStringSubmatch(rows, -1)
	if len(lines) < 5 {
		t.Fatalf("the README explains %d lines of the log", len(lines))
	}
	for _, line := range lines {
		if !strings.Contains(program.String(), strconv.Quote(line[1])) {
			t.Errorf("the README explains %q, which is never logged", line[1])
		}
	}
}

// Every command in the README is one that there is, with flags that it has.
func TestReadmeCommands(t *testing.T) {
	commands := regexp.MustCompile("(?m)(?:^    |`|/|=)journey ([a-z][^`\n]*)").FindAllStringSubmatch(readReadme(t), -1)
	if len(commands) < 8 {
		t.Fatalf("the README has %d commands", len(commands))
	}
	for _, c := range commands {
		root := newRoot(terminal{})
		root.InitDefaultHelpCmd()
		root.InitDefaultCompletionCmd()
		cmd, rest, err := root.Find(strings.Fields(c[1]))
		if err := errors.Join(err, cmd.ParseFlags(rest)); err != nil {
			t.Errorf("journey %s: %v", c[1], err)
		}
	}
}

// The README's requests are made as they stand, by curl, to the server with the shipped journeys; only its address is another.
func TestReadmeRequests(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("there is no curl here")
	}
	flows, err := filepath.Abs("../../flows")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{folder: t.TempDir(), address: freeAddress(t), client: newClient()}
	c := s.launch(t, "--flows", flows, "--data", filepath.Join(s.folder, "journey.db"), "--listen", s.address)
	script := strings.ReplaceAll(block(t, "curl "), "127.0.0.1:8080", s.address)
	command := exec.Command("sh", "-euc", script)
	command.Env = append(os.Environ(), "PATH="+filepath.Dir(curl)+":"+os.Getenv("PATH"))
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !bytes.Contains(out, []byte(`"status":"accepted"`)) {
		t.Errorf("the event is not accepted:\n%s", out)
	}
	var list struct{ Conversations []json.RawMessage }
	soon(t, "the event has begun a conversation", func() bool {
		if err := json.Unmarshal(s.must(t, "GET", "/v1/conversations", nil), &list); err != nil {
			t.Fatal(err)
		}
		return len(list.Conversations) == 1
	})
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	if said, want := c.said.String(), fmt.Sprintf(" journeys from %s at http://%s\n", flows, s.address); !strings.HasPrefix(said, "Serving ") || !strings.Contains(said, want) {
		t.Errorf("it says\n%s", said)
	}
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
	if code != wantCode || out.String() != want || complaints.Len() > 0 {
		t.Errorf("%v: exit code %d, complaints %q, output\n%s\nthe README has\n%s", args, code, &complaints, &out, want)
	}
}
