package pages

import (
	"context"

	"journey/engine/machine"
	"journey/engine/store"
)

// questionsBack is how far the log is walked for the question that an answer belongs to.
const questionsBack = 50

// answersSecretly tells whether what the customer writes in an entry answers a sensitive question, so that nobody reads it here.
func (p *Pages) answersSecretly(ctx context.Context, key store.Key, e *machine.LogEntry) bool {
	if e.Event.Message == nil {
		return false
	}
	log, err := p.Engine.Log(ctx, key, 0, questionsBack)
	if err != nil {
		return true
	}
	for i := range e.Effects {
		h := e.Effects[i].Heard
		if h == nil || h.Conversation == "" {
			continue
		}
		for _, l := range log {
			if l.LogEntry == nil || l.At.After(e.At) || l.Event.ID == e.Event.ID {
				continue
			}
			if asked, sensitive := lastQuestion(l.LogEntry, h.Conversation); asked {
				if sensitive {
					return true
				}
				break
			}
		}
	}
	return false
}

// lastQuestion finds the last question that an entry asked in a conversation.
func lastQuestion(e *machine.LogEntry, conversation string) (asked, sensitive bool) {
	for i := range e.Effects {
		if d := e.Effects[i].Deliver; d != nil && d.Question && d.Conversation == conversation {
			asked, sensitive = true, d.Sensitive
		}
	}
	return asked, sensitive
}
