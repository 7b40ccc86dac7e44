package machine

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"journey/engine/graph"
)

// fill gives every field of a value something of its own, so that one that a codec forgets is missed.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Unix(int64(*n), 0).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64, reflect.Int8:
		v.SetInt(int64(*n))
	case reflect.Uint, reflect.Uint32, reflect.Uint64, reflect.Uint8:
		v.SetUint(uint64(*n))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Interface:
		v.Set(reflect.ValueOf(fmt.Sprint("any", *n)))
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]any{"key": *n}))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("a kind that no codec knows: " + v.Kind().String())
	}
}

func TestConversationCodecKeepsEveryField(t *testing.T) {
	var want Conversation
	fill(reflect.ValueOf(&want).Elem(), new(int))
	got, err := DecodeConversation(want.Encode())
	if err != nil {
		t.Fatal(err)
	}
	compareFields(t, want, *got)
}

func TestContactCodecKeepsEveryField(t *testing.T) {
	var want Contact
	fill(reflect.ValueOf(&want).Elem(), new(int))
	got, err := DecodeContact(want.Encode())
	if err != nil {
		t.Fatal(err)
	}
	compareFields(t, want, *got)
}

func compareFields(t *testing.T, want, got any) {
	t.Helper()
	w, g := reflect.ValueOf(want), reflect.ValueOf(got)
	for i := range w.NumField() {
		if !reflect.DeepEqual(w.Field(i).Interface(), g.Field(i).Interface()) {
			t.Errorf("%s: wrote %+v, read %+v", w.Type().Field(i).Name, w.Field(i).Interface(), g.Field(i).Interface())
		}
	}
}

func TestZeroValuesSurviveTheCodec(t *testing.T) {
	c, err := DecodeConversation((&Conversation{}).Encode())
	if err != nil {
		t.Fatal(err)
	}
	compareFields(t, Conversation{}, *c)
	k, err := DecodeContact((&Contact{}).Encode())
	if err != nil {
		t.Fatal(err)
	}
	compareFields(t, Contact{}, *k)
}

func FuzzDecodeConversation(f *testing.F) {
	var c Conversation
	fill(reflect.ValueOf(&c).Elem(), new(int))
	f.Add(c.Encode())
	f.Add((&Conversation{State: graph.NoState}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeConversation(b)
		if err != nil {
			return
		}
		if _, err := DecodeConversation(c.Encode()); err != nil {
			t.Fatalf("what was read and written can't be read: %v", err)
		}
	})
}

func FuzzDecodeContact(f *testing.F) {
	var c Contact
	fill(reflect.ValueOf(&c).Elem(), new(int))
	f.Add(c.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeContact(b)
		if err != nil {
			return
		}
		if _, err := DecodeContact(c.Encode()); err != nil {
			t.Fatalf("what was read and written can't be read: %v", err)
		}
	})
}

func TestLogEntryCodecKeepsEveryField(t *testing.T) {
	var want LogEntry
	fill(reflect.ValueOf(&want).Elem(), new(int))
	got, err := DecodeLogEntry(want.Encode())
	if err != nil {
		t.Fatal(err)
	}
	compareFields(t, want, *got)
}

func TestEffectCodecKeepsEveryField(t *testing.T) {
	var want Effect
	fill(reflect.ValueOf(&want).Elem(), new(int))
	got, err := DecodeEffect(want.Encode())
	if err != nil {
		t.Fatal(err)
	}
	compareFields(t, want, *got)
}

func FuzzDecodeLogEntry(f *testing.F) {
	var e LogEntry
	fill(reflect.ValueOf(&e).Elem(), new(int))
	f.Add(e.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := DecodeLogEntry(b)
		if err != nil {
			return
		}
		if _, err := DecodeLogEntry(e.Encode()); err != nil {
			t.Fatalf("what was read and written can't be read: %v", err)
		}
	})
}
