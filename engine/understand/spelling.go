package understand

import "bytes"

// nearly picks the option that is spelt most like the reply, by label or by value.
func nearly(options []Option, said, core, label, value []byte) (index int, ok bool) {
	best, seconds := 1<<30, 0
	consider := func(i, d int) {
		switch {
		case d < best:
			index, best, seconds = i, d, 0
		case d == best && i != index:
			seconds++
		}
	}
	for i, o := range options {
		l := plainWords(label, o.Label)
		for _, name := range [...][]byte{l, withoutPadding(l), plainWords(value, o.Value)} {
			for _, s := range [...][]byte{said, core} {
				if allowed := tolerance(min(len(s), len(name))); allowed > 0 && !digitsDiffer(s, name) {
					if d := distance(s, name, allowed); d <= allowed {
						consider(i, d)
					}
				}
			}
		}
		if bytes.IndexByte(core, ' ') < 0 && len(core) >= 5 && !commonWord(string(core)) {
			for rest := l; len(rest) > 0; {
				var w []byte
				w, rest, _ = bytes.Cut(rest, space)
				if len(w) >= 5 && distance(core, w, 1) <= 1 {
					consider(i, 1)
				}
			}
		}
	}
	return index, best < 1<<30 && seconds == 0
}

// digitsDiffer tells of two names with other numbers in them, which are never a slip of spelling.
func digitsDiffer(a, b []byte) bool {
	i, j := 0, 0
	for {
		for i < len(a) && !isDigit(a[i]) {
			i++
		}
		for j < len(b) && !isDigit(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i < len(a) || j < len(b)
		}
		if a[i] != b[j] {
			return true
		}
		i, j = i+1, j+1
	}
}

// tolerance is how many slips a name of that many bytes may have.
func tolerance(length int) int {
	switch {
	case length < 4:
		return 0
	case length < 8:
		return 1
	case length < 15:
		return 2
	}
	return 3
}

// distance counts slips: a byte added, left out, changed, or two swapped. Past limit it is limit+1.
func distance(a, b []byte, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit || len(b) > longestChoice {
		return limit + 1
	}
	var rows [3][longestChoice + 1]uint8
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		least := row[0]
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j], least = d, min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		before, above, row = above, row, before
	}
	return int(above[len(b)])
}
