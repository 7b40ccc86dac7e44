// Package policy decides on which channel a message may go, and says why not on the others: consent, opt-outs, quiet hours
// and limits. It holds the consent ledger, the words that carriers reserve, and how an SMS is cut into parts.
//
// It may not do I/O and reads no clock: what a decision needs is handed in, and equal inputs give equal decisions.
package policy

// Channel is a way to reach a customer.
type Channel string

const (
	Chat  Channel = "chat"
	SMS   Channel = "sms"
	Email Channel = "email"
)

// Channels are all there are, in the order in which people think of them.
var Channels = []Channel{Chat, SMS, Email}

// Purpose is what a message is for, and what a consent is given to.
type Purpose string

const (
	Transactional  Purpose = "transactional"
	Conversational Purpose = "conversational"
	Marketing      Purpose = "marketing"
	Verification   Purpose = "verification"
)

// Purposes are all there are.
var Purposes = []Purpose{Transactional, Conversational, Marketing, Verification}

// Reason is why a channel was passed over, or a message held.
type Reason string

const (
	ReasonUnreachable Reason = "unreachable" // no address; chat: the page is not open
	ReasonWhen        Reason = "when"        // the journey's own rule for the channel
	ReasonOptedOut    Reason = "opted_out"
	ReasonNoConsent   Reason = "no_consent" // none for the purpose
	ReasonLimit       Reason = "limit"
	ReasonQuiet       Reason = "quiet"
)
