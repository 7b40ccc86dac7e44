// Package config reads the server's configuration: journey.yaml. It says all that is wrong with one at once, each thing at its line, and
// takes secrets from the environment. It reads no files and opens nothing: what a configuration names is found, or not, by whoever
// uses it.
package config

import (
	"crypto/sha256"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"journey/engine/schedule"
)

// Config is a configuration. A key that is not there leaves its field empty, and what then holds is said by the field.
type Config struct {
	Listen        string         // host:port; empty: DefaultListen
	PublicURL     string         // "https://journeys.shop.example", without a slash at the end; empty: only reachable from this machine
	Proxies       []netip.Prefix // are believed for whom they ask
	Data          Location       // a file's path, or a postgres URL
	Flows         string         // a folder
	Brand         string
	Providers     Providers
	Chat          Chat
	Tokens        []Token
	Subscribers   []Subscriber
	Services      Services
	EncryptionKey Secret
	Costs         []Cost // by name, as written
	Queues        []Queue
	Canned        []Canned
	Understand    *Model // a remote classifier; nil: the built-in one
	CRM           []CRM
	Retention     time.Duration // of conversations whose journey says nothing; 0: for good
	Approval      bool          // a new version serves only after someone else approved it
	Limits        Limits
	Log           Log
	Telemetry     *Telemetry    // nil: there are no traces
	Drain         time.Duration // between being told to stop, so that it is not ready, and taking no more
	ShutdownGrace time.Duration
}

// What holds where a configuration, or a flag, says nothing else.
const (
	DefaultListen = "127.0.0.1:8080"
	DefaultData   = "journey.db"
	DefaultFlows  = "flows"
)

// Location is where the data is. A password in it is not shown.
type Location string

// Postgres tells that the data is in a database and not in a file.
func (l Location) Postgres() bool {
	return strings.HasPrefix(string(l), "postgres://") || strings.HasPrefix(string(l), "postgresql://")
}

// String leaves the password out.
func (l Location) String() string {
	if !l.Postgres() {
		return string(l)
	}
	u, err := url.Parse(string(l))
	if err != nil {
		return "postgres://…"
	}
	u.RawQuery = ""
	return u.Redacted()
}

// GoString leaves the password out.
func (l Location) GoString() string { return l.String() }

// LogValue leaves the password out.
func (l Location) LogValue() slog.Value { return slog.StringValue(l.String()) }

// MarshalText leaves the password out.
func (l Location) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Providers carry texts and emails, the first one first.
type Providers struct {
	SMS   []Provider
	Email []Provider
}

// Provider is one account. The pointer of its kind is set; of the sandbox there is none.
type Provider struct {
	Kind   string // twilio, vonage, smtp or sandbox
	Rate   int    // messages a second that it may be sent; 0: any number
	Twilio *Twilio
	Vonage *Vonage
	SMTP   *SMTP
}

// Twilio is an account at Twilio.
type Twilio struct {
	AccountSID          string
	AuthToken           Secret
	From                string // a number, or an alphanumeric sender; or else
	MessagingServiceSID string
	BaseURL             string // empty: Twilio's own
}

// Vonage is an account at Vonage.
type Vonage struct {
	APIKey          string
	APISecret       Secret
	SignatureSecret Secret
	From            string
	BaseURL         string // empty: Vonage's own
}

// SMTP is a mail server.
type SMTP struct {
	Host          string
	Port          int    // 0: as Security says
	Security      string // starttls, tls or none; empty: by the port
	Username      string
	Password      Secret
	From          string // "Example Shop <care@shop.example>"
	ReplyTo       string
	InboundSecret Secret // of those who bring mail in
}

// Chat is the widget.
type Chat struct {
	Origins  []string // sites that may embed it: "https://www.shop.example"
	Theme    Theme
	Identity Secret // HS256 key of the site's tokens of signed-in customers
	Visitors int    // known at once; 0: as the chat thinks fit
	Streams  int    // open at once; 0: as the chat thinks fit
}

