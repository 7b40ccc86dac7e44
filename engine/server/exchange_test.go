package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"journey/engine/server"
)

var update = flag.Bool("update", false, "write what is answered into testdata/*.http")

// TestExchanges asks what stands in testdata/*.http, and compares the answers. A block is a request and its answer:
//
//	> POST /v1/events as shop          who asks, by token; "in session" asks with the cookie of the last login
//	> Content-Type: application/json   headers
//	{…}                                the body
//	< 202                              the answer: its status, the headers that matter, and its body
//	{…}
//
// Between blocks, "# …" says what happens, "* wait 13h" lets time pass, "* down" and "* up" switch the provider, "* fail 10" is so many logins
// with a wrong token. A file whose name
// begins with open- is of a server without tokens. In requests, {name} stands for what a block before remembered:
// "* remember conversation /conversations/0/id".
func TestExchanges(t *testing.T) {
	files, err := filepath.Glob("testdata/*.http")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no exchanges: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".http")
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var open func(o *server.Options)
			if strings.HasPrefix(name, "open-") {
				open = func(o *server.Options) { o.Tokens = nil }
			}
			run(t, open, func(t *testing.T, w *world) {
				got := play(t, w, string(source))
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				} else if got != string(source) {
					t.Errorf("%s: it is answered otherwise; see the difference with -update:\n%s", file, firstDifference(string(source), got))
				}
			})
		})
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, w[i], strings.Join(g[i:min(i+12, len(g))], "\n     "))
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(g), len(w))
}

// player asks one block after the other.
type player struct {
	w          *world
	remembered map[string]string
	cookie     string
	last       []byte // body
	count      int
}

func play(t *testing.T, w *world, source string) string {
	p := &player{w: w, remembered: map[string]string{}}
	var out strings.Builder
	lines := strings.Split(strings.TrimRight(source, "\n"), "\n")
	for i := 0; i < len(lines); {
		line := lines[i]
		i++
		switch {
		case strings.HasPrefix(line, "> "):
			var headers, body []string
			for ; i < len(lines) && strings.HasPrefix(lines[i], "> "); i++ {
				headers = append(headers, lines[i][2:])
			}
			for ; i < len(lines) && !strings.HasPrefix(lines[i], "< ") && lines[i] != ""; i++ {
				body = append(body, lines[i])
			}
			for ; i < len(lines) && lines[i] != ""; i++ {
			}
			out.WriteString(line + "\n" + each("> ", headers) + each("", body))
			out.WriteString(p.ask(t, line[2:], headers, strings.Join(body, "\n")))
		case strings.HasPrefix(line, "* "):
			out.WriteString(line + "\n")
			p.do(t, strings.Fields(line[2:]))
		default:
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}

func each(prefix string, lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(prefix + l + "\n")
	}
	return b.String()
}

func (p *player) do(t *testing.T, words []string) {
	switch words[0] {
	case "wait":
		d, err := time.ParseDuration(words[1])
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(d)
		synctest.Wait()
	case "down", "up":
		p.w.mu.Lock()
		p.w.down = words[0] == "down"
		p.w.mu.Unlock()
	case "fail":
		n, err := strconv.Atoi(words[1])
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			p.ask(t, "POST /login", []string{"Content-Type: application/x-www-form-urlencoded"}, fmt.Sprint("token=wrong", i))
		}
	case "ready":
		p.w.Ready(strings.Join(words[1:], " "))
	case "remember":
		p.remembered[words[1]] = p.at(t, words[2])
	default:
		t.Fatalf("what is %q?", words[0])
	}
}

// at reads the last answer at a JSON pointer.
func (p *player) at(t *testing.T, pointer string) string {
	var v any
	if err := json.Unmarshal(p.last, &v); err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		switch node := v.(type) {
		case map[string]any:
			v = node[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(node) {
				t.Fatalf("there is no %s", pointer)
			}
			v = node[i]
		}
	}
	s, ok := v.(string)
	if !ok {
		t.Fatalf("%s is no text in %s", pointer, p.last)
	}
	return s
}

