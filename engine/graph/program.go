package graph

import (
	"sync/atomic"

	"journey/engine/expression"
)

type programCache struct {
	p atomic.Pointer[expression.Program]
}
type textCache struct {
	p atomic.Pointer[[]compiledVariant]
}

type compiledVariant struct {
	locale string
	text   *expression.Text
}

// Program compiles the expression on first use. It fails only on a graph that no compiler of this version wrote.
func (e *Expr) Program() (*expression.Program, error) {
	if p := e.program.p.Load(); p != nil {
		return p, nil
	}
	p, err := expression.Compile(e.Source)
	if err != nil {
		return nil, err
	}
	e.program.p.Store(p)
	return p, nil
}

// In gives the text in a locale: `es-MX`, then `es`, then the journey's own.
func (t *Text) In(locale string) (*expression.Text, error) {
	variants := t.compiled.p.Load()
	if variants == nil {
		list := make([]compiledVariant, len(t.Variants))
		for i, v := range t.Variants {
			c, err := expression.CompileText(v.Parts)
			if err != nil {
				return nil, err
			}
			list[i] = compiledVariant{v.Locale, c}
		}
		variants = &list
		t.compiled.p.Store(variants)
	}
	return (*variants)[t.pick(locale)].text, nil
}

func (t *Text) pick(locale string) int {
	best := 0
	for i, v := range t.Variants {
		if v.Locale == locale {
			return i
		}
		if n := len(v.Locale); n < len(locale) && locale[n] == '-' && locale[:n] == v.Locale {
			best = i
		}
	}
	return best
}
