package check

import (
	"slices"
	"strconv"
	"strings"
)

// formula is a guard as far as its logic is understood: comparisons with values, joined by and, or and not.
// What is not understood is a fact of its own, which holds or does not.
type formula struct {
	op   byte // '&', '|', '=' for a comparison, 't' for true
	list []formula
	cmp  comparison
}

// comparison holds a path against a value. An opaque one is true or false as a whole.
type comparison struct {
	what string
	op   string // ==, !=, <, <=, >, >=, in, not in; empty: a truth value
	set  []literal
	not  bool // of a truth value
}

// literal is a number, text, bool or nil as it is written; number says that n is its value.
type literal struct {
	text   string
	n      float64
	number bool
}

var always = formula{op: 't'}

var flipped = map[string]string{"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}

// negate gives what holds where a formula does not. A comparison that fails for want of a value holds neither way,
// so what is concluded from its negation is concluded for values that are there.
func (f formula) negate() formula {
	switch f.op {
	case 't':
		return formula{op: '|'}
	case '=':
		c := f.cmp
		if c.op == "" {
			c.not = !c.not
		} else {
			c.op = flipped[c.op]
		}
		return formula{op: '=', cmp: c}
	}
	out := formula{op: '|' + '&' - f.op, list: make([]formula, len(f.list))}
	for i, e := range f.list {
		out.list[i] = e.negate()
	}
	return out
}

func all(list ...formula) formula { return formula{op: '&', list: list} }

// most is how many alternatives a formula may have before it is no longer looked into.
const most = 64

// alternatives gives a formula as alternatives of comparisons that hold together; false where there are too many.
func (f formula) alternatives() ([][]comparison, bool) {
	switch f.op {
	case 't':
		return [][]comparison{nil}, true
	case '=':
		return [][]comparison{{f.cmp}}, true
	case '|':
		var out [][]comparison
		for _, e := range f.list {
			alt, ok := e.alternatives()
			if !ok || len(out)+len(alt) > most {
				return nil, false
			}
			out = append(out, alt...)
		}
		return out, true
	}
	out := [][]comparison{nil}
	for _, e := range f.list {
		alt, ok := e.alternatives()
		if !ok || len(out)*len(alt) > most {
			return nil, false
		}
		var next [][]comparison
		for _, a := range out {
			for _, b := range alt {
				if both := slices.Concat(a, b); !contradictory(both) {
					next = append(next, both)
				}
			}
		}
		out = next
	}
	return out, true
}

// impossible says that a formula can never hold.
func (f formula) impossible() bool {
	list, ok := f.alternatives()
	return ok && !slices.ContainsFunc(list, func(a []comparison) bool { return !contradictory(a) })
}

// contradictory says that comparisons can't hold together.
func contradictory(list []comparison) bool {
	for i, c := range list {
		if slices.ContainsFunc(list[:i], func(b comparison) bool { return b.what == c.what }) {
			continue
		}
		d := domain{}
		for _, o := range list[i:] {
			if o.what == c.what {
				d.narrow(o)
			}
		}
		if d.empty() {
			return true
		}
	}
	return false
}

// domain is what a value may still be.
type domain struct {
	yes, no        bool // a truth value that must be so
	one            []literal
	bounded        bool // one is all it may be
	none           []literal
	low, high      *float64
	lowIn, highIn  bool
	never, compare bool
}

func (d *domain) narrow(c comparison) {
	switch c.op {
	case "":
		d.yes, d.no = d.yes || !c.not, d.no || c.not
	case "==", "in":
		if !d.bounded {
			d.one, d.bounded = c.set, true
			return
		}
		d.one = slices.DeleteFunc(slices.Clone(d.one), func(l literal) bool { return !slices.Contains(c.set, l) })
	case "!=", "not in":
		d.none = append(d.none, c.set...)
	case ">", ">=":
		if n := c.set[0].n; d.low == nil || n > *d.low || n == *d.low && c.op == ">" {
			d.low, d.lowIn = &n, c.op == ">="
		}
	default:
		if n := c.set[0].n; d.high == nil || n < *d.high || n == *d.high && c.op == "<" {
			d.high, d.highIn = &n, c.op == "<="
		}
	}
}

func (d *domain) empty() bool {
	if d.yes && d.no {
		return true
	}
	if d.low != nil && d.high != nil && (*d.low > *d.high || *d.low == *d.high && !(d.lowIn && d.highIn)) {
		return true
	}
	if !d.bounded {
		return false
	}
	return !slices.ContainsFunc(d.one, d.fits)
}

func (d *domain) fits(l literal) bool {
	if slices.Contains(d.none, l) || d.yes && l.text == "false" || d.no && l.text == "true" {
		return false
	}
	if d.low == nil && d.high == nil {
		return true
	}
	return l.number && (d.low == nil || l.n > *d.low || l.n == *d.low && d.lowIn) &&
		(d.high == nil || l.n < *d.high || l.n == *d.high && d.highIn)
}

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
	left, right := t[:at], t[at+width:]
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
	n, err := strconv.ParseFloat(sign+strings.ReplaceAll(w, "_", ""), 64)
	return []literal{{n: n, number: true}}, err == nil && (w[0] >= '0' && w[0] <= '9' || w[0] == '.')
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
