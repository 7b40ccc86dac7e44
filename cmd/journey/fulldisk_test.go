package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// On a full disk what comes is refused, and told so; once there is room again, all goes on, and what was acknowledged is there.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=32m"); err != nil {
		t.Skipf("a small disk can't be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	outside := newCarrier(t)
	s := newSite(t, outside, map[string]string{"orders.yaml": orders}, "")
	s.dataOn(t, disk)
	ballast := filepath.Join(disk, "ballast")
	writeFile(t, ballast, strings.Repeat("x", 8<<20))
	c := s.start(t)
	s.customer(t, 0)

	acknowledged := 0
	var refusal string
	for begun := time.Now(); refusal == ""; {
		status, answer, err := s.call("POST", "/v1/events", event(fmt.Sprint("n", acknowledged), "order.void", customer(0), map[string]any{"id": strings.Repeat("y", 1<<16)}))
		switch {
		case err != nil:
			t.Fatal(err)
		case status == http.StatusAccepted:
			acknowledged++
		default:
			refusal = fmt.Sprint(status, " ", string(answer))
		}
		if time.Since(begun) > time.Minute {
			t.Fatalf("the disk is not full after %d events", acknowledged)
		}
	}
	if !strings.HasPrefix(refusal, "503 ") {
		t.Errorf("on a full disk the answer is %s", refusal)
	}
	if status, _, err := s.call("GET", "/readyz", nil); status != http.StatusServiceUnavailable || err != nil {
		t.Errorf("on a full disk the server says that it is ready: %d %v", status, err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if status, answer, err := s.call("POST", "/v1/events", event("after", "order.paid", customer(0), map[string]any{"id": "0"})); status == http.StatusAccepted {
			break
		} else if time.Since(begun) > 10*time.Second {
			t.Fatalf("with room on the disk again: %d %s %v", status, answer, err)
		}
	}
	if status, _, err := s.call("GET", "/readyz", nil); status != http.StatusOK || err != nil {
		t.Errorf("with room on the disk again the server is not ready: %d %v", status, err)
	}
	for i := range acknowledged {
		if status, _, err := s.call("POST", "/v1/events", event(fmt.Sprint("n", i), "order.void", customer(0), map[string]any{"id": strings.Repeat("y", 1<<16)})); status != http.StatusOK || err != nil {
			t.Fatalf("event %d was acknowledged, and comes as a new one: %d %v", i, status, err)
		}
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	s.check(t)
}
