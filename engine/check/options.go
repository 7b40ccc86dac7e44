package check

import (
	"slices"
	"strings"
	"unicode"

	"journey/engine/diagnostic"
	"journey/engine/graph"
	"journey/engine/policy"
)

const CodeReservedOption = "reserved-option"

// reservedOptions reports options of questions that may go by SMS, which could never be chosen there: the words that choose them
// are taken as an opt-out or a request for help before any journey sees them.
func (j *journey) reservedOptions() {
	global := j.goesOnBySMS()
	for i := range j.States {
		s := &j.States[i]
		if s.Ask == nil || s.Ask.Message.Options == nil || !global && !j.maySMS(s.Via) && !j.ruleToSMS(s) {
			continue
		}
		for k := range s.Ask.Message.Options.List {
			o := &s.Ask.Message.Options.List[k]
			if word, ok := policy.ReservedWord(o.Value); ok {
				j.reserved(o.Span, o.Value, word, "give it another name")
			} else if o.Label != nil {
				if word, ok := policy.ReservedWord(o.Label.Key); ok {
					j.reserved(o.Label.Span, o.Label.Key, word, "write it in other words")
				}
			}
		}
	}
}

func (j *journey) reserved(span diagnostic.Span, text string, word policy.Word, hint string) {
	meaning := "stops all messages"
	if word == policy.HelpWord {
		meaning = "asks for help"
	}
	j.errorf(span, CodeReservedOption, hint, "nobody could choose `%s` by SMS: that word alone %s", text, meaning)
}

// goesOnBySMS says that a rule of the journey carries an open question on by SMS.
func (j *journey) goesOnBySMS() bool {
	found := false
	j.EachRule(func(r *graph.Rule, state graph.StateIndex) {
		found = found || state == graph.NoState && r.Via == policy.SMS && r.To == graph.NoState
	})
	return found
}

func (j *journey) ruleToSMS(s *graph.State) bool {
	found := false
	eachRule(s, func(r *graph.Rule, _ wayKind, _ string) {
		found = found || r.Via == policy.SMS && r.To == graph.NoState
	})
	return found
}

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
	labels := [2]string{label(a), label(b)}
	switch {
	case fold(labels[1]) != "" && fold(labels[0]) == fold(labels[1]):
		return labels[1], b.Label.Span, true
	case fold(a.Value) == fold(b.Value):
		return b.Value, b.Span, true
	case fold(labels[1]) != "" && fold(labels[1]) == fold(a.Value):
		return labels[1], b.Label.Span, true
	case fold(labels[0]) != "" && fold(labels[0]) == fold(b.Value):
		return b.Value, b.Span, true
	}
	return "", diagnostic.Span{}, false
}

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

const (
	CodeLoneOption  = "option-alone"
	CodeManyOptions = "many-options"
)

// mostOptions is how many options fit on a phone's screen, and one digit.
const mostOptions = 9

// optionCounts reports questions with a single option, and notes those with more than can be taken in.
func (j *journey) optionCounts() {
	j.eachOptions(func(o *graph.Options) {
		switch n := len(o.List); {
		case n == 1 && o.From == nil:
			j.warnf(o.List[0].Span, CodeLoneOption, "add another, or ask without `options`",
				"`%s` is the only option: there is nothing to choose", o.List[0].Value)
		case n > mostOptions:
			j.add(diagnostic.Note, o.Span, CodeManyOptions, "ask in two steps", "%d options are more than can be taken in on a phone", n)
		}
	})
}

// eachOptions calls do for the options of every question and message of the states.
func (j *journey) eachOptions(do func(*graph.Options)) {
	for i := range j.States {
		if s := &j.States[i]; s.Ask != nil && s.Ask.Message.Options != nil && !slices.ContainsFunc(s.Ask.Message.Options.List, unnamed) {
			do(s.Ask.Message.Options)
		}
		for k := range j.States[i].Say {
			if o := j.States[i].Say[k].Options; o != nil {
				do(o)
			}
		}
	}
}

// unnamed says that an option has no label, which was reported.
func unnamed(o graph.Option) bool { return o.Label == nil || o.Label.Key == "" }
