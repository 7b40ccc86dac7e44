package expression

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

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
