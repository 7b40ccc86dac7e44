package check_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/flow"
)

// BenchmarkValidate takes bundles of many journeys of some 120 lines and the library they use through all that validating
// is, and tells how much memory is still held where the journeys can run.
func BenchmarkValidate(b *testing.B) {
	for _, journeys := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(journeys), func(b *testing.B) {
			if testing.Short() && journeys > 1_000 {
				b.Skip("takes seconds")
			}
			inputs := copies(b, journeys)
			before := held()
			var bundle *flow.Bundle
			var compiled *compile.Result
			for b.Loop() {
				read, findings := flow.Read(inputs)
				bundle, compiled = read, compile.Bundle(read)
				findings = append(findings, compiled.Findings...)
				if findings = append(findings, check.Bundle(bundle, compiled)...); len(findings) > 0 {
					b.Fatal(findings[0].Message)
				}
			}
			b.ReportMetric(float64(journeys*b.N)/b.Elapsed().Seconds(), "journeys/s")
			b.ReportMetric((held()-before)/float64(journeys), "held-B/journey")
			runtime.KeepAlive(bundle)
			runtime.KeepAlive(compiled)
		})
	}
}

// copies are a shipped journey with as many ids, and its library.
func copies(b *testing.B, journeys int) []flow.Input {
	library, err := os.ReadFile("../../flows/shop.lib.yaml")
	if err != nil {
		b.Fatal(err)
	}
	journey, err := os.ReadFile("../../flows/order-status.yaml")
	if err != nil {
		b.Fatal(err)
	}
	inputs := []flow.Input{{Path: "flows/shop.lib.yaml", Source: library}}
	for i := range journeys {
		id := fmt.Sprintf("order-status-%05d", i)
		source := bytes.Replace(journey, []byte("journey: order-status"), []byte("journey: "+id), 1)
		inputs = append(inputs, flow.Input{Path: "flows/" + id + ".yaml", Source: source})
	}
	return inputs
}

func held() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
