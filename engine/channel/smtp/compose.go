package smtp

import (
	"bytes"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"time"

	"journey/engine/machine"
	"journey/engine/policy"
)

// maxSubject is the length in runes at which a subject is cut off.
const maxSubject = 200

// compose writes a message (RFC 5322) in plain text. The same message is the same bytes each time.
func (p *Provider) compose(d *machine.Deliver, to *mail.Address) []byte {
	var b bytes.Buffer
	header := func(name, value string) { fmt.Fprintf(&b, "%s: %s\r\n", name, value) }
	header("Date", d.At.Format(time.RFC1123Z))
	header("From", p.from.String())
	header("To", to.String())
	if p.replyTo != nil {
		header("Reply-To", p.replyTo.String())
	}
	header("Subject", subject(d.Subject))
	header("Message-ID", "<"+p.messageID(d.ID)+">")
	if d.Conversation != "" {
		root := "<" + p.threadID(d.Conversation) + ">"
		header("In-Reply-To", root)
		header("References", root)
	}
	if d.By != machine.ByAgent {
		header("Auto-Submitted", "auto-generated") // RFC 3834: nobody's machine answers it
	}
	if d.Purpose == policy.Marketing {
		header("List-Unsubscribe", "<mailto:"+p.answersTo().Address+"?subject=unsubscribe>") // RFC 2369
	}
	header("MIME-Version", "1.0")
	header("Content-Type", "text/plain; charset=utf-8")
	header("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	w.Write([]byte(strings.Join(append([]string{d.Body}, d.Media...), "\n") + "\n"))
	w.Close()
	return b.Bytes()
}

// answersTo is where answers go.
func (p *Provider) answersTo() *mail.Address {
	if p.replyTo != nil {
		return p.replyTo
	}
	return p.from
}

// subject makes a header's value of a text: one line, of which nothing is a header of its own.
func subject(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 }), " ")
	if runes := []rune(text); len(runes) > maxSubject {
		text = string(runes[:maxSubject-1]) + "…"
	}
	return strings.ReplaceAll(mime.QEncoding.Encode("utf-8", text), "?= =?", "?=\r\n =?")
}
