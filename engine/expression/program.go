package expression

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/vm"
)

// contextName is the hidden name under which functions get the context.
const contextName = "_context"

// Program is a compiled expression, safe for concurrent use.
type Program struct {
	program *vm.Program
	roots   []string
}

// cached programs by source, bounded: the same guards stand in many journeys.
var cache struct {
	sync.RWMutex
	programs map[string]*Program
}

const maxCached = 50_000

// Compile compiles a normalised source.
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

var options = func() []expr.Option {
	list := []expr.Option{expr.Env(map[string]any{}), expr.AllowUndefinedVariables(), expr.Patch(contextPatch{})}
	for _, name := range disabled {
		list = append(list, expr.DisableBuiltin(name))
	}
	return list
}

var compileOptions []expr.Option

func init() {
	compileOptions = options()
	for name, f := range functions {
		compileOptions = append(compileOptions, expr.Function(name, f.run))
	}
	compileOptions = append(compileOptions, expr.Function("_step", runStep))
}

func compile(source string) (p *Program, err error) {
	if nesting(source) > 4*maxDepth {
		return nil, errors.New("compile an expression: it is nested too deeply")
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("compile %q: %v", source, r)
		}
	}()
	program, err := expr.Compile(source, compileOptions...)
	if err != nil {
		return nil, fmt.Errorf("compile %q: %w", source, err)
	}
	p = &Program{program: program}
	tree, problem := parse(source)
	if problem != nil {
		return nil, fmt.Errorf("compile %q: %s", source, problem.Message)
	}
	collect(tree, nil, &p.roots)
	slices.Sort(p.roots)
	p.roots = slices.Compact(p.roots)
	return p, nil
}

// collect gathers the names that a tree reads.
func collect(n ast.Node, local []string, roots *[]string) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if !slices.Contains(local, n.Value) {
			*roots = append(*roots, n.Value)
		}
		return
	case *ast.CallNode:
		for _, a := range n.Arguments {
			collect(a, local, roots)
		}
		return
	case *ast.VariableDeclaratorNode:
		collect(n.Value, local, roots)
		collect(n.Expr, append(slices.Clip(local), n.Name), roots)
		return
	}
	for _, child := range children(n) {
		if child != nil {
			collect(child, local, roots)
		}
	}
}

// contextPatch hands the context to functions that want it, and counts the steps of loops.
type contextPatch struct{}

func (contextPatch) Visit(p *ast.Node) {
	switch n := (*p).(type) {
	case *ast.CallNode:
		if name, ok := n.Callee.(*ast.IdentifierNode); ok && functions[name.Value].context {
			if first, ok := firstOf(n.Arguments).(*ast.IdentifierNode); !ok || first.Value != contextName {
				n.Arguments = append([]ast.Node{&ast.IdentifierNode{Value: contextName}}, n.Arguments...)
			}
		}
	case *ast.PredicateNode:
		if c, ok := n.Node.(*ast.CallNode); ok {
			if name, ok := c.Callee.(*ast.IdentifierNode); ok && name.Value == "_step" {
				return
			}
		}
		n.Node = call("_step", &ast.IdentifierNode{Value: contextName}, n.Node)
	}
}

func firstOf(nodes []ast.Node) ast.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// maxSteps bounds the turns of all loops of one evaluation.
const maxSteps = 100_000

// ErrTooLong is wrapped where an evaluation takes too many steps.
var ErrTooLong = errors.New("it goes over too many elements")

func runStep(args ...any) (any, error) {
	ctx := args[0].(*Context)
	if ctx.steps++; ctx.steps > maxSteps {
		return nil, ErrTooLong
	}
	return args[1], nil
}

// Roots are the names that it reads, sorted.
func (p *Program) Roots() []string { return p.roots }

// Context is what evaluation depends on besides the values.
type Context struct {
	Now    time.Time
	Zone   *time.Location          // the contact's; nil is UTC
	Locale string                  // the contact's, en-US; "" is en
	Link   func(url string) string // makes the short link of a url; nil keeps the url
	steps  int
}

// Values gives the value of a root name, nil where it is not set.
type Values interface{ Value(name string) any }

// Env is what programs are evaluated in: it asks for a name once, and keeps the value until it is dropped. Not for concurrent use.
type Env struct {
	values  Values
	ctx     *Context
	names   map[string]any
	machine vm.VM
}

// NewEnv makes an environment.
func NewEnv(values Values, ctx *Context) *Env {
	return &Env{values: values, ctx: ctx, names: map[string]any{contextName: ctx}}
}

// Drop forgets the value of a name.
func (e *Env) Drop(name string) { delete(e.names, name) }

// Reset forgets the values of all names.
func (e *Env) Reset() {
	clear(e.names)
	e.names[contextName] = e.ctx
}

// Eval evaluates. An error says which expression failed, and why, in one line.
func (p *Program) Eval(env *Env) (any, error) {
	for _, name := range p.roots {
		if _, ok := env.names[name]; !ok {
			env.names[name] = env.values.Value(name)
		}
	}
	env.ctx.steps = 0
	v, err := env.machine.Run(p.program, env.names)
	if err != nil {
		return nil, fmt.Errorf("evaluate %s: %w", p.program.Source(), plainError(err))
	}
	return v, nil
}

// Bool evaluates a condition.
func (p *Program) Bool(env *Env) (bool, error) {
	v, err := p.Eval(env)
	b, ok := v.(bool)
	if err == nil && !ok {
		err = fmt.Errorf("evaluate %s: it is neither true nor false", p.program.Source())
	}
	return b, err
}
