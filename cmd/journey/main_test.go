package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"journey": main})
}

// TestScripts runs the command as people do. Scripts have two commands more: `exits CODE COMMAND…` runs a command that must end
// with that exit code, and `marked FILE…` puts a byte order mark before files.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "marked": marked},
	})
}
