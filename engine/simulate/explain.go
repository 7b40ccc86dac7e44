package simulate

import (
	"journey/engine/explain"
	"journey/engine/graph"
	"journey/engine/machine"
)

// explain puts a step of the reasoning into words, and says which journey's it is.
func (x *world) explain(t *machine.Trace) string {
	where := ""
	var g *graph.Journey
	if c := x.conversation(t.Conversation); c != nil {
		where, g = c.Journey+": ", x.engine.Versions.Graph(c.Version)
	}
	return where + explain.Line(t, g)
}
