package config

import (
	"bytes"
	"slices"
	"strings"

	"journey/engine/diagnostic"
)

// Mask gives a configuration's text as it may be shown beside its findings: what is, or may be, a secret that was written out is
// covered, and everything else stays where it is.
func Mask(source []byte, findings []diagnostic.Finding) []byte {
	text := string(bytes.TrimPrefix(source, []byte("\uFEFF")))
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	for _, f := range findings {
		if f.Code == CodeSecretShown || f.Code == CodeBadHash {
			cover(lines, f.Span)
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// cover hides a span. One that has no end, as of a text in a block, goes on over the lines below that are indented further.
func cover(lines []string, s diagnostic.Span) {
	first := s.Start.Line - 1
	if first < 0 || first >= len(lines) {
		return
	}
	last := s.End.Line - 1
	if last < first {
		for last = first; last+1 < len(lines) && indent(lines[last+1]) > indent(lines[first]); last++ {
		}
	}
	for n := first; n <= last && n < len(lines); n++ {
		line := []rune(lines[n])
		from, until := indent(lines[n]), len(line)
		if n == first {
			from = s.Start.Column - 1
		}
		if n == s.End.Line-1 {
			until = min(until, s.End.Column-1)
		}
		if from < until {
			lines[n] = string(slices.Concat(line[:from], []rune(strings.Repeat("•", until-from)), line[until:]))
		}
	}
}

// indent is how far a line is indented; an empty one as far as any.
func indent(line string) int {
	if strings.TrimSpace(line) == "" {
		return len(line) + 1000
	}
	return len(line) - len(strings.TrimLeft(line, " "))
}
