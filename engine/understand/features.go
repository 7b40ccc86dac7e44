package understand

import (
	"math"
	"strings"
)

// feature is a hashed property of a text: a word, a pair of neighbours, a part of a word.
type feature struct {
	hash   uint32
	weight float64
}

// Weights of the kinds of features, beside a word's own 1.
const (
	pairWeight = 0.5
	partWeight = 0.6 // of all parts of a word together
	commonness = 0.25
)

// features appends those of a text. Words are stemmed and synonyms of everyday service joined.
func features(to []feature, text string) []feature {
	if len(text) > maxReply {
		text = text[:maxReply]
	}
	var buffer [48]token
	previous, previousWeight := "", 0.0
	for _, t := range tokens(buffer[:0], fold(text)) {
		if t.kind == mark {
			continue
		}
		w, weight := t.text, 1.0
		if commonWord(w) {
			weight = commonness
		}
		s := stem(w)
		to = append(to, feature{hash('w', s, ""), weight})
		if previous != "" {
			to = append(to, feature{hash('p', previous, s), pairWeight * (weight + previousWeight) / 2})
		}
		if weight == 1 && t.kind == letters && len(s) >= 4 {
			to = parts(to, s)
		}
		previous, previousWeight = s, weight
	}
	return to
}

// parts appends the trigrams of a word, which near spellings and kindred words share.
func parts(to []feature, w string) []feature {
	n := len(w)
	weight := partWeight / math.Sqrt(float64(n))
	to = append(to, feature{hash('<', w[:2], ""), weight}, feature{hash('>', w[n-2:], ""), weight})
	for i := 0; i+3 <= n; i++ {
		to = append(to, feature{hash('c', w[i:i+3], ""), weight})
	}
	return to
}

// hash is FNV-1a.
func hash(kind byte, a, b string) uint32 {
	h := (uint32(2166136261) ^ uint32(kind)) * 16777619
	for i := 0; i < len(a); i++ {
		h = (h ^ uint32(a[i])) * 16777619
	}
	h = (h ^ ' ') * 16777619
	for i := 0; i < len(b); i++ {
		h = (h ^ uint32(b[i])) * 16777619
	}
	return h
}

// stem joins forms of a word: plurals, -ed, -ing, and synonyms.
func stem(w string) string {
	if s, ok := synonyms[w]; ok {
		return s
	}
	n := len(w)
	switch {
	case n > 5 && strings.HasSuffix(w, "ing"):
		w = undouble(w[:n-3])
	case n > 4 && strings.HasSuffix(w, "ies"):
		w = w[:n-3] + "y"
	case n > 4 && strings.HasSuffix(w, "ed"):
		w = undouble(w[:n-2])
	case n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss"):
		w = w[:n-1]
	}
	if n := len(w); n > 4 && w[n-1] == 'e' {
		w = w[:n-1]
	}
	if s, ok := synonyms[w]; ok {
		return s
	}
	return w
}

func undouble(w string) string {
	if n := len(w); n > 3 && w[n-1] == w[n-2] && w[n-1] != 's' && w[n-1] != 'l' {
		return w[:n-1]
	}
	return w
}
