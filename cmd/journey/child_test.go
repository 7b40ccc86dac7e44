package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// childVariable has the test's binary be the command itself, so that a server can be killed.
const childVariable = "JOURNEY_TEST_CHILD"

// token is what the tests come with; the server knows its hash only.
const token = "the-token-of-the-tests"

// site is a server's configuration, flows and data, which outlive the process.
type site struct {
	folder  string
	data    string
	address string
	config  string
	client  *http.Client
}

func newClient() *http.Client { return &http.Client{Timeout: 30 * time.Second} }

// newSite writes a configuration with a carrier outside and the flows of a folder. More is added to the configuration as it stands.
func newSite(t testing.TB, outside *carrier, flows map[string]string, more string) *site {
	t.Helper()
	s := &site{folder: t.TempDir(), address: freeAddress(t), client: newClient()}
	s.data = filepath.Join(s.folder, "journey.db")
	sum := sha256.Sum256([]byte(token))
	s.config = filepath.Join(s.folder, "journey.yaml")
	writeFile(t, s.config, fmt.Sprintf(`
listen: %[1]s
public_url: http://%[1]s
data: %[2]s
flows: %[3]s
providers:
  sms: [{ kind: twilio, account_sid: %[4]s, auth_token: "${TWILIO_AUTH_TOKEN}", from: "%[5]s", base_url: %[6]s }]
tokens: [{ name: tests, role: admin, sha256: %[7]s }]
%[8]s`, s.address, s.data, filepath.Join(s.folder, "flows"), accountSID, ourNumber, outside.URL, hex.EncodeToString(sum[:]), more))
	if err := os.Mkdir(filepath.Join(s.folder, "flows"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, source := range flows {
		writeFile(t, filepath.Join(s.folder, "flows", name), source)
	}
	return s
}

// dataOn has the data kept in another folder.
func (s *site) dataOn(t testing.TB, folder string) {
	t.Helper()
	text, err := os.ReadFile(s.config)
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(folder, "journey.db")
	writeFile(t, s.config, strings.Replace(string(text), s.data, data, 1))
	s.data = data
}

// check has the data file looked through, which no server uses then.
func (s *site) check(t testing.TB) {
	t.Helper()
	check := exec.Command(os.Args[0], "data", "check", "--data", s.data)
	check.Env = append(os.Environ(), childVariable+"=1")
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("the data is damaged: %v\n%s", err, out)
	}
}

// customer makes a contact who may be texted.
func (s *site) customer(t testing.TB, i int) {
	t.Helper()
	path := "/v1/contacts/" + customer(i)
	s.must(t, "PUT", path, map[string]any{"phone": phone(i)})
	s.must(t, "POST", path+"/consents", map[string]any{"channel": "sms", "purpose": "transactional", "given": true, "source": "test", "wording": "Text me"})
}

func customer(i int) string { return fmt.Sprint("customer", i) }
func phone(i int) string    { return fmt.Sprintf("+1415555%04d", 1000+i) }

func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// freeAddress gives an address that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// child is a server in a process of its own.
type child struct {
	*exec.Cmd
	said *lines
	once sync.Once
}

// start starts the server and waits until it is ready.
func (s *site) start(t testing.TB, arguments ...string) *child {
	t.Helper()
	return s.launch(t, append([]string{"--config", s.config}, arguments...)...)
}

// launch starts a server with these arguments alone, and waits until it is ready.
func (s *site) launch(t testing.TB, arguments ...string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(os.Args[0], append([]string{"serve"}, arguments...)...), said: new(lines)}
	c.Env = append(os.Environ(), childVariable+"=1", "TWILIO_AUTH_TOKEN="+authToken, "GORACE=atexit_sleep_ms=0")
	c.Stderr, c.Stdout = c.said, c.said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.kill)
	for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if answer, err := s.client.Get("http://" + s.address + "/readyz"); err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return c
			}
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("the server is not ready after a minute; it said:\n%s", c.said)
		}
	}
}

// kill ends the process at once, as a power cut would.
func (c *child) kill() {
	c.once.Do(func() {
		_ = c.Process.Kill()
		_ = c.Wait() // it always says that it was killed
	})
}

// stop ends the process as an operator would, and gives how it ended.
func (c *child) stop() (err error) {
	c.once.Do(func() {
		if err = c.Process.Signal(os.Interrupt); err == nil {
			err = c.Wait()
		}
	})
	return err
}

// lines keeps the last of what a process said.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		l.all = append(l.all, s.Text())
	}
	l.all = l.all[max(0, len(l.all)-200):]
	return len(b), nil
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.all, "\n")
}

// call makes a request with the tests' token, and gives the status and the body; status 0 where no answer came.
func (s *site) call(method, path string, body any) (status int, answer []byte, err error) {
	var b []byte
	if body != nil {
		if b, err = json.Marshal(body); err != nil {
			return 0, nil, err
		}
	}
	r, err := http.NewRequest(method, "http://"+s.address+path, bytes.NewReader(b))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	if _, batch := body.([]map[string]any); batch {
		r.Header.Set("Content-Type", "application/cloudevents-batch+json")
	}
	got, err := s.client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(got.Body)
	return got.StatusCode, answer, err
}

// must is a call that has to be answered with 2xx.
func (s *site) must(t testing.TB, method, path string, body any) []byte {
	t.Helper()
	status, answer, err := s.call(method, path, body)
	if err != nil || status/100 != 2 {
		t.Fatalf("%s %s: %d %s %v", method, path, status, answer, err)
	}
	return answer
}

// event is a business event about a contact.
func event(id, kind, contact string, data map[string]any) map[string]any {
	return map[string]any{"specversion": "1.0", "source": "tests", "id": id, "type": kind, "subject": contact, "data": data}
}
