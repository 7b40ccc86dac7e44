package diagnostic

import (
	"cmp"
	"slices"
)

// Sort puts findings in the order of file, line, column and code, and drops those that say the same about the same place.
// It works in place and returns what is left.
func Sort(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Span.File, b.Span.File),
			cmp.Compare(a.Span.Start.Line, b.Span.Start.Line),
			cmp.Compare(a.Span.Start.Column, b.Span.Start.Column),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(findings, func(a, b Finding) bool {
		return a.Span.File == b.Span.File && a.Span.Start == b.Span.Start && a.Code == b.Code && a.Message == b.Message
	})
}
