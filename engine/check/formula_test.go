package check

import "testing"

// TestImplied asks whether the first guard leaves nothing for the second.
func TestImplied(t *testing.T) {
	for _, test := range []struct {
		earlier, later string
		implied        bool
	}{
		{`days > 7`, `days > 30`, true},
		{`days > 30`, `days > 7`, false},
		{`days >= 7`, `days > 7`, true},
		{`days > 7`, `days >= 7`, false},
		{`days > 7`, `7 < days and ours`, true},
		{`days != 3`, `days == 4`, true},
		{`days != 3`, `days == 3`, false},
		{`days > -1`, `days > 0`, true},
		{`days < (-0.5)`, `days < (-0.8)`, true},
		{`(ours) and (days > 3)`, `((days) > 4) and ours`, true},
		{`kind == "a"`, `kind == 'a'`, true},
		{`kind in ["a", "b"]`, `kind == "b"`, true},
		{`kind in ["a", "b"]`, `kind == "c"`, false},
		{`kind not in ["a"]`, `kind == "c"`, true},
		{`kind == "a" or kind == "b"`, `kind in ["b", "a"]`, true},
		{`kind == "a" and ours`, `kind == "a"`, false},
		{`ours`, `ours == true`, true},
		{`not ours`, `ours == false and late`, true},
		{`!(ours and late)`, `not ours or not late`, true},
		{`len(list) > 2`, `len(list) > 3`, true},
		{`order?.eta == nil`, `order.eta == nil`, true},
		{`order?.eta != nil`, `order.eta == nil`, false},
		{`(order?.flagged ?? false)`, `order?.flagged ?? false`, true},
		{`a ? b : c`, `a`, false},
		{`a + 1 > 2`, `a + 1 > 3`, true},
		{`hours_between(a, b) > 24`, `hours_between(b, a) > 24`, false},
		{`"a" == kind`, `kind == "a"`, true},
		{`any(list, # > 3)`, `any(list, # > 4)`, false},
	} {
		got := all(parseGuard(test.later), parseGuard(test.earlier).negate()).impossible()
		if got != test.implied {
			t.Errorf("`%s` behind `%s`: never taken is %v", test.later, test.earlier, got)
		}
	}
}

func TestImpossible(t *testing.T) {
	for source, impossible := range map[string]bool{
		`ours and not ours`:                  true,
		`ours or not ours`:                   false,
		`days > 7 and days < 5`:              true,
		`days > 7 and days < 9`:              false,
		`days >= 7 and days <= 7`:            false,
		`days > 7 and days <= 7`:             true,
		`kind == "a" and kind == "b"`:        true,
		`kind == "a" and kind != "a"`:        true,
		`kind in ["a"] and kind in ["b"]`:    true,
		`kind == nil and kind == "a"`:        true,
		`kind == "a" and days == 3`:          false,
		`(kind == "a" or late) and not late`: false,
		`false`:                              true,
		`1 == 2`:                             true,
		`"b" > "a"`:                          false,
		`2 > 1`:                              false,
		`"a" != "a"`:                         true,
		`"a" in ["b"]`:                       true,
		`"a" not in ["b"]`:                   false,
		`days < days`:                        true,
		`days == days`:                       false,
		`true`:                               false,
	} {
		if got := parseGuard(source).impossible(); got != impossible {
			t.Errorf("`%s` never holds: %v", source, got)
		}
	}
}

func FuzzGuard(f *testing.F) {
	for _, seed := range []string{`a > 1 and not (b == "x" or c in [1, 2])`, `not in`, `((`, `a ?? b`, `- 1 < x`, `"open`, `x == true == false`, `a <`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		g := parseGuard(source)
		if g.impossible() && g.negate().impossible() {
			t.Fatalf("`%s` neither holds nor fails", source)
		}
	})
}
