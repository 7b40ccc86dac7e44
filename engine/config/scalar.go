package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/schedule"
)

// word is a single value: as it was written, and with what the environment has put into it.
type word struct {
	*flow.Scalar
	text string // the value
	ok   bool   // false: something was reported
	env  bool   // some of it came from the environment, so that it may not be shown
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// word reads a single value. want says what belongs there: "a text".
func (r *reader) word(f field, want string) word {
	s := f.value.Scalar
	switch {
	case s == nil:
		r.wrongKind(f, want)
		return word{Scalar: &flow.Scalar{Span: f.value.Span}}
	case s.Faulty:
		return word{Scalar: s}
	case s.Form == flow.Null, s.Value == "":
		r.report(f.place, flow.CodeMissingValue, fmt.Sprintf("`%s` has no value", f.name), "it wants "+want)
		return word{Scalar: s}
	}
	w := word{Scalar: s, ok: true}
	w.text = variable.ReplaceAllStringFunc(s.Value, func(written string) string {
		w.env = true
		value, ok := r.variable(s, written)
		w.ok = w.ok && ok
		return value
	})
	if at := strings.LastIndex(s.Value, "${"); w.ok && at >= 0 && !strings.Contains(s.Value[at:], "}") {
		r.report(s.At(at, 2), flow.CodeUnclosed, "this `${` is never closed", "write `${NAME}`")
		w.ok = false
	}
	return w
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (r *reader) variable(s *flow.Scalar, written string) (string, bool) {
	name := written[2 : len(written)-1]
	span := s.At(strings.Index(s.Value, written), len(written))
	if !variableName.MatchString(name) {
		r.report(span, flow.CodeBadValue, fmt.Sprintf("`%s` names no environment variable", shorten(written)), "a name has letters, digits and `_`: `${JOURNEY_KEY}`")
		return "", false
	}
	value, set := r.env(name)
	switch {
	case !set:
		r.report(span, CodeUnset, fmt.Sprintf("the environment variable %s is not set", name), "set it where the server is started")
	case value == "":
		r.report(span, CodeUnset, fmt.Sprintf("the environment variable %s is empty", name), "")
	}
	return value, value != ""
}

// shown is the value as a message may show it.
func (w word) shown() string { return "`" + shorten(w.Value) + "`" }

// bad reports a value that is not what it has to be.
func (r *reader) bad(w word, code, message, hint string) {
	r.report(w.Span, code, message, hint)
}

func (r *reader) text(f field, into *string) {
	if w := r.word(f, "a text"); w.ok {
		*into = w.text
	}
}

// secret reads what should come from the environment.
func (r *reader) secret(f field, into *Secret) {
	w := r.word(f, "a secret from the environment, such as \"${NAME}\"")
	if !w.ok {
		return
	}
	if !w.env {
		r.warn(w.Span, CodeSecretShown, fmt.Sprintf("`%s` is a secret, and everybody who reads this file knows it", f.name),
			fmt.Sprintf("put it into an environment variable: `%s: \"${%s}\"`", f.name, strings.ToUpper(f.name)))
	}
	*into = Secret{w.text}
}

// longSecret is a secret that must not be guessed.
func (r *reader) longSecret(f field, least int, into *Secret) {
	r.secret(f, into)
	if into.IsSet() && len(into.value) < least {
		r.report(f.value.Span, flow.CodeBadValue, fmt.Sprintf("`%s` is too short to be safe: it wants at least %d characters", f.name, least), "make one with `openssl rand -hex 32`")
	}
}

func (r *reader) choice(f field, into *string, of ...string) {
	w := r.word(f, "one of "+quoted(of))
	if !w.ok {
		return
	}
	if !slices.Contains(of, w.text) {
		r.bad(w, flow.CodeBadValue, fmt.Sprintf("`%s` is one of %s, not %s", f.name, quoted(of), w.shown()), didYouMean(w.Value, of))
		return
	}
	*into = w.text
}

func (r *reader) duration(f field, into *time.Duration) {
	w := r.word(f, "a duration such as `10s`")
	if !w.ok {
		return
	}
	d, err := schedule.ParseDuration(w.text)
	if err != nil {
		r.badTime(w, flow.CodeBadDuration, err)
		return
	}
	*into = d
}

// badTime reports what is no piece of time, in the words of package schedule.
func (r *reader) badTime(w word, code string, err error) {
	message := err.Error()
	if e := (*schedule.Error)(nil); w.env && errors.As(err, &e) {
		message = w.shown() + " " + e.Problem
	}
	r.bad(w, code, message, "")
}

func (r *reader) whole(f field, least, most int, into *int) {
	want := fmt.Sprintf("a whole number from %d to %d", least, most)
	if most == math.MaxInt32 {
		want = fmt.Sprintf("a whole number from %d", least)
	}
	w := r.word(f, want)
	if !w.ok {
		return
	}
	n, err := strconv.Atoi(w.text)
	if err != nil || n < least || n > most {
		r.bad(w, flow.CodeBadNumber, fmt.Sprintf("`%s` wants %s, not %s", f.name, want, w.shown()), "")
		return
	}
	*into = n
}

func (r *reader) words(f field, of string, read func(w word)) {
	r.list(f, of, func(f field) {
		if w := r.word(f, "a list of "+of); w.ok {
			read(w)
		}
	})
}

// events reads types of events.
func (r *reader) events(f field, into *[]string) {
	seen := twice{}
	r.words(f, "events", func(w word) {
		if !eventName.MatchString(w.text) {
			r.bad(w, flow.CodeBadID, fmt.Sprintf("an event's type is written in lower case with dots, as in `handoff.opened`; %s is not", w.shown()), "")
			return
		}
		r.first(seen, w.text, "this list has already", w.Span)
		*into = append(*into, w.text)
	})
}

var eventName = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)

func didYouMean(word string, known []string) string {
	if meant := diagnostic.Suggest(word, known); meant != "" {
		return fmt.Sprintf("did you mean `%s`?", meant)
	}
	return ""
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = "`" + n + "`"
	}
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
