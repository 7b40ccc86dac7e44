package flow

import ("testing";"os";"path/filepath";"fmt";"strings";"time")

func TestTry(t *testing.T) {
	arg := os.Getenv("TRY")
	if arg == "" { t.Skip() }
	for _, glob := range strings.Split(arg, ",") {
	paths, _ := filepath.Glob(glob)
	for _, bundle := range paths {
		var in []Input
		filepath.Walk(bundle, func(p string, i os.FileInfo, err error) error {
			if !i.IsDir() { b, _ := os.ReadFile(p); in = append(in, Input{p, b}) }
			return nil
		})
		start := time.Now()
		_, fs := Read(in)
		fmt.Println("==", filepath.Base(bundle), time.Since(start))
		for _, f := range fs {
			fmt.Printf("%s:%d:%d-%d: %d %s: %s (%s)\n", filepath.Base(f.Span.File), f.Span.Start.Line, f.Span.Start.Column, f.Span.End.Column, f.Severity, f.Code, f.Message, f.Hint)
		}
	}
	}
}
