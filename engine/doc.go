// Package engine holds no code of its own: this is the map of the packages below it.
//
// A journey is written in YAML, compiled to a graph, and moved by one pure function:
//
//	Step(graph, conversation, event) → (conversation', effects, trace)
//
// Everything around that function carries things to it and from it. It does no I/O, reads no clock and draws no random number:
// time comes with the event. So a scenario, which runs it on a virtual clock, proves something about production.
//
// From file to graph:
//
//   - diagnostic: positions and findings, and which word was meant.
//   - flow: YAML to syntax trees in which every node knows its place. It knows the shape of files, not what names mean.
//   - schedule: durations, times of day, windows, opening hours, limits.
//   - expression: typed, deterministic expressions and texts.
//   - policy: on which channel a message may go, and why not on the others.
//   - graph: the executable form, its codec and its hash, which is a journey's version.
//   - compile: syntax trees to graphs; names and types are checked here.
//   - check: what compiles and is still wrong, or likely not what was meant.
//
// From graph to conversation:
//
//   - understand: intents, sentiment, and answers in plain words.
//   - phone: phone numbers and their time zones.
//   - wording: what the engine itself says to customers.
//   - machine: Step, with conversations and contacts.
//   - runtime: takes events, calls Step, keeps the result and lets the effects out, many contacts in one commit.
//   - explain: a step's reasoning in words.
//   - simulate: scenarios on a virtual clock, over the same runtime.
//
// What lasts:
//
//   - wire: the binary form that graphs, conversations and contacts share.
//   - store: what is persisted, as interfaces, with a store that forgets; store/bolt keeps it in one file, and store/storetest
//     is the suite that both pass.
//   - seal: a key for each contact, in a file of their own, so that to discard it is to erase the contact.
//
// Around it, in production:
//
//   - config: the server's configuration.
//   - deploy: from a folder of flows to the versions that are live.
//   - remote, retryafter, eventstream: pieces of HTTP, which are who asks and how often, the header that says when to ask again, and
//     server-sent events.
//   - channel: providers in order, with breakers and rate limits; channel/twilio, channel/vonage and channel/smtp are some,
//     channel/sandbox stands in for them in the browser, and channel/channeltest is the suite that all pass.
//   - webhook: tells subscribers outside of what happens.
//   - service: calls to services over HTTP; service/shop answers where none is configured.
//   - chat: the widget for web pages and what it talks to.
//   - transcript: what a contact and we wrote to each other, with what is sensitive taken out.
//   - desk: what waits for the agents, who is there, and what an agent may do.
//   - server: the HTTP API, and who may use it; server/pages are the pages, and server/inbox the agents' own. Their tests share
//     a browser, browsertest, and a world with customers in it, server/worldtest.
//   - metrics, tracing: what operators look at.
//
// Imports point one way, from what carries to what is carried: machine imports graph and never the other way round, and nothing
// here imports a command. What is below can then be tested, and trusted, without what is above; a third-party package is
// imported by one package only, so that it can be replaced there; and graph, machine, policy, schedule, expression and understand
// are pure: no I/O, no clock, no chance, no goroutines. The tests beside this file hold the order of the packages and keep all
// three true.
package engine
