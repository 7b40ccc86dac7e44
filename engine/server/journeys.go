package server

import (
	"context"
	"net/http"
	"slices"
	"time"

	"journey/engine/graph"
	"journey/engine/store"
)

// Version is one version of a journey.
type Version struct {
	Hash    graph.Hash `json:"hash"`
	Created time.Time  `json:"created"`
	Active  bool       `json:"active" doc:"new conversations start on it"`
	Title   string     `json:"title,omitempty"`
	Owner   string     `json:"owner,omitempty"`
	Goal    string     `json:"goal,omitempty" doc:"of its objective: an outcome, or an event"`
	Why     string     `json:"why,omitempty" doc:"of its objective"`
}

// Journey is a journey with the version that is active.
type Journey struct {
	ID     string   `json:"id"`
	Active *Version `json:"active,omitempty" doc:"left out where no new conversations start"`
}

// JourneyList is all journeys.
type JourneyList struct {
	Journeys []Journey `json:"journeys" doc:"by id"`
	Next     string    `json:"next,omitempty" doc:"the cursor of the next page; left out on the last"`
}

// JourneyVersions is a journey with all its versions.
type JourneyVersions struct {
	ID       string    `json:"id"`
	Versions []Version `json:"versions" doc:"the newest first"`
}

func (s *Server) journeyRoutes() []route {
	return []route{
		{pattern: "GET /v1/journeys", roles: anyone, summary: "Journeys", handle: s.listJourneys, gives: JourneyList{}, query: pageParameters},
		{pattern: "GET /v1/journeys/{id}", roles: anyone, summary: "A journey and its versions", handle: s.getJourney, gives: JourneyVersions{}},
	}
}

func (s *Server) listJourneys(w http.ResponseWriter, r *http.Request) error {
	after, limit, err := page(r)
	if err != nil {
		return err
	}
	ids, err := s.o.Store.Journeys(r.Context())
	if err != nil {
		return err
	}
	list := JourneyList{Journeys: []Journey{}}
	ids = ids[min(after, uint64(len(ids))):]
	if len(ids) > limit {
		ids, list.Next = ids[:limit], cursor(after+uint64(limit))
	}
	for _, id := range ids {
		one := Journey{ID: id}
		versions, err := s.versions(r.Context(), id)
		if err != nil {
			return err
		}
		for i := range versions {
			if versions[i].Active {
				one.Active = &versions[i]
			}
		}
		list.Journeys = append(list.Journeys, one)
	}
	return give(w, http.StatusOK, list)
}

func (s *Server) getJourney(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	versions, err := s.versions(r.Context(), id)
	if err != nil {
		return err
	}
	if len(versions) == 0 {
		return notFound("There is no journey `%s`.", id)
	}
	return give(w, http.StatusOK, JourneyVersions{ID: id, Versions: versions})
}

// versions are those of a journey, the newest first.
func (s *Server) versions(ctx context.Context, journey string) ([]Version, error) {
	infos, err := s.o.Store.Versions(ctx, journey)
	if err != nil {
		return nil, err
	}
	list := make([]Version, len(infos))
	for i := range infos {
		list[len(infos)-1-i] = s.version(&infos[i])
	}
	return list, nil
}

func (s *Server) version(info *store.Info) Version {
	live := func(g *graph.Journey) bool { return g.Hash == info.Hash } // the store also has as active what is in no file any more
	v := Version{Hash: info.Hash, Created: info.Created, Active: slices.ContainsFunc(s.o.Journeys.Live(), live)}
	if g := s.o.Journeys.Graph(info.Hash); g != nil {
		v.Title, v.Owner, v.Goal, v.Why = g.Title, g.Owner, g.Objective.Goal, g.Objective.Why
	}
	return v
}
