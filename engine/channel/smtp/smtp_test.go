package smtp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"journey/engine/channel/channeltest"
	"journey/engine/channel/smtp"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
)

const inboundSecret = "a-secret-for-inbound-mail"

// hook is a request that is signed, or brings the secret.
func hook(contentType, body string, bearer bool) channeltest.Hook {
	r := httptest.NewRequest(http.MethodPost, "/v1/channels/email/smtp", nil)
	r.Header.Set("Content-Type", contentType)
	if bearer {
		r.Header.Set("Authorization", "Bearer "+inboundSecret)
	} else {
		h := hmac.New(sha256.New, []byte(inboundSecret))
		h.Write([]byte(body))
		r.Header.Set(smtp.SignatureHeader, "sha256="+hex.EncodeToString(h.Sum(nil)))
	}
	return channeltest.Hook{Request: r, Body: []byte(body)}
}

func TestConformance(t *testing.T) {
	channeltest.Run(t, func(t *testing.T) *channeltest.Bench {
		s := newServer(t)
		p := s.provider(t, nil)
		return &channeltest.Bench{
			Provider: p, Receiver: p, To: "ada@shop.example", From: "mailto:ada@shop.example", Secrets: []string{password, inboundSecret},
			Behave: s.behave, Taken: func() []channeltest.Got { return s.taken(t) },
			Inbound: func(text string) channeltest.Hook {
				body, _ := json.Marshal(map[string]string{"from": "Ada <Ada@Shop.example>", "to": "care@shop.example", "subject": "Re: Your order", "text": text, "message_id": "<x1@mail.example>"})
				return hook("application/json", string(body), false)
			},
			Report: func(message, id string, delivered bool) channeltest.Hook {
				return hook("message/rfc822", notification(id, delivered), false)
			},
			Garbled: func() channeltest.Hook { return hook("application/json", `{"from":"nobody","message_id":"x"}`, false) },
		}
	})
}

// notification is what a mail server writes of a message (RFC 3464).
func notification(id string, delivered bool) string {
	state := "Action: delivered\nStatus: 2.0.0"
	if !delivered {
		state = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such mailbox"
	}
	return strings.ReplaceAll(`From: MAILER-DAEMON@mail.example
To: care@shop.example
Subject: Delivery status
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is about your message.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; ada@shop.example
`+state+`

--b
Content-Type: text/rfc822-headers

From: care@shop.example
Message-ID: <`+id+`>
--b--
`, "\n", "\r\n")
}

var bench = &channeltest.Bench{Provider: &smtp.Provider{}, To: "ada@shop.example"}

