package check

import (
	"journey/engine/expression"
	"journey/engine/graph"
)

type read = expression.Read

// readsOf gives what an expression reads; nothing where it was reported already.
func readsOf(e *graph.Expr) []read {
	if e == nil || e.Checked == nil || len(e.Checked.Problems) > 0 {
		return nil
	}
	return e.Checked.Reads
}

func textReads(t *graph.Text) []read {
	if t == nil || t.Checked == nil || len(t.Checked.Problems) > 0 {
		return nil
	}
	return t.Checked.Reads
}

// constantOf gives the value of a guard that looks at nothing.
func constantOf(e *graph.Expr) (value, known bool) {
	if e.Checked == nil || e.Checked.Constant == nil {
		return false, false
	}
	return *e.Checked.Constant, true
}
