// Package service makes the calls of journeys over HTTP: it builds the request from an operation's declaration, tries again where that
// may help, and checks what comes back against the declared type, so that a journey only ever sees data of the type it was checked with.
//
// It reaches hosts that the configuration names and no others. Where a host's name leads is looked at when the connection is made, so
// that a name which leads to this machine, to the network behind it or to a cloud's metadata opens nothing, whatever it led to a
// moment before. No credential, and nothing that customers said, is in the reasons it gives.
package service
