package check_test

import (
	"testing"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/flow"
)

// BenchmarkBundle checks a journey of some 80 lines with 10 states and a dozen mistakes, and one without any.
func BenchmarkBundle(b *testing.B) {
	for _, file := range []string{"check-unset.yaml", "check-trap.yaml"} {
		b.Run(file, func(b *testing.B) {
			bundle, _ := flow.Read(read(b, "../../testdata/err/"+file))
			compiled := compile.Bundle(bundle)
			b.ReportAllocs()
			for b.Loop() {
				check.Bundle(bundle, compiled)
			}
		})
	}
}
