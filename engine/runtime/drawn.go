package runtime

import (
	"slices"
	"sync"
)

// drawn keeps secrets that were drawn for a step which did not use them, for the next one.
type drawn struct {
	mu            sync.Mutex
	codes, tokens []string
}

// take gives at least so many codes and tokens; give takes back what is left of them.
func (d *drawn) take(s Secrets, codes, tokens int) (c, t []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.codes) < codes {
		d.codes = append(d.codes, s.Code())
	}
	for len(d.tokens) < tokens {
		d.tokens = append(d.tokens, s.Token())
	}
	c, t = slices.Clone(d.codes[:codes]), slices.Clone(d.tokens[:tokens])
	d.codes, d.tokens = d.codes[codes:], d.tokens[tokens:]
	return c, t
}

func (d *drawn) give(codes, tokens []string) {
	if len(codes) == 0 && len(tokens) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.codes, d.tokens = slices.Concat(codes, d.codes), slices.Concat(tokens, d.tokens)
}