func (p *player) fill(text string) string {
	for name, value := range p.remembered {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

func (p *player) ask(t *testing.T, line string, headers []string, body string) string {
	words := strings.Fields(line)
	if len(words) < 2 {
		t.Fatalf("%q is no request", line)
	}
	r := httptest.NewRequest(words[0], p.fill(words[1]), strings.NewReader(p.fill(body)))
	if body == "" {
		r.Body = http.NoBody
	}
	r.Host, r.RemoteAddr = "localhost:8080", "127.0.0.1:50000"
	p.count++
	r.Header.Set("X-Request-Id", fmt.Sprint("r", p.count))
	switch rest := strings.Join(words[2:], " "); {
	case strings.HasPrefix(rest, "as "):
		r.Header.Set("Authorization", "Bearer "+rest[3:])
	case rest == "in session":
		r.Header.Set("Cookie", p.cookie)
	case rest != "":
		t.Fatalf("%q is no request", line)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		switch name {
		case "Host":
			r.Host = value
		case "From":
			r.RemoteAddr = value
		default:
			r.Header.Add(name, p.fill(value))
		}
	}
	answer := p.w.ask(r)
	var err error
	if p.last, err = io.ReadAll(answer.Body); err != nil {
		t.Fatal(err)
	}
	p.w.described.check(t, r, answer.StatusCode, p.w.lastRoute(), answer.Header.Get("Content-Type"), p.last)
	return p.told(answer)
}

// shownHeaders are those of an answer that a block tells.
var shownHeaders = []string{"Location", "Retry-After", "Allow", "WWW-Authenticate", "ETag", "Idempotency-Replayed", "Content-Disposition"}

// told is an answer as a block has it.
func (p *player) told(r *http.Response) string {
	var out strings.Builder
	fmt.Fprintf(&out, "< %d\n", r.StatusCode)
	for _, name := range shownHeaders {
		if v := r.Header.Get(name); v != "" {
			fmt.Fprintf(&out, "< %s: %s\n", name, v)
		}
	}
	for _, c := range r.Cookies() {
		p.cookie = c.Name + "=" + c.Value
		fmt.Fprintf(&out, "< Set-Cookie: %s secure=%v httponly=%v samesite=%v maxage=%d\n", c.Name, c.Secure, c.HttpOnly, c.SameSite == http.SameSiteLaxMode, c.MaxAge)
	}
	if kind := r.Header.Get("Content-Type"); kind != "application/json" && kind != "application/problem+json" && kind != "" {
		fmt.Fprintf(&out, "< Content-Type: %s\n", kind)
	}
	out.WriteString(readable(r.Header.Get("Content-Type"), p.last))
	return out.String()
}

var (
	told = regexp.MustCompile(`(?s)<(h1|p class="problem"|p class="text"|button|label|textarea|input)[^>]*>([^<]*)`)
	gaps = regexp.MustCompile(`\s+`)
	hash = regexp.MustCompile(`[0-9a-f]{64}`)
)

// readable is a body as people read it: JSON indented, of a page what it says.
func readable(kind string, body []byte) string {
	switch {
	case strings.Contains(kind, "json"):
		var b bytes.Buffer
		if json.Indent(&b, hash.ReplaceAll(body, []byte("(hash)")), "", "  ") == nil {
			return strings.TrimRight(b.String(), "\n") + "\n"
		}
	case strings.HasPrefix(kind, "text/html"):
		var b strings.Builder
		for _, m := range told.FindAllStringSubmatch(string(body), -1) {
			tag, _, _ := strings.Cut(m[1], " ")
			b.WriteString(strings.TrimSpace("<"+tag+"> "+gaps.ReplaceAllString(m[2], " ")) + "\n")
		}
		return b.String()
	}
	if len(body) == 0 {
		return ""
	}
	return strings.TrimRight(string(body), "\n") + "\n"
}
