package policy

import (
	"slices"
	"testing"
	"time"
)

func TestLedger(t *testing.T) {
	give := func(p Purpose) func(Ledger) Ledger {
		return func(l Ledger) Ledger { return l.Give(Consent{Channel: SMS, Purpose: p, Wording: "Yes, text me"}) }
	}
	withdraw := func(p Purpose) func(Ledger) Ledger {
		return func(l Ledger) Ledger { return l.Withdraw(Consent{Channel: SMS, Purpose: p}) }
	}
	stop := func(l Ledger) Ledger { return l.OptOut(SMS, noon, "STOP") }
	start := func(l Ledger) Ledger { return l.OptIn(SMS, noon, "START") }
	email := func(l Ledger) Ledger { return l.Give(Consent{Channel: Email, Purpose: Marketing}) }

	for _, c := range []struct {
		name  string
		steps []func(Ledger) Ledger
		want  []Purpose
		out   bool
	}{
		{name: "nothing was said"},
		{name: "given", steps: steps(give(Transactional)), want: []Purpose{Transactional}},
		{name: "given twice", steps: steps(give(Transactional), give(Transactional)), want: []Purpose{Transactional}},
		{name: "in the order of the purposes", steps: steps(give(Marketing), give(Transactional)), want: []Purpose{Transactional, Marketing}},
		{name: "for another channel", steps: steps(email)},
		{name: "one taken back", steps: steps(give(Transactional), give(Marketing), withdraw(Marketing)), want: []Purpose{Transactional}},
		{name: "all taken back", steps: steps(give(Transactional), give(Marketing), withdraw(""))},
		{name: "given again", steps: steps(give(Transactional), withdraw(""), give(Transactional)), want: []Purpose{Transactional}},
		{name: "an opt-out takes all", steps: steps(give(Transactional), give(Marketing), stop), out: true},
		{name: "a consent does not end it", steps: steps(give(Transactional), stop, give(Transactional)), out: true},
		{name: "an opt-in gives it back", steps: steps(give(Transactional), give(Marketing), stop, start), want: []Purpose{Transactional, Marketing}},
		{name: "but not what was taken back before", steps: steps(give(Transactional), give(Marketing), withdraw(Marketing), stop, start), want: []Purpose{Transactional}},
		{name: "nor meanwhile", steps: steps(give(Transactional), give(Marketing), stop, withdraw(""), start)},
		{name: "two opt-outs are ended by one opt-in", steps: steps(give(Transactional), stop, stop, start), want: []Purpose{Transactional}},
		{name: "an opt-in alone gives nothing", steps: steps(start)},
		{name: "an opt-out of somebody unknown", steps: steps(stop), out: true},
		{name: "opted out once more", steps: steps(give(Transactional), stop, start, stop), out: true},
	} {
		var l Ledger
		for _, step := range c.steps {
			l = step(l)
		}
		if got := l.InForce(SMS); !slices.Equal(got, c.want) || l.OptedOut(SMS) != c.out {
			t.Errorf("%s: %v in force, opted out %v, want %v, %v", c.name, got, l.OptedOut(SMS), c.want, c.out)
		}
	}
}

func steps(list ...func(Ledger) Ledger) []func(Ledger) Ledger { return list }

func TestLedgerKeepsEveryRecord(t *testing.T) {
	at := noon
	var l Ledger
	l = l.Give(Consent{Channel: SMS, Purpose: Marketing, Source: "conversation 7", At: at, Wording: "Yes", Question: "Shall we text you?"})
	l = l.OptOut(SMS, at.Add(time.Hour), "Stop!")
	l = l.OptIn(SMS, at.Add(2*time.Hour), "yes")
	l = l.Withdraw(Consent{Channel: SMS, Source: "conversation 8", At: at.Add(3 * time.Hour), Wording: "no more"})
	want := []Consent{
		{Channel: SMS, Purpose: Marketing, Given: true, Source: "conversation 7", At: at, Wording: "Yes", Question: "Shall we text you?"},
		{Channel: SMS, Source: "opt-out", At: at.Add(time.Hour), Wording: "Stop!"},
		{Channel: SMS, Given: true, Source: "opt-in", At: at.Add(2 * time.Hour), Wording: "yes"},
		{Channel: SMS, Purpose: Marketing, Source: "conversation 8", At: at.Add(3 * time.Hour), Wording: "no more"},
	}
	if !slices.Equal(l.Records, want) {
		t.Errorf("got %+v\nwant %+v", l.Records, want)
	}
}

func TestLedgersThatGrewFromOneShareNothing(t *testing.T) {
	base := Ledger{Records: make([]Consent, 0, 8)}
	a, b := base.OptOut(SMS, noon, "STOP"), base.OptOut(Email, noon, "unsubscribe")
	if !a.OptedOut(SMS) || a.OptedOut(Email) || !b.OptedOut(Email) || len(base.Records) != 0 {
		t.Errorf("a %+v, b %+v, base %+v", a, b, base)
	}
}
