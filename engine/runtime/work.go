package runtime

import (
	"errors"

	"journey/engine/machine"
	"journey/engine/store"
)

var (
	// ErrBusy is returned where as much waits as may wait. The caller tells its own caller to come again.
	ErrBusy = errors.New("too much is waiting")
	// ErrStopped is returned after the end.
	ErrStopped = errors.New("the engine has stopped")
	// ErrNoContact is wrapped where work names a contact that is not there.
	ErrNoContact = errors.New("there is no such contact")
)

// Work is one thing to do about one contact. It is done as a whole or not at all.
type Work struct {
	To    To
	ID    string                         // of the event, whole and unique: the same again is nothing. Empty: it can't come twice
	Edit  func(c *machine.Contact) error // changes the contact before the event; an error refuses the work. May be nil
	Event *machine.Event                 // nil: there is only the edit. Its ID and Time are filled in where they are empty
	Audit []byte                         // who did what, for the audit log, in the same commit. May be nil
	Bury  uint64                         // a dead letter that this settles; 0: none
	Size  int                            // bytes of memory that are held until it is done, beside what is in the event

	send  *machine.Effect // a dead letter that is sent once more
	erase bool
}

// To names a contact in one of three ways.
type To struct {
	Key     store.Key // one that is there, else ErrNoContact
	Contact string    // by id; it is made where there is none
	Address string    // by "tel:+14155550101" or "mailto:ada@shop.example"; one with a new id is made where nobody has it
	Inbound bool      // Address: the contact wrote from it, so what last asked there decides whose it is
}

// Done is what work led to.
type Done struct {
	Key     store.Key
	Contact *machine.Contact // after it; not to be changed
	Seen    bool             // its ID was seen before: nothing was done
	Output  *machine.Output  // of the event; nil without one
}

// Happened is one entry of the log as it is committed, for those who watch.
type Happened struct {
	Key     store.Key
	Contact *machine.Contact // after it; not to be changed
	Entry   *machine.LogEntry

	Conversations []*machine.Conversation // that it changed, as they are after it
}
