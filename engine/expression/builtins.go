package expression

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// builtins are expr's own functions, with what they give in order wherever expr goes by the order of a map, and none that reads
// the clock or a time zone of the machine.
func builtins() map[string]*function {
	all := map[string]*function{}
	for _, part := range []map[string]*function{numberFunctions(), textFunctions(), listFunctions(), objectFunctions(), bitFunctions()} {
		maps.Copy(all, part)
	}
	return all
}

func same(args []*Type) *Type { return args[0] }

func element(args []*Type) *Type { return orAny(args[0].Elem) }

func anyList(args []*Type) *Type { return sameList(args[0], nil) }

func numberFunctions() map[string]*function {
	rounding := func(name string, round func(float64) float64) *function {
		return &function{usage: name + "(number)", takes: []kinds{numbers}, gives: IntType, run: func(e *Env, args []any) any {
			return e.whole(round(e.number(args[0])))
		}}
	}
	return map[string]*function{
		"abs":    {usage: "abs(number)", takes: []kinds{numbers | kindsOf(Duration)}, infer: same, run: runAbs},
		"ceil":   rounding("ceil", math.Ceil),
		"floor":  rounding("floor", math.Floor),
		"round":  rounding("round", math.Round),
		"int":    {usage: "int(number or text)", takes: []kinds{numbers | texts}, gives: IntType, run: runInt},
		"float":  {usage: "float(number or text)", takes: []kinds{numbers | texts}, gives: NumberType, run: runFloat},
		"max":    {usage: "max(a, b)", takes: []kinds{orderable | lists}, repeats: true, infer: extreme, run: runExtreme(1)},
		"min":    {usage: "min(a, b)", takes: []kinds{orderable | lists}, repeats: true, infer: extreme, run: runExtreme(-1)},
		"mean":   {usage: "mean(list)", takes: []kinds{numbers | lists}, repeats: true, gives: NumberType, run: runMean},
		"median": {usage: "median(list)", takes: []kinds{numbers | lists}, repeats: true, gives: NumberType, run: runMedian},
	}
}

func runAbs(e *Env, args []any) any {
	if v, _ := e.compare(args[0], e.zeroOf(args[0])); v < 0 {
		return e.negate(args[0])
	}
	return args[0]
}

func (e *Env) zeroOf(v any) any {
	if _, ok := v.(time.Duration); ok {
		return time.Duration(0)
	}
	e.number(v)
	return 0
}

func runInt(e *Env, args []any) any {
	switch v := args[0].(type) {
	case string:
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			e.fail("%s is no whole number", describe(v))
		}
		return n
	case float64:
		return e.whole(math.Trunc(v))
	}
	return e.whole(args[0])
}

func runFloat(e *Env, args []any) any {
	if s, ok := args[0].(string); ok {
		f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
		if err != nil {
			e.fail("%s is no number", describe(s))
		}
		return f
	}
	return e.number(args[0])
}

// extreme is the type of the largest of values, or of lists of them.
func extreme(args []*Type) *Type {
	t := nilType
	for _, a := range args {
		if a.Kind == List {
			a = orAny(a.Elem)
		}
		t = common(t, a)
	}
	return t
}

// scalars are the arguments and what is in those that are lists.
func (e *Env) scalars(args []any) []any {
	var out []any
	for _, a := range args {
		if list, ok := a.([]any); ok {
			e.spend(len(list))
			out = append(out, list...)
			continue
		}
		out = append(out, a)
	}
	return out
}

func runExtreme(sign int) func(e *Env, args []any) any {
	return func(e *Env, args []any) any {
		var best any
		for _, v := range e.scalars(args) {
			if order, ok := e.compare(v, best); best == nil || ok && order*sign > 0 {
				best = v
			}
		}
		return best
	}
}

func (e *Env) floats(args []any) []float64 {
	list := e.scalars(args)
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = e.number(v)
	}
	return out
}

func runMean(e *Env, args []any) any {
	list := e.floats(args)
	if len(list) == 0 {
		return 0.0
	}
	sum := 0.0
	for _, f := range list {
		sum += f
	}
	return sum / float64(len(list))
}

func runMedian(e *Env, args []any) any {
	list := e.floats(args)
	if len(list) == 0 {
		return 0.0
	}
	slices.Sort(list)
	half := len(list) / 2
	if len(list)%2 == 1 {
		return list[half]
	}
	return (list[half-1] + list[half]) / 2
}

func bitFunctions() map[string]*function {
	bit := func(name string, f func(x, y int) int) *function {
		return &function{usage: name + "(a, b)", takes: []kinds{ints, ints}, gives: IntType, run: func(e *Env, args []any) any {
			return f(e.whole(args[0]), e.whole(args[1]))
		}}
	}
	shift := func(name string, f func(x int, by uint) int) *function {
		return &function{usage: name + "(a, by)", takes: []kinds{ints, ints}, gives: IntType, run: func(e *Env, args []any) any {
			by := e.whole(args[1])
			if by < 0 {
				e.fail("a number can't be shifted by %d", by)
			}
			return f(e.whole(args[0]), uint(by))
		}}
	}
	return map[string]*function{
		"bitand":  bit("bitand", func(x, y int) int { return x & y }),
		"bitor":   bit("bitor", func(x, y int) int { return x | y }),
		"bitxor":  bit("bitxor", func(x, y int) int { return x ^ y }),
		"bitnand": bit("bitnand", func(x, y int) int { return x &^ y }),
		"bitshl":  shift("bitshl", func(x int, by uint) int { return x << by }),
		"bitshr":  shift("bitshr", func(x int, by uint) int { return x >> by }),
		"bitushr": shift("bitushr", func(x int, by uint) int { return int(uint(x) >> by) }),
		"bitnot": {usage: "bitnot(a)", takes: []kinds{ints}, gives: IntType, run: func(e *Env, args []any) any {
			return ^e.whole(args[0])
		}},
	}
}
