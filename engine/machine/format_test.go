package machine

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"journey/engine/wire"
)

var update = flag.Bool("update", false, "write the golden of a format that has none yet")

// What is stored is read for as long as the data lives. Of each version of the format there is a golden, which is never written anew: a field
// that comes, goes or moves makes another version.
func TestTheFormatIsAsItsVersionSays(t *testing.T) {
	var (
		n  int
		c  Conversation
		k  Contact
		e  LogEntry
		x  Effect
		of strings.Builder
	)
	for _, one := range []struct {
		name   string
		value  any
		encode func() []byte
	}{{"conversation", &c, c.Encode}, {"contact", &k, k.Encode}, {"log entry", &e, e.Encode}, {"effect", &x, x.Encode}} {
		fill(reflect.ValueOf(one.value).Elem(), &n)
		fmt.Fprintln(&of, one.name)
		for line := hex.EncodeToString(one.encode()); line != ""; line = line[min(120, len(line)):] {
			fmt.Fprintln(&of, " ", line[:min(120, len(line))])
		}
	}
	golden := filepath.Join("testdata", fmt.Sprintf("format-%d.txt", Format))
	want, err := os.ReadFile(golden)
	if errors.Is(err, os.ErrNotExist) && *update {
		err, want = os.WriteFile(golden, []byte(of.String()), 0o644), []byte(of.String())
	}
	if err != nil {
		t.Fatal(err)
	}
	if of.String() != string(want) {
		t.Errorf("what is stored is written otherwise than %s says: give it another Format, and go on reading the older ones", golden)
	}
}

func TestAnotherVersionIsRefused(t *testing.T) {
	for _, version := range []byte{0, Format + 1, 255} {
		b := (&Conversation{ID: "c"}).Encode()
		b[0] = version
		if _, err := DecodeConversation(b); !errors.Is(err, wire.ErrFormat) || !strings.Contains(err.Error(), "another version of journey wrote it") {
			t.Errorf("version %d: %v", version, err)
		}
	}
}
