package chat

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"time"
)

//go:embed widget.js
var widgetSource []byte

// themeMark is the place of the theme in the script.
var themeMark = []byte("/*theme*/{}")

// Theme is how the widget looks where the page's own data attributes say nothing else.
type Theme struct {
	Accent   string `json:"accent,omitempty"`   // "#0a7" or "#00aa77"; text on it is black or white, whichever reads better
	Position string `json:"position,omitempty"` // right (the default) or left
	Title    string `json:"title,omitempty"`
	Greeting string `json:"greeting,omitempty"` // shown before anything is written
}

// margin is what the script can do without on its way: indentation, empty lines, and comments that have a line of their own.
var margin = regexp.MustCompile(`(?m)^[ \t]*((//.*)?\n[ \t]*)*`)

var color = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)

// check refuses what the widget would not understand.
func (t Theme) check() error {
	switch {
	case t.Accent != "" && !color.MatchString(t.Accent):
		return fmt.Errorf("the chat's accent %q is no color like #0a7 or #00aa77", t.Accent)
	case t.Position != "" && t.Position != "left" && t.Position != "right":
		return fmt.Errorf("the chat's position %q is neither left nor right", t.Position)
	}
	return nil
}

// script is the widget as it is served.
type script struct {
	text []byte
	tag  string
}

func newScript(t Theme) (script, error) {
	if err := t.check(); err != nil {
		return script{}, err
	}
	theme, err := json.Marshal(t)
	if err != nil {
		return script{}, fmt.Errorf("write the chat's theme: %w", err)
	}
	text := bytes.Replace(margin.ReplaceAll(widgetSource, nil), themeMark, theme, 1)
	sum := sha256.Sum256(text)
	return script{text: text, tag: `"` + hex.EncodeToString(sum[:12]) + `"`}, nil
}

func (s script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", s.tag)
	http.ServeContent(w, r, "widget.js", time.Time{}, bytes.NewReader(s.text))
}
