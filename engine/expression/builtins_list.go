package expression

import (
	"maps"
	"slices"
)

func listFunctions() map[string]*function {
	return map[string]*function{
		"first":   {usage: "first(list)", takes: []kinds{lists}, infer: element, run: runEnd(0)},
		"last":    {usage: "last(list)", takes: []kinds{lists}, infer: element, run: runEnd(-1)},
		"take":    {usage: "take(list, n)", takes: []kinds{lists, ints}, infer: anyList, run: runTake},
		"reverse": {usage: "reverse(list)", takes: []kinds{lists}, infer: anyList, run: runReverse},
		"uniq":    {usage: "uniq(list)", takes: []kinds{lists}, infer: anyList, run: runUniq},
		"concat":  {usage: "concat(list, list)", takes: []kinds{lists}, repeats: true, infer: concatenated, run: runConcat},
		"flatten": {usage: "flatten(list)", takes: []kinds{lists}, infer: flat, run: runFlatten},
		"sort":    {usage: "sort(list)", takes: []kinds{lists, texts}, optional: 1, infer: anyList, checks: checkOrder, run: runSort},
	}
}

func runEnd(at int) func(e *Env, args []any) any {
	return func(e *Env, args []any) any { return e.element(any(e.list(args[0])), at) }
}

func runTake(e *Env, args []any) any {
	list := e.list(args[0])
	n := min(max(e.whole(args[1]), 0), len(list))
	return list[:n:n]
}

func runReverse(e *Env, args []any) any {
	list := e.list(args[0])
	e.spend(len(list))
	list = slices.Clone(list)
	slices.Reverse(list)
	return list
}

func runUniq(e *Env, args []any) any {
	out := []any{}
	for _, v := range e.list(args[0]) {
		e.spend(len(out) + 1)
		if !slices.ContainsFunc(out, func(x any) bool { return e.equal(v, x) }) {
			out = append(out, v)
		}
	}
	return out
}

func concatenated(args []*Type) *Type {
	elem := nilType
	for _, a := range args {
		elem = common(elem, orAny(a.Elem))
	}
	return &Type{Kind: List, Elem: elem}
}

func runConcat(e *Env, args []any) any {
	out := []any{}
	for _, a := range args {
		list := e.list(a)
		e.spend(len(list))
		out = append(out, list...)
	}
	return out
}

// flat is the type of the innermost elements.
func flat(args []*Type) *Type {
	t := args[0]
	for t.Kind == List && orAny(t.Elem).Kind == List {
		t = t.Elem
	}
	return sameList(t, nil)
}

func runFlatten(e *Env, args []any) any {
	out := []any{}
	var walk func(list []any)
	walk = func(list []any) {
		e.spend(len(list))
		for _, v := range list {
			if inner, ok := v.([]any); ok {
				walk(inner)
				continue
			}
			out = append(out, v)
		}
	}
	walk(e.list(args[0]))
	return out
}

func runSort(e *Env, args []any) any {
	list, descending := e.list(args[0]), false
	if len(args) > 1 {
		descending = e.descending(args[1])
	}
	e.spend(len(list))
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b any) int { return e.sorted(a, b, descending) })
	return list
}

func objectFunctions() map[string]*function {
	listOfStrings := &Type{Kind: List, Elem: StringType}
	pairs := &Type{Kind: List, Elem: &Type{Kind: List, Elem: AnyType}}
	return map[string]*function{
		"get":       {usage: "get(object, name)", takes: []kinds{objects | lists, texts | ints}, gives: AnyType, run: func(e *Env, args []any) any { return e.element(args[0], args[1]) }},
		"keys":      {usage: "keys(object)", takes: []kinds{objects}, gives: listOfStrings, run: runKeys},
		"values":    {usage: "values(object)", takes: []kinds{objects}, infer: fieldValues, run: runValues},
		"toPairs":   {usage: "toPairs(object)", takes: []kinds{objects}, gives: pairs, run: runPairs},
		"fromPairs": {usage: "fromPairs(list)", takes: []kinds{lists}, gives: ObjectType, run: runFromPairs},
	}
}

// fields gives an object and its names in order.
func (e *Env) fields(v any) (map[string]any, []string) {
	m, ok := v.(map[string]any)
	if !ok && v != nil {
		e.fail("an object is wanted, not %s", describe(v))
	}
	e.spend(len(m))
	return m, slices.Sorted(maps.Keys(m))
}

func runKeys(e *Env, args []any) any {
	_, names := e.fields(args[0])
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return list
}

func fieldValues(args []*Type) *Type {
	elem := nilType
	for _, f := range args[0].Fields {
		elem = common(elem, orAny(f.Type))
	}
	if args[0].Elem != nil {
		elem = common(elem, args[0].Elem)
	}
	if elem.Kind == Nil {
		elem = AnyType
	}
	return &Type{Kind: List, Elem: elem}
}

func runValues(e *Env, args []any) any {
	m, names := e.fields(args[0])
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = m[name]
	}
	return list
}

func runPairs(e *Env, args []any) any {
	m, names := e.fields(args[0])
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = []any{name, m[name]}
	}
	return list
}

func runFromPairs(e *Env, args []any) any {
	list := e.list(args[0])
	e.spend(len(list))
	m := make(map[string]any, len(list))
	for _, v := range list {
		pair, ok := v.([]any)
		if !ok || len(pair) != 2 {
			e.fail("%s is no pair of a name and a value", describe(v))
		}
		m[e.text(pair[0])] = pair[1]
	}
	return m
}
