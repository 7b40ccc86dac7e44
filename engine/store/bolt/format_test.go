package bolt

import (
	"bytes"
	"encoding/hex"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"journey/engine/store"
)

var (
	aState = state{last: 7, recent: []byte("12345678"), chunks: 2, online: true, waiting: true, contact: []byte("contact"),
		open: []store.Record{{ID: "c1", Bytes: []byte("one")}, {ID: "c2", Bytes: []byte{}}}}
	anOutgoing = outgoing{lane: "sms", first: stamp(time.Unix(0, 1)), attempts: 3, trying: true, bytes: []byte("message")}
	aStart     = store.Start{ID: "c1", Journey: "orders", At: time.Unix(5, 6).UTC()}
)

func TestRecordsAreReadAsTheyWereWritten(t *testing.T) {
	st, err := decodeState(aState.encode())
	if err != nil || !reflect.DeepEqual(*st, aState) {
		t.Errorf("%+v, error %v", st, err)
	}
	o, err := decodeOutgoing(anOutgoing.encode())
	if err != nil || !reflect.DeepEqual(*o, anOutgoing) {
		t.Errorf("%+v, error %v", o, err)
	}
	start, err := decodeStart(encodeStart(&aStart))
	if err != nil || start != aStart {
		t.Errorf("%+v, error %v", start, err)
	}
}

// What lies in files of this layout is read for as long as they are: records that are written otherwise need another layout.
func TestRecordsAreWrittenAsTheirLayoutSays(t *testing.T) {
	var written []string
	for _, record := range [][]byte{aState.encode(), anOutgoing.encode(), encodeStart(&aStart)} {
		written = append(written, hex.EncodeToString(record))
	}
	want := map[string][]string{"2": {
		"0e08313233343536373804010107636f6e7461637402026331036f6e6502633200",
		"03736d73fdffffffffffffffff010601076d657373616765",
		"f3b7d0dfdaffffffff01066f7264657273026331",
	}}[layout]
	if !slices.Equal(written, want) {
		t.Errorf("records of layout %s are written as\n%q\nand were written as\n%q", layout, written, want)
	}
}

func TestStampsSortAsTimesDo(t *testing.T) {
	times := []time.Time{{}, earliest, time.Unix(-1, 0), time.Unix(0, 0), time.Unix(0, 1), time.Date(2026, 3, 6, 9, 0, 0, 5, time.UTC), latest}
	for i, at := range times {
		if !unstamp(stamp(at)).Equal(at) {
			t.Errorf("%s is read as %s", at, unstamp(stamp(at)))
		}
		if i > 0 && stamp(times[i-1]) >= stamp(at) {
			t.Errorf("%s does not come before %s", times[i-1], at)
		}
	}
	if stamp(latest.Add(time.Hour)) != math.MaxUint64 || stamp(earliest.Add(-time.Hour)) != stamp(earliest) {
		t.Error("a time that no number is for is not the nearest one")
	}
}

func FuzzState(f *testing.F) {
	f.Add(aState.encode())
	f.Add((&state{}).encode())
	f.Fuzz(func(t *testing.T, plain []byte) {
		if st, err := decodeState(plain); err == nil && !bytes.Equal(st.encode(), plain) {
			t.Errorf("%x is written again as %x", plain, st.encode())
		}
	})
}

func FuzzOutgoing(f *testing.F) {
	f.Add(anOutgoing.encode())
	f.Fuzz(func(t *testing.T, plain []byte) {
		if o, err := decodeOutgoing(plain); err == nil && !bytes.Equal(o.encode(), plain) {
			t.Errorf("%x is written again as %x", plain, o.encode())
		}
	})
}

func FuzzStart(f *testing.F) {
	f.Add(encodeStart(&aStart))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if st, err := decodeStart(plain); err == nil && !bytes.Equal(encodeStart(&st), plain) {
			t.Errorf("%x is written again as %x", plain, encodeStart(&st))
		}
	})
}

func FuzzRecord(f *testing.F) {
	f.Add(0, make([]byte, 40))
	f.Fuzz(func(t *testing.T, n int, record []byte) {
		table := tables[uint(n)%uint(len(tables))]
		if r, err := table.read(nil, record); err == nil && len(r.head)+len(r.rest) != len(record) {
			t.Errorf("%d and %d bytes of %d", len(r.head), len(r.rest), len(record))
		}
	})
}
