package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
)

//go:embed plain.html
var plainHTML string

//go:embed plain.css
var plainCSS string

var plainTemplate = template.Must(template.New("plain").Parse(plainHTML))

// plainPolicy allows the page's own style and forms, and no script.
var plainPolicy = func() string {
	sum := sha256.Sum256([]byte(plainCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}()

// plainPage is a page with a text and at most one form.
type plainPage struct {
	Brand   string
	Title   string
	Problem string
	Text    string
	Form    *plainForm
}

type plainForm struct {
	Action string
	Next   string
	Field  *plainField
	Button string
}

type plainField struct {
	Name, Label string
	Hidden      bool // a secret
	Longest     int
}

// turnDown tells a person with a browser on a page what is not there, and a program in a problem document.
func (s *Server) turnDown(w http.ResponseWriter, r *http.Request, status int, kind string, p plainPage) error {
	if !withBrowser(r) {
		return problem(status, kind, "%s. %s", p.Title, p.Text)
	}
	return s.show(w, status, p)
}

// show answers with a page.
func (s *Server) show(w http.ResponseWriter, status int, p plainPage) error {
	p.Brand = s.o.Brand
	var b bytes.Buffer
	err := plainTemplate.Execute(&b, struct {
		plainPage
		Style template.CSS
	}{p, template.CSS(plainCSS)})
	if err != nil {
		return problem(http.StatusInternalServerError, "internal", "The page can't be written: %v.", err)
	}
	h := w.Header()
	h.Set("Content-Security-Policy", plainPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the reader is gone, or has it
	return nil
}
