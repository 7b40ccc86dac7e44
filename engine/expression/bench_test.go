package expression

import "testing"

var typical = []string{
	`intent.name == "talk_to_human"`,
	`order.flagged or order.status == "lost"`,
	`(order?.flagged ?? false) ? 1 : 3`,
	`hours_between(now, order.eta) < 24 and intent.name in ["dispute", "legal"]`,
}

func BenchmarkCheck(b *testing.B) {
	scope := shop()
	for _, src := range typical {
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Check(src, scope)
			}
		})
	}
}

func BenchmarkEval(b *testing.B) {
	for _, src := range typical {
		p, err := Compile(Check(src, shop()).Source)
		if err != nil {
			b.Fatal(err)
		}
		env := newYork(shopValues())
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRender(b *testing.B) {
	c := CheckText("Order {{ order_id }} is {{ order.status }}, due {{ date(order.eta, 'Mon 2 Jan') }}.", shop())
	text, err := CompileText(c.Parts)
	if err != nil {
		b.Fatal(err)
	}
	env := newYork(shopValues())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := text.Render(env); err != nil {
			b.Fatal(err)
		}
	}
}
