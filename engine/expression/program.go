package expression

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Program is a compiled expression, safe for concurrent use.
type Program struct {
	source string
	roots  []string
	run    code
	slots  int // of the stack, for variables and loops
}

// cache holds programs by source, bounded: the same guards stand in many journeys.
var cache struct {
	sync.RWMutex
	programs map[string]*Program
}

const maxCached = 50_000

// Compile compiles a normalised source. An error says what is wrong with the source.
func Compile(normalised string) (*Program, error) {
	cache.RLock()
	p := cache.programs[normalised]
	cache.RUnlock()
	if p != nil {
		return p, nil
	}
	p, err := compile(normalised)
	if err != nil {
		return nil, err
	}
	cache.Lock()
	if len(cache.programs) >= maxCached || cache.programs == nil {
		cache.programs = map[string]*Program{}
	}
	cache.programs[normalised] = p
	cache.Unlock()
	return p, nil
}

func compile(source string) (*Program, error) {
	tree, problem := parse(source, maxNormalised)
	if problem != nil {
		return nil, fmt.Errorf("compile %s: %s", short(source), problem.Message)
	}
	b := &builder{roots: map[string]bool{}}
	run := b.node(tree)
	if b.err != nil {
		return nil, fmt.Errorf("compile %s: %w", short(source), b.err)
	}
	return &Program{source: source, roots: slices.Sorted(maps.Keys(b.roots)), run: run, slots: b.most}, nil
}

// Roots are the names that it reads, sorted.
func (p *Program) Roots() []string { return p.roots }

// Context is what evaluation depends on besides the values.
type Context struct {
	Now    time.Time
	Zone   *time.Location          // the contact's; nil is UTC
	Locale string                  // the contact's, en-US; "" is en
	Link   func(url string) string // makes the short link of a url; nil keeps the url
	Budget int                     // steps of loops, elements and bytes that one evaluation may take; 0 is DefaultBudget
}

func (c *Context) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// Values gives the value of a root name, nil where it is not set.
type Values interface{ Value(name string) any }

// DefaultBudget is far more than an expression that a person writes needs, and ends any in a fraction of a second.
const DefaultBudget = 2_000_000

// maxNested bounds evaluations that a Values makes, in the same Env, while it is asked for a value.
const maxNested = 16

// ErrBudget is wrapped where an evaluation takes too many steps or makes too large a value.
var ErrBudget = errors.New("it takes too many steps or too large a value")

// Env is what programs are evaluated in: it asks for a name once, and keeps the value until it is dropped. It is not for
// concurrent use; a Values that is asked for a name may evaluate in it.
type Env struct {
	values Values
	ctx    *Context
	names  map[string]any
	stack  []any // variables and loops of the programs that are running
	base   int   // where those of the innermost begin
	nested int
	left   int // of the budget
}

// NewEnv makes an environment. What ctx points to may be changed between evaluations.
func NewEnv(values Values, ctx *Context) *Env {
	return &Env{values: values, ctx: ctx, names: make(map[string]any, 8)}
}

// Drop forgets the value of a name.
func (e *Env) Drop(name string) { delete(e.names, name) }

// Reset forgets the values of all names.
func (e *Env) Reset() { clear(e.names) }

func (e *Env) root(name string) any {
	if v, ok := e.names[name]; ok {
		return v
	}
	v := e.values.Value(name)
	e.names[name] = v
	return v
}

// Eval evaluates. An error says which expression failed, and why, in one line.
func (p *Program) Eval(env *Env) (v any, err error) {
	if env.nested >= maxNested {
		return nil, fmt.Errorf("evaluate %s: values that depend on each other have no end", short(p.source))
	}
	base, left, size := env.base, env.left, len(env.stack)
	env.nested++
	env.base = size
	env.left = env.ctx.Budget
	if env.left <= 0 {
		env.left = DefaultBudget
	}
	for range p.slots {
		env.stack = append(env.stack, nil)
	}
	defer func() {
		if r := recover(); r != nil {
			v, err = nil, fmt.Errorf("evaluate %s: %w", short(p.source), reason(r))
		}
		clear(env.stack[size:])
		env.stack, env.base, env.left = env.stack[:size], base, left
		env.nested--
	}()
	return p.run(env), nil
}

// Bool evaluates a condition; a value that is not set is false.
func (p *Program) Bool(env *Env) (bool, error) {
	v, err := p.Eval(env)
	if err != nil {
		return false, err
	}
	b, ok := v.(bool)
	if !ok && v != nil {
		return false, fmt.Errorf("evaluate %s: %s is neither true nor false", short(p.source), describe(v))
	}
	return b, nil
}

// failure carries the end of an evaluation up to Eval.
type failure struct{ error }

// reason is the error of a failure. Anything else is a mistake of ours that must not take the process down.
func reason(r any) error {
	switch r := r.(type) {
	case failure:
		return r.error
	case error:
		return r
	}
	return fmt.Errorf("%v", r)
}

func (e *Env) fail(form string, args ...any) {
	panic(failure{fmt.Errorf(form, args...)})
}

func (e *Env) check(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// spend takes steps, elements or bytes off the budget.
func (e *Env) spend(n int) {
	if n > e.left {
		panic(failure{ErrBudget})
	}
	e.left -= n
}

// short is a source as it stands in an error.
func short(source string) string {
	const most = 200
	if len(source) <= most {
		return source
	}
	return strings.ToValidUTF8(source[:most], "") + "…"
}
