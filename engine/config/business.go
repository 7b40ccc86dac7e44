package config

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"journey/engine/flow"
)

func (r *reader) subscribers(f field, into *[]Subscriber) {
	seen := twice{}
	r.list(f, "subscribers", func(f field) {
		var s Subscriber
		r.section(f, "a subscriber",
			must("url", func(f field) {
				if r.plainURL(f, &s.URL, "https", "http") != nil {
					r.first(seen, s.URL, "there is another subscriber with the URL", f.value.Span)
				}
			}),
			must("secret", func(f field) { r.longSecret(f, 16, &s.Secret) }),
			may("events", func(f field) { r.events(f, &s.Events) }),
		)
		*into = append(*into, s)
	})
}

// costUnits are what each thing is counted by.
var costUnits = map[string][]string{
	"sms": {"segment", "message"}, "email": {"message"}, "chat": {"message", "conversation"}, "agent": {"minute", "hour", "conversation"},
}

var costForm = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?) +([A-Z]{3}) +per +([a-z]+)$`)

func (r *reader) costs(f field, into *[]Cost) {
	read := func(f field) { r.cost(f, into) }
	r.section(f, "`costs`", may("sms", read), may("email", read), may("chat", read), may("agent", read))
}

func (r *reader) cost(f field, into *[]Cost) {
	units := costUnits[f.name]
	example := fmt.Sprintf("write it like `0.0083 USD per %s`", units[0])
	w := r.word(f, "an amount of money")
	if !w.ok {
		return
	}
	m := costForm.FindStringSubmatch(strings.TrimSpace(w.text))
	if m == nil {
		r.bad(w, CodeBadCost, fmt.Sprintf("%s does not say what something costs", w.shown()), example)
		return
	}
	if !slices.Contains(units, m[3]) {
		hint := didYouMean(m[3], units)
		if hint == "" {
			hint = example
		}
		r.bad(w, CodeBadCost, fmt.Sprintf("`%s` costs something per %s, not per `%s`", f.name, quoted(units), m[3]), hint)
		return
	}
	amount, err := strconv.ParseFloat(m[1], 64)
	if err != nil || math.IsInf(amount, 0) {
		r.bad(w, CodeBadCost, fmt.Sprintf("%s is no amount of money", w.shown()), example)
		return
	}
	*into = append(*into, Cost{Of: f.name, Amount: amount, Currency: m[2], Per: m[3]})
}

func (r *reader) understand(f field, into **Model) {
	r.section(f, "`understand`", may("llm", func(f field) {
		m := &Model{}
		r.section(f, "`llm`",
			must("kind", func(f field) { r.choice(f, &m.Kind, "openai") }),
			must("base_url", func(f field) { r.plainURL(f, &m.BaseURL, "https", "http") }),
			must("model", func(f field) { r.text(f, &m.Model) }),
			may("key", func(f field) { r.secret(f, &m.Key) }),
			may("timeout", func(f field) { r.duration(f, &m.Timeout) }),
		)
		*into = m
	}))
}

func (r *reader) crms(f field, into *[]CRM) {
	r.list(f, "systems", func(f field) {
		if !r.isMap(f, "keys of its own, such as `kind`") {
			return
		}
		var c CRM
		kind := r.kindOf(f, []string{"hubspot", "zendesk", "rest"}, &c.Kind)
		r.crm(f, kind, &c)
		*into = append(*into, c)
	})
}

func (r *reader) crm(f field, kind key, c *CRM) {
	keys := []key{kind,
		must("token", func(f field) { r.secret(f, &c.Token) }),
		may("secret", func(f field) { r.secret(f, &c.Secret) }),
		may("match", func(f field) { r.choice(f, &c.Match, "email", "phone", "id") }),
		may("fields", func(f field) { r.crmFields(f, &c.Fields) }),
		may("push", func(f field) { r.push(f, c) }),
	}
	base := key{"base_url", c.Kind == "rest" || c.Kind == "zendesk", func(f field) { r.plainURL(f, &c.BaseURL, "https", "http") }}
	keys = append(keys, base)
	if c.Kind == "rest" {
		keys = append(keys, must("paths", func(f field) { r.paths(f, c) }))
	}
	what := "a system in `crm`"
	if c.Kind != "" {
		what = "a system of the kind " + c.Kind
	}
	r.section(f, what, keys...)
}

var (
	ourField   = regexp.MustCompile(`^contact\.(id|name|phone|email|locale|timezone|attributes\.[a-z_][a-z0-9_]*)$`)
	theirField = regexp.MustCompile(`^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$`)
)

// crmFields reads `contact.email: properties.email`, or `contact.email: { theirs: properties.email, owner: theirs }`.
func (r *reader) crmFields(f field, into *[]CRMField) {
	r.named(f, "fields of a contact, each with the field that it is there", func(name string, f field) {
		c := CRMField{Ours: name, Owner: "ours"}
		if !ourField.MatchString(name) {
			r.report(f.place, flow.CodeBadValue, fmt.Sprintf("`%s` is no field of a contact", shorten(name)),
				"there are contact.id, contact.name, contact.phone, contact.email, contact.locale, contact.timezone and contact.attributes.<name>")
		}
		theirs := func(f field) {
			w := r.word(f, "a field such as `properties.email`")
			if w.ok && !theirField.MatchString(w.text) {
				r.bad(w, flow.CodeBadValue, fmt.Sprintf("%s is no field such as `properties.email`", w.shown()), "")
			}
			c.Theirs = w.text
		}
		if f.value.Scalar != nil {
			theirs(f)
		} else {
			r.section(f, "a field", must("theirs", theirs), may("owner", func(f field) { r.choice(f, &c.Owner, "ours", "theirs") }))
		}
		*into = append(*into, c)
	})
}

func (r *reader) push(f field, c *CRM) {
	r.section(f, "`push`",
		may("note", func(f field) { r.events(f, &c.Note) }),
		may("ticket", func(f field) { r.events(f, &c.Ticket) }),
		may("transcript", func(f field) { r.events(f, &c.Transcript) }),
	)
}

func (r *reader) paths(f field, c *CRM) {
	c.Paths = map[string]string{}
	path := func(f field) {
		w := r.word(f, "a path such as `/contacts`")
		if w.ok && !strings.HasPrefix(w.text, "/") {
			r.bad(w, flow.CodeBadValue, fmt.Sprintf("a path begins with `/`; %s does not", w.shown()), "")
			return
		}
		c.Paths[f.name] = w.text
	}
	r.section(f, "`paths`", must("contact", path), may("note", path), may("ticket", path), may("transcript", path))
}

func (r *reader) telemetry(f field, into **Telemetry) {
	t := &Telemetry{Ratio: 1}
	r.section(f, "`telemetry`",
		must("otlp", func(f field) { r.plainURL(f, &t.Endpoint, "http", "https") }),
		may("headers", func(f field) {
			t.Headers = map[string]Secret{}
			r.named(f, "names of headers with their values", func(name string, f field) {
				var s Secret
				r.secret(f, &s)
				t.Headers[name] = s
			})
		}),
		may("ratio", func(f field) {
			w := r.word(f, "a number from 0 to 1")
			if !w.ok {
				return
			}
			n, err := strconv.ParseFloat(w.text, 64)
			if err != nil || !(n > 0 && n <= 1) {
				r.bad(w, flow.CodeBadNumber, fmt.Sprintf("`ratio` wants a number above 0 and up to 1, not %s", w.shown()), "")
				return
			}
			t.Ratio = n
		}),
		may("service", func(f field) { r.text(f, &t.Service) }),
	)
	*into = t
}
