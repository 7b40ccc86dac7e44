package runtime

import (
	"bytes"
	"testing"
	"time"

	"journey/engine/store"
)

// A record of an address that is damaged is an error, and one that is read is written again as it was.
func FuzzDecodeAddress(f *testing.F) {
	f.Add((&address{}).encode())
	f.Add((&address{Holders: []holder{{store.Key{1}, true}, {store.Key{2}, false}}, Out: true, At: time.Unix(1767225600, 0).UTC(), Words: "STOP",
		Asked: store.Key{1}, Wrote: store.Key{2}}).encode())
	f.Fuzz(func(t *testing.T, encoded []byte) {
		a, err := decodeAddress(encoded)
		if err != nil {
			return
		}
		again, err := decodeAddress(a.encode())
		if err != nil {
			t.Fatalf("%+v can't be read back: %v", a, err)
		}
		if !bytes.Equal(again.encode(), a.encode()) {
			t.Errorf("%+v is read back as %+v", a, again)
		}
	})
}
