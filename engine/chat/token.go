package chat

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	tokenLife    = 90 * 24 * time.Hour // renewed whenever a page opens
	secretLength = 16
	macContext   = "journey chat visitor 1\x00"
	visitorID    = "visitor-"
)

var errToken = errors.New("the token is not valid")

// keys sign what says who a visitor is.
type keys struct {
	secret   []byte
	identity []byte
}

func newKeys(secret, identity []byte) (keys, error) {
	if len(secret) < secretLength {
		return keys{}, fmt.Errorf("the secret for chat tokens has %d bytes, it needs at least %d", len(secret), secretLength)
	}
	if n := len(identity); n > 0 && n < secretLength {
		return keys{}, fmt.Errorf("the secret for signed-in customers has %d bytes, it needs at least %d", n, secretLength)
	}
	return keys{secret: secret, identity: identity}, nil
}

// newVisitor gives the id of a contact that nobody can guess.
func newVisitor() string { return visitorID + strings.ToLower(rand.Text()) }

// sign gives a token: expiry and contact id, and their HMAC, both in base64url with a dot between.
func (k keys) sign(contact string, expires time.Time) string {
	payload := binary.BigEndian.AppendUint64(nil, uint64(expires.Unix()))
	payload = append(payload, contact...)
	return encode(payload) + "." + encode(k.mac(payload))
}

// verify reads a token back.
func (k keys) verify(token string, now time.Time) (contact string, expires time.Time, err error) {
	first, second, _ := strings.Cut(token, ".")
	payload, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || len(payload) <= 8 {
		return "", time.Time{}, errToken
	}
	mac, err := base64.RawURLEncoding.DecodeString(second)
	if err != nil || !hmac.Equal(mac, k.mac(payload)) {
		return "", time.Time{}, errToken
	}
	expires = time.Unix(int64(binary.BigEndian.Uint64(payload)), 0)
	if !now.Before(expires) {
		return "", time.Time{}, fmt.Errorf("%w any more: it has expired", errToken)
	}
	return string(payload[8:]), expires, nil
}

func (k keys) mac(payload []byte) []byte {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte(macContext))
	h.Write(payload)
	return h.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
