package main

import (
	"fmt"
	"runtime/debug"
)

// version says which state of the source this program was built from, as far as the build knows, and with which Go.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v, revision, changed := info.Main.Version, "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = " " + s.Value[:min(len(s.Value), 12)]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed"
		}
	}
	return fmt.Sprintf("%s%s%s (%s)", v, revision, changed, info.GoVersion)
}
