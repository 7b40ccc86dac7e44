package twilio

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
)

// message is what is read of a message resource.
type message struct {
	SID       string `json:"sid"`
	To        string `json:"to"`
	From      string `json:"from"`
	Service   string `json:"messaging_service_sid"`
	Body      string `json:"body"`
	Direction string `json:"direction"`
	Created   string `json:"date_created"` // RFC 2822
}

const (
	looked = 200             // how many messages to a number are looked at: more than anybody is sent between an attempt and its look-up
	skew   = 5 * time.Second // how far Twilio's clock may be behind ours
)

// Ask looks for the message among those of the account to its number. They are not filtered by DateSent, which one that waits in
// Twilio's queue does not have yet.
//
// Where there is no such list, the message is called not taken: it is sent at least once, and Twilio itself can always be asked.
func (p *Provider) Ask(ctx context.Context, d *machine.Deliver, attempted time.Time) channel.Answer {
	query := url.Values{"To": {d.To}, "PageSize": {fmt.Sprint(looked)}}
	reply, failed := p.exchange(ctx, http.MethodGet, p.messages+"?"+query.Encode(), "")
	switch {
	case failed != nil:
		return channel.Lost(failed.Reason)
	case reply.Status == http.StatusNotFound, reply.Status == http.StatusMethodNotAllowed, reply.Status == http.StatusNotImplemented:
		return channel.Unavailable("messages can't be looked up there", 0)
	case reply.Status != http.StatusOK:
		a := p.refusal(reply)
		return channel.Lost(a.Reason)
	}
	var list struct {
		Messages []message `json:"messages"`
	}
	if err := json.Unmarshal(reply.Body, &list); err != nil || list.Messages == nil {
		return channel.Lost("the list of messages can't be read")
	}
	for i := range list.Messages {
		m := &list.Messages[i]
		if p.made(m, d, attempted) && (p.config.Known == nil || !p.config.Known(ctx, m.SID)) {
			return channel.Taken(m.SID)
		}
	}
	if len(list.Messages) >= looked {
		return channel.Lost("too many messages were sent to that number to tell")
	}
	return channel.Unavailable("it was not taken", 0)
}

// trial is what Twilio puts before the texts of a trial account.
const trial = "Sent from your Twilio trial account - "

// made tells whether a message is what the attempt made.
func (p *Provider) made(m *message, d *machine.Deliver, attempted time.Time) bool {
	created, err := time.Parse(time.RFC1123Z, m.Created)
	if err != nil || created.Before(attempted.Truncate(time.Second).Add(-skew)) {
		return false
	}
	if m.Direction != "" && m.Direction != "outbound-api" || m.SID == "" {
		return false
	}
	ours := p.config.From != "" && m.From == p.config.From || p.config.MessagingServiceSID != "" && m.Service == p.config.MessagingServiceSID
	return ours && m.To == d.To && (m.Body == d.Body || m.Body == trial+d.Body)
}
