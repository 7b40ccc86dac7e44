package expression

import (
	"fmt"
	"strings"
	"testing"
)

// written is a list of facts in one line: "order.eta set; trigger.type in a, b".
func written(facts []Fact) string {
	var all []string
	for _, f := range facts {
		s := f.Path
		if f.NonNil {
			s += " set"
		}
		if f.In != nil {
			s += " in " + strings.Join(f.In, ", ")
		}
		if f.NotIn != nil {
			s += " not " + strings.Join(f.NotIn, ", ")
		}
		all = append(all, s)
	}
	return strings.Join(all, "; ")
}

func TestFacts(t *testing.T) {
	for _, x := range []struct{ src, yes, no string }{
		{`order != nil`, "order set", ""},
		{`order == nil`, "", "order set"},
		{`nil != order.eta`, "order.eta set", ""},
		{`not (order == nil)`, "order set", ""},
		{`late`, "late set", ""},
		{`not late`, "", "late set"},
		{`order?.flagged`, "order.flagged set", ""},
		{`pieces > 3`, "pieces set", ""},
		{`3 < pieces`, "pieces set", ""},
		{`pieces == 3`, "pieces set", ""},
		{`pieces == rate`, "", ""},
		{`trigger.type == "order.lost"`, "trigger.type set in order.lost", "trigger.type not order.lost"},
		{`trigger.type != "order.lost"`, "trigger.type not order.lost", "trigger.type set in order.lost"},
		{`"small" == plan`, "plan set in small", "plan not small"},
		{`plan in ["small", "large"]`, "plan set in small, large", "plan not small, large"},
		{`not (plan in ["small"])`, "plan not small", "plan set in small"},
		{`order_id contains "A"`, "order_id set", ""},
		{`order != nil and order.eta != nil`, "order set; order.eta set", ""},
		{`order == nil or late`, "", "order set"},
		{`plan == "small" or plan == "large"`, "plan set in small, large", "plan not small, large"},
		{`order != nil or late`, "", ""},
		{`(contact.email ?? "") != ""`, "contact.email set", ""},
		{`(contact.email ?? "") == ""`, "", "contact.email set"},
		{`(contact.email ?? "none") == "a@b.example"`, "contact.email set", ""},
		{`(pieces ?? 0) > 2`, "pieces set", ""},
		{`(pieces ?? 9) > 2`, "", "pieces set"},
		{`late ?? false`, "late set", ""},
		{`late ?? true`, "", "late set"},
		{`order != nil ? order.eta != nil : false`, "", ""},
	} {
		c := CheckBool(x.src, shop())
		if len(c.Problems) > 0 {
			t.Errorf("%s: %+v", x.src, c.Problems)
		}
		if yes, no := written(c.WhenTrue), written(c.WhenFalse); yes != x.yes || no != x.no {
			t.Errorf("%s\ngot  %q and %q\nwant %q and %q", x.src, yes, no, x.yes, x.no)
		}
	}
}

func TestReads(t *testing.T) {
	for src, want := range map[string]string{
		`order.eta`:                              "order.eta@6+3",
		`order?.eta`:                             "order.eta@7+3?",
		`order ?? late`:                          "order@0+5? late@9+4",
		`order.shelf ?? "x"`:                     "order.shelf@6+5?",
		`(order.lines ?? [])[0].name`:            "order.lines@7+5?",
		`order.lines[0]?.name`:                   "order.lines@6+5?",
		`order.lines[pieces].name`:               "order.lines@6+5 pieces@12+6",
		`contact.attributes?.tier`:               "contact.attributes.tier@20+4? contact@0+7",
		`order["eta"]`:                           "order.eta@6+5",
		`order.eta != nil`:                       "order.eta@6+3?",
		`order != nil and order.total > 1`:       "order@0+5? order.total@23+5[order set]",
		`order == nil or order.total > 1`:        "order@0+5? order.total@22+5[order set]",
		`order == nil ? 1 : order.total`:         "order@0+5? order.total@25+5[order set]",
		`not (order == nil) and order.total > 1`: "order@5+5? order.total@29+5[order set]",
		`trigger.type == "order.lost" and trigger.data.sum > 1`: "trigger.type@8+4 trigger.data.sum@46+3[trigger.type set in order.lost]",
		`any(order.lines, .pieces > pieces)`:                    "order.lines@10+5 pieces@27+6",
		`let x = pieces; x + x`:                                 "pieces@8+6",
		`get(order, "eta")`:                                     "order@4+5?",
		`"ñ" + order_id`:                                        "order_id@6+8",
		`date(order.eta, "Jan")`:                                "order.eta@11+3",
	} {
		var got []string
		for _, r := range Check(src, shop()).Reads {
			s := fmt.Sprintf("%s@%d+%d", r.Path, r.Offset, r.Length)
			if r.Guarded {
				s += "?"
			}
			if len(r.Given) > 0 {
				s += "[" + written(r.Given) + "]"
			}
			got = append(got, s)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s\ngot  %s\nwant %s", src, strings.Join(got, " "), want)
		}
	}
}

