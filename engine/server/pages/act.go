package pages

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

// longestForm bounds what a form sends, in bytes.
const longestForm = 64 << 10

// longestText bounds what is typed on the sandbox phone or in the mailbox, in bytes.
const longestText = 8 << 10

// acting makes a handler of what a form does. A script that sends X-Journey-Script gets 204, or 422 with what is wrong as plain
// text; a browser without one is sent back to the page.
func (p *Pages) acting(do func(ctx context.Context, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		if err := r.ParseForm(); err != nil {
			p.Problem(w, http.StatusBadRequest, "The form can't be read", "It is broken, or longer than 64 KiB.")
			return
		}
		err := do(r.Context(), r)
		script := r.Header.Get("X-Journey-Script") != ""
		switch {
		case err == nil && script:
			w.WriteHeader(http.StatusNoContent)
		case err == nil:
			http.Redirect(w, r, backTo(r), http.StatusSeeOther)
		case script:
			http.Error(w, sentence(err), statusOf(err))
		default:
			p.showHome(w, r, statusOf(err), sentence(err))
		}
	}
}

func statusOf(err error) int {
	if errors.Is(err, runtime.ErrBusy) || errors.Is(err, runtime.ErrStopped) {
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}

func sentence(err error) string { return capital(strings.TrimSuffix(err.Error(), ".")) + "." }

// backTo is the page with the same phone and mailbox, at the place of the form.
func backTo(r *http.Request) string {
	q := url.Values{}
	for _, name := range []string{"phone", "mail", "away"} {
		if v := r.PostFormValue(name); v != "" {
			q.Set(name, v)
		}
	}
	to := url.URL{Path: "/", RawQuery: q.Encode(), Fragment: strings.TrimPrefix(r.URL.Path, "/try/")}
	return to.String()
}

// sendEvent gives a business event to the contact that has the phone, who is made where nobody has it.
func (p *Pages) sendEvent(ctx context.Context, r *http.Request) error {
	kind := r.PostFormValue("type")
	data, err := eventData(p.Versions.Live(), kind, r.PostFormValue("data."+kind))
	if err != nil {
		return err
	}
	to, err := phoneOf(r)
	if err != nil {
		return err
	}
	agreed, zone := r.PostFormValue("agreed") != "", r.PostFormValue("zone")
	_, err = p.Loop.Do(ctx, runtime.Work{To: to, Event: &machine.Event{Type: kind, Data: data}, Edit: func(c *machine.Contact) error {
		introduce(c)
		inZone(c, zone)
		if agreed {
			p.agree(c, channels)
		}
		return nil
	}})
	return failure(err, "send the event")
}

func phoneOf(r *http.Request) (runtime.To, error) {
	phone := digits(r.PostFormValue("phone"))
	if len(phone) < 8 || phone[0] != '+' {
		return runtime.To{}, errors.New("a phone number with its country is needed, like " + samplePhone)
	}
	return runtime.To{Address: "tel:" + phone}, nil
}

// introduce gives the page's own customer a name and a mailbox.
func introduce(c *machine.Contact) {
	if c.Phone == samplePhone && c.Name == "" {
		c.Name = sampleName
		if c.Email == "" {
			c.Email = sampleEmail
		}
	}
}

// inZone has a customer whose time zone nobody told be where the one before the page is.
func inZone(c *machine.Contact, zone string) {
	if c.Timezone == "" && validZone(zone) {
		c.Timezone = zone
	}
}

// agree records consent where there is none. An opt-out goes on standing.
func (p *Pages) agree(c *machine.Contact, on []policy.Channel) {
	for _, ch := range on {
		for _, purpose := range purposes(p.Versions.Live(), ch) {
			if !c.Ledger.OptedOut(ch) && !slices.Contains(c.Ledger.InForce(ch), purpose) {
				c.Ledger = c.Ledger.Give(policy.Consent{Channel: ch, Purpose: purpose, Source: "sandbox page", At: p.Now(), Wording: "ticked on the page"})
			}
		}
	}
}

// setCustomer changes what is known of the contact that has the phone.
func (p *Pages) setCustomer(ctx context.Context, r *http.Request) error {
	to, err := phoneOf(r)
	if err != nil {
		return err
	}
	zone := r.PostFormValue("timezone")
	if zone != "" && !validZone(zone) {
		return fmt.Errorf("%q is no time zone; one is written like Europe/Berlin", zone)
	}
	name := strings.TrimSpace(r.PostFormValue("name"))
	_, err = p.Loop.Do(ctx, runtime.Work{To: to, Edit: func(c *machine.Contact) error {
		introduce(c)
		if name != "" {
			c.Name = name
		}
		if zone != "" {
			c.Timezone = zone
		}
		for _, ch := range channels {
			if r.PostFormValue("consent."+string(ch)) != "" {
				p.agree(c, []policy.Channel{ch})
			} else {
				c.Ledger = c.Ledger.Withdraw(policy.Consent{Channel: ch, Source: "sandbox page", At: p.Now(), Wording: "unticked on the page"})
			}
		}
		return nil
	}})
	return failure(err, "change the customer")
}

// reply is what is typed on the sandbox phone, or in the mailbox.
func (p *Pages) reply(_ context.Context, r *http.Request) error {
	text := strings.TrimSpace(r.PostFormValue("text"))
	switch {
	case text == "":
		return errors.New("there is nothing to send")
	case len(text) > longestText:
		return fmt.Errorf("the text is longer than %d bytes", longestText)
	}
	return p.Sandbox.Reply(r.PostFormValue("address"), text)
}

func (p *Pages) setSwitch(_ context.Context, r *http.Request) error {
	channel, name := policy.Channel(r.PostFormValue("channel")), r.PostFormValue("mode")
	if !slices.Contains(channels, channel) {
		return fmt.Errorf("the sandbox has no channel %q", channel)
	}
	i := slices.IndexFunc(modes, func(m mode) bool { return m.Name == name })
	if i < 0 {
		return fmt.Errorf("the sandbox knows no %q; it knows %s", name, strings.Join(modeNames(), ", "))
	}
	p.Sandbox.Switch(channel, modes[i].Switch)
	return nil
}

// setRecord changes a record of the shop: the fields are the form's, as field.NAME.
func (p *Pages) setRecord(_ context.Context, r *http.Request) error {
	fields := map[string]string{}
	for name, values := range r.PostForm {
		if field, ok := strings.CutPrefix(name, "field."); ok && len(values) > 0 {
			fields[field] = values[0]
		}
	}
	return failure(p.Shop.Set(r.PostFormValue("kind"), r.PostFormValue("id"), fields), "keep the record")
}

func failure(err error, doing string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
