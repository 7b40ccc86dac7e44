package compile

import (
	"os"
	"path/filepath"
	"testing"

	"journey/engine/flow"
)

// FuzzBundle compiles whatever can be read: it ends, and every target of a journey without errors is a state.
func FuzzBundle(f *testing.F) {
	for _, pattern := range []string{"../../testdata/err/compile-*.yaml", "../../testdata/ok/compile-*/*.yaml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			source, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(source)
		}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		bundle, findings := flow.Read([]flow.Input{{Path: "a.yaml", Source: source}})
		for _, u := range Bundle(bundle).Units {
			if len(findings) > 0 || u.Broken {
				continue
			}
			for _, s := range u.Graph.States {
				for _, r := range s.To {
					if int(r.To) >= len(u.Graph.States) || r.To < -1 {
						t.Errorf("%s leads to %d", r.ID, r.To)
					}
				}
			}
		}
	})
}
