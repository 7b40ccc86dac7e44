// Package shop is a small shop in memory that answers the services of the shipped journeys, so that they can be tried where nothing is
// configured. Its records can be looked at and edited. Operations that it does not know, of journeys that somebody else wrote, get an
// answer made up from the declared type, which can be edited too.
//
// It stands in for services in the sandbox only, and keeps nothing.
package shop

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/expression"
	"journey/engine/graph"
)

// ErrNoRecord is wrapped where there is no such record, or no such field in it.
var ErrNoRecord = errors.New("there is no such record")

// Record is one thing that the shop knows, such as the order AB123456.
type Record struct {
	Kind   string // order, appointment, slot, meeting, invoice, account, service, or MadeUp
	ID     string
	Fields []Field
}

// Field is one value of a record, as it is typed in.
type Field struct {
	Name    string
	Value   string
	Choices []string // what it may be; none: anything of Type
	Type    *expression.Type
	JSON    bool // Value is JSON
}

// Shop is the shop. Its methods may be called from several goroutines.
type Shop struct {
	now func() time.Time

	mu      sync.Mutex
	records []*Record // in the order made
}

// New opens a shop. now gives the day on which slots are free and orders due.
func New(now func() time.Time) *Shop {
	s := &Shop{now: now}
	s.stock()
	return s
}

// List gives all records, by kind in the order in which the shop was stocked.
func (s *Shop) List() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	var kinds []string
	for _, r := range s.records {
		if !slices.Contains(kinds, r.Kind) {
			kinds = append(kinds, r.Kind)
		}
	}
	list := make([]Record, len(s.records))
	for i, r := range s.records {
		list[i] = *r
		list[i].Fields = slices.Clone(r.Fields)
	}
	slices.SortStableFunc(list, func(a, b Record) int {
		return cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind))
	})
	return list
}

// Set changes fields of a record, all or none. The error says which value is not what its field takes.
func (s *Shop) Set(kind, id string, fields map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.find(kind, id)
	if r == nil {
		return fmt.Errorf("the %s %s: %w", kind, id, ErrNoRecord)
	}
	changed := slices.Clone(r.Fields)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		i := slices.IndexFunc(changed, func(f Field) bool { return f.Name == name })
		if i < 0 {
			return fmt.Errorf("%s of the %s %s: %w", name, kind, id, ErrNoRecord)
		}
		changed[i].Value = strings.TrimSpace(fields[name])
		if _, err := changed[i].typed(); err != nil {
			return fmt.Errorf("%s of the %s %s: %w", name, kind, id, err)
		}
	}
	r.Fields = changed
	return nil
}

// typed is a field's value, of its type.
func (f *Field) typed() (any, error) {
	if len(f.Choices) > 0 && !slices.Contains(f.Choices, f.Value) {
		hint := "it is one of " + strings.Join(f.Choices, ", ")
		if meant := diagnostic.Suggest(f.Value, f.Choices); meant != "" {
			hint = fmt.Sprintf("did you mean %s?", meant)
		}
		return nil, fmt.Errorf("there is no %q; %s", f.Value, hint)
	}
	if f.JSON {
		return parseJSON(f.Value, f.Type)
	}
	return parse(f.Value, f.Type)
}

func (s *Shop) find(kind, id string) *Record {
	for _, r := range s.records {
		if r.Kind == kind && strings.EqualFold(r.ID, id) {
			return r
		}
	}
	return nil
}

// maxRecords bounds what is kept of whatever customers ask for.
const maxRecords = 5000

// get finds a record, or makes one.
func (s *Shop) get(kind, id string, fields func() []Field) *Record {
	if r := s.find(kind, id); r != nil {
		return r
	}
	r := &Record{Kind: kind, ID: id, Fields: fields()}
	if len(s.records) < maxRecords {
		s.records = append(s.records, r)
	}
	return r
}

// Answer implements service.Sandbox.
func (s *Shop) Answer(op *graph.Operation, args map[string]any) (map[string]any, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	service, _, _ := strings.Cut(op.Name, ".")
	state := s.get("service", service, func() []Field { return []Field{choice("answers", works, works, refuses)} })
	if state.text("answers") == refuses {
		return nil, http.StatusServiceUnavailable
	}
	if answer := known[op.Name]; answer != nil {
		value, status := answer(s, args)
		if status != 0 || fits(value, op.Returns) {
			return value, status
		}
	}
	return s.madeUp(op), 0
}

const (
	works   = "as it should"
	refuses = "with 503 Service Unavailable"
)

// fits tells whether an answer has the type that an operation declares; one of the same name may be another.
func fits(value map[string]any, t *expression.Type) bool {
	if t == nil || len(t.Fields) == 0 {
		return true
	}
	_, err := expression.Convert(value, t)
	return err == nil
}
