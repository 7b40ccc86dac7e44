package desk

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// Filter says which handoffs are wanted. The zero value wants all.
type Filter struct {
	Queue  string
	By     string  // an agent's name: what they have
	For    string  // an agent's name: what their queues and skills are for
	States []State // none: all
	Search string  // words that the contact, the reason, the recommendation, the journey, the agent's name or what was said lately has, each of them
	After  string  // a cursor
	Limit  int     // 0: all
}

// ErrCursor is returned for a cursor that is none.
var ErrCursor = errors.New("it is no cursor of this list")

// List gives handoffs in the order in which they are to be taken up, and the cursor of those that follow, if any do.
func (d *Desk) List(f Filter) (list []Item, next string, err error) {
	var after rank
	if f.After != "" {
		if after, err = decodeCursor(f.After); err != nil {
			return nil, "", err
		}
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	now := d.now()
	list = []Item{}
	last := rank{}
	for _, r := range d.ranked(f, now) {
		if f.After != "" && r.rank.compare(after) <= 0 {
			continue
		}
		if f.Limit > 0 && len(list) == f.Limit {
			return list, last.cursor(), nil
		}
		list, last = append(list, r.item.view(d.queue(r.item.Queue), now)), r.rank
	}
	return list, "", nil
}

type ranked struct {
	rank rank
	item *item
}

// ranked are the items that a filter wants, in order. A lock is held.
func (d *Desk) ranked(f Filter, now time.Time) []ranked {
	words := strings.Fields(strings.ToLower(f.Search))
	var list []ranked
	for _, it := range d.items {
		if d.wants(&f, words, it, now) {
			list = append(list, ranked{it.rank(now), it})
		}
	}
	slices.SortFunc(list, func(a, b ranked) int { return a.rank.compare(b.rank) })
	return list
}

func (d *Desk) wants(f *Filter, words []string, it *item, now time.Time) bool {
	if f.Queue != "" && it.Queue != f.Queue || f.By != "" && it.By != f.By {
		return false
	}
	if len(f.States) > 0 && !slices.Contains(f.States, it.state(now)) {
		return false
	}
	if a := d.agents[f.For]; a != nil && !a.fits(d.queue(it.Queue), it) {
		return false
	}
	if len(words) == 0 {
		return true
	}
	text := strings.ToLower(strings.Join([]string{it.name, it.phone, it.email, it.contact, it.Reason, it.advice(), it.journey, it.By, it.Queue, strings.Join(it.Skills, " "), it.said}, "\n"))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// Item gives one handoff; an error that wraps ErrGone where there is none.
func (d *Desk) Item(id string) (Item, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	it := d.items[id]
	if it == nil {
		return Item{}, ErrGone
	}
	return it.view(d.queue(it.Queue), d.now()), nil
}

func (r rank) cursor() string {
	b, _ := json.Marshal(r) // a rank is plain data
	return base64.RawURLEncoding.EncodeToString(b)
}

func decodeCursor(s string) (r rank, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil || r.ID == "" {
		return rank{}, ErrCursor
	}
	return r, nil
}
