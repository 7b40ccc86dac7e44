package understand

import "math"

// The weights follow a logistic regression of whether the best intent was the right one, and were then set by hand towards fewer false alarms. It was
// fitted on bundles of 4 to 10 intents with 4 to 10 examples each, drawn from CLINC150 (train_small, val, oos_train, oos_val); messages of no intent of the
// bundle were a quarter of them. Bundles of Banking77 (train) were looked at besides.
const (
	bias            = -3.7
	weightNearest   = 2
	weightCentroid  = 6
	weightCovered   = 3
	weightMargin    = 2.5
	nearestInScore  = 0.5
	centroidInScore = 0.3
	coveredInScore  = 0.2
)

// score orders intents.
func (e evidence) score() float64 {
	return nearestInScore*e.nearest + centroidInScore*e.centroid + coveredInScore*e.covered
}

// confidence is the chance that an intent with this evidence is meant, where its strongest rival has the given score.
func confidence(e evidence, rival float64) float64 {
	z := bias + weightNearest*e.nearest + weightCentroid*e.centroid + weightCovered*e.covered + weightMargin*(e.score()-rival)
	return 1 / (1 + math.Exp(-z))
}