func TestNarrowedEvents(t *testing.T) {
	for src, problem := range map[string]string{
		`trigger.data.sum`: "",
		`trigger.type == "order.lost" and trigger.data.sum > 1`:                                   "",
		`trigger.type == "order.lost" and trigger.data.days > 1`:                                  CodeUnknownField,
		`trigger.type != "order.lost" and trigger.data.days > 1`:                                  "",
		`trigger.type == "order.lost" ? trigger.data.sum > 1 : trigger.data.days > 1`:             "",
		`trigger.type in ["order.lost", "order.delayed"] and trigger.data.order_id == "AB123456"`: "",
	} {
		got := ""
		for _, p := range Check(src, shop()).Problems {
			got = p.Code
		}
		if got != problem {
			t.Errorf("%s: %q, want %q", src, got, problem)
		}
	}
}

func TestConstant(t *testing.T) {
	for src, want := range map[string]string{
		`true`:                                "true",
		`not true`:                            "false",
		`late and false`:                      "false",
		`late or true`:                        "true",
		`late`:                                "",
		`late and not late`:                   "false",
		`late or not late`:                    "true",
		`late or order.flagged or not late`:   "true",
		`not late and pieces > 1 and late`:    "false",
		`pieces > 5 or pieces <= 5`:           "true",
		`pieces > 5 and pieces <= 5`:          "false",
		`pieces > 5 and pieces < 3`:           "false",
		`pieces > 3 and pieces < 5`:           "",
		`pieces >= 3 and pieces <= 3`:         "",
		`pieces < 5 or pieces > 3`:            "true",
		`pieces < 3 or pieces > 5`:            "",
		`pieces == 3 and pieces == 4`:         "false",
		`pieces == 3 or pieces == 4`:          "",
		`pieces != 3 or pieces != 4`:          "true",
		`plan == "small" and plan == "large"`: "false",
		`plan != "small" or plan != "large"`:  "true",
		`plan == "small" and plan != "small"`: "false",
		`plan == "small" or plan == "large"`:  "",
		`pieces > rate and pieces <= rate`:    "false",
		`1 < 2`:                               "true",
		`"a" == "b"`:                          "false",
		`trigger.type == "order.delayed"`:     "",
		`trigger.type == "order.delyed"`:      "false",
		`trigger.type != "order.delyed"`:      "true",
		`trigger.type in ["chat.message"]`:    "false",
		`plan == "meduim"`:                    "false",
		`plan != "meduim"`:                    "true",
		`plan in ["meduim", "smal"]`:          "false",
		`late ? true : true`:                  "true",
		`late ? true : false`:                 "",
	} {
		got := ""
		if c := CheckBool(src, shop()).Constant; c != nil {
			got = fmt.Sprint(*c)
		}
		if got != want {
			t.Errorf("%s is always %q, want %q", src, got, want)
		}
	}
}

func TestLiteral(t *testing.T) {
	for src, want := range map[string]any{`"a"`: "a", `3`: 3, `-2.5`: -2.5, `true`: true, `pieces`: nil, `1 + 1`: nil} {
		if got := Check(src, shop()).Literal; got != want {
			t.Errorf("%s is written as %v, want %v", src, got, want)
		}
	}
}
