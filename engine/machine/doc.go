// Package machine is the step machine: one pure function that says what happens next.
//
//	Step(contact, conversations, graphs, event) → (contact', conversations', effects, trace)
//
// The unit of a step is a contact: an event may reach several of a contact's conversations, start new ones, and change
// what is known of the contact, and all of that is one decision. Time comes with the event, chance is hashed from ids, and
// secrets are drawn beforehand; where Step lacks something (what a message means, a code, a token) it says what it
// needs and is called again. The package may not do I/O, look at a clock, or start a goroutine.
package machine
