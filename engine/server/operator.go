package server

import (
	"net/http"
)

func (s *Server) operatorRoutes() []route {
	const path = "/v1/dead-letters"
	list := []route{
		{pattern: "GET " + path, roles: readers, summary: "What could not be delivered", handle: s.listDeadLetters, gives: DeadLetterList{}, query: pageParameters},
		{pattern: "POST " + path + "/{id}/retry", roles: []Role{Agent}, summary: "Send a dead letter once more", gives: Settled{}, once: true,
			handle: s.settle("retried", s.o.Loop.Retry)},
		{pattern: "POST " + path + "/{id}/discard", roles: []Role{Agent}, summary: "Give a dead letter up", gives: Settled{}, once: true,
			handle: s.settle("discarded", s.o.Loop.Discard)},
		{pattern: "GET /v1/audit", roles: []Role{Approver}, summary: "Who did what", handle: s.audit, gives: ActList{}, query: pageParameters},
	}
	if s.o.Backup != nil {
		list = append(list, route{pattern: "GET /v1/data/backup", roles: []Role{}, summary: "A copy of the data file, while it is in use", handle: s.backup,
			produces: "application/octet-stream", does: "The keys that it is sealed with are in a file of their own, and not in it."})
	}
	return list
}

func (s *Server) backup(w http.ResponseWriter, r *http.Request) error {
	if err := s.record(r, s.act(r, "data.backed_up")); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="journey-`+s.o.Clock.Now().UTC().Format("20060102T150405Z")+`.db"`)
	if err := s.o.Backup.Backup(r.Context(), w); err != nil {
		s.log.Error("a backup broke off", "request", requestOf(r).id, "error", err)
		panic(http.ErrAbortHandler) // the only way left to tell the caller that it isn't whole
	}
	return nil
}
