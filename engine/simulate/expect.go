package simulate

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"journey/engine/expression"
	"journey/engine/flow"
	"journey/engine/machine"
	"journey/engine/policy"
)

// expect checks a step's expectations; what it says failed, each in a sentence.
func (x *world) expect(st *flow.Step) []string {
	x.look()
	var failed []string
	fail := func(format string, args ...any) { failed = append(failed, fmt.Sprintf(format, args...)) }
	c := x.chosen(st.Value)
	for _, p := range st.Value.Map {
		switch p.Key.Value {
		case "key", "journey":
			if c == nil {
				fail("there is no conversation with %s %s", p.Key.Value, text(p.Value))
			}
		case "state", "status", "ended", "channel":
			if got, ok := x.own(c, p.Key.Value); !ok {
				fail("%s: there is no conversation", p.Key.Value)
			} else if want := text(p.Value); got != want {
				fail("%s is %s, expected %s", p.Key.Value, orNone(got), want)
			}
		case "sent":
			failed = append(failed, x.expectSent(p.Value)...)
		case "said":
			if !slices.ContainsFunc(x.since.sent, func(d *machine.Deliver) bool { return strings.Contains(d.Text, text(p.Value)) }) {
				fail("said: no text that was sent contains %q", text(p.Value))
			}
		case "data":
			failed = append(failed, x.expectData(c, p.Value)...)
		case "contact":
			failed = append(failed, x.expectContact(c, p.Value)...)
		case "handoff":
			failed = append(failed, x.expectHandoff(p.Value)...)
		case "emitted":
			failed = append(failed, x.expectEmitted(p.Value)...)
		case "consent":
			failed = append(failed, x.expectConsent(p.Value)...)
		case "blocked":
			failed = append(failed, x.expectBlocked(p.Value)...)
		}
	}
	x.since = since{}
	return failed
}

// chosen is the conversation that an expect is about: by key or journey, else the one last active.
func (x *world) chosen(v *flow.Value) *machine.Conversation {
	key, journey, picked := "", "", false
	for _, p := range v.Map {
		switch p.Key.Value {
		case "key":
			key, picked = text(p.Value), true
		case "journey":
			journey, picked = text(p.Value), true
		}
	}
	if !picked {
		return x.conversation(x.active)
	}
	var found *machine.Conversation
	for _, c := range x.conversations() {
		if (key == "" || c.Key == key) && (journey == "" || c.Journey == journey) {
			if key != "" && journey == "" && c.Parent != "" {
				continue
			}
			if found == nil || found.ID != x.active || c.Open() {
				found = c
			}
		}
	}
	return found
}

func (x *world) own(c *machine.Conversation, what string) (string, bool) {
	if c == nil {
		return "", false
	}
	switch what {
	case "state":
		return x.engine.Versions.Graph(c.Version).States[c.State].Name, true
	case "status":
		return string(x.status(c)), true
	case "ended":
		return c.Outcome, true
	}
	return string(x.root(c).Channel), true
}

// root is the conversation that no other runs.
func (x *world) root(c *machine.Conversation) *machine.Conversation {
	for c.Parent != "" {
		c = x.conversation(c.Parent)
	}
	return c
}

func (x *world) expectSent(v *flow.Value) []string {
	var failed []string
	if len(v.List) != len(x.since.sent) {
		failed = append(failed, fmt.Sprintf("sent: %s, expected %s%s", count(len(x.since.sent), "message"), strconv.Itoa(len(v.List)), listed(x.since.sent)))
	}
	for i := range min(len(v.List), len(x.since.sent)) {
		failed = append(failed, compareMessage(i, v.List[i], x.since.sent[i])...)
	}
	return failed
}

func (x *world) expectData(c *machine.Conversation, v *flow.Value) []string {
	if c == nil {
		return []string{"data: there is no conversation"}
	}
	var failed []string
	g := x.engine.Versions.Graph(c.Version)
	for _, p := range v.Map {
		var t *expression.Type
		if d := g.Datum(p.Key.Value); d != nil {
			t = d.Type
		}
		if want, got := wanted(p.Value, t), c.Data[p.Key.Value]; !same(want, got) {
			failed = append(failed, fmt.Sprintf("data.%s is %v, expected %v", p.Key.Value, shown(got), shown(want)))
		}
	}
	return failed
}

