package inbox_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"journey/engine/desk"
)

// waits has a customer ask for a person, and gives what then waits.
func (w *world) waits(visitor string, says ...string) desk.Item {
	w.T.Helper()
	if says == nil {
		says = []string{"I have a problem"}
	}
	for _, text := range append(says, "I want to talk to a human") {
		w.Chat(visitor, text)
	}
	list, _, err := w.desk.List(desk.Filter{})
	if err != nil {
		w.T.Fatal(err)
	}
	for _, it := range list {
		if it.Contact == visitor {
			return it
		}
	}
	w.T.Fatalf("%s does not wait: %+v", visitor, list)
	return desk.Item{}
}

func as(agent string, form url.Values) url.Values {
	if form == nil {
		form = url.Values{}
	}
	form.Set("agent", agent)
	return form
}

// act does something as an agent, as a script does.
func (w *world) act(agent, act, item string, fields ...string) (int, string) {
	w.T.Helper()
	form := url.Values{"item": {item}, "agent": {agent}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	status, body, _ := w.Post("/inbox/act/"+act, form, "X-Journey-Script", "1")
	return status, strings.TrimSpace(body)
}

func TestTheInboxShowsWhatWaits(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada", "I have a problem", "it <script>alert(1)</script>")
	status, body, header := w.Get("/inbox?agent=Maya&in=" + it.Queue + "&item=" + url.QueryEscape(it.ID))
	if status != http.StatusOK {
		t.Fatal(status, body)
	}
	for _, want := range []string{`data-item="` + it.ID + `" aria-current="true"`, "The customer asked for a person.", "&lt;script&gt;alert(1)&lt;/script&gt;", `role="log"`, "Assistant"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(body, "<script>alert") {
		t.Error("what the customer wrote is in the page as it is")
	}
	if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("the policy is %q", policy)
	}
}

func TestTwoAgentsCannotHaveTheSame(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada")
	if status, body := w.act("Maya", "claim", it.ID); status != http.StatusNoContent {
		t.Fatal(status, body)
	}
	for _, try := range []struct{ act, text string }{{"claim", ""}, {"reply", "hello"}, {"return", ""}, {"resolve", ""}, {"transfer", "to you"}, {"release", ""}} {
		status, body := w.act("Noor", try.act, it.ID, "text", try.text, "queue", "orders", "disposition", "solved")
		if status != http.StatusConflict || body != "Maya has it." {
			t.Errorf("%s by the second: %d %s", try.act, status, body)
		}
	}
	if status, body := w.act("Noor", "note", it.ID, "text", "I know her"); status != http.StatusNoContent {
		t.Error("a note by the second:", status, body)
	}
	_, body, _ := w.Get("/inbox?agent=Noor&item=" + url.QueryEscape(it.ID))
	if !strings.Contains(body, "Maya has it") || !strings.Contains(body, "I know her") {
		t.Error("the second is not shown who has it, or the note is missing")
	}
}

func TestWhatAnInboxRefuses(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada")
	for name, c := range map[string]struct {
		agent, act string
		fields     []string
		status     int
		says       string
	}{
		"nobody's name":        {"", "claim", nil, 422, "Say who you are first"},
		"a name of markup":     {"<b>", "claim", nil, 422, "Say who you are first"},
		"no such act":          {"Maya", "dance", nil, 404, "The inbox knows no such act."},
		"an empty reply":       {"Maya", "reply", []string{"text", "  "}, 422, "Text: there is nothing to send."},
		"a long reply":         {"Maya", "reply", []string{"text", strings.Repeat("a", 9000)}, 422, "The text is longer than 8192 bytes."},
		"no such queue":        {"Maya", "transfer", []string{"queue", "suport", "text", "x"}, 422, "did you mean `support`?"},
		"data of another type": {"Maya", "resolve", []string{"data.stars", "many"}, 422, "Stars: it is a number"},
		"data out of bounds":   {"Maya", "resolve", []string{"data.stars", "9"}, 422, "Stars: it has to be at most 5."},
		"no such data":         {"Maya", "resolve", []string{"data.starz", "5"}, 422, "did you mean `stars`?"},
	} {
		status, body := w.act(c.agent, c.act, it.ID, c.fields...)
		if status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d %s; wanted %d %s", name, status, body, c.status, c.says)
		}
	}
	if status, body := w.act("Maya", "claim", "gone"); status != 404 || body != "It is closed already." {
		t.Error("a handoff that is not there:", status, body)
	}
}

func TestReturnTakesDataAlong(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada")
	if status, body := w.act("Maya", "reply", it.ID, "text", "I have found your order."); status != http.StatusNoContent {
		t.Fatal(status, body)
	}
	if status, body := w.act("Maya", "return", it.ID, "data.order_id", "AB123456", "data.stars", "4"); status != http.StatusNoContent {
		t.Fatal(status, body)
	}
	c, err := w.Engine.Conversation(t.Context(), it.Conversation)
	if err != nil {
		t.Fatal(err)
	}
	if c.Handoff != nil || c.Data["order_id"] != "AB123456" {
		t.Errorf("it is %+v with %v", c.Handoff, c.Data)
	}
}

func TestWithoutAScript(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada")
	status, _, header := w.Post("/inbox/act/claim", as("Maya", url.Values{"item": {it.ID}, "in": {"support"}}))
	if status != http.StatusSeeOther || header.Get("Location") != "/inbox?agent=Maya&in=support&item="+url.QueryEscape(it.ID) {
		t.Error(status, header.Get("Location"))
	}
}

func TestSupervisor(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada")
	w.act("Maya", "claim", it.ID)
	_, body, _ := w.Get("/inbox/supervisor?agent=Sam")
	for _, want := range []string{"Maya", "Support", "answered within 10m", "Promises about to break"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if status, body := w.act("Sam", "take-over", it.ID); status != http.StatusNoContent {
		t.Error(status, body)
	}
	if now, _ := w.desk.Item(it.ID); now.By != "Sam" {
		t.Errorf("%s has it", now.By)
	}
	if status, said := w.act("Noor", "take-over", it.ID); status != http.StatusForbidden {
		t.Error("an agent takes over:", status, said)
	}
}

// TestScriptsMakeNoMarkup holds the scripts to what keeps the words of customers words.
func TestScriptsMakeNoMarkup(t *testing.T) {
	paths, err := filepath.Glob("assets/*.js")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, way := range []string{"innerHTML", "outerHTML =", "insertAdjacentHTML", "createContextualFragment", "document.write", "eval(", "new Function", ".style ="} {
			if bytes.Contains(source, []byte(way)) {
				t.Errorf("%s has %s", path, way)
			}
		}
	}
}

func TestReadingIsOnRecordOnce(t *testing.T) {
	w := newWorld(t)
	it := w.waits("ada")
	for range 3 {
		w.Get("/inbox?agent=Maya&item=" + url.QueryEscape(it.ID))
	}
	w.Get("/inbox?agent=Noor&item=" + url.QueryEscape(it.ID))
	var by []string
	for _, d := range w.deeds {
		by = append(by, d.By.Name+" "+d.Act)
	}
	if want := "Maya transcript.read, Noor transcript.read"; strings.Join(by, ", ") != want {
		t.Errorf("on record is %v, wanted %s", by, want)
	}
}
