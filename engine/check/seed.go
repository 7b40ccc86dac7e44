package check

import (
	"slices"
	"strings"

	"journey/engine/flow"
)

// handover is what a journey that runs this one passes.
type handover struct {
	set     map[string]bool
	contact map[string]bool // its fields that are known to be set
}

// handedOver gives the events that may have started the conversation, and what each of those that run it hands over.
func (j *journey) handedOver() (triggers []string, handed []handover) {
	add := func(t string) {
		if !slices.Contains(triggers, t) {
			triggers = append(triggers, t)
		}
	}
	for i := range j.Entries {
		add(j.Entries[i].Event)
	}
	for _, r := range j.runners {
		if r == j || r.flow == nil {
			continue
		}
		for i := range r.States {
			run := r.States[i].Run
			if run == nil || run.Journey != j.ID || r.flow.in[i] == nil {
				continue
			}
			f := r.flow.copy(r.flow.in[i])
			r.flow.assign(f, r.States[i].Set)
			h := handover{map[string]bool{}, map[string]bool{}}
			for k := range run.With {
				if a := &run.With[k]; r.flow.given(f, a) {
					h.set[a.Name] = true
				}
			}
			if r.misspelt(r.States[i].Name, j.ID) {
				for k := range j.Data {
					h.set[j.Data[k].Name] = true
				}
			}
			for path, bit := range r.flow.paths {
				if strings.HasPrefix(path, "contact.") && f.has(bit) {
					h.contact[path] = true
				}
			}
			for k, t := range r.flow.trigger.types {
				if !f.has(r.flow.trigger.base + k) {
					add(t)
				}
			}
			handed = append(handed, h)
		}
	}
	return triggers, handed
}

// seed notes what is known at the start.
func (d *dataflow) seed(triggers []string, handed []handover) {
	if len(triggers) == 0 {
		triggers = []string{unknown}
	}
	base := d.none()
	for i := range d.Data {
		if d.Data[i].Default != nil || d.faultyDatum(d.Data[i].Name) {
			d.set(base, d.Data[i].Name)
		}
	}
	merge := func(into *facts, f facts) {
		if *into == nil {
			*into = f
		} else {
			(*into).meet(f)
		}
	}
	for i := range d.Entries {
		e := &d.Entries[i]
		f := d.copy(base)
		if e.When != nil && e.When.Checked != nil {
			d.assume(f, e.When.Checked.WhenTrue)
		}
		d.writtenFrom(f, e.Event)
		d.trigger.are(f, e.Event)
		d.event.are(f, e.Event)
		merge(&d.seeds, f)
		if isMessage(e.Event) {
			merge(&d.first, d.copy(f))
		}
	}
	for _, h := range handed {
		f := d.copy(base)
		for name := range h.set {
			d.set(f, name)
		}
		for path := range h.contact {
			d.present(f, path)
		}
		d.trigger.are(f, triggers...)
		d.event.are(f, unknown)
		merge(&d.seeds, f)
	}
	if d.seeds == nil {
		d.seeds = base
		d.trigger.are(d.seeds, triggers...)
		d.event.are(d.seeds, unknown)
	}
}

// writtenFrom notes the address that a customer who wrote by SMS or email has.
func (d *dataflow) writtenFrom(f facts, event string) {
	switch event {
	case "sms.message":
		d.present(f, "contact.phone")
	case "email.message":
		d.present(f, "contact.email")
	}
}

// misspelt says that a state's `run` names a journey only nearly, so that what it hands over may be meant for another.
func (j *journey) misspelt(state, runs string) bool {
	if j.unit.Source == nil {
		return false
	}
	return slices.ContainsFunc(j.unit.Source.States, func(s *flow.State) bool {
		return s.Name.Value == state && s.Run != nil && s.Run.Journey != nil && s.Run.Journey.Value != runs
	})
}

func (j *journey) faultyDatum(name string) bool {
	if j.unit.Source == nil {
		return false
	}
	for _, d := range j.unit.Source.Data {
		if d.Name != nil && d.Name.Value == name {
			return d.Type != nil && d.Type.Faulty
		}
	}
	return false
}
