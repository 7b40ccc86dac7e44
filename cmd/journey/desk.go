package main

import (
	"slices"

	"journey/engine/config"
	"journey/engine/desk"
	"journey/engine/runtime"
	"journey/engine/server"
)

// newDesk gives the agents' desk. The engine asks it when agents are there.
func (p *plant) newDesk() *desk.Desk {
	o := desk.Options{Engine: p.engine, Loop: p.loop, Journeys: p.journeys, Clock: runtime.System{}, Waiting: p.store.Waiting, Audit: server.AuditDeed,
		Typing: func(contact string) { p.chat.Typing(contact) }, Log: p.log}
	for i := range p.cfg.Queues {
		o.Queues = append(o.Queues, queueOf(&p.cfg.Queues[i]))
	}
	for _, t := range p.cfg.Tokens {
		if slices.Contains([]server.Role{server.Agent, server.Admin}, server.Role(t.Role)) {
			o.Agents = append(o.Agents, desk.Agent{Name: t.Name, Skills: t.Skills, Queues: t.Queues, Capacity: t.Capacity})
		}
	}
	for _, c := range p.cfg.Canned {
		o.Canned = append(o.Canned, desk.Canned{Name: c.Name, Text: c.Text, Queues: c.Queues})
	}
	d := desk.New(o)
	for _, g := range []struct {
		name, help string
		of         func(q *desk.QueueState) int
	}{
		{"journey_handoffs_waiting", "Conversations that wait for an agent.", func(q *desk.QueueState) int { return q.Waiting }},
		{"journey_handoffs_in_hand", "Conversations that agents have.", func(q *desk.QueueState) int { return q.InHand }},
		{"journey_promises_breaking", "Customers whom an answer was promised that is about to be late.", func(q *desk.QueueState) int { return q.Breaking }},
		{"journey_promises_broken", "Customers who wait for an answer that is late.", func(q *desk.QueueState) int { return q.Broken }},
	} {
		p.metrics.Gauge(g.name, g.help, func() (sum float64) {
			for _, q := range d.Queues() {
				sum += float64(g.of(&q))
			}
			return sum
		})
	}
	return d
}

func queueOf(c *config.Queue) desk.Queue {
	q := desk.Queue{Name: c.Name, Skills: c.Skills, Capacity: c.Capacity, Answer: c.Answer, Alert: c.Alert, Push: c.Push, TakeUp: c.TakeUp, Vanish: c.Vanish, Absent: c.Absent,
		Dispositions: c.Dispositions}
	if len(c.Hours.Times) > 0 {
		q.Hours = &c.Hours
	}
	return q
}