func TestAnswers(t *testing.T) {
	for _, c := range []struct{ verb, answer, want string }{
		{"EHLO", "421 4.3.2 closing", "unavailable: EHLO: "},
		{"STARTTLS", "454 4.7.0 not now", "unavailable: STARTTLS: 454 4.7.0 not now"},
		{"AUTH", "454 4.7.0 not now", "unavailable: AUTH: 454 4.7.0 not now"},
		{"AUTH", "535 5.7.8 wrong", "broken: AUTH: 535 5.7.8 wrong"},
		{"MAIL", "550 5.7.1 not your address", "broken: MAIL FROM: 550 5.7.1 not your address"},
		{"RCPT", "450 4.2.0 greylisted", "not now: RCPT TO: 450 4.2.0 greylisted"},
		{"RCPT", "421 4.7.0 too many", "unavailable: RCPT TO: 421 4.7.0 too many"},
		{"RCPT", "550 5.1.1 no such mailbox", "refused: RCPT TO: 550 5.1.1 no such mailbox"},
		{"RCPT", "554 5.7.1 relay access denied", "refused here: RCPT TO: 554 5.7.1 relay access denied"},
		{"RCPT", "530 5.7.0 authenticate first", "broken: RCPT TO: 530 5.7.0 authenticate first"},
		{"DATA", "451 4.3.0 disk full", "not now: DATA: 451 4.3.0 disk full"},
		{"TEXT", "554 5.6.0 looks like spam", "refused here: the text: 554 5.6.0 looks like spam"},
		{"TEXT", "452 4.3.1 no room", "not now: the text: 452 4.3.1 no room"},
		{"TEXT", "hello", "lost: the connection broke after the text was sent: "},
		{"QUIT", "500 no", "taken: "},
	} {
		t.Run(c.verb+" "+c.answer, func(t *testing.T) {
			s := newServer(t)
			s.say[c.verb] = c.answer
			got := channeltest.Say(s.provider(t, nil).Send(t.Context(), channeltest.Message(bench, "c1.1", "Hello")))
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestEncryption(t *testing.T) {
	for _, c := range []struct {
		name   string
		offers []string
		change func(*smtp.Config)
		want   string
	}{
		{"no STARTTLS", []string{"AUTH PLAIN"}, nil, "broken: the server offers no STARTTLS"},
		{"no authentication", []string{"STARTTLS"}, nil, "broken: the server offers no authentication"},
		{"neither is wanted", nil, func(c *smtp.Config) { c.Security, c.Username = smtp.Plain, "" }, "taken"},
		{"to this machine, and nothing is said of it", nil, func(c *smtp.Config) { c.Security = "" }, "taken"},
		{"with the port behind the host", nil, func(c *smtp.Config) { c.Host, c.Port = net.JoinHostPort(c.Host, strconv.Itoa(c.Port)), 0 }, "taken"},
		{"LOGIN alone", []string{"STARTTLS", "AUTH LOGIN"}, nil, "taken"},
		{"to this machine in plain text", []string{"AUTH PLAIN"}, func(c *smtp.Config) { c.Security = smtp.Plain }, "taken"},
		{"an unknown certificate", nil, func(c *smtp.Config) { c.TLSConfig = nil }, "broken: STARTTLS"},
		{"TLS where there is none", nil, func(c *smtp.Config) { c.Security = smtp.TLS }, "unavailable: connecting"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newServer(t)
			if c.offers != nil {
				s.offers = c.offers
			}
			if got := channeltest.Say(s.provider(t, c.change).Send(t.Context(), channeltest.Message(bench, "c1.1", "Hello"))); !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
	t.Run("TLS from the start", func(t *testing.T) {
		s := newServer(t)
		s.listener.Close()
		s.done.Wait()
		var err error
		if s.listener, err = tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{s.cert}}); err != nil {
			t.Fatal(err)
		}
		s.done.Add(1)
		go s.accept()
		if got := channeltest.Say(s.provider(t, func(c *smtp.Config) { c.Security = smtp.TLS }).Send(t.Context(), channeltest.Message(bench, "c1.1", "Hello"))); got != "taken: " {
			t.Errorf("it says %s", got)
		}
	})
}

func TestHeaders(t *testing.T) {
	s := newServer(t)
	p := s.provider(t, nil)
	d := channeltest.Message(bench, "c1.1", "Hello")
	d.Subject = "Tu pedido está\r\nBcc: all@shop.example\n\n" + strings.Repeat("muy largo ñ ", 30)
	d.Purpose = policy.Marketing
	d.Media = []string{"https://shop.example/a.png"}
	reply := channeltest.Message(bench, "c1.2", "Hello")
	reply.By, reply.Subject = machine.ByAgent, ""
	for _, d := range []*machine.Deliver{d, reply} {
		if a := p.Send(t.Context(), d); a.Receipt != runtime.Taken {
			t.Fatal(channeltest.Say(a))
		}
	}
	mails := s.received(t)
	first, second := mails[0].Header, mails[1].Header
	for name, want := range map[string]string{
		"Date": "Thu, 14 May 2026 10:30:00 +0000", "From": `"Example Shop" <care@shop.example>`, "To": "<ada@shop.example>", "Message-Id": "<m-c1=2E1@shop.example>",
		"In-Reply-To": "<c-c1@shop.example>", "References": "<c-c1@shop.example>", "Auto-Submitted": "auto-generated", "Bcc": "",
		"List-Unsubscribe": "<mailto:care@shop.example?subject=unsubscribe>", "Content-Type": "text/plain; charset=utf-8",
	} {
		if got := first.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := unword(t, first.Get("Subject")); !strings.HasPrefix(got, "Tu pedido está Bcc: all@shop.example muy largo ñ") || len([]rune(got)) != 200 {
		t.Errorf("the subject is %q", got)
	}
	for line := range strings.Lines(s.mails[0]) {
		if len(line) > 998 {
			t.Errorf("a line is %d bytes long", len(line))
		}
	}
	if second.Get("References") != first.Get("References") || second.Get("Message-Id") == first.Get("Message-Id") || second.Get("Auto-Submitted") != "" || second.Get("List-Unsubscribe") != "" {
		t.Errorf("an agent's answer has the headers %v", second)
	}
	if got := s.taken(t)[0].Text; got != "Hello\nhttps://shop.example/a.png\n" {
		t.Errorf("the text is %q", got)
	}
}

func TestAddresses(t *testing.T) {
	s := newServer(t)
	p := s.provider(t, nil)
	for _, to := range []string{"", "ada", "ada@shop.example\r\nRCPT TO:<eve@shop.example>", "Ada <ada@shop.example>", "a@b.example, c@d.example"} {
		d := channeltest.Message(bench, "c1.1", "Hello")
		d.To = to
		if a := p.Send(t.Context(), d); a.Receipt != runtime.Refused || len(s.taken(t)) > 0 {
			t.Errorf("to %q: %s", to, channeltest.Say(a))
		}
	}
}

func TestNew(t *testing.T) {
	if _, err := smtp.New(smtp.Config{Host: "mail.example:smtp", From: "a@shop.example"}); err == nil || !strings.Contains(err.Error(), "port") {
		t.Errorf("a host with no number for a port: %v", err)
	}
	_, err := smtp.New(smtp.Config{Security: "ssl", Port: -1, ReplyTo: "nobody"})
	for _, want := range []string{"host", "port", "security", "from", "reply_to"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want something of %s", err, want)
		}
	}
}

// TestThread answers a message as mail programs do, and finds it again.
func TestThread(t *testing.T) {
	s := newServer(t)
	p := s.provider(t, nil)
	p.Send(t.Context(), channeltest.Message(bench, "01J.ä/7", "Where shall we deliver?"))
	sent := s.received(t)[0]
	raw := fmt.Sprintf("From: =?iso-8859-1?q?Ad=E9la?= <ada@shop.example>\r\nTo: care@shop.example\r\nSubject: Re: %s\r\nMessage-ID: <a1@mail.example>\r\nIn-Reply-To: %s\r\n"+
		"References: %s %s\r\nContent-Type: text/plain; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 =93Ada=94 =80\r\n\r\nOn Thu, 14 May 2026, care@shop.example wrote:\r\n> Where?\r\n",
		sent.Header.Get("Subject"), sent.Header.Get("Message-Id"), sent.Header.Get("References"), sent.Header.Get("Message-Id"))
	h := hook("message/rfc822", raw, true)
	r, err := p.Receive(h.Request, h.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := r.Arrivals[0].Message
	if m.InReplyTo != "01J.ä/7" || m.From != "mailto:ada@shop.example" || m.To != "mailto:care@shop.example" || m.Text != "Café “Ada” €" || m.ID != "a1@mail.example" || m.Subject != "Re: Your order" {
		t.Errorf("it was read as %+v", m)
	}
}

func TestMails(t *testing.T) {
	p := newServer(t).provider(t, nil)
	for name, c := range map[string]struct{ header, body, want string }{
		"the text of two":     {`Content-Type: multipart/alternative; boundary=b`, "--b\nContent-Type: text/html\n\n<p>no</p>\n--b\nContent-Type: text/plain\n\nyes\n--b--\n", "yes"},
		"HTML alone":          {`Content-Type: text/html`, "<style>p{}</style><p>One &amp; two<br>three</p><blockquote>old</blockquote>", "One & two\nthree"},
		"an attachment":       {`Content-Type: multipart/mixed; boundary=b`, "--b\nContent-Type: text/plain\nContent-Disposition: attachment\n\nno\n--b\n\nyes\n--b--\n", "yes"},
		"nested":              {`Content-Type: multipart/mixed; boundary=b`, "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\neWVz\n--c--\n--b--\n", "yes"},
		"broken off":          {`Content-Type: multipart/mixed; boundary=b`, "--b\nContent-Type: text/plain\n\nyes\n", "yes"},
		"no type":             {`X-Nothing: at all`, "yes", "yes"},
		"the subject alone":   {`X-Nothing: at all`, " \n", "unsubscribe"},
		"an automatic answer": {`Auto-Submitted: auto-replied`, "I am away", "nothing"},
		"bulk":                {`Precedence: bulk`, "News", "nothing"},
	} {
		raw := strings.ReplaceAll("From: ada@shop.example\nSubject: unsubscribe\n"+c.header+"\n\n"+c.body, "\n", "\r\n")
		h := hook("message/rfc822", raw, false)
		r, err := p.Receive(h.Request, h.Body)
		got := "nothing"
		if len(r.Arrivals) > 0 {
			got = r.Arrivals[0].Message.Text
			if r.Arrivals[0].Message.ID == "" {
				t.Errorf("%s: it has no id", name)
			}
		}
		if err != nil || got != c.want {
			t.Errorf("%s: it says %q, %v, want %q", name, got, err, c.want)
		}
	}
}

func TestNoInboundSecret(t *testing.T) {
	p := newServer(t).provider(t, func(c *smtp.Config) { c.InboundSecret = "" })
	r := httptest.NewRequest(http.MethodPost, "/", nil)
	r.Header.Set("Authorization", "Bearer ")
	if _, err := p.Receive(r, []byte("From: ada@shop.example\r\n\r\nhi")); err == nil {
		t.Error("without a secret, anybody may bring mail in")
	}
}
