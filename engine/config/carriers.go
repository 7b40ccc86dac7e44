package config

import (
	"fmt"
	"net/mail"
	"regexp"
	"strings"

	"journey/engine/flow"
)

func (r *reader) providers(f field, into *Providers) {
	r.section(f, "`providers`",
		may("sms", func(f field) {
			r.oneOrMore(f, "providers", func(f field) { r.provider(f, &into.SMS, "twilio", "vonage", "sandbox") })
		}),
		may("email", func(f field) {
			r.oneOrMore(f, "providers", func(f field) { r.provider(f, &into.Email, "smtp", "sandbox") })
		}),
	)
}

// provider reads one account by its kind, which decides what other keys it has.
func (r *reader) provider(f field, into *[]Provider, kinds ...string) {
	if !r.isMap(f, "keys of its own, such as `kind`") {
		return
	}
	var p Provider
	common := []key{r.kindOf(f, kinds, &p.Kind), may("rate", func(f field) { r.whole(f, 1, 10_000, &p.Rate) })}
	switch p.Kind {
	case "twilio":
		p.Twilio = &Twilio{}
		r.twilio(f, common, p.Twilio)
	case "vonage":
		p.Vonage = &Vonage{}
		r.vonage(f, common, p.Vonage)
	case "smtp":
		p.SMTP = &SMTP{}
		r.smtp(f, common, p.SMTP)
	case "sandbox":
		r.section(f, "the sandbox", common...)
	default:
		return
	}
	*into = append(*into, p)
}

// kindOf looks for `kind` before the other keys are read, and gives the key that lets it pass when they are.
func (r *reader) kindOf(f field, kinds []string, into *string) key {
	found := false
	for _, p := range f.value.Map {
		if p.Key.Value == "kind" || meant(p.Key.Value, []string{"kind"}) != "" {
			found = true
			r.choice(field{"kind", p.Key.Span, p.Value}, into, kinds...)
		}
	}
	if !found {
		r.report(f.place, flow.CodeMissingKey, fmt.Sprintf("what is configured here lacks `kind`: %s", quoted(kinds)), "")
	}
	return may("kind", func(field) {})
}

var accountSID = regexp.MustCompile(`^AC[0-9A-Za-z]+$`)

func (r *reader) twilio(f field, common []key, p *Twilio) {
	r.section(f, "a provider of the kind twilio", append(common,
		must("account_sid", func(f field) {
			w := r.word(f, "the account's SID, which begins with `AC`")
			if w.ok && !accountSID.MatchString(w.text) {
				r.bad(w, flow.CodeBadValue, fmt.Sprintf("an account's SID begins with `AC`; %s does not", w.shown()), "")
				return
			}
			p.AccountSID = w.text
		}),
		must("auth_token", func(f field) { r.secret(f, &p.AuthToken) }),
		may("from", func(f field) { r.sender(f, &p.From) }),
		may("messaging_service_sid", func(f field) { r.text(f, &p.MessagingServiceSID) }),
		may("base_url", func(f field) { r.plainURL(f, &p.BaseURL, "https", "http") }),
	)...)
	if !has(f, "from") && !has(f, "messaging_service_sid") {
		r.report(f.place, flow.CodeMissingKey, "a provider of the kind twilio lacks `from`, or `messaging_service_sid`", "")
	}
}

func has(f field, name string) bool {
	for _, p := range f.value.Map {
		if p.Key.Value == name || meant(p.Key.Value, []string{name}) != "" {
			return true
		}
	}
	return false
}

func (r *reader) vonage(f field, common []key, p *Vonage) {
	r.section(f, "a provider of the kind vonage", append(common,
		must("api_key", func(f field) { r.text(f, &p.APIKey) }),
		must("api_secret", func(f field) { r.secret(f, &p.APISecret) }),
		must("signature_secret", func(f field) { r.secret(f, &p.SignatureSecret) }),
		must("from", func(f field) { r.sender(f, &p.From) }),
		may("base_url", func(f field) { r.plainURL(f, &p.BaseURL, "https", "http") }),
	)...)
}

