package expression

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
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

func textFunctions() map[string]*function {
	one := func(name string, f func(string) string) *function {
		return &function{usage: name + "(text)", takes: []kinds{texts}, gives: StringType, run: func(e *Env, args []any) any {
			s := e.text(args[0])
			e.spend(len(s))
			return f(s)
		}}
	}
	two := func(name string, optional int, gives *Type, f func(s, part string) any) *function {
		return &function{usage: name + "(text, part)", takes: []kinds{texts, texts}, optional: optional, gives: gives, run: func(e *Env, args []any) any {
			s, part := e.text(args[0]), " "
			if len(args) > 1 {
				part = e.text(args[1])
			}
			e.spend(len(s))
			return f(s, part)
		}}
	}
	split := func(name string, f func(s, separator string, n int) []string) *function {
		return &function{usage: name + "(text, separator)", takes: []kinds{texts, texts, ints}, optional: 1, gives: &Type{Kind: List, Elem: StringType}, run: runSplit(f)}
	}
	return map[string]*function{
		"string":     {usage: "string(value)", takes: []kinds{anything}, gives: StringType, run: runString},
		"type":       {usage: "type(value)", takes: []kinds{anything}, gives: StringType, run: runType},
		"len":        {usage: "len(list or text)", takes: []kinds{texts | lists | objects}, gives: IntType, run: runLen},
		"upper":      one("upper", strings.ToUpper),
		"lower":      one("lower", strings.ToLower),
		"toBase64":   one("toBase64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }),
		"fromBase64": {usage: "fromBase64(text)", takes: []kinds{texts}, gives: StringType, run: runFromBase64},
		"trim": two("trim", 1, StringType, func(s, cut string) any {
			if cut == " " {
				return strings.TrimSpace(s)
			}
			return strings.Trim(s, cut)
		}),
		"trimPrefix":  two("trimPrefix", 1, StringType, func(s, part string) any { return strings.TrimPrefix(s, part) }),
		"trimSuffix":  two("trimSuffix", 1, StringType, func(s, part string) any { return strings.TrimSuffix(s, part) }),
		"hasPrefix":   two("hasPrefix", 0, BoolType, func(s, part string) any { return strings.HasPrefix(s, part) }),
		"hasSuffix":   two("hasSuffix", 0, BoolType, func(s, part string) any { return strings.HasSuffix(s, part) }),
		"indexOf":     two("indexOf", 0, IntType, func(s, part string) any { return runesBefore(s, strings.Index(s, part)) }),
		"lastIndexOf": two("lastIndexOf", 0, IntType, func(s, part string) any { return runesBefore(s, strings.LastIndex(s, part)) }),
		"split":       split("split", strings.SplitN),
		"splitAfter":  split("splitAfter", strings.SplitAfterN),
		"replace":     {usage: "replace(text, old, new)", takes: []kinds{texts, texts, texts, ints}, optional: 1, gives: StringType, run: runReplace},
		"repeat":      {usage: "repeat(text, n)", takes: []kinds{texts, ints}, gives: StringType, run: runRepeat},
		"join":        {usage: "join(list, separator)", takes: []kinds{lists, texts}, optional: 1, gives: StringType, run: runJoin},
		"toJSON":      {usage: "toJSON(value)", takes: []kinds{anything}, gives: StringType, run: runToJSON},
		"fromJSON":    {usage: "fromJSON(text)", takes: []kinds{texts}, gives: AnyType, run: runFromJSON},
	}
}

func runString(e *Env, args []any) any {
	e.spend(weight(args[0]) * 16)
	return e.ctx.show(args[0])
}

// runType names kinds as expr does.
func runType(_ *Env, args []any) any {
	switch args[0].(type) {
	case nil:
		return "nil"
	case bool:
		return "bool"
	case int:
		return "int"
	case float64:
		return "float"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "map"
	case time.Duration:
		return "duration"
	}
	return "time"
}

func runLen(e *Env, args []any) any {
	switch v := args[0].(type) {
	case nil:
		return 0
	case string:
		e.spend(len(v) / 16)
		return utf8.RuneCountInString(v)
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	}
	e.fail("%s has no length", describe(args[0]))
	return nil
}

func runFromBase64(e *Env, args []any) any {
	s := e.text(args[0])
	e.spend(len(s))
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		e.fail("%s is not base64", describe(s))
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// runesBefore counts the characters before a byte of a text; -1 stays -1.
func runesBefore(s string, at int) any {
	if at < 0 {
		return at
	}
	return utf8.RuneCountInString(s[:at])
}

func runSplit(f func(s, separator string, n int) []string) func(e *Env, args []any) any {
	return func(e *Env, args []any) any {
		s, separator, n := e.text(args[0]), e.text(args[1]), -1
		if len(args) > 2 {
			n = e.whole(args[2])
		}
		e.spend(2*len(s) + 1)
		parts := f(s, separator, n)
		list := make([]any, len(parts))
		for i, p := range parts {
			list[i] = p
		}
		return list
	}
}

func runReplace(e *Env, args []any) any {
	s, old, with, n := e.text(args[0]), e.text(args[1]), e.text(args[2]), -1
	if len(args) > 3 {
		n = e.whole(args[3])
	}
	found := strings.Count(s, old)
	if n >= 0 {
		found = min(found, n)
	}
	e.spend(len(s))
	e.spendTimes(found, len(with))
	return strings.Replace(s, old, with, n)
}

func (e *Env) spendTimes(n, each int) {
	if each > 0 && n > e.left/each {
		n, each = 1, e.left+1
	}
	e.spend(n * each)
}

func runRepeat(e *Env, args []any) any {
	s, n := e.text(args[0]), e.whole(args[1])
	if n < 0 {
		e.fail("a text can't be repeated %d times", n)
	}
	e.spendTimes(n, len(s)+1)
	return strings.Repeat(s, n)
}

func runJoin(e *Env, args []any) any {
	list, separator := e.list(args[0]), ""
	if len(args) > 1 {
		separator = e.text(args[1])
	}
	parts := make([]string, len(list))
	for i, v := range list {
		e.spend(16*weight(v) + len(separator))
		parts[i] = e.ctx.show(v)
	}
	return strings.Join(parts, separator)
}

func runToJSON(e *Env, args []any) any {
	e.spend(weight(args[0]) * 16)
	b, err := json.MarshalIndent(Plain(args[0]), "", "  ")
	e.check(err)
	return string(b)
}

func runFromJSON(e *Env, args []any) any {
	s := e.text(args[0])
	e.spend(len(s))
	decoder := json.NewDecoder(strings.NewReader(s))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil || decoder.More() {
		e.fail("%s is not JSON", describe(s))
	}
	return loose(v)
}

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
