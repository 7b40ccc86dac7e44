package graph

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"journey/engine/wire"
)

func TestRoundTrip(t *testing.T) {
	for name, j := range map[string]*Journey{"nothing": {}, "a value in every field": filled(t), "small": small()} {
		j.Seal()
		got, err := Decode(Encode(j))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(got, j) {
			t.Errorf("%s: got\n%+v\nwant\n%+v", name, got, j)
		}
	}
}

var notes = regexp.MustCompile(`^\.(Title|Owner|Migrate\..*)$|\.Span\.|\.Parts\[0\]\.(Raw|Offset)$`)

// Every field that is not worked out anew is stored, and each but the notes is in the hash.
func TestEveryFieldIsStored(t *testing.T) {
	plain := filled(t)
	plain.Seal()
	stored := Encode(plain)
	j := filled(t)
	j.Seal()
	walk(t, reflect.ValueOf(j).Elem(), "", 0, false, func(v reflect.Value, path string) {
		before := reflect.New(v.Type()).Elem()
		before.Set(v)
		assign(v, -1)
		content, _ := parts(j)
		if changed := hashOf(content) != plain.Hash; changed == notes.MatchString(path) {
			t.Errorf("another value in %s: the hash changed: %v", path, changed)
		}
		if bytes.Equal(Encode(j), stored) {
			t.Errorf("another value in %s is not stored", path)
		}
		v.Set(before)
	})
}

// Graphs are stored for as long as a conversation is pinned to one: a graph that is written otherwise needs another format.
func TestTheFormatIsAsItsVersionSays(t *testing.T) {
	j := filled(t)
	j.Seal()
	want := map[string]string{"journey graph 1\n": "4269a058f24e4382d38fd47380b7b353b25511eaa6fd8226bf989a6b13658c2f"}[magic]
	if got := fmt.Sprintf("%x", sha256.Sum256(Encode(j))); got != want {
		t.Errorf("a graph with a value in every field is written otherwise than %q was: its sum is %s, and was %s", magic, got, want)
	}
}

func TestDecodeRefuses(t *testing.T) {
	j := filled(t)
	j.Seal()
	whole := Encode(j)
	for n := range whole {
		if _, err := Decode(whole[:n]); !errors.Is(err, wire.ErrFormat) {
			t.Fatalf("the first %d of %d bytes: error %v", n, len(whole), err)
		}
	}
	for name, b := range map[string][]byte{
		"nil":                  nil,
		"text":                 []byte("journey: order-status\n"),
		"a later format":       bytes.Replace(whole, []byte("graph 1"), []byte("graph 2"), 1),
		"bytes after it":       append(bytes.Clone(whole), 0),
		"a list of 2^60 parts": append([]byte(magic), 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0),
	} {
		if _, err := Decode(b); !errors.Is(err, wire.ErrFormat) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, j := range []*Journey{{}, small(), filled(f)} {
		j.Seal()
		f.Add(Encode(j))
	}
	f.Fuzz(func(t *testing.T, encoded []byte) {
		j, err := Decode(encoded)
		if err != nil {
			return
		}
		again := Encode(j)
		same, err := Decode(again)
		if err != nil {
			t.Fatalf("what was decoded is encoded and then refused: %v", err)
		}
		if same.Hash != j.Hash && bytes.Equal(encoded, again) {
			t.Fatalf("hash %s became %s", j.Hash, same.Hash)
		}
		if !bytes.Equal(Encode(same), again) {
			t.Fatal("there are two encodings of the same graph")
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	j := filled(b)
	j.Seal()
	b.SetBytes(int64(len(Encode(j))))
	for b.Loop() {
		Encode(j)
	}
}

func BenchmarkDecode(b *testing.B) {
	j := filled(b)
	j.Seal()
	encoded := Encode(j)
	b.SetBytes(int64(len(encoded)))
	for b.Loop() {
		if _, err := Decode(encoded); err != nil {
			b.Fatal(err)
		}
	}
}

func small() *Journey {
	return &Journey{ID: "small", States: []State{{Name: "start"}, {Name: "end", End: &End{Outcome: "done"}}}, Fallback: 1}
}

// derived fields are worked out by Seal, Decode or a check, and are not stored; a type with Variants is never declared.
var derived = regexp.MustCompile(`^\.Hash$|\.Checked$|\.Variants$`)

// filled has a value of its own in every stored field, two states, and one element in every other list.
func filled(t testing.TB) *Journey {
	t.Helper()
	j := &Journey{}
	n := 0
	walk(t, reflect.ValueOf(j).Elem(), "", 0, true, func(v reflect.Value, path string) {
		n++
		if strings.HasSuffix(path, ".File") {
			assign(v, n%3) // a journey comes from a few files
		} else {
			assign(v, n)
		}
	})
	return j
}

// maxLevels lets a type that holds itself (a list of lists) do so a few times only.
const maxLevels = 14

// walk visits the leaves of what is stored in v. With grow it first makes what pointers and lists hold.
func walk(t testing.TB, v reflect.Value, path string, level int, grow bool, visit func(reflect.Value, string)) {
	t.Helper()
	if level > maxLevels {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !derived.MatchString(path+"."+f.Name) {
				walk(t, v.Field(i), path+"."+f.Name, level+1, grow, visit)
			}
		}
	case reflect.Pointer:
		if grow && level < maxLevels {
			v.Set(reflect.New(v.Type().Elem()))
		}
		if !v.IsNil() {
			walk(t, v.Elem(), path, level+1, grow, visit)
		}
	case reflect.Slice:
		if grow && level < maxLevels {
			n := 1
			if path == ".States" {
				n = 2
			}
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			walk(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i), level+1, grow, visit)
		}
	case reflect.Map:
		t.Fatalf("%s is a map, whose order is not fixed: keep a sorted list", path)
	default:
		visit(v, path)
	}
}

// assign gives a leaf its n-th value; -1 gives it another than it has.
func assign(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.String:
		if n < 0 {
			v.SetString(v.String() + "'") // keeps its place in a sorted list
			return
		}
		v.SetString(fmt.Sprintf("text %d", n))
	case reflect.Bool:
		v.SetBool(n > 0)
	case reflect.Float64:
		v.SetFloat(float64(n) + 0.5)
	case reflect.Interface:
		v.Set(reflect.ValueOf(any(map[string]any{
			"n": n, "text": "x", "share": 0.25, "yes": true, "no": false, "none": nil, "for": time.Minute,
			"at": time.Date(2026, 3, 9, 12, 0, 0, 5, time.UTC), "list": []any{1, "two", []any{}}, "empty": map[string]any{},
		})))
	case reflect.Uint8:
		v.SetUint(uint64(1 + min(1, n&1)))
		if n < 0 {
			v.SetUint(3)
		}
	default:
		v.SetInt(int64(n))
		if v.Type() == reflect.TypeFor[StateIndex]() {
			v.SetInt(int64(n & 1))
			if n < 0 {
				v.SetInt(int64(NoState))
			}
		}
	}
}
