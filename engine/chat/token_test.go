package chat

import (
	"testing"
	"time"
)

var testKeys = keys{secret: []byte("0123456789abcdef"), identity: []byte("fedcba9876543210")}

// FuzzVerify: no token that was not signed is taken.
func FuzzVerify(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	good := testKeys.sign("visitor-1", now.Add(time.Hour))
	f.Add(good)
	f.Add("")
	f.Add(".")
	f.Add("AAAAAGtJ0gB2.AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		contact, _, err := testKeys.verify(token, now)
		if err == nil && token != good {
			t.Errorf("%q is taken, as %q", token, contact)
		}
	})
}

// FuzzIdentify: neither is a JWT.
func FuzzIdentify(f *testing.F) {
	f.Add("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIiwiZXhwIjoxOWU5fQ.AAAA")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		if contact, _, err := testKeys.identify(token, time.Unix(1_800_000_000, 0)); err == nil {
			t.Errorf("%q is taken, as %q", token, contact)
		}
	})
}

// FuzzPlace: what is read reads back as the same.
func FuzzPlace(f *testing.F) {
	for _, text := range []string{"0", "7", "7.0", "18446744073709551615.3", "-1", "1.", ".1", "1.-1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePlace(text)
		if err != nil {
			return
		}
		again, err := parsePlace(p.String())
		if p.seq == 0 {
			p.nth = whole // nothing stands at the beginning
		}
		if err != nil || again != p {
			t.Errorf("%q: %v, then %v %v", text, p, again, err)
		}
	})
}

func TestBucket(t *testing.T) {
	var b bucket
	now := time.Unix(1_800_000_000, 0)
	for i := range burst {
		if _, ok := b.take(now); !ok {
			t.Fatalf("message %d of a burst is refused", i+1)
		}
	}
	if wait, ok := b.take(now); ok || wait != pace {
		t.Errorf("one more: %v %t", wait, ok)
	}
	if _, ok := b.take(now.Add(pace)); !ok {
		t.Error("refused when its time has come")
	}
}
