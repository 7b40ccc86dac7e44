package understand

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// Intent is something that customers may want, with examples of how they say so.
type Intent struct {
	Name     string
	Examples []string
}

// Ranked is an intent with the confidence, 0 to 1, that a message means it.
type Ranked struct {
	Intent     string
	Confidence float64
}

// Understanding is what was made of a message: the intents that it may mean, best first, and its sentiment, -1 (furious) to 1 (delighted).
type Understanding struct {
	Intents   []Ranked
	Sentiment float64
}

// Classifier makes sense of a message. The same text has the same understanding, always.
type Classifier interface {
	Understand(text string) Understanding
}

// Model is the built-in classifier: the nearest examples by weighted words, pairs of words and parts of words, with a confidence that was
// calibrated on CLINC150. It is safe for use by several goroutines.
type Model struct {
	intents []Intent // by name, talk_to_human included
	once    sync.Once
	*index
}

// Train makes a model of the intents. Their order, and that of their examples, doesn't matter. The work is done when the first message comes.
func Train(intents []Intent) *Model {
	merged := map[string][]string{TalkToHuman: slices.Clone(humanExamples)}
	for _, in := range intents {
		merged[in.Name] = append(merged[in.Name], in.Examples...)
	}
	m := &Model{intents: make([]Intent, 0, len(merged))}
	for name, examples := range merged {
		m.intents = append(m.intents, Intent{name, examples})
	}
	slices.SortFunc(m.intents, func(a, b Intent) int { return strings.Compare(a.Name, b.Name) })
	return m
}

// Understand ranks every intent that shares anything with the text.
func (m *Model) Understand(text string) Understanding {
	return Understanding{Intents: m.rank(text), Sentiment: Sentiment(text)}
}

// index holds the features of all examples.
type index struct {
	known    map[uint32]*known
	example  []int     // the intent of each example
	length   []float64 // the norm of each example
	ofIntent []float64 // the norm of each intent's centroid
}

// known is a feature that some example has.
type known struct {
	weight   float64 // how much it tells the intents apart
	postings []posting
	centroid []posting // by intent
}

type posting struct {
	at     int
	weight float64
}

func (m *Model) train() {
	x := &index{known: map[uint32]*known{}, ofIntent: make([]float64, len(m.intents))}
	var buffer []feature
	for i, in := range m.intents {
		slices.Sort(in.Examples)
		for _, text := range slices.Compact(in.Examples) {
			e := len(x.example)
			x.example = append(x.example, i)
			buffer = features(buffer[:0], text)
			for _, f := range buffer {
				k := x.known[f.hash]
				if k == nil {
					k = &known{}
					x.known[f.hash] = k
				}
				k.postings = add(k.postings, e, f.weight)
				k.centroid = add(k.centroid, i, f.weight)
			}
		}
	}
	x.length = make([]float64, len(x.example))
	for _, k := range x.known {
		k.weight = 1 / math.Sqrt(float64(len(k.centroid)))
	}
	m.index = x
	x.measure()
}

// add keeps one posting a place: features of one place come in a row.
func add(list []posting, at int, weight float64) []posting {
	if n := len(list); n > 0 && list[n-1].at == at {
		list[n-1].weight += weight
		return list
	}
	return append(list, posting{at, weight})
}

// measure computes the norms, in the order of hashes: sums of floats depend on their order.
func (x *index) measure() {
	hashes := make([]uint32, 0, len(x.known))
	for h := range x.known {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	for _, h := range hashes {
		k := x.known[h]
		for _, p := range k.postings {
			x.length[p.at] += square(p.weight * k.weight)
		}
		for _, p := range k.centroid {
			x.ofIntent[p.at] += square(p.weight * k.weight)
		}
	}
	for i := range x.length {
		x.length[i] = math.Sqrt(x.length[i])
	}
	for i := range x.ofIntent {
		x.ofIntent[i] = math.Sqrt(x.ofIntent[i])
	}
}

func square(v float64) float64 { return v * v }

// evidence is what speaks for one intent.
type evidence struct {
	nearest  float64 // cosine with the most similar example
	centroid float64 // cosine with all examples together
	covered  float64 // share of the text's weight that any of its examples has
}

func (m *Model) rank(text string) []Ranked {
	m.once.Do(m.train)
	all := m.weigh(text)
	if all == nil {
		return nil
	}
	ranked := make([]Ranked, 0, len(all))
	for i, e := range all {
		if e.nearest == 0 {
			continue
		}
		rival := 0.0
		for j, other := range all {
			if j != i {
				rival = max(rival, other.score())
			}
		}
		ranked = append(ranked, Ranked{m.intents[i].Name, confidence(e, rival)})
	}
	slices.SortStableFunc(ranked, func(a, b Ranked) int {
		switch {
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return ranked
}

// weigh gathers the evidence for each intent; nil where the text says nothing.
func (m *Model) weigh(text string) []evidence {
	var buffer [192]feature
	fs := features(buffer[:0], text)
	total, squares := 0.0, 0.0
	dots := make([]float64, len(m.example)+len(m.intents))
	examples, centroids := dots[:len(m.example)], dots[len(m.example):]
	all := make([]evidence, len(m.intents))
	for _, f := range fs {
		k := m.known[f.hash]
		if k == nil {
			squares += f.weight * f.weight
			total += f.weight
			continue
		}
		w := f.weight * k.weight
		squares += w * w
		total += f.weight
		for _, p := range k.postings {
			examples[p.at] += w * p.weight * k.weight
		}
		for _, p := range k.centroid {
			centroids[p.at] += w * p.weight * k.weight
			all[p.at].covered += f.weight
		}
	}
	if total == 0 {
		return nil
	}
	length := math.Sqrt(squares)
	for e, dot := range examples {
		if dot > 0 {
			i := m.example[e]
			all[i].nearest = max(all[i].nearest, min(1, dot/(length*m.length[e])))
		}
	}
	for i, dot := range centroids {
		if dot > 0 {
			all[i].centroid = min(1, dot/(length*m.ofIntent[i]))
		}
		all[i].covered /= total
	}
	return all
}
