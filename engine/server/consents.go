package server

import (
	"net/http"
	"slices"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// ConsentRecord is what a customer agreed to, or took back.
type ConsentRecord struct {
	Channel  string    `json:"channel" enum:"chat,sms,email"`
	Purpose  string    `json:"purpose,omitempty" enum:"transactional,conversational,marketing,verification" doc:"left out: the channel as a whole"`
	Given    *bool     `json:"given" doc:"false: it is taken back"`
	Source   string    `json:"source" doc:"where it comes from: a form, a call, an import"`
	At       time.Time `json:"time,omitzero" doc:"when the customer said so; left out: now"`
	Wording  string    `json:"wording,omitempty" doc:"what the customer ticked, wrote or said; needed where it is given"`
	Question string    `json:"question,omitempty" doc:"what the customer was asked"`
}

// Consents are all records of a contact, and what follows from them.
type Consents struct {
	Records  []ConsentRecord `json:"records" doc:"in the order in which they were recorded"`
	Channels []InForce       `json:"channels"`
}

// InForce is what may be used on a channel.
type InForce struct {
	Channel  string   `json:"channel" enum:"chat,sms,email"`
	OptedOut bool     `json:"opted_out"`
	Purposes []string `json:"purposes" doc:"that the customer agreed to"`
}

func recordOf(c *policy.Consent) ConsentRecord {
	given := c.Given
	return ConsentRecord{Channel: string(c.Channel), Purpose: string(c.Purpose), Given: &given, Source: c.Source, At: c.At, Wording: c.Wording, Question: c.Question}
}

func consentsOf(l policy.Ledger) Consents {
	out := Consents{Records: []ConsentRecord{}}
	for i := range l.Records {
		out.Records = append(out.Records, recordOf(&l.Records[i]))
	}
	for _, ch := range policy.Channels {
		one := InForce{Channel: string(ch), OptedOut: l.OptedOut(ch), Purposes: []string{}}
		for _, p := range l.InForce(ch) {
			one.Purposes = append(one.Purposes, string(p))
		}
		out.Channels = append(out.Channels, one)
	}
	return out
}

func (s *Server) getConsents(w http.ResponseWriter, r *http.Request) error {
	_, c, err := s.contact(r)
	if err != nil {
		return err
	}
	return give(w, http.StatusOK, consentsOf(c.Ledger))
}

func (s *Server) postConsent(w http.ResponseWriter, r *http.Request) error {
	key, _, err := s.contact(r)
	if err != nil {
		return err
	}
	var record ConsentRecord
	if err := readInto(r, &record); err != nil {
		return err
	}
	now := s.o.Clock.Now()
	if record.At.IsZero() {
		record.At = now
	}
	if wrongs := record.check(now); len(wrongs) > 0 {
		return invalid(wrongs...)
	}
	consent := policy.Consent{Channel: policy.Channel(record.Channel), Purpose: policy.Purpose(record.Purpose), Given: *record.Given,
		Source: record.Source, At: record.At, Wording: record.Wording, Question: record.Question}
	done, err := s.o.Loop.Do(r.Context(), runtime.Work{To: runtime.To{Key: key}, ID: onceID(r), Audit: s.consentAct(r, &consent).about(key, "").Encode(),
		Edit: func(c *machine.Contact) error { c.Ledger = with(c.Ledger, consent); return nil }})
	if err != nil {
		return err
	}
	status := http.StatusCreated
	if done.Seen {
		status = http.StatusOK
	}
	return give(w, status, recordOf(&consent))
}

// onceID is the identity of what a request with an Idempotency-Key changes: it is committed with the change.
func onceID(r *http.Request) string {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return ""
	}
	caller := requestOf(r).caller.Name
	return "request/" + itoa(len(caller)) + "/" + caller + "/" + key
}

func (s *Server) consentAct(r *http.Request, c *policy.Consent) *Act {
	what := "consent.withdrawn"
	switch {
	case c.Given && c.Purpose == "":
		what = "contact.opted_in"
	case c.Given:
		what = "consent.given"
	case c.Purpose == "":
		what = "contact.opted_out"
	}
	a := s.act(r, what)
	a.Detail = string(c.Channel)
	if c.Purpose != "" {
		a.Detail += " " + string(c.Purpose)
	}
	return a
}

// with adds a record to a ledger with its own source: one without a purpose is an opt-out, or the opt-in that ends it.
func with(l policy.Ledger, c policy.Consent) policy.Ledger {
	switch {
	case c.Purpose == "":
		return policy.Ledger{Records: append(slices.Clip(l.Records), c)}
	case c.Given:
		return l.Give(c)
	}
	return l.Withdraw(c)
}

// future is how far ahead a caller's clock may be.
const future = 5 * time.Minute

func (c *ConsentRecord) check(now time.Time) (all []Detail) {
	bad := func(name, detail string) { all = append(all, wrong("/"+name, detail)...) }
	if detail := notOneOf(c.Channel, policy.Channels); detail != "" {
		bad("channel", detail)
	}
	if c.Purpose != "" {
		if detail := notOneOf(c.Purpose, policy.Purposes); detail != "" {
			bad("purpose", detail)
		}
	}
	if c.Given == nil {
		bad("given", "it is missing: true where the customer agrees, false where they take it back")
	}
	if c.Source == "" {
		bad("source", "it is missing: where the consent comes from, such as a form or a call")
	}
	if c.Given != nil && *c.Given && c.Wording == "" {
		bad("wording", "it is missing: what the customer agreed to, in the words that they saw")
	}
	if c.At.After(now.Add(future)) {
		bad("time", "it has not come yet")
	}
	for _, f := range []struct{ name, text string }{{"source", c.Source}, {"wording", c.Wording}, {"question", c.Question}} {
		if len(f.text) > longestWording {
			bad(f.name, "it may have "+itoa(longestWording)+" bytes")
		}
	}
	return all
}

const longestWording = 4000

// notOneOf says that a word is none of those there are.
func notOneOf[T ~string](word string, known []T) string {
	var names []string
	for _, k := range known {
		if string(k) == word {
			return ""
		}
		names = append(names, string(k))
	}
	if word == "" {
		return "it is missing: " + oneOf(names)
	}
	if meant := diagnostic.Suggest(word, names); meant != "" {
		return "`" + word + "` is none; did you mean `" + meant + "`?"
	}
	return "`" + word + "` is none: " + oneOf(names)
}
