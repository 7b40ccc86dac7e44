package vonage

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"

	"journey/engine/channel"
)

// problem is an error, of a request or of a message.
type problem struct {
	Type   string `json:"type"` // "https://developer.vonage.com/api-errors/messages#1120"
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

// code is the number behind the type's "#", or the title where that is the number.
func (e problem) code() int {
	_, fragment, _ := strings.Cut(e.Type, "#")
	code, err := strconv.Atoi(cmp.Or(fragment, e.Title))
	if err != nil {
		return 0
	}
	return code
}

func (e problem) words(secrets ...string) string {
	code, words := e.code(), channel.Clip(cmp.Or(e.Detail, e.Title), secrets...)
	if code == 0 {
		return words
	}
	return strings.TrimSuffix("error "+strconv.Itoa(code)+": "+cmp.Or(meanings[code].words, words), ": ")
}

// effect is what an error means for a message.
type effect uint8

const (
	final   effect = iota + 1 // no provider would take it, or may
	here                      // another provider may take it
	broken                    // nothing goes until somebody sets the account right
	passing                   // it goes by
	busy                      // it goes by, and is of one phone
)

type meaning struct {
	effect effect
	words  string
}

// meanings are the errors that texts can lead to. Source: https://developer.vonage.com/en/api-errors/messages.
var meanings = map[int]meaning{
	1000: {passing, "the account's capacity is exceeded"},
	1030: {passing, "an internal error"},
	1040: {here, "the platform can't process the message"},
	1050: {final, "the number is barred"},
	1060: {broken, "the account is barred"},
	1070: {broken, "the account's credit is used up"},
	1080: {broken, "the account is not enabled for this interface"},
	1100: {passing, "the communication with the network failed"},
	1120: {broken, "the sender is not allowed"},
	1140: {here, "the account may not do that"},
	1160: {here, "the number is not among the account's allowed ones"},
	1170: {final, "the number is not valid"},
	1180: {busy, "the phone can't be reached now"},
	1190: {final, "the number is no longer in use"},
	1200: {final, "the number has moved to another carrier and can't be reached"},
	1210: {here, "the carrier took the message for spam"},
	1220: {busy, "the phone is busy"},
	1230: {passing, "the network failed"},
	1240: {final, "the number may not be texted"},
	1241: {busy, "too many messages to that number"},
	1250: {here, "there is no route to that number"},
	1260: {here, "the number can't be reached"},
	1270: {final, "the carrier blocked the message for the subscriber's age"},
	1280: {final, "the carrier blocked the number"},
	1290: {final, "the subscriber's credit does not suffice"},
}

// slowDown is how long a provider is left alone that says "too many" and not for how long.
const slowDown = 2 * time.Second

// answer is what an error means for a message: by its code, or else by its status.
func answer(r *channel.Reply, code int, reason string) channel.Answer {
	if r.Status == http.StatusTooManyRequests || code == 1000 {
		return channel.Unavailable(reason, max(r.After, slowDown))
	}
	switch meanings[code].effect {
	case final:
		return channel.Refused(reason)
	case here:
		return channel.RefusedHere(reason)
	case broken:
		return channel.Broken(reason)
	case busy:
		return channel.NotNow(reason)
	case passing:
		return channel.Unavailable(reason, r.After)
	}
	switch r.Status {
	case http.StatusUnauthorized, http.StatusPaymentRequired, http.StatusForbidden, http.StatusNotFound:
		return channel.Broken(reason)
	case http.StatusGatewayTimeout:
		return channel.Lost(reason)
	}
	if r.Status < 400 || r.Status >= 500 || r.Status == http.StatusRequestTimeout {
		return channel.Unavailable(reason, r.After)
	}
	return channel.RefusedHere(reason)
}
