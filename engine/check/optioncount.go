package check

import (
	"slices"

	"journey/engine/diagnostic"
	"journey/engine/graph"
)

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
