package check

import (
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
