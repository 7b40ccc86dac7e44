// Package twilio sends texts through Twilio's Programmable Messaging API, and reads its web hooks.
//
// Twilio has no idempotency key for messages, so an attempt whose answer was lost is looked up in the account's list of messages.
package twilio

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
)

// Config is an account, and what it sends from.
type Config struct {
	AccountSID          string // "AC…"
	AuthToken           string // secret; it signs the web hooks too
	From                string // a number in E.164, or an alphanumeric sender; or else
	MessagingServiceSID string // "MG…": Twilio picks the sender
	BaseURL             string // empty: https://api.twilio.com
	PublicURL           string // where Twilio reaches this server; empty: no delivery reports are asked for
	Client              *http.Client

	// Known tells that the message with an SID is on record as another one of ours: two texts to a number may be alike. Nil: none is.
	Known func(ctx context.Context, sid string) bool
}

// Provider is a channel.Provider and a channel.Receiver.
type Provider struct {
	config   Config
	messages string // URL of the account's messages
}

var (
	_ channel.Provider = (*Provider)(nil)
	_ channel.Receiver = (*Provider)(nil)
)

// New checks a configuration; nothing is sent yet.
func New(c Config) (*Provider, error) {
	var problems []error
	if !strings.HasPrefix(c.AccountSID, "AC") {
		problems = append(problems, errors.New("account_sid is to be the account's SID, which begins with AC"))
	}
	if c.AuthToken == "" {
		problems = append(problems, errors.New("auth_token is missing"))
	}
	if c.From == "" && c.MessagingServiceSID == "" {
		problems = append(problems, errors.New("from, or messaging_service_sid, is missing"))
	}
	base := cmp.Or(c.BaseURL, "https://api.twilio.com")
	if u, err := url.Parse(base); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		problems = append(problems, errors.New("base_url is to be like https://api.twilio.com"))
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("twilio: %w", errors.Join(problems...))
	}
	return &Provider{config: c, messages: strings.TrimSuffix(base, "/") + "/2010-04-01/Accounts/" + url.PathEscape(c.AccountSID) + "/Messages.json"}, nil
}

// Name is "twilio".
func (p *Provider) Name() string { return "twilio" }

// Channel is SMS.
func (p *Provider) Channel() policy.Channel { return policy.SMS }

// Careful is true.
func (p *Provider) Careful() bool { return true }

// Send creates a message (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
func (p *Provider) Send(ctx context.Context, d *machine.Deliver) channel.Answer {
	form := url.Values{"To": {d.To}, "Body": {d.Body}}
	if p.config.MessagingServiceSID != "" {
		form.Set("MessagingServiceSid", p.config.MessagingServiceSID)
	}
	if p.config.From != "" {
		form.Set("From", p.config.From)
	}
	if len(d.Media) > 0 {
		form["MediaUrl"] = d.Media
	}
	if p.config.PublicURL != "" {
		form.Set("StatusCallback", strings.TrimSuffix(p.config.PublicURL, "/")+"/v1/channels/sms/twilio/status?message="+url.QueryEscape(d.ID))
	}
	reply, failed := p.exchange(ctx, http.MethodPost, p.messages, form.Encode())
	if failed != nil {
		return *failed
	}
	if reply.Status >= 300 {
		return p.refusal(reply)
	}
	var m message
	if err := json.Unmarshal(reply.Body, &m); err != nil || m.SID == "" {
		return channel.Lost("the answer can't be read: it has no message sid")
	}
	return channel.Taken(m.SID)
}

// refusal reads an error (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions).
func (p *Provider) refusal(r *channel.Reply) channel.Answer {
	var e struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(r.Body, &e) != nil {
		e.Code, e.Message = 0, ""
	}
	reason := fmt.Sprintf("HTTP status %d", r.Status)
	if e.Code != 0 {
		reason = fmt.Sprintf("error %d", e.Code)
	}
	if words := cmp.Or(meanings[e.Code], channel.Clip(e.Message, p.config.AuthToken)); words != "" {
		reason += ": " + words
	}
	return answer(r, e.Code, reason)
}

// exchange makes a request to the API.
func (p *Provider) exchange(ctx context.Context, method, to, form string) (*channel.Reply, *channel.Answer) {
	r, err := http.NewRequestWithContext(ctx, method, to, strings.NewReader(form))
	if err != nil {
		a := channel.Broken("the request can't be made")
		return nil, &a
	}
	r.SetBasicAuth(p.config.AccountSID, p.config.AuthToken)
	r.Header.Set("Accept", "application/json")
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return channel.Exchange(p.config.Client, r)
}
