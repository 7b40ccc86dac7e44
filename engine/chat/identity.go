package chat

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// identityLife is the longest that a site's word about who somebody is may hold.
const identityLife = 24 * time.Hour

var errIdentity = errors.New("the site's token of a signed-in customer is not valid")

// identify reads a JWT (RFC 7519) that the site has signed with HS256. Its sub is the contact's id and its exp, which it must have, is
// when the visitor's token ends, a day at most.
func (k keys) identify(token string, now time.Time) (contact string, expires time.Time, err error) {
	if len(k.identity) == 0 {
		return "", time.Time{}, fmt.Errorf("%w: no secret for them is configured", errIdentity)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", time.Time{}, fmt.Errorf("%w: it is no JWT", errIdentity)
	}
	var header struct{ Alg string }
	if err := decode(parts[0], &header); err != nil || header.Alg != "HS256" {
		return "", time.Time{}, fmt.Errorf("%w: its algorithm must be HS256", errIdentity)
	}
	mac, err := base64.RawURLEncoding.DecodeString(parts[2])
	h := hmac.New(sha256.New, k.identity)
	h.Write([]byte(parts[0] + "." + parts[1]))
	if err != nil || !hmac.Equal(mac, h.Sum(nil)) {
		return "", time.Time{}, fmt.Errorf("%w: its signature is wrong", errIdentity)
	}
	var claims struct {
		Sub string
		Exp float64
		Nbf float64
	}
	if err := decode(parts[1], &claims); err != nil {
		return "", time.Time{}, fmt.Errorf("%w: its claims are no JSON", errIdentity)
	}
	at := float64(now.Unix())
	switch {
	case claims.Sub == "" || len(claims.Sub) > 200 || strings.HasPrefix(claims.Sub, visitorID):
		return "", time.Time{}, fmt.Errorf("%w: its sub must be the id of a contact", errIdentity)
	case claims.Exp <= at:
		return "", time.Time{}, fmt.Errorf("%w: it needs an exp that is not over", errIdentity)
	case claims.Nbf > at+60:
		return "", time.Time{}, fmt.Errorf("%w: its nbf has not come yet", errIdentity)
	}
	life := min(time.Duration(min(claims.Exp-at, identityLife.Seconds()))*time.Second, identityLife)
	return claims.Sub, now.Add(life), nil
}

func decode(part string, into any) error {
	b, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}
