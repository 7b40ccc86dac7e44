package pages

import (
	"fmt"
	"maps"
	"slices"

	"journey/engine/machine"
	"journey/engine/policy"
)

// result is an effect: a message, a call, an event, a handoff, a link.
type result struct {
	Mark   string
	Spoken bool // it is a message
	Title  string
	Text   string
	Masked bool
	More   []string
}

// resultOf puts an effect into words. What was heard is the event itself, and what is counted is nobody's to read.
func resultOf(e *machine.Effect) (result, bool) {
	switch {
	case e.Deliver != nil:
		return message(e.Deliver), true
	case e.Request != nil:
		return result{Mark: "call", Title: "asks " + e.Request.Operation, More: slices.Sorted(maps.Keys(e.Request.Args))}, true
	case e.Publish != nil:
		return result{Mark: "event", Title: "tells others: " + e.Publish.Type}, true
	case e.Handoff != nil:
		return handoff(e.Handoff), true
	case e.Link != nil:
		return result{Mark: "link", Title: linkNames[e.Link.Kind]}, true
	}
	return result{}, false
}

var linkNames = map[machine.LinkKind]string{
	machine.Tracked: "makes a short link", machine.Proof: "makes a link to prove who it is", machine.Form: "makes a page for a sensitive answer",
}

func message(d *machine.Deliver) result {
	r := result{Mark: string(d.Channel), Spoken: true, Title: fmt.Sprintf("sends %s to %s", channelThing(d.Channel), recipient(d)), More: d.Choices}
	if d.Sensitive {
		r.Masked, r.More = true, nil
	} else {
		r.Text = d.Text
	}
	return r
}

func recipient(d *machine.Deliver) string {
	if d.Channel == policy.Chat || d.To == "" {
		return "the open page"
	}
	return d.To
}

func handoff(h *machine.HandoffChange) result {
	r := result{Mark: "agent"}
	switch to := &h.Handoff; {
	case h.Closed:
		r.Title = "closes the handoff: " + h.How
	case to.Joined:
		r.Title = agentName(to.By) + " has the conversation"
	case to.By != "":
		r.Title = "waits for " + to.By + " in the queue " + to.Queue
	default:
		r.Title, r.Text = "hands over to the queue "+to.Queue, to.Recommend
		if to.Reason != "" {
			r.More = append(r.More, to.Reason)
		}
	}
	return r
}

func channelThing(ch policy.Channel) string {
	switch ch {
	case policy.SMS:
		return "a text"
	case policy.Email:
		return "an email"
	}
	return "a chat message"
}
