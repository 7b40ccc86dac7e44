package pages_test

import (
	"net/http"
	"testing"

	"journey/engine/server/pages"
	"journey/engine/server/worldtest"
)

// world is an engine with the pages over it.
type world struct {
	*worldtest.World
	pages *pages.Pages
}

func newWorld(t testing.TB, sources ...string) *world {
	t.Helper()
	w := &world{World: worldtest.New(t, sources...)}
	w.pages = pages.New(pages.Options{Engine: w.Engine, Starts: &w.Store, History: &w.Store, Loop: w.Loop, Versions: w, Sandbox: w.Sandbox, Shop: w.Shop, Widget: true,
		Now: w.Now, CSRF: func(*http.Request) string { return "form-token" }})
	mux := http.NewServeMux()
	w.pages.Register(mux)
	mux.HandleFunc("/", w.pages.NotFound)
	w.Start(mux, nil)
	t.Cleanup(w.pages.Close)
	return w
}
