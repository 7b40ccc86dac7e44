package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/store"
)

// ConsentRecord is what a customer agreed to, or took back.
type ConsentRecord struct {
	Channel  string    `json:"channel" enum:"chat,sms,email"`
	Purpose  string    `json:"purpose,omitempty" enum:"transactional,conversational,marketing,verification" doc:"left out: the channel as a whole"`
	Given    bool      `json:"given" doc:"false: it is taken back"`
	Status   string    `json:"status" enum:"given,withdrawn" doc:"the same in words"`
	Source   string    `json:"source" doc:"where it comes from: a form, a call, an import"`
	At       time.Time `json:"time"`
	Wording  string    `json:"wording,omitempty" doc:"what the customer ticked, wrote or said"`
	Question string    `json:"question,omitempty" doc:"what the customer was asked"`
}

// ConsentChange is a record to be kept. A customer who says nothing else agrees.
type ConsentChange struct {
	Channel   string    `json:"channel" enum:"chat,sms,email"`
	Purpose   string    `json:"purpose,omitempty" enum:"transactional,conversational,marketing,verification" doc:"left out: the channel as a whole"`
	Given     *bool     `json:"given,omitempty" doc:"false: it is taken back; left out: true"`
	Withdrawn *bool     `json:"withdrawn,omitempty" doc:"the same, the other way round"`
	Status    string    `json:"status,omitempty" enum:"given,withdrawn" doc:"the same in words"`
	Source    string    `json:"source,omitempty" doc:"where it comes from: a form, a call, an import; left out: the name of the token"`
	At        time.Time `json:"time,omitzero" doc:"when the customer said so; left out: now"`
	Wording   string    `json:"wording,omitempty" doc:"what the customer ticked, wrote or said: the evidence, where anybody asks for it"`
	Question  string    `json:"question,omitempty" doc:"what the customer was asked"`
}

// Consents are all records of a contact, and what follows from them.
type Consents struct {
	Records  []ConsentRecord `json:"consents" doc:"in the order in which they were recorded"`
	Channels []InForce       `json:"channels"`
}

// ConsentList is a page of records, with what follows from all of them.
type ConsentList struct {
	Consents
	Next string `json:"next,omitempty" doc:"the cursor of the next page; left out on the last"`
}

// InForce is what may be used on a channel.
type InForce struct {
	Channel  string   `json:"channel" enum:"chat,sms,email"`
	OptedOut bool     `json:"opted_out"`
	Purposes []string `json:"purposes" doc:"that the customer agreed to"`
}

func recordOf(c *policy.Consent) ConsentRecord {
	status := givenStatus
	if !c.Given {
		status = withdrawnStatus
	}
	return ConsentRecord{string(c.Channel), string(c.Purpose), c.Given, status, c.Source, c.At, c.Wording, c.Question}
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
	after, limit, err := page(r)
	if err != nil {
		return err
	}
	list := ConsentList{Consents: consentsOf(c.Ledger)}
	from := min(after, uint64(len(list.Records)))
	if list.Records = list.Records[from:]; len(list.Records) > limit {
		list.Records, list.Next = list.Records[:limit], cursor(from+uint64(limit))
	}
	return give(w, http.StatusOK, list)
}

func (s *Server) postConsent(w http.ResponseWriter, r *http.Request) error {
	to, err := contactID(r)
	if err != nil {
		return err
	}
	var change ConsentChange
	if err := readInto(r, &change); err != nil {
		return err
	}
	consent, wrongs := change.consent(requestOf(r).caller.Name, s.o.Clock.Now())
	if len(wrongs) > 0 {
		return invalid(wrongs...)
	}
	key, err := s.holder(r.Context(), to)
	if err != nil {
		return err
	}
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

// holder finds who a consent is of. Whose address nobody had yet is made, as by an event; an id that nobody has is more likely misspelt.
func (s *Server) holder(ctx context.Context, to runtime.To) (store.Key, error) {
	key, err := s.o.Engine.Find(ctx, to)
	if to.Address == "" || !errors.Is(err, runtime.ErrNoContact) {
		return key, err
	}
	done, err := s.o.Loop.Do(ctx, runtime.Work{To: to, Edit: func(*machine.Contact) error { return nil }})
	return done.Key, err
}

// onceID is the identity of what a request with an Idempotency-Key changes: it is committed with the change.
func onceID(r *http.Request) string {
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		return ""
	}
	caller := requestOf(r).caller.Name
	return "request/" + strconv.Itoa(len(caller)) + "/" + caller + "/" + key
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

// Words for what a record says.
const (
	givenStatus     = "given"
	withdrawnStatus = "withdrawn"
)

// consent makes the record, with what was left out, and says what is wrong with it.
func (c *ConsentChange) consent(caller string, now time.Time) (made policy.Consent, all []Detail) {
	bad := func(name, detail string) { all = append(all, wrong("/"+name, detail)...) }
	if detail := notOneOf(c.Channel, policy.Channels); detail != "" {
		bad("channel", detail)
	}
	switch detail := notOneOf(c.Purpose, policy.Purposes); {
	case c.Purpose == "" && c.Given == nil && c.Withdrawn == nil && c.Status == "":
		bad("purpose", detail+"; without one it is about the channel as a whole, and `given` has to say what")
	case c.Purpose != "" && detail != "":
		bad("purpose", detail)
	}
	given, wrongs := c.given()
	all = append(all, wrongs...)
	if c.Source == "" {
		c.Source = caller
	}
	if c.At.IsZero() {
		c.At = now
	}
	if c.At.After(now.Add(future)) {
		bad("time", "it has not come yet")
	}
	for _, f := range []struct{ name, text string }{{"source", c.Source}, {"wording", c.Wording}, {"question", c.Question}} {
		if len(f.text) > longestWording {
			bad(f.name, fmt.Sprintf("it may have %d bytes", longestWording))
		}
	}
	return policy.Consent{Channel: policy.Channel(c.Channel), Purpose: policy.Purpose(c.Purpose), Given: given,
		Source: c.Source, At: c.At, Wording: c.Wording, Question: c.Question}, all
}

// given reads the three ways to say whether the customer agrees. Those that are there have to agree with each other.
func (c *ConsentChange) given() (given bool, wrongs []Detail) {
	type said struct {
		name  string
		given bool
	}
	var all []said
	if c.Given != nil {
		all = append(all, said{"given", *c.Given})
	}
	if c.Withdrawn != nil {
		all = append(all, said{"withdrawn", !*c.Withdrawn})
	}
	if c.Status != "" {
		if detail := notOneOf(c.Status, []string{givenStatus, withdrawnStatus}); detail != "" {
			return false, wrong("/status", detail)
		}
		all = append(all, said{"status", c.Status == givenStatus})
	}
	for _, one := range all {
		if one.given != all[0].given {
			return false, wrong("/"+one.name, "it says the opposite of `"+all[0].name+"`")
		}
	}
	return len(all) == 0 || all[0].given, nil
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
