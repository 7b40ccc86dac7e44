package check

import "journey/engine/graph"

// eachExpr calls do for every guard and every assigned value of a journey: what facts are learnt from.
func (j *journey) eachExpr(do func(*graph.Expr)) {
	visit := func(e *graph.Expr) {
		if e != nil {
			do(e)
		}
	}
	for i := range j.Entries {
		visit(j.Entries[i].When)
	}
	for i := range j.Escalations {
		visit(j.Escalations[i].When)
	}
	j.EachRule(func(r *graph.Rule, _ graph.StateIndex) { visit(r.When) })
}
