package config

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	"journey/engine/flow"
	"journey/engine/schedule"
)

var queueName = regexp.MustCompile(`^[a-z0-9_-]+$`)

func (r *reader) queues(f field, into *[]Queue) {
	r.named(f, "names of queues, each with keys of its own", func(name string, f field) {
		q := Queue{Name: name}
		if !queueName.MatchString(name) {
			r.report(f.place, flow.CodeBadID, fmt.Sprintf("a queue's name has lower-case letters, digits and `_`; `%s` has others", shorten(name)), "")
		}
		r.section(f, "a queue",
			may("skills", func(f field) { r.names(f, "skills", &q.Skills) }),
			may("hours", func(f field) { r.hours(f, &q.Hours) }),
			may("holidays", func(f field) { r.holidays(f, &q.Hours.Holidays) }),
			may("capacity", func(f field) { r.whole(f, 1, math.MaxInt32, &q.Capacity) }),
			may("answered_within", func(f field) { r.duration(f, &q.Answer) }),
			may("alert_before", func(f field) { r.duration(f, &q.Alert) }),
			may("assign", func(f field) { r.either(f, &q.Push, "push", "pull") }),
			may("take_up", func(f field) { r.unlessNever(f, &q.TakeUp) }),
			may("vanish", func(f field) { r.unlessNever(f, &q.Vanish) }),
			may("when_away", func(f field) { r.either(f, &q.Absent, "unavailable", "wait") }),
			may("dispositions", func(f field) { r.names(f, "dispositions", &q.Dispositions) }),
		)
		if has(f, "take_up") && !q.Push {
			r.report(f.place, flow.CodeBadValue, "`take_up` is about what is handed out, and agents take from this queue themselves", "write `assign: push` too")
		}
		if has(f, "holidays") && !has(f, "hours") {
			r.report(f.place, flow.CodeMissingKey, "a queue that has `holidays` lacks `hours`, which say in which time zone", "")
		}
		if has(f, "alert_before") && (!has(f, "answered_within") || q.Answer > 0 && q.Alert >= q.Answer) {
			r.report(f.place, flow.CodeBadValue, "`alert_before` is shorter than `answered_within`, the promise that it belongs to", "")
		}
		*into = append(*into, q)
	})
}

// names reads a list of names, each once.
func (r *reader) names(f field, of string, into *[]string) {
	seen := twice{}
	r.words(f, of, func(w word) {
		r.first(seen, w.text, "this list has already", w.Span)
		*into = append(*into, w.text)
	})
}

// either reads one of two words, and whether it is the first.
func (r *reader) either(f field, into *bool, yes, no string) {
	var mode string
	r.choice(f, &mode, yes, no)
	*into = mode == yes
}

func (r *reader) hours(f field, into *schedule.Hours) {
	w := r.word(f, "opening hours")
	if !w.ok {
		return
	}
	hours, err := schedule.ParseHours(w.text)
	if err != nil {
		r.badTime(w, flow.CodeBadHours, err)
	}
	into.Times, into.Zone = hours.Times, hours.Zone
}

func (r *reader) holidays(f field, into *[]string) {
	seen := twice{}
	r.words(f, "days", func(w word) {
		if _, err := time.Parse(time.DateOnly, w.text); err != nil {
			r.bad(w, flow.CodeBadValue, fmt.Sprintf("%s is no day", w.shown()), "write it like `2026-12-25`")
			return
		}
		r.first(seen, w.text, "this list has already", w.Span)
		*into = append(*into, w.text)
	})
}

// unlessNever reads a duration; never is negative.
func (r *reader) unlessNever(f field, into *time.Duration) {
	if s := f.value.Scalar; s != nil && s.Value == "never" {
		*into = -1
		return
	}
	r.duration(f, into)
}

// agentKeys are the keys of a token whose holder takes handoffs.
func (r *reader) agentKeys(t *Token) []key {
	return []key{
		may("skills", func(f field) { r.names(f, "skills", &t.Skills) }),
		may("queues", func(f field) { r.names(f, "queues", &t.Queues) }),
		may("capacity", func(f field) { r.whole(f, 1, math.MaxInt32, &t.Capacity) }),
	}
}

// takesHandoffs reports keys of an agent where a token is for something else.
func (r *reader) takesHandoffs(f field, t *Token) {
	if t.Role == "" || slices.Contains(agentRoles, t.Role) {
		return
	}
	for _, name := range []string{"skills", "queues", "capacity"} {
		if has(f, name) {
			r.report(f.place, flow.CodeBadValue, fmt.Sprintf("`%s` is for agents, and this token has the role `%s`", name, t.Role), "the roles of agents are "+quoted(agentRoles))
		}
	}
}

// agentRoles are the roles of those who take handoffs.
var agentRoles = []string{"agent", "admin"}

// placeholder is what stands for a value in a canned reply.
var placeholder = regexp.MustCompile(`\{\{\s*[A-Za-z_][A-Za-z0-9_.]*\s*\}\}`)

// canned reads replies by name, each as a text or with keys of its own.
func (r *reader) canned(f field, into *[]Canned) {
	r.named(f, "names of replies, each with its text", func(name string, f field) {
		c := Canned{Name: name}
		read := func(f field) { r.template(f, &c.Text) }
		if f.value.Scalar != nil {
			read(f)
		} else {
			r.section(f, "a canned reply", must("text", read), may("queues", func(f field) { r.names(f, "queues", &c.Queues) }))
		}
		*into = append(*into, c)
	})
}

func (r *reader) template(f field, into *string) {
	w := r.word(f, "a text")
	if !w.ok {
		return
	}
	if rest := placeholder.ReplaceAllString(w.text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		r.bad(w, flow.CodeBadValue, "a canned reply has names between `{{` and `}}`, and something else stands there", "write it like `Hello {{ first_name }}`")
		return
	}
	*into = w.text
}
