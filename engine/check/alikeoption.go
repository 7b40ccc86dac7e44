package check

import (
	"strings"
	"unicode"

	"journey/engine/diagnostic"
	"journey/engine/graph"
)

const CodeAlikeOptions = "options-alike"

// alikeOptions reports options that a reply could not tell apart: their labels or values are the same, but for case, blanks and
// punctuation.
func (j *journey) alikeOptions() {
	j.eachOptions(func(o *graph.Options) {
		for k := range o.List {
			for b := range k {
				first, second := &o.List[b], &o.List[k]
				text, span, same := alike(first, second)
				if !same {
					continue
				}
				f := j.errorf(span, CodeAlikeOptions, "give each its own words", "the options `%s` and `%s` are alike: a reply of `%s` may mean either",
					first.Value, second.Value, text)
				f.Related = []diagnostic.Related{{Span: first.Span, Message: "the first one"}}
				break
			}
		}
	})
}

// alike gives the text that two options share, and its place in the second.
func alike(a, b *graph.Option) (text string, span diagnostic.Span, same bool) {
	la, lb := label(a), label(b)
	switch {
	case folded(la, lb):
		return lb, b.Label.Span, true
	case folded(a.Value, b.Value):
		return b.Value, b.Span, true
	case folded(a.Value, lb):
		return lb, b.Label.Span, true
	case folded(la, b.Value):
		return b.Value, b.Span, true
	}
	return "", diagnostic.Span{}, false
}

// folded says that two texts are the same but for what a reply need not get right.
func folded(a, b string) bool { return fold(a) != "" && fold(a) == fold(b) }

func label(o *graph.Option) string {
	if o.Label == nil {
		return ""
	}
	return o.Label.Key
}

// fold takes away what a reply need not get right: case, blanks, and the punctuation of a sentence. Signs that may carry the
// meaning, as in `-1`, `A+` and `5%`, stay.
func fold(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("_.,;:!?'\"()\u2018\u2019\u201c\u201d\u2026", r)
	})
	return strings.Join(words, " ")
}
