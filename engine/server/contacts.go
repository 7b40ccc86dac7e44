package server

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"journey/engine/expression"
	"journey/engine/machine"
	"journey/engine/runtime"
	"journey/engine/store"
)

// Contact is a person as the API shows them.
type Contact struct {
	ID         string         `json:"id"`
	Key        string         `json:"key" doc:"how the audit log names the contact; the ids of its conversations begin with it"`
	Name       string         `json:"name,omitempty"`
	Phone      string         `json:"phone,omitempty"`
	Email      string         `json:"email,omitempty"`
	Locale     string         `json:"locale,omitempty"`
	Timezone   string         `json:"timezone,omitempty"`
	Zones      []string       `json:"phone_timezones,omitempty" doc:"where the phone number may be"`
	Online     bool           `json:"online" doc:"the contact's chat page is open"`
	Attributes map[string]any `json:"attributes,omitempty"`
}

func shown(key store.Key, c *machine.Contact) *Contact {
	attributes, _ := expression.Plain(c.Attributes).(map[string]any)
	return &Contact{ID: c.ID, Key: key.String(), Name: c.Name, Phone: c.Phone, Email: c.Email, Locale: c.Locale, Timezone: c.Timezone,
		Zones: c.PhoneZones, Online: c.Online, Attributes: attributes}
}

// etag changes whenever what is said of a contact does; not when its page opens or closes.
func etag(key store.Key, c *machine.Contact) string {
	one := shown(key, c)
	one.Online = false
	sum := sha256.Sum256(mustJSON(one))
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func (s *Server) contactRoutes() []route {
	const path = "/v1/contacts/{id}"
	return []route{
		{pattern: "PUT " + path, roles: senders, summary: "Make or change a contact", handle: s.putContact, takes: Profile{}, gives: Contact{}, statuses: []int{200, 201},
			does:    "Fields that are left out stay as they are, and null takes a field away. With If-Match it is done only while the contact is as it was when read.",
			example: `{"name":"Ada Lovelace","phone":"+14155550101","email":"ada@shop.example","locale":"en","timezone":"America/Los_Angeles","attributes":{"tier":"gold"}}`},
		{pattern: "GET " + path, roles: []Role{Ingest, Agent, Analyst}, summary: "Read a contact", handle: s.getContact, gives: Contact{}, statuses: []int{200, 304}},
		{pattern: "DELETE " + path, roles: []Role{}, summary: "Erase a contact", handle: s.eraseContact, statuses: []int{204},
			does: "What the contact is and said can't be read again afterwards, not from a backup of the data file either. Opt-outs of its addresses stand."},
		{pattern: "GET " + path + "/export", roles: []Role{}, summary: "Everything that is known of a contact", handle: s.exportContact, gives: Export{}},
		{pattern: "POST " + path + "/consents", roles: senders, summary: "Record a consent, or that it is taken back", handle: s.postConsent, takes: ConsentChange{}, gives: ConsentRecord{}, statuses: []int{201, 200}, once: true,
			does:    "A customer who is named by an address that nobody had yet is made. Without a purpose it is about the channel as a whole: taken back, it is an opt-out, which stands until an opt-in, and no consent is in force under it; given, it is that opt-in.",
			example: `{"channel":"sms","purpose":"transactional","given":true,"source":"checkout form","wording":"Text me about my order"}`},
		{pattern: "GET " + path + "/consents", roles: []Role{Ingest, Agent, Analyst}, summary: "Consents of a contact", handle: s.getConsents, gives: ConsentList{}, query: pageParameters},
	}
}

// contactID reads the contact that a path names: by its id, or by an address.
func contactID(r *http.Request) (runtime.To, error) {
	to, wrong := whom(r.PathValue("id"))
	if wrong != "" {
		return to, invalidParameter("id", "%s", wrong)
	}
	return to, nil
}

// contact reads the contact that a path names.
func (s *Server) contact(r *http.Request) (store.Key, *machine.Contact, error) {
	to, err := contactID(r)
	if err != nil {
		return store.Key{}, nil, err
	}
	key, err := s.o.Engine.Find(r.Context(), to)
	if err != nil {
		return key, nil, err
	}
	c, err := s.o.Engine.Contact(r.Context(), key)
	return key, c, err
}

func (s *Server) getContact(w http.ResponseWriter, r *http.Request) error {
	key, c, err := s.contact(r)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(key, c))
	if r.Header.Get("If-None-Match") == etag(key, c) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return give(w, http.StatusOK, shown(key, c))
}

func (s *Server) putContact(w http.ResponseWriter, r *http.Request) error {
	to, err := contactID(r)
	if err != nil {
		return err
	}
	body, _, err := readBody(r, longestBody, plainJSON)
	if err != nil {
		return err
	}
	tree, err := parse(body)
	if err != nil {
		return err
	}
	fields, ok := tree.(map[string]any)
	if !ok {
		return invalid(wrong("", "it has to be an object")...)
	}
	change, wrongs := readProfile(fields, "")
	if len(wrongs) > 0 {
		return invalid(wrongs...)
	}
	before, err := s.o.Engine.Find(r.Context(), to)
	made := errors.Is(err, runtime.ErrNoContact) || err == nil && s.unknown(r, before)
	if err != nil && !made {
		return err
	}
	want := r.Header.Get("If-Match")
	if made && want != "" {
		return changed()
	}
	work := runtime.Work{To: to, Edit: func(c *machine.Contact) error {
		if want != "" && want != "*" && want != etag(before, c) {
			return changed()
		}
		return change(c)
	}}
	if before != (store.Key{}) {
		act := s.act(r, "contact.changed").about(before, "")
		act.Detail = strings.Join(sorted(fields), " ")
		work.Audit = act.Encode()
	}
	done, err := s.o.Loop.Do(r.Context(), work)
	if err != nil {
		return err
	}
	if s.o.Desk != nil {
		s.o.Desk.Renamed(done.Key, done.Contact)
	}
	w.Header().Set("ETag", etag(done.Key, done.Contact))
	status := http.StatusOK
	if made {
		status = http.StatusCreated
	}
	return give(w, status, shown(done.Key, done.Contact))
}

// unknown tells that nobody is under a key yet.
func (s *Server) unknown(r *http.Request, key store.Key) bool {
	_, err := s.o.Engine.Contact(r.Context(), key)
	return errors.Is(err, runtime.ErrNoContact)
}

func changed() *Problem {
	return problem(http.StatusPreconditionFailed, "changed", "It is not as If-Match says any more. Read it again.")
}

func (s *Server) eraseContact(w http.ResponseWriter, r *http.Request) error {
	key, _, err := s.contact(r)
	if err != nil && !errors.Is(err, runtime.ErrNoContact) {
		return err
	}
	// Whom nobody knows any more may have been erased in part: the loop finds out.
	if err := s.o.Loop.Erase(r.Context(), key, s.act(r, "contact.erased").about(key, "").Encode()); err != nil {
		return err
	}
	if s.o.Desk != nil {
		s.o.Desk.Forget(key)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// conversationOwner is the key that a conversation's id begins with.
func conversationOwner(id string) (store.Key, error) {
	key, err := store.ParseKey(id)
	if err != nil || !strings.Contains(id, "-") {
		return key, notFound("There is no conversation `%s`.", id)
	}
	return key, nil
}
