package twilio

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"journey/engine/channel"
	"journey/engine/policy"
)

// silence is TwiML that answers nothing: replies go out as messages of their own.
const silence = `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`

// maxMedia is how many media a message can have.
const maxMedia = 10

// Receive reads an inbound message (https://www.twilio.com/docs/messaging/guides/webhook-request) or a delivery report
// (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status).
func (p *Provider) Receive(r *http.Request, body []byte) (channel.Received, error) {
	if !signed(p.config.AuthToken, channel.RequestURL(p.config.PublicURL, r), r.Header.Get("X-Twilio-Signature"), body) {
		return channel.Received{}, fmt.Errorf("twilio: X-Twilio-Signature does not fit the request and the auth token: %w", channel.ErrForged)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return channel.Received{}, malformed("the body is not a form")
	}
	if state := form.Get("MessageStatus"); state != "" && state != "received" {
		return report(form, r.URL.Query().Get("message"), state)
	}
	return inbound(form)
}

func malformed(what string) error {
	return fmt.Errorf("twilio: %s: %w", what, channel.ErrMalformed)
}

// sid is the message's id, under the name that older accounts have it too.
func sid(form url.Values) string {
	return cmp.Or(form.Get("MessageSid"), form.Get("SmsSid"), form.Get("SmsMessageSid"))
}

func inbound(form url.Values) (channel.Received, error) {
	from, ok := channel.Tel(form.Get("From"))
	if !ok {
		return channel.Received{}, malformed("From is not a phone number in E.164")
	}
	id := sid(form)
	if id == "" {
		return channel.Received{}, malformed("MessageSid is missing")
	}
	media, err := mediaOf(form)
	if err != nil {
		return channel.Received{}, err
	}
	to, _ := channel.Tel(form.Get("To"))
	text := strings.ToValidUTF8(form.Get("Body"), string(utf8.RuneError))
	m := &channel.Inbound{Channel: policy.SMS, From: from, To: to, Text: text, Media: media, Provider: "twilio", ID: id}
	return channel.Received{Arrivals: []channel.Arrival{{Message: m}}, ContentType: "text/xml; charset=utf-8", Body: silence}, nil
}

func mediaOf(form url.Values) ([]string, error) {
	count := form.Get("NumMedia")
	if count == "" {
		return nil, nil
	}
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 || n > maxMedia {
		return nil, malformed("NumMedia is not a number from 0 to 10")
	}
	var media []string
	for i := range n {
		name := fmt.Sprintf("MediaUrl%d", i)
		u := form.Get(name)
		if u == "" {
			return nil, malformed(name + " is missing")
		}
		media = append(media, u)
	}
	return media, nil
}

// report reads a status callback. The message's own id is in the query, since the callback's URL carried it.
func report(form url.Values, message, state string) (channel.Received, error) {
	rep := &channel.Report{Provider: "twilio", Message: message, ProviderID: sid(form)}
	if rep.ProviderID == "" {
		return channel.Received{}, malformed("MessageSid is missing")
	}
	switch state {
	case "accepted", "scheduled", "queued", "sending", "sent":
	case "delivered", "read":
		rep.State = channel.Delivered
	case "undelivered", "failed", "canceled":
		rep.State, rep.Reason = channel.Failed, why(form, state)
	default:
		return channel.Received{}, malformed("MessageStatus is none that Twilio has")
	}
	return channel.Received{Arrivals: []channel.Arrival{{Report: rep}}}, nil
}

func why(form url.Values, state string) string {
	code, err := strconv.Atoi(form.Get("ErrorCode"))
	if err != nil || code == 0 {
		return state
	}
	reason := fmt.Sprintf("error %d", code)
	if words := cmp.Or(meanings[code], channel.Clip(form.Get("ErrorMessage"))); words != "" {
		reason += ": " + words
	}
	return reason
}
