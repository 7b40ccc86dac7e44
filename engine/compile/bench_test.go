package compile

import (
	"testing"
)

// A journey of 150 lines takes some 700 µs at most.
func BenchmarkBundle(b *testing.B) {
	bundle, _, _ := read(b, "../../testdata/ok/compile-order")
	for b.Loop() {
		Bundle(bundle)
	}
}
