package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits CODE COMMAND… runs a command and wants this exit code of it.
func exits(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		s.Fatalf("usage: exits CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	s.Check(err)
	err = s.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		s.Check(err)
	}
	if got != want {
		s.Fatalf("exit code %d, want %d", got, want)
	}
}

// marked FILE… puts a byte order mark before files.
func marked(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		s.Fatalf("usage: marked FILE…")
	}
	for _, name := range args {
		content := s.ReadFile(name)
		s.Check(os.WriteFile(s.MkAbs(name), []byte("\uFEFF"+content), 0o600))
	}
}
