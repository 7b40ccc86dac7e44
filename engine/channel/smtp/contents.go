package smtp

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"unicode/utf8"
)

// Limits of a mail that is read.
const (
	maxDepth = 8
	maxParts = 100
	maxText  = 64 << 10
)

// contents are the texts of a mail: the first of each kind that is no attachment.
type contents struct {
	plain, html string
	parts       int
}

// add reads a mail, or a part of one (RFC 2046).
func (c *contents) add(header textproto.MIMEHeader, body io.Reader, depth int) error {
	kind, params := mediaType(header)
	if strings.HasPrefix(kind, "multipart/") {
		return c.walk(body, params["boundary"], depth)
	}
	if disposition, _, _ := mime.ParseMediaType(header.Get("Content-Disposition")); disposition == "attachment" {
		return nil
	}
	switch {
	case kind == "text/plain" && c.plain == "":
		c.plain = text(header, body, params["charset"])
	case kind == "text/html" && c.html == "":
		c.html = text(header, body, params["charset"])
	}
	return nil
}

// walk adds the parts of a multipart. One that breaks off is read as far as it goes: the text comes first.
func (c *contents) walk(body io.Reader, boundary string, depth int) error {
	if depth >= maxDepth {
		return malformed("its parts are nested too deep")
	}
	if boundary == "" {
		return malformed("a multipart has no boundary")
	}
	for r := multipart.NewReader(body, boundary); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if c.plain+c.html == "" {
				return malformed("a multipart breaks off")
			}
			return nil
		}
		if c.parts++; c.parts > maxParts {
			return malformed("it has too many parts")
		}
		if err := c.add(part.Header, part, depth+1); err != nil {
			return err
		}
	}
}

// mediaType is a part's Content-Type; without one, or with one that can't be read, it is plain text (RFC 2045, section 5.2).
func mediaType(header textproto.MIMEHeader) (kind string, params map[string]string) {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil && kind == "" {
		return "text/plain", nil
	}
	return kind, params
}

// text decodes a part. What is not as it should be is read as far as it goes: nothing that a customer wrote is refused for its mail program.
func text(header textproto.MIMEHeader, body io.Reader, charset string) string {
	switch strings.ToLower(strings.TrimSpace(header.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	read, _ := io.ReadAll(io.LimitReader(body, 4*maxText))
	return decodeCharset(charset, read)
}

// latin are the characters of windows-1252 from 0x80 to 0x9F, in which it differs from ISO 8859-1. Mail programs mean it by either name
// (https://encoding.spec.whatwg.org/#names-and-labels).
var latin = [32]rune{'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ'}

func decodeCharset(charset string, b []byte) string {
	switch strings.ToLower(charset) {
	case "iso-8859-1", "windows-1252", "latin1", "cp1252":
	default:
		return strings.ToValidUTF8(string(b), string(utf8.RuneError))
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
		if c >= 0x80 && c < 0xa0 {
			runes[i] = latin[c-0x80]
		}
	}
	return string(runes)
}

// words decodes the encoded words of headers (RFC 2047).
var words = mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxText))
	return strings.NewReader(decodeCharset(charset, b)), err
}}

func unword(header string) string {
	text, err := words.DecodeHeader(header)
	if err != nil {
		text = header
	}
	return strings.ToValidUTF8(text, string(utf8.RuneError))
}

// clip bounds a text that somebody wrote.
func clip(text string) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return text
}
