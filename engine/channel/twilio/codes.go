package twilio

import (
	"net/http"
	"time"

	"journey/engine/channel"
)

// The codes that messaging can lead to, by what they mean for a message. Source: Twilio's error and warning dictionary,
// https://www.twilio.com/docs/api/errors.

// final are errors of the message or the number: no provider would take it, or may.
var final = map[int]string{
	21211: "the number is not valid",
	21214: "the number can't be reached",
	21265: "a short code can't be texted",
	21602: "the message is empty",
	21604: "there is no number to text to",
	21610: "the number has opted out at Twilio",
	21614: "the number is no mobile phone's",
	21617: "the message is longer than 1600 characters",
	21620: "a media URL is not valid",
	21623: "there are more than ten media",
	21635: "the number is a landline's",
	30004: "the message was blocked by the recipient or the carrier",
	30005: "the number is unknown or no longer in use",
	30006: "the number is a landline's, or its carrier can't be reached",
}

// here are errors of this account with this message.
var here = map[int]string{
	21408: "the account may not text to that country",
	21608: "a trial account may text to verified numbers only",
	21612: "that sender can't text to that number",
	30007: "the carrier took the message for spam",
	30034: "the sender is not registered for A2P 10DLC",
}

// broken are errors of the account: nothing goes until somebody sets it right.
var broken = map[int]string{
	20003: "the account SID or the auth token is wrong",
	20005: "the account is not active",
	20006: "access is denied",
	20404: "there is no such account",
	21212: "the sender is not valid",
	21603: "a sender is missing",
	21606: "the sender can't text",
	21607: "the sender is not verified",
	21609: "the status callback's URL is not valid; look at public_url",
	21659: "the sender is no number of the account",
	21660: "the sender belongs to another account",
	21703: "the messaging service has no sender for that",
	21704: "the messaging service has no sender",
	21705: "there is no such messaging service",
	30002: "the account is suspended",
}

// passing are errors that go by.
var passing = map[int]string{
	20429: "too many requests",
	20500: "an internal error",
	20503: "the service is unavailable",
	21611: "the sender's queue is full",
	30001: "the queue is full",
	30008: "an unknown error",
	30022: "the sender's rate is exceeded",
}

// busy are errors of one phone that go by.
var busy = map[int]string{
	30003: "the phone can't be reached now",
	30009: "a part of the message is missing",
}

// meanings are all of them.
var meanings = func() map[int]string {
	all := map[int]string{}
	for _, codes := range []map[int]string{final, here, broken, passing, busy} {
		for code, words := range codes {
			all[code] = words
		}
	}
	return all
}()

// slowDown is how long a provider is left alone that says "too many" and not for how long.
const slowDown = 2 * time.Second

// answer is what an error means for a message: by its code, or else by its status. Of an error that nobody knows, it is not known that
// another provider would say it too.
func answer(r *channel.Reply, code int, reason string) channel.Answer {
	switch {
	case r.Status == http.StatusTooManyRequests || code == 20429:
		return channel.Unavailable(reason, max(r.After, slowDown))
	case busy[code] != "":
		return channel.NotNow(reason)
	case passing[code] != "":
		return channel.Unavailable(reason, r.After)
	case final[code] != "":
		return channel.Refused(reason)
	case here[code] != "":
		return channel.RefusedHere(reason)
	case broken[code] != "" || r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden || r.Status == http.StatusNotFound:
		return channel.Broken(reason)
	case r.Status == http.StatusGatewayTimeout:
		return channel.Lost(reason)
	case r.Status < 400 || r.Status >= 500 || r.Status == http.StatusRequestTimeout:
		return channel.Unavailable(reason, r.After)
	}
	return channel.RefusedHere(reason)
}
