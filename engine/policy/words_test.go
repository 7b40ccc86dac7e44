package policy

import (
	"strings"
	"testing"
)

func TestReadWord(t *testing.T) {
	for word, texts := range map[Word][]string{
		OptOutWord: {"stop", "STOP", "Stop!", " stop.\n", "\"STOP\"", "“Stop”", "*stop*", "STOP 🛑", "stopall", "stop all", "unsubscribe", "Cancel", "end", "QUIT",
			"revoke", "optout", "opt out", "Opt-Out", "opt  out", "OPT OUT."},
		OptInWord: {"start", "START", "unstop", "Unstop!"},
		HelpWord:  {"help", "HELP", "help?", "Info", "info."},
		NoWord: {"", " ", "!", "please stop", "stop it", "stop sending me these", "don't stop", "the end", "cancel my order", "help me", "yes", "no", "1",
			"stopp", "re start", "I want to opt out", "stop" + strings.Repeat(" x", 40)},
	} {
		for _, text := range texts {
			if got := ReadWord(text, false); got != word {
				t.Errorf("ReadWord(%q) = %d, want %d", text, got, word)
			}
		}
	}
}

func TestYesIsAnOptInOnlyWhileOptedOut(t *testing.T) {
	for _, text := range []string{"yes", "YES", "Yes!"} {
		if got := ReadWord(text, true); got != OptInWord {
			t.Errorf("opted out, %q is %d", text, got)
		}
		if got := ReadWord(text, false); got != NoWord {
			t.Errorf("not opted out, %q is %d", text, got)
		}
	}
	if got := ReadWord("yes please", true); got != NoWord {
		t.Errorf("a sentence with yes is %d", got)
	}
}

func TestReservedWord(t *testing.T) {
	for text, want := range map[string]Word{
		"cancel": OptOutWord, "End": OptOutWord, "Opt out": OptOutWord, "Quit.": OptOutWord, "Info": HelpWord, "help": HelpWord,
		"start": NoWord, "unstop": NoWord, "yes": NoWord, "1": NoWord, "Cancel my visit": NoWord, "stop_by": NoWord, "": NoWord,
	} {
		if got, reserved := ReservedWord(text); got != want || reserved != (want != NoWord) {
			t.Errorf("ReservedWord(%q) = %d, %v, want %d", text, got, reserved, want)
		}
	}
}

func FuzzReadWord(f *testing.F) {
	f.Add("Stop!")
	f.Add("opt \u00a0out")
	f.Fuzz(func(t *testing.T, text string) {
		if ReadWord(text, false) != ReadWord(" "+text+"!\n", false) {
			t.Errorf("%q is read differently with space and punctuation around it", text)
		}
	})
}

func TestReadWordDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { ReadWord("where is my order AB123456, please?", false) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
