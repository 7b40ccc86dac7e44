package compile

import (
	"journey/engine/expression"
	"journey/engine/flow"
)

// signature is what a journey shows to those that run it.
type signature struct {
	outcomes []string                 // of its ends and exits, sorted
	gives    map[string][]*flow.Value // the data of its ends, as each end that names it gives it
	runs     []*flow.Scalar           // the journeys that its states run

	// Known once the journey is declared.
	data  map[string]*expression.Type
	scope *expression.Scope // what its ends see
}

// outline gives what can be told of a journey without compiling it.
func outline(j *flow.Journey) *signature {
	sig := &signature{gives: map[string][]*flow.Value{}}
	outcomes := map[string]bool{}
	for _, e := range j.Exit {
		outcomes[exitOutcome(e)] = true
	}
	for _, s := range j.States {
		if s.End != nil && s.End.Outcome != nil {
			outcomes[s.End.Outcome.Value] = true
			for _, a := range s.End.Data {
				sig.gives[a.Name.Value] = append(sig.gives[a.Name.Value], a.Value)
			}
		}
		if s.Run != nil && s.Run.Journey != nil {
			sig.runs = append(sig.runs, s.Run.Journey)
		}
	}
	sig.outcomes = sortedKeys(outcomes)
	return sig
}

// result is the object that an end gives; which of its fields are there depends on the end.
func (s *signature) result() *expression.Type {
	if len(s.gives) == 0 {
		return openObject
	}
	var fields []expression.Field
	for name := range s.gives {
		fields = append(fields, required(name, expression.AnyType))
	}
	return objectOf(fields...)
}

// mayGive tells whether some end gives a name a value that can be kept as a type.
func (s *signature) mayGive(name string, want *expression.Type) bool {
	for _, v := range s.gives[name] {
		if v == nil || s.fits(v, want) {
			return true
		}
	}
	return false
}

// fits tells whether a value can be kept as a type; one that is wrong in itself is its own journey's mistake.
func (s *signature) fits(v *flow.Value, want *expression.Type) bool {
	if v.Scalar == nil || !isExpression(v.Scalar) {
		_, err := expression.Convert(v.Plain(), want)
		return err == nil
	}
	as := expression.CheckAs(v.Scalar.Value, s.scope, want)
	return len(as.Problems) == 0 || len(as.Problems) == len(expression.Check(v.Scalar.Value, s.scope).Problems)
}