// Theme is how the widget looks.
type Theme struct {
	Accent   string // "#0a7" or "#00aa77"
	Position string // left or right
	Title    string
	Greeting string
}

// Token opens the API to whoever has the secret of which this is the hash.
type Token struct {
	Name   string
	Role   string // one of Roles
	SHA256 [sha256.Size]byte

	Skills   []string // of an agent; none: whatever is asked for
	Queues   []string // that an agent serves; none: all
	Capacity int      // how many conversations an agent is given at once; 0: as many as come
}

// Roles are what a token may be for.
var Roles = []string{"ingest", "agent", "analyst", "author", "approver", "admin"}

// Subscriber is a web hook that events are sent to, signed by the Standard Webhooks scheme.
type Subscriber struct {
	URL    string
	Secret Secret
	Events []string // types; none: all
}

// Services bound what a `call` may reach.
type Services struct {
	Allow []string // hosts: "orders.example", "*.shop.example", "10.0.0.5", each perhaps with a port
	Proxy string   // URL of an HTTP proxy for all calls; empty: none
}

// Cost is what something costs.
type Cost struct {
	Of       string  // sms, email, chat or agent
	Amount   float64 // of Currency
	Currency string  // "USD"
	Per      string  // segment, message, conversation, minute or hour
}

// Queue is where handoffs wait for agents.
type Queue struct {
	Name     string
	Skills   []string
	Hours    schedule.Hours // none: always open
	Capacity int            // how much of it one agent is given at once; 0: as much as comes
	Answer   time.Duration  // within which customers are promised an answer; 0: nothing is promised
	Alert    time.Duration  // how long before that breaks it is told; 0: a quarter of it
	Push     bool           // it is handed out; else agents take from it
	TakeUp   time.Duration  // within which an agent takes up what is handed out to them; 0: 5 minutes; negative: it stays with them
	Vanish   time.Duration  // how long an agent may be gone who has some of it; 0: 10 minutes; negative: for good
	Absent   bool           // where no agent is there it is closed

	Dispositions []string // the usual ends of its conversations, the commonest first
}

// Canned is a reply that agents use often. {{ name }} in its text stands for a value.
type Canned struct {
	Name   string
	Text   string
	Queues []string // for which it is; none: for all
}

// Model is a remote language model that understands messages.
type Model struct {
	Kind    string // openai
	BaseURL string
	Model   string
	Key     Secret
	Timeout time.Duration // 0: 2 seconds
}

// CRM is a system that contacts are kept in step with.
type CRM struct {
	Kind       string // hubspot, zendesk or rest
	BaseURL    string
	Token      Secret
	Secret     Secret // verifies its web hooks
	Match      string // email, phone or id: what finds a contact there
	Fields     []CRMField
	Note       []string // the events on which one is pushed
	Ticket     []string
	Transcript []string
	Paths      map[string]string // rest: contact, note, ticket, transcript → path
}

// CRMField maps a field of ours to one of theirs.
type CRMField struct {
	Ours   string // "contact.email"
	Theirs string // "properties.email"
	Owner  string // ours or theirs: who wins
}

// Limits bound what is taken on at once. Zero: as the engine thinks fit.
type Limits struct {
	Queue    int // events that may wait
	QueueMB  int // megabytes that they may take
	Visitors int // new ones a minute, from one address
	Links    int // opened in a minute, from one address
	Batch    int // events in one commit
	Senders  int // messages and calls under way
}

// Log is what the server writes about itself.
type Log struct {
	Level  slog.Level
	Format string // text or json; empty: text
}

// Telemetry is where traces go, by OTLP over HTTP.
type Telemetry struct {
	Endpoint string // URL: "http://127.0.0.1:4318"
	Headers  map[string]Secret
	Ratio    float64 // of traces that are kept, above 0 up to 1
	Service  string  // empty: "journey"
}
