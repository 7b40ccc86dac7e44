package smtp

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// What our Message-IDs begin with: a message's, and the one of the conversation that it belongs to, which no message bears
// itself: all of a conversation refer to it, so that mail programs show them as one thread.
const (
	ofMessage      = "m-"
	ofConversation = "c-"
)

// messageID is the Message-ID of a message, without its angle brackets.
func (p *Provider) messageID(id string) string { return ofMessage + escape(id) + "@" + p.domain }

func (p *Provider) threadID(conversation string) string {
	return ofConversation + escape(conversation) + "@" + p.domain
}

// escape writes an id with what an atom (RFC 5322, section 3.2.3) may hold; other bytes as =XX, as quoted-printable does.
func escape(id string) string {
	var b strings.Builder
	for i := range len(id) {
		if c := id[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

var escaped = regexp.MustCompile(`=[0-9A-F]{2}`)

// ourID finds our id of a message in a header of Message-IDs, such as In-Reply-To or References; the last if there are several.
func (p *Provider) ourID(header string) (id string, ok bool) {
	words := strings.FieldsFunc(header, func(r rune) bool { return r <= ' ' || r == '<' || r == '>' || r == ',' })
	for i := len(words) - 1; i >= 0; i-- {
		local, domain, _ := strings.Cut(words[i], "@")
		if rest, found := strings.CutPrefix(local, ofMessage); found && strings.EqualFold(domain, p.domain) {
			id = escaped.ReplaceAllStringFunc(rest, func(s string) string {
				c, _ := strconv.ParseUint(s[1:], 16, 8)
				return string([]byte{byte(c)})
			})
			if escape(id) == rest {
				return id, true
			}
		}
	}
	return "", false
}
