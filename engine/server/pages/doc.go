// Package pages serves what people look at: the sample site with the sandbox beside it, conversations with their transcript and trace,
// and the journeys that are live. Pages are rendered on the server and work without JavaScript; a small script makes them live.
//
// It reads through the interfaces declared here and changes nothing but by a Loop, the Sandbox and the Shop. It decides nothing and
// checks no access: who may come here is settled before. What customers write is data: it goes through html/template, or not at all.
package pages
