package server

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"journey/engine/diagnostic"
)

// Sizes of a page of a list.
const (
	usualPage   = 50
	longestPage = 200
)

var pageParameters = []parameter{
	{"cursor", "where to go on: `next` of the page before"},
	{"limit", "how many at the most: 50 where it is left out, and never more than 200"},
}

// page reads where a page begins, and how long it may be.
func page(r *http.Request) (before uint64, limit int, err error) {
	query := r.URL.Query()
	if limit, err = pageLimit(query); err != nil {
		return 0, 0, err
	}
	if text := query.Get("cursor"); text != "" {
		if before, err = readCursor(text); err != nil {
			return 0, 0, invalidParameter("cursor", "it is no cursor of ours; take `next` of the page before")
		}
	}
	return before, limit, nil
}

// pageLimit reads how long a page may be.
func pageLimit(query url.Values) (int, error) {
	text := query.Get("limit")
	if text == "" {
		return usualPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, invalidParameter("limit", "it is a number from 1 to %d", longestPage)
	}
	return min(n, longestPage), nil
}

const cursorMark = "before "

// cursor is a place in a list, for callers to hand back and not to read.
func cursor(before uint64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorMark + strconv.FormatUint(before, 10)))
}

func readCursor(text string) (uint64, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, err
	}
	n, found := strings.CutPrefix(string(b), cursorMark)
	if !found {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseUint(n, 10, 64)
}

// checkQuery refuses parameters that a route doesn't have: a filter that is misspelt would show too much.
func checkQuery(query url.Values, known []parameter) error {
	var names []string
	for _, p := range known {
		names = append(names, p.name)
	}
	for _, name := range sorted(query) {
		if slices.Contains(names, name) {
			continue
		}
		hint := "; there is " + strings.Join(names, ", ")
		if len(names) == 0 {
			hint = "; there is none here"
		}
		if meant := diagnostic.Suggest(name, names); meant != "" {
			hint = "; did you mean `" + meant + "`?"
		}
		return invalidParameter(name, "there is no such parameter%s", hint)
	}
	return nil
}
