package vonage

import (
	"encoding/json"
	"fmt"
	"net/http"

	"journey/engine/channel"
	"journey/engine/policy"
)

// hook is an inbound message (https://developer.vonage.com/en/messages/code-snippets/inbound-message) or the state of one
// that was sent (https://developer.vonage.com/en/messages/code-snippets/message-status).
type hook struct {
	ID        string  `json:"message_uuid"`
	From      string  `json:"from"`
	To        string  `json:"to"`
	Type      string  `json:"message_type"`
	Text      string  `json:"text"`
	Image     media   `json:"image"`
	Audio     media   `json:"audio"`
	Video     media   `json:"video"`
	VCard     media   `json:"vcard"`
	Status    string  `json:"status"`
	Reference string  `json:"client_ref"`
	Error     problem `json:"error"`
}

type media struct {
	URL     string `json:"url"`
	Caption string `json:"caption"`
}

// Receive reads an inbound message or a status.
func (p *Provider) Receive(r *http.Request, body []byte) (channel.Received, error) {
	if err := verify(r.Header.Get("Authorization"), p.config.APIKey, p.config.SignatureSecret, body); err != nil {
		return channel.Received{}, fmt.Errorf("vonage: %w: %w", err, channel.ErrForged)
	}
	return read(body)
}

func malformed(what string) error {
	return fmt.Errorf("vonage: %s: %w", what, channel.ErrMalformed)
}

func read(body []byte) (channel.Received, error) {
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		return channel.Received{}, malformed("the body is not the JSON of a message or a status")
	}
	if h.ID == "" {
		return channel.Received{}, malformed("message_uuid is missing")
	}
	var a channel.Arrival
	var err error
	if h.Status != "" {
		a.Report, err = h.report()
	} else {
		a.Message, err = h.message()
	}
	if err != nil {
		return channel.Received{}, err
	}
	return channel.Received{Arrivals: []channel.Arrival{a}, ContentType: "application/json", Body: "{}"}, nil
}

func (h *hook) message() (*channel.Inbound, error) {
	from, ok := channel.Tel(h.From)
	if !ok {
		return nil, malformed("from is not a phone number in E.164")
	}
	to, _ := channel.Tel(h.To)
	m := &channel.Inbound{Channel: policy.SMS, From: from, To: to, Text: h.Text, Provider: "vonage", ID: h.ID}
	for _, media := range []media{h.Image, h.Audio, h.Video, h.VCard} {
		if media.URL != "" {
			m.Media = append(m.Media, media.URL)
		}
		if m.Text == "" {
			m.Text = media.Caption
		}
	}
	if m.Text == "" && len(m.Media) == 0 && h.Type != "text" {
		return nil, malformed("the message has neither text nor media")
	}
	return m, nil
}

func (h *hook) report() (*channel.Report, error) {
	rep := &channel.Report{Provider: "vonage", Message: h.Reference, ProviderID: h.ID}
	switch h.Status {
	case "submitted":
	case "delivered", "read":
		rep.State = channel.Delivered
	case "rejected", "undeliverable":
		rep.State, rep.Reason = channel.Failed, h.Status
		if words := h.Error.words(); words != "" {
			rep.Reason = words
		}
	default:
		return nil, malformed("status is none that Vonage has")
	}
	return rep, nil
}
