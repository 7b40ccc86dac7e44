package vonage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
)

// claims are those of a web hook's token (https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks).
type claims struct {
	Key  string `json:"api_key"`
	Hash string `json:"payload_hash"` // SHA-256 of the body, in hexadecimal digits
}

// verify checks a web hook's token: HS256 under the signature secret, for this account, over this body. How old it is does not matter: a message
// that comes again is known by its id.
func verify(authorization, key, secret string, body []byte) error {
	kind, token, _ := strings.Cut(authorization, " ")
	if !strings.EqualFold(kind, "Bearer") {
		return errors.New("there is no bearer token")
	}
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		return errors.New("the bearer token is no JWT")
	}
	var header struct {
		Algorithm string `json:"alg"`
	}
	var c claims
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !decode(parts[0], &header) || !decode(parts[1], &c) {
		return errors.New("the bearer token is no JWT")
	}
	if header.Algorithm != "HS256" {
		return errors.New("the token is not signed by HS256")
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(parts[0] + "." + parts[1]))
	sum := sha256.Sum256(body)
	switch {
	case !hmac.Equal(mac.Sum(nil), signature):
		return errors.New("the token does not fit the signature secret")
	case c.Key != "" && c.Key != key:
		return errors.New("the token is for another account")
	case !hmac.Equal([]byte(strings.ToLower(c.Hash)), []byte(hex.EncodeToString(sum[:]))):
		return errors.New("the body is not the one that was signed")
	}
	return nil
}

func decode(part string, to any) bool {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	return err == nil && json.Unmarshal(text, to) == nil
}
