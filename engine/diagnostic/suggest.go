package diagnostic

import "strings"

// Suggest returns the one of known that word was probably meant to be, or "" where none is near.
// Of several that are equally near the first is taken, so pass known in the order in which people meet them.
func Suggest(word string, known []string) string {
	best, bound := "", tolerance(word)
	lower := []rune(strings.ToLower(word))
	for _, candidate := range known {
		if candidate == word {
			continue
		}
		if d := distance(lower, []rune(strings.ToLower(candidate)), bound); d <= bound {
			best, bound = candidate, d-1
		}
	}
	return best
}

// tolerance is how many slips of the keyboard a word of this length may hold and still be recognised.
func tolerance(word string) int {
	switch n := len([]rune(word)); {
	case n <= 1:
		return 0
	case n <= 4:
		return 1
	case n <= 8:
		return 2
	default:
		return 3
	}
}

// distance counts insertions, deletions, replacements and swaps of neighbours; past bound any larger number will do.
func distance(a, b []rune, bound int) int {
	if d := len(a) - len(b); d > bound || -d > bound {
		return bound + 1
	}
	var before []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
