package check

import (
	"slices"
	"strconv"
	"strings"
)

// parseGuard reads an expression's logic.
func parseGuard(source string) formula { return guardOf(tokens(source)) }

func guardOf(t []string) formula {
	t = unwrap(t)
	for _, join := range []struct {
		op    byte
		words []string
	}{{'?', []string{"?", ":", ";", "let"}}, {'|', []string{"or", "||"}}, {'&', []string{"and", "&&"}}} {
		parts := split(t, join.words)
		if len(parts) == 1 {
			continue
		}
		if join.op == '?' {
			break
		}
		f := formula{op: join.op}
		for _, p := range parts {
			f.list = append(f.list, guardOf(p))
		}
		return f
	}
	if f, ok := comparisonOf(t); ok {
		return f
	}
	if len(t) > 1 && (t[0] == "not" || t[0] == "!") {
		return guardOf(t[1:]).negate()
	}
	switch text := strings.Join(t, " "); text {
	case "true":
		return always
	case "false":
		return always.negate()
	default:
		return formula{op: '=', cmp: comparison{what: text}}
	}
}

// comparisonOf reads `path op value` and `value op path`. A comparison of anything else is a truth value.
func comparisonOf(t []string) (formula, bool) {
	at, op, width := findOperator(t)
	if at < 0 || len(split(t, []string{"?", ":", ";", "let", "??"})) > 1 {
		return formula{}, false
	}
	left, right := unwrap(t[:at]), unwrap(t[at+width:])
	if f, ok := settled(left, op, right); ok {
		return f, true
	}
	set, isValue := values(right)
	if !isValue {
		if set, isValue = values(left); isValue && op != "in" && op != "not in" {
			left, op = right, mirrored(op)
		} else {
			return formula{}, false
		}
	}
	ordered := op != "==" && op != "!=" && op != "in" && op != "not in"
	if _, constant := values(left); constant || len(left) == 0 || ordered && !set[0].number || (op == "in" || op == "not in") != (len(right) > 1 && right[0] == "[") {
		return formula{}, false
	}
	what := strings.ReplaceAll(strings.Join(left, " "), "?.", ".")
	if len(set) == 1 && (set[0].text == "true" || set[0].text == "false") {
		truth := guardOf(left)
		if (set[0].text == "true") != (op == "==" || op == "in") {
			truth = truth.negate()
		}
		return truth, true
	}
	return formula{op: '=', cmp: comparison{what: what, op: op, set: set}}, true
}

// settled gives the outcome of comparing two values that are written out, or a thing with itself.
func settled(left []string, op string, right []string) (formula, bool) {
	a, written := values(left)
	b, too := values(right)
	var holds bool
	switch member := slices.Contains([]string{"in", "not in"}, op); {
	case len(left) == 0 || len(right) == 0:
		return formula{}, false
	case member && written && too && len(a) == 1:
		holds = slices.Contains(b, a[0]) == (op == "in")
	case !member && slices.Equal(left, right):
		holds = op == "==" || op == "<=" || op == ">="
	case !member && written && too && len(a) == 1 && len(b) == 1 && (op[1:] == "=" && op[0] != '<' && op[0] != '>' || a[0].number && b[0].number):
		d := domain{}
		d.narrow(comparison{op: op, set: b})
		d.narrow(comparison{op: "==", set: a})
		holds = !d.empty()
	default:
		return formula{}, false
	}
	if holds {
		return always, true
	}
	return always.negate(), true
}

func mirrored(op string) string {
	switch op[0] {
	case '<':
		return ">" + op[1:]
	case '>':
		return "<" + op[1:]
	}
	return op
}

// findOperator finds the comparison outside all brackets.
func findOperator(t []string) (at int, op string, width int) {
	depth := 0
	for i, w := range t {
		depth += nesting(w)
		if depth != 0 {
			continue
		}
		switch w {
		case "==", "!=", "<", "<=", ">", ">=", "in":
			return i, w, 1
		case "not":
			if i > 0 && i+1 < len(t) && t[i+1] == "in" {
				return i, "not in", 2
			}
		}
	}
	return -1, "", 0
}

// values reads a literal or a list of literals.
func values(t []string) ([]literal, bool) {
	t = unwrap(t)
	if len(t) > 2 && t[0] == "[" && t[len(t)-1] == "]" {
		var set []literal
		for _, p := range split(t[1:len(t)-1], []string{","}) {
			l, ok := values(p)
			if !ok || len(l) != 1 {
				return nil, false
			}
			set = append(set, l[0])
		}
		return set, true
	}
	sign := ""
	if len(t) == 2 && t[0] == "-" {
		sign, t = "-", t[1:]
	}
	if len(t) != 1 {
		return nil, false
	}
	w := t[0]
	switch {
	case w[0] == '"' || w[0] == '\'' || w[0] == '`':
		return []literal{{text: `"` + strings.Trim(w, string(w[0])) + `"`}}, sign == ""
	case w == "true" || w == "false" || w == "nil":
		return []literal{{text: w}}, sign == ""
	}
	if (w[0] < '0' || w[0] > '9') && w[0] != '.' {
		return nil, false
	}
	n, err := strconv.ParseFloat(sign+strings.ReplaceAll(w, "_", ""), 64)
	return []literal{{n: n, number: true}}, err == nil
}

func nesting(w string) int {
	switch w {
	case "(", "[", "{":
		return 1
	case ")", "]", "}":
		return -1
	}
	return 0
}

// unwrap takes away brackets that stand around the whole.
func unwrap(t []string) []string {
	for len(t) > 2 && t[0] == "(" && t[len(t)-1] == ")" {
		depth := 0
		for i, w := range t {
			if depth += nesting(w); depth == 0 && i < len(t)-1 {
				return t
			}
		}
		t = t[1 : len(t)-1]
	}
	return t
}

// split cuts at words outside all brackets.
func split(t []string, at []string) [][]string {
	var parts [][]string
	depth, from := 0, 0
	for i, w := range t {
		depth += nesting(w)
		if depth == 0 && slices.Contains(at, w) {
			parts = append(parts, t[from:i])
			from = i + 1
		}
	}
	return append(parts, t[from:])
}

// tokens cuts an expression into words, texts, numbers, paths and signs. A path such as a?.b.c is one word.
func tokens(s string) []string {
	var out []string
	for i := 0; i < len(s); {
		c := s[i]
		j := i + 1
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case c == '"' || c == '\'' || c == '`':
			for j < len(s) && s[j] != c {
				if s[j] == '\\' && c != '`' {
					j++
				}
				j++
			}
			j = min(j+1, len(s))
		case wordByte(c):
			for j < len(s) && (wordByte(s[j]) || s[j] == '.' && j+1 < len(s) && s[j+1] != '.' || s[j] == '?' && j+1 < len(s) && s[j+1] == '.') {
				j++
			}
		case j < len(s) && slices.Contains([]string{"==", "!=", "<=", ">=", "&&", "||", "??", "?.", ".."}, s[i:j+1]):
			j++
		}
		out = append(out, s[i:j])
		i = j
	}
	return out
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 || c == '$' || c == '#'
}
