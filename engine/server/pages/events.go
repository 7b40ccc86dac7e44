package pages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
)

// eventGroup is what may be sent to a live journey.
type eventGroup struct {
	Journey string
	Events  []eventView
}

// eventView is a declared business event with data to begin with.
type eventView struct {
	Type   string
	Sample string // JSON
	Rows   int    // of it
	Starts bool   // it can start the journey
}

// eventGroups are the events that live journeys wait for; one that several wait for stands with the first.
func eventGroups(live []*graph.Journey, with samples) (groups []eventGroup) {
	seen := map[string]bool{}
	for _, g := range live {
		starts, waits := awaited(g)
		var list []eventView
		for i := range g.Events {
			e := &g.Events[i]
			if !waits[e.Type] || seen[e.Type] {
				continue
			}
			seen[e.Type] = true
			sample := with.json(e.Data)
			list = append(list, eventView{Type: e.Type, Sample: sample, Rows: strings.Count(sample, "\n") + 1, Starts: starts[e.Type]})
		}
		slices.SortStableFunc(list, func(a, b eventView) int { return rank(a) - rank(b) })
		if list != nil {
			groups = append(groups, eventGroup{titleOf(g.ID, g), list})
		}
	}
	return groups
}

// rank puts what starts a journey first.
func rank(e eventView) int {
	if e.Starts {
		return 0
	}
	return 1
}

// awaited are the types of events that a journey does something about; what it only emits is not among them.
func awaited(g *graph.Journey) (starts, waits map[string]bool) {
	starts, waits = map[string]bool{}, map[string]bool{}
	for i := range g.Entries {
		starts[g.Entries[i].Event], waits[g.Entries[i].Event] = true, true
	}
	for _, h := range slices.Concat(g.Exits, g.On) {
		waits[h.Event] = true
	}
	for i := range g.States {
		for _, h := range g.States[i].On {
			waits[h.Event] = true
		}
	}
	if g.Objective.GoalIsEvent {
		waits[g.Objective.Goal] = true
	}
	return starts, waits
}

// samples make up data to begin with: the shop's records come first, so that its services know what is asked for.
type samples struct {
	now     time.Time
	records []recordGroup
}

func (s samples) json(t *expression.Type) string {
	encoded, err := json.MarshalIndent(s.value("", t), "", "  ")
	if err != nil {
		return "{}"
	}
	return string(encoded)
}

func (s samples) value(name string, t *expression.Type) any {
	day := s.now.AddDate(0, 0, 5)
	switch t.Kind {
	case expression.Object:
		fields := map[string]any{}
		for _, f := range t.Fields {
			fields[f.Name] = s.value(f.Name, f.Type)
		}
		return fields
	case expression.List:
		return []any{}
	case expression.Int, expression.Number:
		return 2
	case expression.Bool:
		return true
	case expression.Time:
		return time.Date(day.Year(), day.Month(), day.Day(), 15, 0, 0, 0, time.UTC).Format(time.RFC3339)
	case expression.Date:
		return day.Format(time.DateOnly)
	case expression.Clock:
		return "10:30"
	case expression.Duration:
		return "2h"
	case expression.Phone:
		return samplePhone
	case expression.Email:
		return sampleEmail
	case expression.URL:
		return "https://www.shop.example/"
	case expression.Enum:
		if len(t.Values) > 0 {
			return t.Values[0]
		}
	}
	return s.text(name)
}

// text is a word that fits a field's name: for order_id, the shop's first order, else its thing's initial with a number.
func (s samples) text(name string) string {
	thing, isID := strings.CutSuffix(name, "_id")
	if id, ok := firstOf(s.records, thing); isID && ok {
		return id
	}
	switch {
	case thing == "order" && isID:
		return sampleOrder
	case isID && thing != "":
		return strings.ToUpper(thing[:1]) + "1001"
	case name == "place":
		return "Main Street"
	case name == "product":
		return "Arc desk lamp"
	}
	return "example"
}

// eventData reads the JSON of an event and makes what its declaration says of it.
func eventData(live []*graph.Journey, kind, text string) (map[string]any, error) {
	t := declared(live, kind)
	if t == nil {
		return nil, fmt.Errorf("no live journey declares the event %q", kind)
	}
	if strings.TrimSpace(text) == "" {
		text = "{}"
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var written any
	if err := d.Decode(&written); err != nil {
		return nil, fmt.Errorf("the data is no JSON: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("the data is more than one JSON value")
	}
	v, err := expression.Convert(written, t)
	if err != nil {
		return nil, fmt.Errorf("the data of %s does not fit: %w", kind, err)
	}
	data, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the data of %s must be a JSON object", kind)
	}
	return data, nil
}

func declared(live []*graph.Journey, kind string) *expression.Type {
	for _, g := range live {
		for i := range g.Events {
			if g.Events[i].Type == kind {
				return g.Events[i].Data
			}
		}
	}
	return nil
}
