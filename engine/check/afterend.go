package check

import "journey/engine/diagnostic"

const CodeAfterEnd = "after-end"

// afterEnds reports ways on beside an `end`, which nothing ever takes.
func (j *journey) afterEnds() {
	for i := range j.States {
		s := &j.States[i]
		if s.End == nil || !j.reached[i] {
			continue
		}
		for k := range s.To {
			j.pastEnd(s.To[k].Span)
		}
		for k := range s.On {
			j.pastEnd(s.On[k].Span)
		}
		for k := range s.After {
			j.pastEnd(s.After[k].Span)
		}
		for k := range s.At {
			j.pastEnd(s.At[k].Span)
		}
	}
}

func (j *journey) pastEnd(at diagnostic.Span) {
	j.warnf(at, CodeAfterEnd, "take it out, or take out the `end`", "the journey is over here, so nothing leads on")
}
