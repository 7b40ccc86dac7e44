package simulate

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"journey/engine/flow"
	"journey/engine/machine"
	"journey/engine/runtime"
)

// stub is what a service answers: one answer, or a list used call by call, the last for good.
type stub struct {
	answers []*flow.Value
	calls   int
}

func newStub(v *flow.Value) *stub {
	if v.IsList {
		return &stub{answers: v.List}
	}
	return &stub{answers: []*flow.Value{v}}
}

func (s *stub) next() *flow.Value {
	i := min(s.calls, len(s.answers)-1)
	s.calls++
	if i < 0 {
		return nil
	}
	return s.answers[i]
}

// Call answers from the scenario's stubs; what a stub says is left after all retries.
func (x *world) Call(_ context.Context, r *machine.Request) machine.CallDone {
	s := x.stubs[r.Operation]
	if s == nil {
		x.missing = append(x.missing, r.Operation)
		return machine.CallDone{Failed: true, Reason: "no stub"}
	}
	for _, p := range s.next().Map {
		switch p.Key.Value {
		case "return":
			return x.returned(r.Operation, p.Value)
		case "fail":
			status, _ := strconv.Atoi(text(p.Value))
			return machine.CallDone{Failed: true, Status: status, Reason: "HTTP " + text(p.Value)}
		case "timeout":
			return machine.CallDone{Failed: true, Timeout: true, Reason: "timeout"}
		}
	}
	return machine.CallDone{Value: map[string]any{}}
}

func (x *world) returned(operation string, v *flow.Value) machine.CallDone {
	op := x.operation(operation)
	value := v.Plain()
	if op != nil && op.Returns != nil && len(op.Returns.Fields) > 0 {
		typed, err := typed(v, op.Returns)
		if err != nil {
			return machine.CallDone{Failed: true, Reason: fmt.Sprintf("the answer doesn't fit: %v", err)}
		}
		value = typed
	}
	m, _ := value.(map[string]any)
	return machine.CallDone{Value: m}
}

// Send takes a message for the provider or the chat, unless the provider is down.
func (x *world) Send(_ context.Context, d *machine.Deliver) runtime.Answer {
	if x.down[string(d.Channel)] {
		return runtime.Answer{Receipt: runtime.Unavailable, Reason: "no provider took it"}
	}
	x.took(d)
	return runtime.Answer{}
}

// Careful implements runtime.Carrier: nothing is lost on the way here.
func (x *world) Careful(*machine.Deliver) bool { return false }

// Ask implements runtime.Carrier.
func (x *world) Ask(context.Context, *machine.Deliver, time.Time) runtime.Answer {
	return runtime.Answer{Receipt: runtime.Unavailable}
}