var (
	number  = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	letters = regexp.MustCompile(`^[A-Za-z0-9 ]*[A-Za-z][A-Za-z0-9 ]*$`)
	digits  = regexp.MustCompile(`^[0-9]{3,8}$`)
	bare    = regexp.MustCompile(`^[1-9][0-9]{10,14}$`) // a number with its country, as Vonage writes it
)

// sender reads a number, a short code or a name of up to 11 letters and digits, from which texts come.
func (r *reader) sender(f field, into *string) {
	w := r.word(f, "the number that texts come from")
	if !w.ok {
		return
	}
	if bare.MatchString(w.text) {
		*into = "+" + w.text
		return
	}
	if !number.MatchString(w.text) && !digits.MatchString(w.text) && (!letters.MatchString(w.text) || len(w.text) > 11) {
		hint := `write a number like "+15005550006", a short code, or a name of up to 11 letters and digits`
		if plain := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "").Replace(w.Value); number.MatchString(plain) {
			hint = fmt.Sprintf("write it as %q", plain)
		}
		r.bad(w, flow.CodeBadValue, fmt.Sprintf("texts can't come from %s", w.shown()), hint)
		return
	}
	*into = w.text
}

func (r *reader) smtp(f field, common []key, p *SMTP) {
	r.section(f, "a provider of the kind smtp", append(common,
		must("host", func(f field) { r.text(f, &p.Host) }),
		may("port", func(f field) { r.whole(f, 1, 65535, &p.Port) }),
		may("security", func(f field) { r.choice(f, &p.Security, "starttls", "tls", "none") }),
		may("username", func(f field) { r.text(f, &p.Username) }),
		may("password", func(f field) { r.secret(f, &p.Password) }),
		must("from", func(f field) { r.mailbox(f, &p.From) }),
		may("reply_to", func(f field) { r.mailbox(f, &p.ReplyTo) }),
		may("inbound_secret", func(f field) { r.longSecret(f, 16, &p.InboundSecret) }),
	)...)
	if has(f, "username") != has(f, "password") {
		r.report(f.place, flow.CodeMissingKey, "`username` and `password` go together, and one of them is missing", "")
	}
}

func (r *reader) mailbox(f field, into *string) {
	w := r.word(f, "an email address")
	if !w.ok {
		return
	}
	if _, err := mail.ParseAddress(w.text); err != nil {
		r.bad(w, flow.CodeBadValue, fmt.Sprintf("%s is no email address", w.shown()), "write it like `care@shop.example`, or `Example Shop <care@shop.example>`")
		return
	}
	*into = w.text
}

func (r *reader) chat(f field, c *Chat) {
	seen := twice{}
	r.section(f, "`chat`",
		may("origins", func(f field) {
			r.list(f, "sites", func(f field) {
				if s := f.value.Scalar; s != nil && s.Value == "*" {
					r.report(s.Span, CodeBadURL, "`origins` names each site: not everybody may embed the chat", "write `https://www.shop.example`")
					return
				}
				var origin string
				if r.origin(f, &origin) != nil {
					r.first(seen, origin, "this list has already", f.value.Span)
					c.Origins = append(c.Origins, origin)
				}
			})
		}),
		may("theme", func(f field) { r.theme(f, &c.Theme) }),
		may("identity", func(f field) { r.longSecret(f, 16, &c.Identity) }),
		may("visitors", func(f field) { r.whole(f, 1, 10_000_000, &c.Visitors) }),
		may("streams", func(f field) { r.whole(f, 1, 1_000_000, &c.Streams) }),
	)
}

var color = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

func (r *reader) theme(f field, t *Theme) {
	r.section(f, "`theme`",
		may("accent", func(f field) {
			w := r.word(f, `a color such as "#0a7"`)
			if w.ok && !color.MatchString(w.text) {
				r.bad(w, flow.CodeBadValue, fmt.Sprintf("%s is no color", w.shown()), `write it in quotes, like "#0a7" or "#00aa77"`)
				return
			}
			t.Accent = w.text
		}),
		may("position", func(f field) { r.choice(f, &t.Position, "right", "left") }),
		may("title", func(f field) { r.text(f, &t.Title) }),
		may("greeting", func(f field) { r.text(f, &t.Greeting) }),
	)
}
