package vonage

import (
	"strings"
	"testing"
)

func FuzzHook(f *testing.F) {
	for _, body := range []string{
		`{"message_uuid":"m1","from":"14155550101","message_type":"text","text":"hi"}`,
		`{"message_uuid":"m1","status":"rejected","client_ref":"c1.1","error":{"type":"x#1190","title":"gone"}}`,
		`{"message_uuid":"m1","from":"14155550101","image":{"url":"x"}}`, `[]`, `{"message_uuid":1}`, `null`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		verify("Bearer "+string(body), "k", "s", body)
		r, err := read(body)
		if err != nil {
			return
		}
		switch a := r.Arrivals[0]; {
		case (a.Message == nil) == (a.Report == nil):
			t.Errorf("%q was read as %+v", body, a)
		case a.Message != nil && (a.Message.ID == "" || !strings.HasPrefix(a.Message.From, "tel:+")):
			t.Errorf("%q was read as %+v", body, a.Message)
		case a.Report != nil && a.Report.ProviderID == "":
			t.Errorf("%q was read as %+v", body, a.Report)
		}
	})
}
