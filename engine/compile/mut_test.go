package compile

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"journey/engine/flow"
)

func TestMutate(t *testing.T) {
	if os.Getenv("MUT") == "" {
		t.Skip()
	}
	paths, _ := filepath.Glob("/work/shared/conformance/*/*.yaml")
	more, _ := filepath.Glob("../../testdata/err/*.yaml")
	r := rand.New(rand.NewSource(1))
	paths = append(paths, more...)
	var srcs [][]string
	for _, p := range paths {
		b, _ := os.ReadFile(p)
		srcs = append(srcs, strings.Split(string(b), "\n"))
	}
	lib, _ := os.ReadFile("/work/shared/conformance/journeys/eyecare.lib.yaml")
	seen := map[string]bool{}
	for i := 0; i < 30000; i++ {
		k := r.Intn(len(srcs))
		lines := append([]string(nil), srcs[k]...)
		for n := r.Intn(3) + 1; n > 0; n-- {
			j := r.Intn(len(lines))
			switch r.Intn(5) {
			case 0:
				lines = append(lines[:j], lines[j+1:]...)
			case 1:
				l := lines[j]
				if c := strings.Index(l, ":"); c > 0 {
					lines[j] = l[:c+1]
				}
			case 2:
				l := lines[j]
				if c := strings.Index(l, ":"); c > 0 {
					lines[j] = l[:c+1] + []string{" [a, b]", " {}", " []", " 3", " {a: b}", " ~", " \"\"", " {when: true}", " x"}[r.Intn(9)]
				}
			case 3:
				o := srcs[r.Intn(len(srcs))]
				lines[j] = o[r.Intn(len(o))]
			case 4:
				l := []byte(lines[j])
				if len(l) > 0 {
					c := r.Intn(len(l))
					l = append(l[:c], l[c+1:]...)
					lines[j] = string(l)
				}
			}
		}
		src := strings.Join(lines, "\n")
		func() {
			defer func() {
				if e := recover(); e != nil {
					key := fmt.Sprint(e)
					if !seen[key] {
						seen[key] = true
						os.WriteFile(fmt.Sprintf("/tmp/comp_panic%d.yaml", len(seen)), []byte(src), 0o644)
						t.Errorf("%s: %v", filepath.Base(paths[k]), e)
						panic(e)
					}
				}
			}()
			b, _ := flow.Read([]flow.Input{{Path: "x.yaml", Source: []byte(src)}, {Path: "l.yaml", Source: lib}})
			Bundle(b)
		}()
	}
}
