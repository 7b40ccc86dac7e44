// Package vonage sends texts through Vonage's Messages API, version 1, and reads its signed web hooks. Of Vonage's interfaces for texts it is
// the one whose web hooks are signed by a published standard: a JSON Web Token (RFC 7519) over a hash of the body.
//
// Vonage has no idempotency key, and no list in which a message could be looked up as soon as it was sent. It reports under our own
// id, though, so a message whose answer was lost is known by its first report.
package vonage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
)

// Config is an account, and what it sends from.
type Config struct {
	APIKey          string
	APISecret       string // secret
	SignatureSecret string // secret; it signs the web hooks
	From            string // a number in E.164, or an alphanumeric sender
	BaseURL         string // empty: https://api.nexmo.com
	PublicURL       string // where Vonage reaches this server; empty: reports go where the account says
	Client          *http.Client
}

// Provider is a channel.Provider and a channel.Receiver.
type Provider struct {
	config   Config
	messages string // URL
}

var (
	_ channel.Provider = (*Provider)(nil)
	_ channel.Receiver = (*Provider)(nil)
)

// maxReference is how long a client_ref may be.
const maxReference = 100

// New checks a configuration; nothing is sent yet.
func New(c Config) (*Provider, error) {
	var problems []error
	for _, field := range []struct{ name, value string }{
		{"api_key", c.APIKey}, {"api_secret", c.APISecret}, {"signature_secret", c.SignatureSecret}, {"from", c.From},
	} {
		if field.value == "" {
			problems = append(problems, errors.New(field.name+" is missing"))
		}
	}
	base := cmp.Or(c.BaseURL, "https://api.nexmo.com")
	if u, err := url.Parse(base); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		problems = append(problems, errors.New("base_url is to be like https://api.nexmo.com"))
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("vonage: %w", errors.Join(problems...))
	}
	return &Provider{config: c, messages: strings.TrimSuffix(base, "/") + "/v1/messages"}, nil
}

// Name is "vonage".
func (p *Provider) Name() string { return "vonage" }

// Channel is SMS.
func (p *Provider) Channel() policy.Channel { return policy.SMS }

// Careful is true.
func (p *Provider) Careful() bool { return true }

// outbound is a message as it is sent.
type outbound struct {
	Channel   string `json:"channel"`
	Type      string `json:"message_type"`
	To        string `json:"to"`
	From      string `json:"from"`
	Text      string `json:"text"`
	Reference string `json:"client_ref,omitempty"`
	Hook      string `json:"webhook_url,omitempty"`
	Version   string `json:"webhook_version,omitempty"`
}

// Send sends a message (https://developer.vonage.com/en/api/messages). An SMS has no media, so their URLs are put below the text.
func (p *Provider) Send(ctx context.Context, d *machine.Deliver) channel.Answer {
	m := outbound{Channel: "sms", Type: "text", To: strings.TrimPrefix(d.To, "+"), From: strings.TrimPrefix(p.config.From, "+"),
		Text: strings.Join(append([]string{d.Body}, d.Media...), "\n")}
	if len(d.ID) <= maxReference {
		m.Reference = d.ID
	}
	if p.config.PublicURL != "" {
		m.Hook, m.Version = strings.TrimSuffix(p.config.PublicURL, "/")+"/v1/channels/sms/vonage/status", "v1"
	}
	body, err := json.Marshal(m)
	if err != nil {
		return channel.Refused("the message can't be written as JSON")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.messages, bytes.NewReader(body))
	if err != nil {
		return channel.Broken("the request can't be made")
	}
	r.SetBasicAuth(p.config.APIKey, p.config.APISecret)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	reply, failed := channel.Exchange(p.config.Client, r)
	if failed != nil {
		return *failed
	}
	return p.read(reply)
}

// Ask answers Lost, since nobody can be asked.
func (p *Provider) Ask(context.Context, *machine.Deliver, time.Time) channel.Answer {
	return channel.Lost("Vonage can't be asked for a message; its report will tell")
}

// read reads what the API answered: a message's id, or a problem (RFC 9457).
func (p *Provider) read(reply *channel.Reply) channel.Answer {
	if reply.Status < 300 {
		var taken struct {
			ID string `json:"message_uuid"`
		}
		if json.Unmarshal(reply.Body, &taken) != nil || taken.ID == "" {
			return channel.Lost("the answer can't be read: it has no message_uuid")
		}
		return channel.Taken(taken.ID)
	}
	var e problem
	if json.Unmarshal(reply.Body, &e) != nil {
		e = problem{}
	}
	reason := fmt.Sprintf("HTTP status %d", reply.Status)
	if words := e.words(p.config.APISecret, p.config.SignatureSecret); words != "" {
		reason = words
	}
	return answer(reply, e.code(), reason)
}
