package smtp

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/mail"
	"net/textproto"
	"strings"

	"journey/engine/channel"
	"journey/engine/policy"
)

// SignatureHeader holds "sha256=" and the HMAC-SHA256 of the body under InboundSecret, in hexadecimal digits, as GitHub and WebSub
// sign. Whoever can't sign sends the secret as a bearer token.
const SignatureHeader = "X-Hub-Signature-256"

// Receive reads a mail: as it is (RFC 5322), or as JSON with from, to, subject, text or html, message_id and in_reply_to. A mail that says that
// it was delivered or not (RFC 3464) is a report; one that a machine wrote in answer (RFC 3834) is nothing.
//
// Whoever brings mail in is trusted to have checked whom it is from.
func (p *Provider) Receive(r *http.Request, body []byte) (channel.Received, error) {
	if !p.authentic(r.Header, body) {
		return channel.Received{}, fmt.Errorf("smtp: neither signed by the inbound secret nor sent with it: %w", channel.ErrForged)
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		return p.readJSON(body)
	}
	return p.readMail(body)
}

func (p *Provider) authentic(h http.Header, body []byte) bool {
	secret := []byte(p.config.InboundSecret)
	if len(secret) == 0 {
		return false
	}
	if given, found := strings.CutPrefix(h.Get(SignatureHeader), "sha256="); found {
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		sum, err := hex.DecodeString(given)
		return err == nil && hmac.Equal(mac.Sum(nil), sum)
	}
	kind, token, _ := strings.Cut(h.Get("Authorization"), " ")
	return strings.EqualFold(kind, "Bearer") && hmac.Equal([]byte(strings.TrimSpace(token)), secret)
}

func malformed(what string) error {
	return fmt.Errorf("smtp: %s: %w", what, channel.ErrMalformed)
}

// incoming is a mail that a customer wrote, as it came.
type incoming struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Subject   string `json:"subject"`
	Text      string `json:"text"`
	HTML      string `json:"html"`
	ID        string `json:"message_id"`
	InReplyTo string `json:"in_reply_to"`
}

func (p *Provider) readJSON(body []byte) (channel.Received, error) {
	var m incoming
	if err := json.Unmarshal(body, &m); err != nil {
		return channel.Received{}, malformed("the body is not a JSON object of texts")
	}
	if m.ID == "" {
		return channel.Received{}, malformed("message_id is missing")
	}
	return p.arrived(&m, body)
}

func (p *Provider) readMail(body []byte) (channel.Received, error) {
	m, err := mail.ReadMessage(bytes.NewReader(body))
	if err != nil {
		return channel.Received{}, malformed("the body is neither a mail nor JSON")
	}
	header := textproto.MIMEHeader(m.Header)
	if report, found := p.notification(header, m.Body); found {
		return channel.Received{Arrivals: report}, nil
	}
	if automatic(m.Header) {
		return channel.Received{}, nil
	}
	var c contents
	if err := c.add(header, m.Body, 0); err != nil {
		return channel.Received{}, err
	}
	in := &incoming{From: m.Header.Get("From"), To: m.Header.Get("To"), Subject: unword(m.Header.Get("Subject")), Text: c.plain, HTML: c.html,
		ID: m.Header.Get("Message-ID"), InReplyTo: m.Header.Get("References") + " " + m.Header.Get("In-Reply-To")}
	return p.arrived(in, body)
}

// automatic tells of mail that a machine wrote: an answer to it would go back and forth for ever.
func automatic(h mail.Header) bool {
	if auto := strings.ToLower(h.Get("Auto-Submitted")); auto != "" && auto != "no" {
		return true
	}
	switch strings.ToLower(h.Get("Precedence")) {
	case "bulk", "junk", "auto_reply":
		return true
	}
	return h.Get("X-Autoreply") != "" || h.Get("X-Autorespond") != ""
}

// arrived makes an arrival of a mail. One without a text, such as a mail program's to unsubscribe, says its subject.
func (p *Provider) arrived(m *incoming, body []byte) (channel.Received, error) {
	from, ok := address(m.From)
	if !ok {
		return channel.Received{}, malformed("from is not one email address")
	}
	text := m.Text
	if strings.TrimSpace(text) == "" {
		text = htmlText(m.HTML)
	}
	text = clip(withoutQuoted(text))
	in := &channel.Inbound{Channel: policy.Email, From: from, Text: cmp.Or(text, clip(m.Subject)), Subject: clip(m.Subject), Provider: "smtp",
		ID: strings.Trim(strings.TrimSpace(m.ID), "<>")}
	in.To, _ = address(m.To)
	in.InReplyTo, _ = p.ourID(m.InReplyTo)
	if in.ID == "" {
		sum := sha256.Sum256(body)
		in.ID = hex.EncodeToString(sum[:])
	}
	return channel.Received{Arrivals: []channel.Arrival{{Message: in}}}, nil
}

// address is the URI of the first address in a header. Domains are the same in capitals; what is before the @ is, for all that matters, too.
func address(header string) (uri string, ok bool) {
	parser := mail.AddressParser{WordDecoder: &words}
	list, err := parser.ParseList(header)
	if err != nil || len(list) == 0 || strings.ContainsAny(list[0].Address, " \t\r\n\"<>?#%") {
		return "", false
	}
	return "mailto:" + strings.ToLower(list[0].Address), true
}
