package store

import (
	"context"
	"time"
)

// Contacts keeps what customers are and do. Bytes are opaque to it, and sealed with a key of their contact wherever they are kept.
// Every method may be called from several goroutines, but only one commits at a time. Unknown things are empty, not errors, unless
// said otherwise. Times are kept to the nanosecond, in UTC. Bytes that were handed in or out are changed by nobody afterwards, so
// that an implementation needs no copies.
type Contacts interface {
	// KeyOf gives the key of a thing. The same thing has the same key for as long as the store lives.
	KeyOf(kind Kind, name string) Key

	// Load gives what a step looks at, one snapshot for each question, as of one moment.
	Load(ctx context.Context, asks []Ask) ([]Snapshot, error)

	// Addresses gives address records, one for each key; nil where there is none.
	Addresses(ctx context.Context, keys []Key) ([][]byte, error)

	// Commit makes all changes in one transaction, synced when it returns. Each contact is named once. It fills in the Seq and
	// Head of what goes out.
	Commit(ctx context.Context, changes []*Change) error

	// Due lists contacts whose Wake is not after now, earliest first; Next is the earliest Wake of all.
	Due(ctx context.Context, now time.Time, limit int) ([]Key, error)
	NextDue(ctx context.Context) (time.Time, bool, error)

	// Ready lists what may leave at now: nothing before its Next, and of each lane only the first; earliest Next first. skip passes
	// over what is on its way already, uncounted; it must not call the store. What is damaged is left out: an error that wraps ErrCorrupt
	// says so, and comes with the rest. NextReady is the earliest Next of all that is first in its lane.
	Ready(ctx context.Context, now time.Time, limit int, skip func(Place) bool) ([]*Outgoing, error)
	NextReady(ctx context.Context) (time.Time, bool, error)

	// Conversation gives a conversation of a contact, open or ended.
	Conversation(ctx context.Context, contact Key, id string) ([]byte, error)

	// History walks a contact's log backwards from before (0: from its end), newest first.
	History(ctx context.Context, contact Key, before uint64, limit int) ([]Entry, error)

	// Log reads everybody's log forwards, after a place in it. The bytes of erased contacts are nil.
	Log(ctx context.Context, after uint64, limit int) ([]Entry, error)

	// Started lists conversations, the newest first, that began before a place in the list (0: from its end).
	Started(ctx context.Context, before uint64, limit int) ([]Start, error)

	// Point gives the contact and the bytes that a link or a receipt leads to, or ErrNotFound.
	Point(ctx context.Context, key Key) (contact Key, bytes []byte, err error)

	// Dead lists dead letters, newest first, before a place in the list (0: from its end).
	Dead(ctx context.Context, before uint64, limit int) ([]Letter, error)

	// Online lists the contacts whose chat page was open at the last commit about them; Waiting those with something in the agents' hands.
	Online(ctx context.Context) ([]Key, error)
	Waiting(ctx context.Context) ([]Key, error)

	// Audit lists acts, newest first, before a place in the list (0: from its end); Record adds one that belongs to no contact's change.
	Audit(ctx context.Context, before uint64, limit int) ([]Act, error)
	Record(ctx context.Context, act []byte) error

	// Erase discards a contact's key, with which all its bytes can never be read again, and forgets its state, timers, dead letters and
	// what is on its way out. Its address records are the caller's to change first. Where it fails the contact may be forgotten already, and
	// not the key: then the same call again discards that. Where nothing is left to do the error wraps ErrNotFound.
	Erase(ctx context.Context, contact Key) error

	// Counts are sizes for whoever operates it.
	Counts(ctx context.Context) (Counts, error)
}

// Ask is a question about a contact, and which events of it were handled before.
type Ask struct {
	Contact Key
	Events  []string
}

// Snapshot is a contact as it is stored. An unknown one has a nil Contact.
type Snapshot struct {
	Contact []byte
	Open    []Record // in the order in which they began
	Seen    []bool   // for each event of the Ask
}

// Record is a conversation by its id.
type Record struct {
	ID    string
	Bytes []byte
}

// Change is all that is new about one contact. It is made as a whole or not at all.
type Change struct {
	Key     Key
	Contact []byte    // its state
	Open    []Record  // all its open conversations, in the order in which they began
	Wake    time.Time // of its first timer; zero: it has none
	Online  bool      // its chat page is open
	Waiting bool      // something of it waits for an agent, or one has it
	Ended   []Record  // conversations that are open no more
	Events  []string  // ids of the events that were handled: each never again
	Log     [][]byte  // appended, oldest first
	Started []Start   // conversations that began; their Seq and Contact are filled in

	Out   []*Outgoing
	Done  []Place     // has left, or is given up
	Later []*Outgoing // Next, Attempts, First, Trying of what stays

	Addresses map[Key][]byte // records in place of those that were there; nil: there is none any more
	Points    []Point
	Dead      []*Letter // their Seq is filled in
	Buried    []uint64  // dead letters that were retried or discarded
	Audit     [][]byte
}

// Start is the beginning of a conversation.
type Start struct {
	Seq     uint64
	Contact Key
	ID      string
	Journey string
	At      time.Time
}

// Place is where something that goes out waits. Lanes keep order: what goes out in one lane of one contact leaves one after the other.
// What has an empty Lane waits for nothing.
type Place struct {
	Contact Key
	Lane    string // at most 255 bytes
	Seq     uint64 // grows with time
}

// Outgoing is something on its way out, with its history.
type Outgoing struct {
	Place
	Head     bool // after a commit: it is the first in its lane
	Bytes    []byte
	Next     time.Time // not before
	First    time.Time // the first attempt
	Attempts int
	Trying   bool // an attempt has begun, and what became of it is not known
}

// Entry is one entry of the event log. Seq grows with time, over all contacts.
type Entry struct {
	Seq     uint64
	Contact Key
	Bytes   []byte
}

// Point is a link or receipt that leads to a contact.
type Point struct {
	Key   Key
	Bytes []byte
}

// Letter is a dead letter: what could not be delivered.
type Letter struct {
	Seq     uint64
	Contact Key
	Bytes   []byte
}

// Act is an entry of the audit log.
type Act struct {
	Seq   uint64
	Bytes []byte
}

// Counts are how much there is.
type Counts struct {
	Contacts int
	Outgoing int
	Dead     int
	Size     int64 // of the data, in bytes
}
