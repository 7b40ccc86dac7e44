package flow

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"journey/engine/diagnostic"
)

const sound = `journey: order-status
title: Where is my order?
owner: desk@shop.example
objective: { goal: told, why: "Customers know, and rest." }
entry: [{ on: order.delayed, again: after 24h }]
exit: [{ on: order.delivered }]
fallback: desk
data:
  order_id: { type: string, pattern: "^[A-Z]{2}$" }
channels:
  prefer: [sms]
  sms: { purpose: transactional, quiet: "21:00-08:00", limit: [2 per 24h] }
states:
  start:
    ask: "Order {{ order_id }}?"
    options: { yes: Yes, no: No }
    on: { yes: told, no: desk }
    after: { 24h: told }
  desk:
    handoff: { queue: orders, hours: "Mon-Fri 09:00-17:00 America/New_York" }
    on: { agent.resolved: told }
  told: { end: told }
`

func read(files ...string) (*Bundle, []diagnostic.Finding) {
	var in []Input
	for i, f := range files {
		in = append(in, Input{Path: fmt.Sprintf("%d.yaml", i), Source: []byte(f)})
	}
	b, findings := Read(in)
	return b, diagnostic.Sort(findings)
}

func TestSoundJourney(t *testing.T) {
	for name, file := range map[string]string{
		"as it is": sound, "byte-order mark": "\uFEFF" + sound, "CRLF": strings.ReplaceAll(sound, "\n", "\r\n"), "document marks": "---\n" + sound + "...\n",
	} {
		b, findings := read(file)
		if len(findings) > 0 || len(b.Journeys) != 1 {
			t.Errorf("%s: %v", name, findings)
			continue
		}
		ask := b.Journeys[0].States[0].Ask
		if o := ask.Message.Options.List; len(o) != 2 || o[0].Value.Value != "yes" || o[1].Label.Value != "No" || o[1].Label.Form != Text {
			t.Errorf("%s: options %v", name, o)
		}
	}
}

// Each case replaces a part of the sound journey and gives just one finding: code@line:column.
func TestFindings(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"title: Where is my order?", "titel: Where is my order?", "unknown-key@2:1"},
		{"title: Where is my order?\n", "", "missing-key@1:1"},
		{"fallback: desk", "fallback: desk\nfallback: told", "duplicate-key@8:1"},
		{"fallback: desk", "fallback:", "missing-value@7:1"},
		{"fallback: desk", "goal: told\nfallback: desk", "misplaced-key@7:1"},
		{"fallback: desk", "fallback: !name desk", "tag@7:11"},
		{"fallback: desk", "fallback: \"desk", "unclosed@7:11"},
		{"fallback: desk", "fallback: @desk", "needs-quotes@7:11"},
		{"fallback: desk", "fallback: *desk", "unknown-anchor@7:11"},
		{"fallback: desk", "retention: soon\nfallback: desk", "bad-duration@7:12"},
		{"{ goal: told, why: \"Customers know, and rest.\" }", "{ goal: told, why: Customers know, and rest. }", "comma-in-text@4:31"},
		{"{ goal: told,", "{ goal: told, holdout: 5,", "bad-number@4:35"},
		{"again: after 24h", "again: sometimes", "bad-value@5:37"},
		{"exit: [{ on: order.delivered }]\n", "", "missing-key@1:1"},
		{"    ask: \"Order {{ order_id }}?\"", "    ask: {{ order_id }}", "needs-quotes@15:10"},
		{"    ask: \"Order {{ order_id }}?\"", "    ask: Order: which?", "needs-quotes@15:10"},
		{"    ask: \"Order {{ order_id }}?\"", "\task: Which?", "tab-indentation@15:1"},
		{"    ask: \"Order {{ order_id }}?\"", "    ask: \"Order \\d?\"", "syntax@15:17"},
		{"{ yes: Yes, no: No }", "{ yes: Yes?, no: No }", "needs-quotes@16:21"},
		{"{ yes: Yes, no: No }", "{ yes: Yes, no: No", "unclosed@16:14"},
		{"{ yes: Yes, no: No }", "{ yes: Yes, no: No ]", "unclosed@16:33"},
		{"    after: { 24h: told }", "   after: { 24h: told }", "syntax@18:4"},
		{"    after: { 24h: told }", "    after: { 24h: told }\n    attempts: 0", "bad-number@19:15"},
		{"  told: { end: told }", "  told: { end: told, into: x }", "misplaced-key@22:22"},
		{"  told: { end: told }", "  told: { end: told, call: x.y }", "two-verbs@22:22"},
		{"  told: { end: told }", "  toldYou: { end: told }", "bad-id@22:3"},
		{"  told: { end: told }", "  told: { end: told }\n---\njourney: b", "second-document@23:1"},
		{"purpose: transactional", "purpose: transactionl", "bad-value@12:19"},
		{"prefer: [sms]", "prefer: [smss]", "unknown-channel@11:12"},
		{"    after: { 24h: told }", "    <<: { after: { 2 days: told }, on: told }", "bad-duration@18:20"},
		{"prefer: [sms]", "prefer: sms", "wrong-kind@11:11"},
		{"  told: { end: told }", "  told: &a { end: told, data: { x: *a } }", "alias-loop@22:36"},
	} {
		if strings.Count(sound, c.old) != 1 {
			t.Fatalf("%q is not in the sound journey once", c.old)
		}
		_, findings := read(strings.Replace(sound, c.old, c.new, 1))
		var got []string
		for _, f := range findings {
			got = append(got, fmt.Sprintf("%s@%d:%d", f.Code, f.Span.Start.Line, f.Span.Start.Column))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: got %v, want %s", c.new, got, c.want)
		}
	}
}

