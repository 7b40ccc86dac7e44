package server

import "net/http"

// Patterns are those of all routes.
func Patterns(s *Server) (list []string) {
	for i := range s.routes {
		list = append(list, s.routes[i].pattern)
	}
	return list
}

// Read reads events as POST /v1/events does, and gives their ids and what is wrong with each.
func Read(h http.Header, mediaType string, body []byte) (ids []string, wrongs [][]Detail, err error) {
	events, _, err := readEvents(h, mediaType, body)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range events {
		ids, wrongs = append(ids, e.id), append(wrongs, e.wrongs)
	}
	return ids, wrongs, nil
}

// LookingAhead tells whether a link was opened by no person.
var LookingAhead = lookingAhead

// ScanAtMost lets one search look at that many conversations.
func ScanAtMost(n int) (before int) {
	before, mostScanned = mostScanned, n
	return before
}