// expectContact checks what is known of the contact; whether it is verified is known of a conversation.
func (x *world) expectContact(talk *machine.Conversation, v *flow.Value) []string {
	c := x.contactNow()
	values := map[string]any{"id": c.ID, "name": c.Name, "phone": c.Phone, "email": c.Email, "locale": c.Locale, "timezone": c.Timezone,
		"online": c.Online, "verified": talk != nil && x.root(talk).Verified, "attributes": map[string]any(c.Attributes)}
	var failed []string
	for _, p := range v.Map {
		if want, got := p.Value.Plain(), values[p.Key.Value]; !same(want, got) {
			failed = append(failed, fmt.Sprintf("contact.%s is %v, expected %v", p.Key.Value, shown(got), shown(want)))
		}
	}
	return failed
}

func (x *world) expectHandoff(v *flow.Value) []string {
	c := x.inHandoff()
	if c == nil {
		return []string{"handoff: none is open"}
	}
	h := c.Handoff
	var skills []any
	for _, s := range h.Skills {
		skills = append(skills, s)
	}
	values := map[string]any{"queue": h.Queue, "skills": skills, "priority": h.Priority, "recommend": h.Recommend, "reason": h.Reason, "by": h.By}
	var failed []string
	for _, p := range v.Map {
		if want, got := p.Value.Plain(), values[p.Key.Value]; !same(want, got) {
			failed = append(failed, fmt.Sprintf("handoff.%s is %v, expected %v", p.Key.Value, shown(got), shown(want)))
		}
	}
	return failed
}

func (x *world) expectEmitted(v *flow.Value) []string {
	if len(v.List) != len(x.since.emitted) {
		return []string{fmt.Sprintf("emitted: %s, expected %d", count(len(x.since.emitted), "event"), len(v.List))}
	}
	var failed []string
	for i, e := range v.List {
		got := x.since.emitted[i]
		for _, p := range e.Map {
			switch p.Key.Value {
			case "type":
				if got.Type != text(p.Value) {
					failed = append(failed, fmt.Sprintf("emitted[%d] is %s, expected %s", i, got.Type, text(p.Value)))
				}
			case "data":
				if want := wanted(p.Value, x.eventType(got.Type)); !same(want, got.Data) {
					failed = append(failed, fmt.Sprintf("emitted[%d].data is %v, expected %v", i, shown(got.Data), shown(want)))
				}
			}
		}
	}
	return failed
}

func (x *world) expectConsent(v *flow.Value) []string {
	c := x.contactNow()
	var failed []string
	for _, p := range v.Map {
		var got []string
		for _, purpose := range c.Ledger.InForce(policy.Channel(p.Key.Value)) {
			got = append(got, string(purpose))
		}
		want := texts(p.Value)
		sort.Strings(got)
		sort.Strings(want)
		if !slices.Equal(got, want) {
			failed = append(failed, fmt.Sprintf("consent.%s is %v, expected %v", p.Key.Value, got, want))
		}
	}
	return failed
}

func (x *world) expectBlocked(v *flow.Value) []string {
	list := v.List
	if v.Map != nil {
		list = []*flow.Value{v}
	}
	var failed []string
	for _, e := range list {
		var want policy.Passed
		for _, p := range e.Map {
			switch p.Key.Value {
			case "channel":
				want.Channel = policy.Channel(text(p.Value))
			case "reason":
				want.Reason = policy.Reason(text(p.Value))
			}
		}
		if !slices.ContainsFunc(x.since.passed, func(p policy.Passed) bool {
			return (want.Channel == "" || p.Channel == want.Channel) && (want.Reason == "" || p.Reason == want.Reason)
		}) {
			failed = append(failed, fmt.Sprintf("blocked: %s was not passed over as %s%s", want.Channel, want.Reason, passedOver(x.since.passed)))
		}
	}
	if len(list) == 0 && len(x.since.passed) > 0 {
		failed = append(failed, "blocked: expected none"+passedOver(x.since.passed))
	}
	return failed
}
