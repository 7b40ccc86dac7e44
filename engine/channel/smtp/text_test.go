package smtp

import (
	"errors"
	"net/mail"
	"strings"
	"testing"

	"journey/engine/channel"
)

func TestWithoutQuoted(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nothing quoted", "Yes, please.\n\nAda", "Yes, please.\n\nAda"},
		{"above", "Yes\n\nOn Thu, May 14, 2026 at 10:30 AM Shop <care@shop.example> wrote:\n\n> Shall we?\n> Really?\n", "Yes"},
		{"above, wrapped", "Yes\n\nOn Thu, May 14, 2026 at 10:30 AM Example Shop\n<care@shop.example> wrote:\n> Shall we?", "Yes"},
		{"below", "On Thu Shop wrote:\n> Shall we?\n\nYes", "Yes"},
		{"between", "> Shall we?\nYes\n> Today?\nNo, tomorrow", "Yes\nNo, tomorrow"},
		{"not marked", "Yes\nOn 14 May, Shop wrote:\nShall we?\nToday?", "Yes"},
		{"Outlook", "Yes\n\n-----Original Message-----\nFrom: Shop\nShall we?", "Yes"},
		{"Outlook on the web", "Yes\n________________________________\nFrom: Shop\nShall we?", "Yes"},
		{"a signature", "Yes\n-- \nAda\nShop", "Yes"},
		{"Spanish", "Sí\n\nEl jue, 14 may 2026 a las 10:30, Shop (<care@shop.example>) escribió:\n> ¿Hoy?", "Sí"},
		{"German", "Ja\r\n\r\nAm 14.05.26 um 10:30 schrieb Shop:\r\n> Heute?\r\n", "Ja"},
		{"French", "Oui\nLe jeu. 14 mai 2026, Shop a écrit :\n> Aujourd'hui ?", "Oui"},
		{"no attribution", "On Friday, please.\nHe wrote: yes", "On Friday, please.\nHe wrote: yes"},
		{"a list", "- one\n-- two\n--", "- one\n-- two\n--"},
	} {
		if got := withoutQuoted(c.text); got != c.want {
			t.Errorf("%s: it leaves %q, want %q", c.name, got, c.want)
		}
	}
}

func TestHTMLText(t *testing.T) {
	for html, want := range map[string]string{
		"plain":                         "plain",
		"<p>One</p>\n<p>Two</p>":        "One\n\nTwo",
		"a<br/>b<BR>c":                  "a\nb\nc",
		"<b>bold</b> and <i>more</i>":   "bold and more",
		"a &lt;b&gt; &amp;amp;&nbsp;c":  "a <b> &amp; c",
		"<!-- <p>no</p> -->yes":         "yes",
		"<script>if (a<b) no</script>y": "y",
		"<blockquote>a<blockquote>b</blockquote>c</blockquote>d":   "d",
		"<table><tr><td>a</td> <td>b</td></tr><tr><td>c</td></tr>": "a b\nc",
		"2 < 3":      "2",
		"unclosed <": "unclosed",
		"":           "",
	} {
		if got := htmlText(html); got != want {
			t.Errorf("%q says %q, want %q", html, got, want)
		}
	}
}

func TestMessageIDs(t *testing.T) {
	p, err := New(Config{Host: "mail.example", From: "care@Shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"01JABC.1", "c-1", "a b@c<d>", "ä", "=", ""} {
		header := "<c-x@shop.example>\r\n <" + p.messageID(id) + "> <other@mail.example>"
		if got, ok := p.ourID(header); !ok || got != id {
			t.Errorf("%q is written %q and read as %q", id, p.messageID(id), got)
		}
		if _, err := mail.ParseAddress(p.messageID(id)); err != nil {
			t.Errorf("%q is written %q: %v", id, p.messageID(id), err)
		}
	}
	for _, header := range []string{"", "<m-x@other.example>", "<c-x@shop.example>", "<m-=zz@shop.example>", "<m-=41@shop.example>"} {
		if got, ok := p.ourID(header); ok {
			t.Errorf("%q is read as our %q", header, got)
		}
	}
}

func FuzzMail(f *testing.F) {
	for _, body := range []string{
		"From: ada@shop.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b--\r\n",
		"From: ada@shop.example\r\nContent-Type: text/html; charset=latin1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=80<blockquote>x",
		"From: d@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n--b--",
		"From: ada@shop.example\r\n\r\nYes\r\n\r\nOn 1 May\r\nx wrote:\r\n> a\r\n",
		`{"from":"ada@shop.example","text":"hi","html":"<p>","message_id":"<x@y>"}`,
	} {
		f.Add([]byte(body))
	}
	p, err := New(Config{Host: "mail.example", From: "care@shop.example"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, read := range []func([]byte) (channel.Received, error){p.readMail, p.readJSON} {
			r, err := read(body)
			if err != nil && !errors.Is(err, channel.ErrMalformed) {
				t.Errorf("%q: %v", body, err)
			}
			for _, a := range r.Arrivals {
				if m := a.Message; m != nil && (m.ID == "" || !strings.HasPrefix(m.From, "mailto:") || len(m.Text) > maxText || strings.ContainsAny(m.From, " \r\n")) {
					t.Errorf("%q was read as %+v", body, m)
				}
			}
		}
		if line := subject(string(body)); strings.ContainsAny(strings.ReplaceAll(line, "\r\n =?", ""), "\r\n") {
			t.Errorf("%q is a subject of several lines", line)
		}
	})
}
