package main

import (
	"fmt"
	"runtime/debug"
)

// version says which commit this program was built from, "(devel)" where the build does not know, and with which Go.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	return fmt.Sprintf("%s, built with %s", info.Main.Version, info.GoVersion)
}
