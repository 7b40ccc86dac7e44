package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"journey/engine/schedule"
)

//go:embed templates
var templateFiles embed.FS

// contentPolicy allows what is served from here and nothing else, and nothing inline. It ends with who may frame the page.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "

// functions are what templates may call.
var functions = template.FuncMap{
	"asset":   assets.Path,
	"clock":   func(t time.Time) string { return t.UTC().Format("15:04:05") },
	"moment":  func(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04") + " UTC" },
	"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"links":   linkParts,
	"spoken":  spoken,
	"lasts":   schedule.FormatDuration,
	"initial": initial,
}

var templates = template.Must(Base().ParseFS(templateFiles, "templates/*.html"))

// Base begins a set of templates with what all pages share: functions, and the template "icon".
func Base() *template.Template {
	return template.Must(template.New("").Funcs(functions).ParseFS(templateFiles, "templates/icons.html"))
}

// Frame is a page to be: what the layout puts around a body.
type Frame struct {
	Title string
	Here  string        // the path in the navigation that it belongs to
	Body  template.HTML // safe: it came out of html/template

	Style   string   // the path of a style sheet of its own; empty: none
	Scripts []string // paths
	Whole   bool     // the body takes the whole window, and scrolls inside
	Bare    bool     // nothing is put around the body: a script asks for it
}

// layout is what the layout's template sees.
type layout struct {
	Frame
	Brand string
	Links []Link
}

// Page writes a frame with all that the pages share, and the headers that go with it. Others may use it for pages of their own.
func (p *Pages) Page(w http.ResponseWriter, status int, f Frame) {
	if f.Bare {
		guard(w.Header(), nobody)
		w.WriteHeader(status)
		io.WriteString(w, string(f.Body))
		return
	}
	var out bytes.Buffer
	links := []Link{{"Try it", "/"}, {"Conversations", "/conversations"}, {"Journeys", "/journeys"}}
	if p.Inbox {
		links = slices.Insert(links, 1, Link{"Inbox", "/inbox"})
	}
	links = append(links, p.Links...)
	if err := templates.ExecuteTemplate(&out, "layout.html", layout{Frame: f, Brand: p.Brand, Links: links}); err != nil {
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	guard(w.Header(), nobody)
	w.WriteHeader(status)
	w.Write(out.Bytes())
}

// Problem writes a page that says what went wrong.
func (p *Pages) Problem(w http.ResponseWriter, status int, title, detail string) {
	p.show(w, status, "problem.html", Frame{Title: title}, struct{ Title, Detail string }{title, detail})
}

// show writes the page whose body a template makes.
func (p *Pages) show(w http.ResponseWriter, status int, name string, f Frame, view any) {
	body, err := fragment(name, view)
	if err != nil {
		http.Error(w, "This page could not be made.", http.StatusInternalServerError)
		return
	}
	f.Body = body
	p.Page(w, status, f)
}

func fragment(name string, view any) (template.HTML, error) {
	var out bytes.Buffer
	if err := templates.ExecuteTemplate(&out, name, view); err != nil {
		return "", fmt.Errorf("make %s: %w", name, err)
	}
	return template.HTML(out.String()), nil
}

// framers are who may show a page in a frame.
type framers struct{ policy, options string }

var (
	nobody    = framers{"'none'", "DENY"}
	ourselves = framers{"'self'", "SAMEORIGIN"}
)

func guard(h http.Header, f framers) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", contentPolicy+f.policy)
	h.Set("X-Frame-Options", f.options)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// textPart is a piece of a text; one with a URL leads there.
type textPart struct{ Text, URL string }

// linkParts finds the web addresses in a text. The full stop after one is not of it.
func linkParts(text string) (parts []textPart) {
	for text != "" {
		at := linkStart(text)
		if at < 0 {
			return append(parts, textPart{Text: text})
		}
		end := strings.IndexAny(text[at:], " \t\r\n<>\"")
		if end < 0 {
			end = len(text) - at
		}
		url := strings.TrimRight(text[at:at+end], ".,;:!?)'")
		if at > 0 {
			parts = append(parts, textPart{Text: text[:at]})
		}
		parts = append(parts, textPart{Text: url, URL: url})
		text = text[at+len(url):]
	}
	return parts
}

func linkStart(text string) int {
	http, https := strings.Index(text, "http://"), strings.Index(text, "https://")
	if http < 0 || https >= 0 && https < http {
		return https
	}
	return http
}

// spoken makes words of a name: order.delayed is "Order delayed".
func spoken(name string) string {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' || r == '-' }), " ")
	if words == "" {
		return name
	}
	return capital(words)
}

// capital begins a sentence.
func capital(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return strings.ToUpper(text[:size]) + text[size:]
}

// initial is a name's first letter, empty where it begins with none.
func initial(name string) string {
	r, _ := utf8.DecodeRuneInString(name)
	if !unicode.IsLetter(r) {
		return ""
	}
	return strings.ToUpper(string(r))
}
