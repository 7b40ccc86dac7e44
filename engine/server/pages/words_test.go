package pages

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"journey/engine/expression"
)

func TestLinkParts(t *testing.T) {
	for text, want := range map[string][]textPart{
		"":                                  nil,
		"no link":                           {{Text: "no link"}},
		"see http://x.":                     {{Text: "see "}, {Text: "http://x", URL: "http://x"}, {Text: "."}},
		"https://shop.example/l/a http://b": {{Text: "https://shop.example/l/a", URL: "https://shop.example/l/a"}, {Text: " "}, {Text: "http://b", URL: "http://b"}},
		"javascript:alert(1)":               {{Text: "javascript:alert(1)"}},
		`http://a"onclick="x`:               {{Text: "http://a", URL: "http://a"}, {Text: `"onclick="x`}},
	} {
		if got := linkParts(text); !reflect.DeepEqual(got, want) {
			t.Errorf("linkParts(%q) = %v, want %v", text, got, want)
		}
	}
}

func FuzzLinkPartsLoseNothing(f *testing.F) {
	for _, seed := range []string{"", "see http://x.", "http://", "https://a http://b", "http://.", "a\nhttps://é!"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var whole strings.Builder
		for _, p := range linkParts(text) {
			whole.WriteString(p.Text)
			if p.URL != "" && !strings.HasPrefix(p.URL, "http://") && !strings.HasPrefix(p.URL, "https://") {
				t.Errorf("%q leads to %q", text, p.URL)
			}
		}
		if whole.String() != text {
			t.Errorf("%q becomes %q", text, whole.String())
		}
	})
}

func TestSpoken(t *testing.T) {
	for name, want := range map[string]string{"order.delayed": "Order delayed", "waiting_on_agent": "Waiting on agent", "été": "Été", "": "", "..": ".."} {
		if got := spoken(name); got != want {
			t.Errorf("spoken(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestSamplesFitTheirTypes(t *testing.T) {
	s := samples{now: time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)}
	for _, kind := range []expression.Kind{expression.String, expression.Int, expression.Number, expression.Bool, expression.Time, expression.Date,
		expression.Clock, expression.Duration, expression.Phone, expression.Email, expression.URL} {
		typ := &expression.Type{Kind: expression.Object, Fields: []expression.Field{{Name: "value", Type: &expression.Type{Kind: kind}}}}
		if _, err := expression.Convert(s.value("", typ), typ); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestContactTo(t *testing.T) {
	for text, want := range map[string]string{
		"+1 (415) 555-0101": "tel:+14155550101", "tel:+14155550101": "tel:+14155550101",
		"Ada@Shop.example": "mailto:ada@shop.example", "mailto:ada@shop.example": "mailto:ada@shop.example", "c1": "",
	} {
		if got := contactTo(text); got.Address != want || want == "" && got.Contact != text {
			t.Errorf("contactTo(%q) = %+v", text, got)
		}
	}
}
