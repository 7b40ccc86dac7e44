package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// signed verifies X-Twilio-Signature (https://www.twilio.com/docs/usage/security#validating-requests): an HMAC-SHA1 over the URL and
// the sorted parameters of the form, or, where the URL has a bodySHA256, over the URL alone.
func signed(token, address, signature string, body []byte) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	params := ""
	if sum := bodySum(address); sum == "" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return false
		}
		params = joined(form)
	} else if own := sha256.Sum256(body); !hmac.Equal([]byte(hex.EncodeToString(own[:])), []byte(strings.ToLower(sum))) {
		return false
	}
	// Twilio signs the URL with its port or without, as its client libraries know.
	return signs(token, withPort(address)+params, given) || signs(token, withoutPort(address)+params, given)
}

func signs(token, text string, given []byte) bool {
	h := hmac.New(sha1.New, []byte(token))
	h.Write([]byte(text))
	return hmac.Equal(h.Sum(nil), given)
}

func bodySum(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Query().Get("bodySHA256")
}

// joined puts the parameters in the order that is signed; one that comes several times with the same value counts once.
func joined(form url.Values) string {
	var b strings.Builder
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		values := slices.Clone(form[name])
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			b.WriteString(name)
			b.WriteString(value)
		}
	}
	return b.String()
}

// split cuts a URL behind its host. The rest stays as it was written, since a signature is over each byte.
func split(address string) (scheme, host, port, rest string) {
	scheme, rest, _ = strings.Cut(address, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, rest = rest[:end], rest[end:]
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host, port = host[:i], host[i+1:]
	}
	return scheme, host, port, rest
}

func withPort(address string) string {
	scheme, host, port, rest := split(address)
	switch {
	case port != "":
	case scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return scheme + "://" + host + ":" + port + rest
}

func withoutPort(address string) string {
	scheme, host, _, rest := split(address)
	return scheme + "://" + host + rest
}
