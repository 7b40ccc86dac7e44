package flow

import "journey/engine/diagnostic"

type fault struct {
	span                diagnostic.Span
	code, message, hint string
}

func diagnose(s *source) *fault { return nil }
