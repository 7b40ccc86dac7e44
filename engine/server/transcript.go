package server

import "journey/engine/transcript"

// Message is one message of a transcript, and Delivery what became of one of ours.
type (
	Message  = transcript.Message
	Delivery = transcript.Delivery
)
