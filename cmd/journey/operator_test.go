package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// refused starts a second server, which has to end with 2 and these words.
func refused(t *testing.T, want string, args ...string) {
	t.Helper()
	second := exec.Command(os.Args[0], append([]string{"serve"}, args...)...)
	second.Env = append(os.Environ(), childVariable+"=1", "TWILIO_AUTH_TOKEN="+authToken)
	said, _ := second.CombinedOutput() // how it ended is looked at
	if code := second.ProcessState.ExitCode(); code != exitMisuse || !strings.Contains(string(said), want) {
		t.Errorf("serve %v: exit code %d, want %d; it says %q, want %q", args, code, exitMisuse, said, want)
	}
}

// soon waits until something holds.
func soon(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for begun := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatalf("not after a minute: %s", what)
		}
	}
}

func TestSecondServer(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "")
	c := s.start(t)
	refused(t, "listening on "+s.address+": another process does", "--config", s.config, "--data", filepath.Join(s.folder, "second.db"))
	refused(t, s.data+": another process is using it, such as a running server; stop it first", "--config", s.config, "--listen", "127.0.0.1:0")
	if err := c.stop(); err != nil {
		t.Error(err)
	}
}

// What is logged as JSON is JSON to the last line, says who serves what, and holds neither probes nor what goes well, nor a secret.
func TestLogs(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "log: { format: json }\nretention: 30d\n")
	c := s.start(t, "--watch")
	s.customer(t, 0)
	s.must(t, "POST", "/v1/events", event("1", "order.paid", customer(0), map[string]any{"id": "secret-order"}))
	s.must(t, "GET", "/metrics", nil)
	if status, _, err := s.call("GET", "/v1/contacts/nobody-secret", nil); status != http.StatusNotFound || err != nil {
		t.Errorf("%d %v", status, err)
	}
	writeFile(t, filepath.Join(s.folder, "flows", "orders.yaml"), strings.Replace(orders, "title:", "titel:", 1))
	soon(t, "the slip is logged", func() bool { return strings.Contains(c.said.String(), "are not published") })
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	log := c.said.String()
	for line := range strings.Lines(log) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Time == "" || entry.Level == "" || entry.Msg == "" {
			t.Errorf("no line of a log in JSON: %q: %v", line, err)
		}
	}
	for _, want := range []string{`"msg":"retention is configured, and this version does nothing with it"`, `"msg":"serving","journeys":1`, `"route":"/v1/contacts/{id}","status":404`, `"code":"unknown-key"`, `"line":3`,
		"`title`", `"msg":"stopping`, `"msg":"stopped"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s:\n%s", want, log)
		}
	}
	for _, not := range []string{"/readyz", "/metrics", "/v1/events", "secret-", authToken, token, phone(0)} {
		if strings.Contains(log, not) {
			t.Errorf("the log holds %s:\n%s", not, log)
		}
	}
}

// SIGTERM under load, with pages open that would listen for ever: the server ends within its grace, and all that it acknowledged is done
// once it serves again.
func TestStoppedUnderLoad(t *testing.T) {
	t.Parallel()
	outside := newCarrier(t)
	s := newSite(t, outside, map[string]string{"orders.yaml": orders}, "shutdown_grace: 5s\n")
	c := s.start(t)
	for i := range customers {
		s.customer(t, i)
	}
	load := newLoad(s)
	for range 3 {
		for range 5 {
			s.listen(t)
		}
		time.Sleep(500 * time.Millisecond)
		begun := time.Now()
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			t.Errorf("the server did not stop as it should: %v\n%s", err, c.said)
		}
		if took := time.Since(begun); took > 12*time.Second {
			t.Errorf("it took %v to stop:\n%s", took, c.said)
		}
		if strings.Contains(c.said.String(), "cut off") {
			t.Errorf("requests were cut off:\n%s", c.said)
		}
		s.check(t)
		c = s.start(t)
	}
	load.finish(t)
	want := int(load.orders.Load()) * (2 + stepsEach)
	soon(t, "all texts are sent", func() bool { return len(outside.all()) >= want })
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	judge(t, load.orders.Load(), outside.all())
}

// A server that is stopped says that it is not ready while it goes on to take requests, for as long as its configuration says.
func TestStoppedBehindALoadBalancer(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "drain: 2s\nshutdown_grace: 5s\n")
	c := s.start(t)
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	soon(t, "it is not ready", func() bool {
		status, answer, err := s.call("GET", "/readyz", nil)
		return err == nil && status == http.StatusServiceUnavailable && strings.Contains(string(answer), "it is stopping")
	})
	s.customer(t, 1)
	soon(t, "it takes no more", func() bool { _, _, err := s.call("GET", "/readyz", nil); return err != nil })
	if took := time.Since(begun); took < 2*time.Second || took > 10*time.Second {
		t.Errorf("it took requests for %v", took)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("the server did not stop as it should: %v\n%s", err, c.said)
	}
	s.check(t)
}

// Behind a proxy each client has limits of its own, and the proxy none.
func TestLimitedBehindAProxy(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "trusted_proxies: [127.0.0.1]\nlimits: { links_per_minute: 2, visitors_per_minute: 2 }\n")
	s.start(t)
	for _, c := range []struct {
		method, path string
		taken        int
	}{
		{"GET", "/l/nothing", http.StatusNotFound},
		{"POST", "/v1/chat/sessions", http.StatusOK},
	} {
		for client, want := range map[string][]int{
			"203.0.113.1": {c.taken, c.taken, http.StatusTooManyRequests},
			"203.0.113.2": {c.taken, c.taken, http.StatusTooManyRequests},
			"":            {c.taken, c.taken, c.taken},
		} {
			for i, want := range want {
				r, err := http.NewRequest(c.method, "http://"+s.address+c.path, nil)
				if err != nil {
					t.Fatal(err)
				}
				if client != "" {
					r.Header.Set("X-Forwarded-For", "198.51.100."+strconv.Itoa(i)+", "+client)
				}
				answer, err := s.client.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				answer.Body.Close()
				if answer.StatusCode != want || (want == http.StatusTooManyRequests) != (answer.Header.Get("Retry-After") != "") {
					t.Errorf("%s %s, request %d for %q: %d, want %d; Retry-After %q", c.method, c.path, i+1, client, answer.StatusCode, want, answer.Header.Get("Retry-After"))
				}
			}
		}
	}
}

// A second signal ends a server that waits for somebody.
func TestStoppedTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "shutdown_grace: 1m\n")
	c := s.start(t)
	slow, err := net.Dial("tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if _, err := fmt.Fprintf(slow, "POST /v1/events HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", s.address, token); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // the request is under way, which nothing tells from outside
	ended := make(chan error, 1)
	for _, said := range []string{"stopping", ""} {
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		soon(t, said, func() bool { return strings.Contains(c.said.String(), said) })
	}
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "terminated") {
			t.Errorf("it ended with %v, want terminated", err)
		}
	case <-time.After(20 * time.Second):
		t.Errorf("it has not ended:\n%s", c.said)
	}
	s.check(t)
}

// listen opens a visitor's stream, and leaves it open.
func (s *site) listen(t *testing.T) {
	t.Helper()
	var session struct{ Token string }
	if err := json.Unmarshal(s.must(t, "POST", "/v1/chat/sessions", map[string]any{}), &session); err != nil {
		t.Fatal(err)
	}
	stream, err := (&http.Client{}).Get("http://" + s.address + "/v1/chat/stream?token=" + session.Token)
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatal(err, stream)
	}
	t.Cleanup(func() { stream.Body.Close() })
}

// The folder of journeys is watched: what is wrong changes nothing, what is right is live, and what is gone is gone.
func TestWatch(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "")
	c := s.start(t, "--watch")
	flows := filepath.Join(s.folder, "flows")
	live := func() string {
		var list struct {
			Journeys []struct {
				ID     string
				Active *struct{ Title string }
			}
		}
		if err := json.Unmarshal(s.must(t, "GET", "/v1/journeys", nil), &list); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, j := range list.Journeys {
			if j.Active != nil {
				names = append(names, j.ID+" "+j.Active.Title)
			}
		}
		return strings.Join(names, ", ")
	}
	titled := func(title string) string { return strings.Replace(orders, "title: Your order", "title: "+title, 1) }
	is := func(want string) {
		t.Helper()
		soon(t, want, func() bool { return live() == want })
	}
	is("orders Your order")
	replaceFile(t, filepath.Join(flows, "orders.yaml"), titled("Your first order"))
	is("orders Your first order")

	published := func() int { return strings.Count(c.said.String(), "are published as their files are now") }
	before := published()
	writeFile(t, filepath.Join(flows, ".orders.yaml.swp"), "not: [a journey")
	writeFile(t, filepath.Join(flows, "orders.yaml~"), "not: [a journey")
	writeFile(t, filepath.Join(flows, "orders.yaml"), titled("[no title"))
	soon(t, "the slip is told", func() bool { return strings.Contains(c.said.String(), "are not published; those that were live go on") })
	is("orders Your first order")
	if n := published(); n != before {
		t.Errorf("an editor's own files were published, or a slip was:\n%s", c.said)
	}

	if err := os.Rename(flows, flows+".old"); err != nil {
		t.Fatal(err)
	}
	soon(t, "the missing folder is told", func() bool { return strings.Contains(c.said.String(), flows+": there is no such file or folder") })
	is("orders Your first order")
	if err := os.Rename(flows+".old", flows); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(flows, "orders.yaml"), titled("Your second order"))
	writeFile(t, filepath.Join(flows, "parcels.yaml"), strings.Replace(orders, "journey: orders", "journey: parcels", 1))
	is("orders Your second order, parcels Your order")
	if err := os.Remove(filepath.Join(flows, "orders.yaml")); err != nil {
		t.Fatal(err)
	}
	is("parcels Your order")
	if err := c.stop(); err != nil {
		t.Error(err)
	}
}

// replaceFile writes a file as many editors do: beside it, and then in its place.
func replaceFile(t *testing.T, path, text string) {
	t.Helper()
	writeFile(t, path+".new", text)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// A backup is made while events come in, and what was acknowledged before it began is in it, on another machine that has the keys file.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	outside := newCarrier(t)
	s := newSite(t, outside, map[string]string{"orders.yaml": orders}, "")
	c := s.start(t)
	for i := range customers {
		s.customer(t, i)
	}
	s.must(t, "POST", "/v1/events", event("before", "order.near", customer(0), map[string]any{"id": "x", "step": 1}))
	load := newLoad(s)
	copied := filepath.Join(t.TempDir(), "journey.db")
	says(t, exitClean, "the keys file is not in it", "data", "backup", copied, "--server", "http://"+s.address, "--token", token)
	load.finish(t)
	keys, err := os.ReadFile(s.data + ".keys")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(copied+".keys", keys, 0o600); err != nil {
		t.Fatal(err)
	}
	says(t, exitClean, copied+" is in order: "+fmt.Sprint(customers), "data", "check", "--data", copied)
	says(t, exitClean, "bytes and has", "data", "compact", "--data", copied)
	s.dataOn(t, filepath.Dir(copied))
	c = s.start(t)
	status, answer, err := s.call("POST", "/v1/events", event("before", "order.near", customer(0), map[string]any{"id": "x", "step": 1}))
	if status != http.StatusOK || err != nil {
		t.Errorf("what was acknowledged before the backup is not in it: %d %s %v", status, answer, err)
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
}

// Each number that the page of metrics shows has words beside it, and all that the README tells operators to watch is there.
func TestMetricsToWatch(t *testing.T) {
	t.Parallel()
	s := newSite(t, newCarrier(t), map[string]string{"orders.yaml": orders}, "")
	c := s.start(t)
	s.customer(t, 0)
	s.must(t, "POST", "/v1/events", event("1", "order.paid", customer(0), map[string]any{"id": "1"}))
	var shown []byte
	soon(t, "a delivery is counted", func() bool {
		shown = s.must(t, "GET", "/metrics", nil)
		return bytes.Contains(shown, []byte("journey_deliveries_total{"))
	})
	help := map[string]bool{}
	for lines := bufio.NewScanner(bytes.NewReader(shown)); lines.Scan(); {
		words := strings.SplitN(lines.Text(), " ", 4)
		switch {
		case len(words) == 4 && words[1] == "HELP" && words[3] != "":
			help[words[2]] = true
		case len(words) > 2 && words[1] == "TYPE" && !help[words[2]]:
			t.Errorf("%s has no words beside it", words[2])
		}
	}
	for _, name := range metricName.FindAllString(readReadme(t), -1) {
		if !help[name] {
			t.Errorf("the README has the metric %s, and the server has not", name)
		}
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
}