// Whatever a file holds, it is read in bounded time and gives a finding.
func TestHostileFiles(t *testing.T) {
	bomb := "journey: x\ndata:\n  a0: &a0 { type: string }\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("  a%d: &a%d { fields: { x: *a%d, y: *a%d } }\n", i, i, i-1, i-1)
	}
	var keys strings.Builder
	keys.WriteString("journey: x\n")
	for i := range 300_000 {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	for name, file := range map[string]string{
		"many keys": keys.String(), "empty": "", "comment only": "# nothing\n", "null": "~", "list": "- a\n", "text": "hello", "NUL": "journey: \x00", "latin-1": "journey: caf\xe9",
		"alias bomb": bomb, "deep flow": strings.Repeat("[", 10_001), "deep maps": strings.Repeat("{a: ", 10_001), "deep lists": strings.Repeat("- ", 10_001),
		"50 MB": strings.Repeat("journey: x\n", 5<<20), "merge of a text": "journey: x\n<<: a\n", "open mark": "\"", "only marks": "---\n---\n",
	} {
		if _, findings := read(file); len(findings) == 0 {
			t.Errorf("%s: no finding", name)
		}
	}
}

func TestRunJourneysNeedNoEntry(t *testing.T) {
	parent := strings.Replace(sound, "  told: { end: told }", "  told: { run: child, to: desk }", 1)
	child := strings.NewReplacer("order-status", "child", "entry: [{ on: order.delayed, again: after 24h }]\n", "", "exit: [{ on: order.delivered }]\n", "").Replace(sound)
	if _, findings := read(parent, child); len(findings) > 0 {
		t.Error(findings)
	}
	if _, findings := read(child); len(findings) != 2 {
		t.Error(findings)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte("scenarios: x\ncases:\n  - name: a\n    steps: [{ reply: { text: a } }, { expect: { sent: [] } }]\n"))
	f.Add([]byte("library: x\ndata: { a: &a { list: *a }, b: !x 1 }\n"))
	f.Add([]byte("journey: \"x\n  y: 'z\n\tq: {{ a }}\n? b\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, findings := Read([]Input{{Path: "x.yaml", Source: file}})
		lines := bytes.Count(file, []byte("\n")) + bytes.Count(file, []byte("\r")) + 1
		for _, f := range findings {
			if p := f.Span.Start; p.Line < 1 || p.Column < 1 || p.Line > lines {
				t.Errorf("%v: %s", p, f.Message)
			}
		}
		for _, j := range b.Journeys {
			for _, s := range j.States {
				for _, m := range s.Say {
					if m.Text != nil {
						m.Text.At(0, len([]rune(m.Text.Value)))
					}
				}
			}
		}
	})
}

func BenchmarkReadFile(b *testing.B) {
	var file strings.Builder
	file.WriteString(sound)
	for i := range 18 {
		fmt.Fprintf(&file, "  extra_%d:\n    ask: \"Order {{ order_id }}?\"\n    options: { yes: Yes, no: No }\n    invalid: |\n      Say {{ yes }}\n      or no.\n    on: { yes: told, no: desk }\n", i)
	}
	for b.Loop() {
		readFile(Input{Path: "x.yaml", Source: []byte(file.String())})
	}
}
