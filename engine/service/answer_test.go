package service

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"journey/engine/expression"
	"journey/engine/graph"
)

var slots = object(field("slots", &expression.Type{Kind: expression.List, Elem: object(field("id", expression.StringType), field("starts", expression.TimeType))}))

func TestAnswers(t *testing.T) {
	nine := time.Date(2026, 3, 12, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name    string
		returns *expression.Type
		body    string
		want    map[string]any
		reason  string
	}{
		{"as declared", nil, `{"status":"on its way","eta":"2026-03-09"}`, map[string]any{"status": "on its way", "eta": "2026-03-09"}, ""},
		{"what is optional may lack", nil, `{"status":"lost"}`, map[string]any{"status": "lost"}, ""},
		{"or be null", nil, `{"status":"lost","eta":null}`, map[string]any{"status": "lost"}, ""},
		{"a service may learn new fields", nil, `{"status":"lost","carrier":{"name":"x"}}`, map[string]any{"status": "lost"}, ""},
		{"also in lists", slots, `{"slots":[{"id":"S1","starts":"2026-03-12T09:00:00Z","room":4}]}`,
			map[string]any{"slots": []any{map[string]any{"id": "S1", "starts": nine}}}, ""},
		{"nothing is wanted", object(), `not JSON`, map[string]any{}, ""},
		{"free fields", expression.ObjectType, `{"a":{"b":[1,2.5]}}`, map[string]any{"a": map[string]any{"b": []any{1, 2.5}}}, ""},
		{"numbers are exact", object(field("n", expression.IntType)), `{"n":9007199254740991}`, map[string]any{"n": 9007199254740991}, ""},

		{"no date", nil, `{"status":"lost","eta":"soon"}`, nil, `eta: "soon" is no date`},
		{"no number", object(field("n", expression.NumberType)), `{"n":"12"}`, nil, `n: "12" is no number`},
		{"deep down", slots, `{"slots":[{"id":"S1","starts":"2026-03-12T09:00:00Z"},{"id":"S2","starts":12}]}`, nil, `slots[1].starts: 12 is no time`},
		{"a field lacks", nil, `{"eta":"2026-03-09"}`, nil, "status: it is missing"},
		{"a long text is not shown", nil, `{"status":"lost","eta":"AB123456 was sold to somebody else"}`, nil, "eta: a long text is no date"},
		{"an object is not shown", nil, `{"status":{"AB123456":1}}`, nil, "status: an object is not"},
		{"null", nil, `{"status":null}`, nil, "status: it is not set"},
		{"a list", nil, `[1]`, nil, "is a list, and an object is wanted"},
		{"a text", nil, `"lost"`, nil, "is a single value, and an object is wanted"},
		{"empty", nil, ` `, nil, "is empty"},
		{"garbage", nil, "\x00\x01<html>", nil, "is not JSON"},
		{"half", nil, `{"status":"lo`, nil, "is not JSON"},
		{"two", nil, `{"status":"lost"}{}`, nil, "is not JSON"},
		{"no UTF-8", nil, "{\"status\":\"\xff\"}", nil, "is not JSON"},
		{"huge", nil, `{"status":"` + strings.Repeat("x", maxAnswer) + `"}`, nil, "longer than 1 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			op := order()
			if c.returns != nil {
				op.Returns = c.returns
			}
			done := client(t, op, server(t, answers(c.body))).Call(context.Background(), request(map[string]any{"order_id": "AB123456"}))
			if c.reason != "" {
				mustFail(t, done, c.reason)
				return
			}
			if done.Failed || !reflect.DeepEqual(done.Value, c.want) {
				t.Errorf("got %+v, want %v", done, c.want)
			}
		})
	}
}

func TestContentTypes(t *testing.T) {
	for kind, good := range map[string]bool{"application/json": true, "application/hal+json": true, "text/html": false, "": false, "application/json; charset": false} {
		base := server(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = []string{kind}
			_, _ = w.Write([]byte(`{"status":"lost"}`))
		})
		done := client(t, order(), base).Call(context.Background(), request(map[string]any{"order_id": "A"}))
		if done.Failed == good {
			t.Errorf("%q: %+v", kind, done)
		}
	}
}

// An answer is measured as it is when it is unpacked.
func TestPackedBomb(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 20 {
		_, _ = z.Write(make([]byte, 1<<20))
	}
	_ = z.Close()
	base := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	mustFail(t, client(t, order(), base).Call(context.Background(), request(map[string]any{"order_id": "A"})), "longer than 1 MB")
}

// Headers without end are not read to it.
func TestHugeHeaders(t *testing.T) {
	base := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("x", 1<<20))
		answers(`{"status":"lost"}`)(w, nil)
	})
	op := order()
	op.Retry = 0
	mustFail(t, client(t, op, base).Call(context.Background(), request(map[string]any{"order_id": "A"})), "broke off")
}

// Whatever a service says, a value that comes out has the declared type.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{`{"status":"lost","eta":"2026-03-09"}`, `{"slots":[{"id":"S1","starts":"2026-03-12T09:00:00Z"}]}`, `{"eta":"soon"}`, `[]`, `{"slots":[[[]]]}`, `{"slots":{"a":1e999}}`} {
		f.Add([]byte(seed))
	}
	returns := object(append(slots.Fields, order().Returns.Fields...)...)
	for i := range returns.Fields {
		returns.Fields[i].Optional = true
	}
	op := &graph.Operation{Name: "a.b", Returns: returns}
	e := &exchange{op: op}
	res := &http.Response{Header: http.Header{"Content-Type": {"application/json"}}}
	f.Fuzz(func(t *testing.T, body []byte) {
		value, err := e.answer(res, body)
		if err != nil {
			if len(err.Error()) > 400 {
				t.Errorf("a long reason: %s", err)
			}
			return
		}
		again, err := expression.Convert(expression.Plain(value), returns)
		if err != nil || !expression.Equal(again, any(value)) {
			t.Errorf("%v is not of the type: %v", value, err)
		}
	})
}
