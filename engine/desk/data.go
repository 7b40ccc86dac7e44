package desk

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/understand"
)

// checked makes the data of an act the journey's own: of its types, and none that it doesn't declare.
func (d *Desk) checked(id string, act machine.Act, data map[string]any) (map[string]any, error) {
	g, at, err := d.place(id)
	if err != nil {
		return nil, err
	}
	if act == machine.Return && !returnable(g, at) {
		return nil, &InvalidError{"", "the journey takes nothing back here; resolve it instead"}
	}
	var typed map[string]any
	for _, name := range slices.Sorted(maps.Keys(data)) {
		v, err := value(g, name, data[name])
		if err != nil {
			return nil, err
		}
		if typed == nil {
			typed = map[string]any{}
		}
		typed[name] = v
	}
	return typed, nil
}

// place gives the journey in which a handoff is, nil where it is in none, and its state there.
func (d *Desk) place(id string) (*graph.Journey, graph.StateIndex, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	it := d.items[id]
	if it == nil {
		return nil, graph.NoState, ErrGone
	}
	if it.conversation == "" {
		return nil, graph.NoState, nil
	}
	return d.o.Journeys.Graph(it.version), it.at, nil
}

// returnable tells whether automation takes a conversation back that an agent returns in a state.
func returnable(g *graph.Journey, at graph.StateIndex) bool {
	if g == nil || at < 0 || int(at) >= len(g.States) {
		return false
	}
	handles := func(h graph.Handler) bool { return h.Event == "agent.returned" }
	return slices.ContainsFunc(g.States[at].On, handles) || slices.ContainsFunc(g.On, handles)
}

func value(g *graph.Journey, name string, v any) (any, error) {
	pointer := "/data/" + escape(name)
	if g == nil || g.Datum(name) == nil {
		return nil, &InvalidError{pointer, "the journey has no such data" + suggestion(name, dataOf(g))}
	}
	if v == nil {
		return nil, nil
	}
	datum := g.Datum(name)
	typed, err := expression.Convert(v, datum.Type)
	if wrong := (*expression.ValueError)(nil); errors.As(err, &wrong) {
		return nil, &InvalidError{pointer + pointerOf(wrong.Path), wrong.Message}
	}
	if err != nil {
		return nil, &InvalidError{pointer, err.Error()}
	}
	if message := constrained(datum, typed); message != "" {
		return nil, &InvalidError{pointer, message}
	}
	return typed, nil
}

// constrained says what of its constraints a value doesn't keep.
func constrained(d *graph.Datum, v any) string {
	if text, ok := v.(string); ok && d.Pattern != "" {
		if got, fits := understand.Pattern(d.Pattern, text); !fits || got.Value != text {
			return "it has to look like " + d.Pattern
		}
	}
	n, isNumber := expression.Float(v)
	switch {
	case isNumber && d.Min != nil && n < *d.Min:
		return fmt.Sprintf("it has to be at least %v", *d.Min)
	case isNumber && d.Max != nil && n > *d.Max:
		return fmt.Sprintf("it has to be at most %v", *d.Max)
	}
	return ""
}

func dataOf(g *graph.Journey) (names []string) {
	if g == nil {
		return nil
	}
	for i := range g.Data {
		names = append(names, g.Data[i].Name)
	}
	return names
}

func suggestion(word string, known []string) string {
	if meant := diagnostic.Suggest(word, known); meant != "" {
		return "; did you mean `" + meant + "`?"
	}
	if len(known) == 0 {
		return ""
	}
	return "; there is " + strings.Join(known, ", ")
}

var escapes = strings.NewReplacer("~", "~0", "/", "~1")

func escape(name string) string { return escapes.Replace(name) }

// pointerOf makes a JSON pointer (RFC 6901) of a path such as lines[2].sku.
func pointerOf(path string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if unquoted, err := strconv.Unquote(part); err == nil {
			part = unquoted
		}
		b.WriteString("/" + escape(part))
	}
	return b.String()
}

// names are the names of data, for the audit log: values are not in it.
func names(data map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(data)), " ") }

// known refuses to send a handoff where nobody would find it.
func (d *Desk) known(to Destination) error {
	if to.Queue == "" && to.Agent == "" {
		return &InvalidError{"/queue", "say to which queue, or to which agent"}
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	if queues := d.queueNames(); to.Queue != "" && !slices.Contains(queues, to.Queue) {
		return &InvalidError{"/queue", "there is no such queue" + suggestion(to.Queue, queues)}
	}
	if to.Agent != "" && len(d.o.Agents) > 0 && d.agents[to.Agent] == nil {
		return &InvalidError{"/agent", "there is no such agent" + suggestion(to.Agent, slices.Sorted(maps.Keys(d.agents)))}
	}
	return nil
}
