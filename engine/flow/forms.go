package flow

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/schedule"
)

var (
	kebabCase  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	snakeCase  = regexp.MustCompile(`^[a-z0-9_]+$`)
	dotted     = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)
	dataName   = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
	languages  = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	percentage = regexp.MustCompile(`^(\d{1,2}(\.\d+)?|100)%$`)
	integer    = regexp.MustCompile(`^[-+]?[0-9]+$|^0o[0-7]+$|^0x[0-9a-fA-F]+$`)
	decimal    = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$`)
	timestamp  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}([Tt ].*)?$`)
)

// formOf reads a plain scalar by the core schema of YAML 1.2, in which yes, no, on and off are texts.
func formOf(value string) Form {
	if value == "" {
		return Null
	}
	switch value {
	case "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	}
	if c := value[0]; c != '-' && c != '+' && c != '.' && (c < '0' || c > '9') {
		return Text
	}
	switch {
	case integer.MatchString(value):
		return Integer
	case decimal.MatchString(value):
		return Float
	case timestamp.MatchString(value):
		return Timestamp
	}
	return Text
}

// complain reports a scalar's form, unless it was reported already.
func (r *reader) complain(s *Scalar, code, message, hint string) {
	if !s.Faulty {
		s.Faulty = true
		r.report(s.Span, code, message, hint)
	}
}

// id checks a name where it is given, not where it is referred to.
func (r *reader) id(s *Scalar, what string, form *regexp.Regexp) *Scalar {
	if s.Faulty || form.MatchString(s.Value) {
		return s
	}
	style, mended := "snake_case: lower-case letters, digits and _", snake(s.Value, "_")
	switch form {
	case kebabCase:
		style, mended = "kebab-case: lower-case letters, digits and -", snake(s.Value, "-")
	case dotted:
		style, mended = "lower case with dots, as in `order.delayed`", strings.ToLower(s.Value)
	}
	hint := ""
	if form.MatchString(mended) {
		hint = fmt.Sprintf("write `%s`", mended)
	}
	r.complain(s, CodeBadID, fmt.Sprintf("%s is written in %s; `%s` is not", what, style, shorten(s.Value)), hint)
	return s
}

// snake takes a name apart at capitals and at all that is no letter or digit, and joins it anew.
func snake(name, joint string) string {
	var b strings.Builder
	lower := false
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			if lower {
				b.WriteString(joint)
			}
			b.WriteRune(c + 'a' - 'A')
			lower = false
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
			lower = true
		default:
			if lower {
				b.WriteString(joint)
			}
			lower = false
		}
	}
	return strings.TrimSuffix(b.String(), joint)
}

func (r *reader) event(s *Scalar) *Scalar { return r.id(s, "an event's type", dotted) }

func (r *reader) duration(f field) *Scalar {
	s := r.scalar(f, "a duration such as `24h`")
	r.checkDuration(s)
	return s
}

func (r *reader) checkDuration(s *Scalar) {
	if s.Faulty {
		return
	}
	if _, err := schedule.ParseDuration(s.Value); err != nil {
		r.complain(s, CodeBadDuration, err.Error(), "")
	}
}

func (r *reader) window(f field) *Scalar {
	s := r.scalar(f, "a window such as \"21:00-08:00\"")
	if s.Faulty {
		return s
	}
	if _, err := schedule.ParseWindow(s.Value); err != nil {
		r.complain(s, CodeBadWindow, err.Error(), "")
	}
	return s
}

func (r *reader) limits(f field) []*Scalar {
	list := r.scalars(f, "limits such as `2 per 24h`")
	for _, s := range list {
		if s.Faulty {
			continue
		}
		if _, err := schedule.ParseLimit(s.Value); err != nil {
			r.complain(s, CodeBadLimit, err.Error(), "")
		}
	}
	return list
}

func (r *reader) hours(f field) *Scalar {
	s := r.scalar(f, "hours such as \"Mon-Fri 09:00-17:00 America/New_York\"")
	if s.Faulty {
		return s
	}
	if _, err := schedule.ParseHours(s.Value); err != nil {
		r.complain(s, CodeBadHours, err.Error(), "")
	}
	return s
}

func (r *reader) zone(f field) *Scalar {
	s := r.text(f)
	if s.Faulty {
		return s
	}
	if _, err := schedule.Zone(s.Value); err != nil {
		r.complain(s, CodeBadZone, err.Error(), "")
	}
	return s
}

func (r *reader) again(f field) *Scalar {
	s := r.scalar(f, "`never`, `always` or `after 24h`")
	if s.Faulty || s.Value == "never" || s.Value == "always" {
		return s
	}
	wait, isAfter := strings.CutPrefix(s.Value, "after ")
	if !isAfter {
		r.complain(s, CodeBadValue, fmt.Sprintf("`again` is `never`, `always` or `after` with a duration, not `%s`", shorten(s.Value)),
			didYouMean(s.Value, []string{"never", "always"}))
	} else if _, err := schedule.ParseDuration(strings.TrimSpace(wait)); err != nil {
		r.complain(s, CodeBadDuration, err.Error(), "")
	}
	return s
}

// moment is a point in time with its zone.
func (r *reader) moment(f field) *Scalar {
	s := r.scalar(f, "a time such as 2026-03-06T09:00:00-05:00")
	if s.Faulty {
		return s
	}
	if _, err := time.Parse(time.RFC3339, s.Value); err != nil {
		r.complain(s, CodeBadTime, fmt.Sprintf("`%s` is no time", shorten(s.Value)), "write date, time and zone: 2026-03-06T09:00:00-05:00")
	}
	return s
}

func (r *reader) count(f field) *Scalar { return r.whole(f, 1, "a whole number from 1") }

func (r *reader) whole(f field, least int, want string) *Scalar {
	s := r.scalar(f, want)
	if s.Faulty {
		return s
	}
	if n, err := strconv.Atoi(s.Value); err != nil || s.Form != Integer || n < least || n > 1_000_000 {
		r.complain(s, CodeBadNumber, fmt.Sprintf("`%s` wants %s, not %s", f.name, want, written(s)), "")
	}
	return s
}

func (r *reader) share(f field) *Scalar {
	s := r.scalar(f, "a number from 0 to 1")
	r.number(s, f.name, 0, 1)
	return s
}

func (r *reader) number(s *Scalar, name string, least, most float64) {
	if s.Faulty {
		return
	}
	if n, err := strconv.ParseFloat(s.Value, 64); err != nil || s.Form != Integer && s.Form != Float || !(n >= least && n <= most) {
		r.complain(s, CodeBadNumber, fmt.Sprintf("`%s` wants a number from %g to %g, not %s", name, least, most, written(s)), "")
	}
}

// bound is the least or the greatest that a number may be.
func (r *reader) bound(f field) *Scalar {
	s := r.scalar(f, "a number")
	if !s.Faulty && s.Form != Integer && s.Form != Float {
		r.complain(s, CodeBadNumber, fmt.Sprintf("`%s` wants a number, not %s", f.name, written(s)), "")
	}
	return s
}

func (r *reader) percent(f field) *Scalar {
	s := r.scalar(f, "a percentage such as `5%`")
	if s.Faulty || percentage.MatchString(s.Value) {
		return s
	}
	hint := ""
	switch share, err := strconv.ParseFloat(s.Value, 64); {
	case err == nil && share > 0 && share < 1:
		hint = fmt.Sprintf("write `%g%%`", math.Round(share*1e6)/1e4)
	case percentage.MatchString(s.Value + "%"):
		hint = fmt.Sprintf("write `%s%%`", s.Value)
	}
	r.complain(s, CodeBadNumber, fmt.Sprintf("`%s` wants a percentage such as `5%%`, not %s", f.name, written(s)), hint)
	return s
}

func (r *reader) flag(f field) *Scalar {
	s := r.scalar(f, "`true` or `false`")
	if !s.Faulty && s.Form != Bool {
		r.complain(s, CodeBadValue, fmt.Sprintf("`%s` wants `true` or `false`, not %s", f.name, written(s)), "")
	}
	return s
}

func (r *reader) locale(f field) *Scalar {
	s := r.scalar(f, "a language such as `en` or `es-MX`")
	if !s.Faulty && !languages.MatchString(s.Value) {
		r.complain(s, CodeBadLocale, fmt.Sprintf("`%s` names no language", shorten(s.Value)), "write its code: `en`, `es`, `es-MX`")
	}
	return s
}

// oneOf checks a word against those that its place knows.
func (r *reader) oneOf(s *Scalar, what string, known []string) *Scalar {
	if !s.Faulty && !slices.Contains(known, s.Value) {
		r.complain(s, CodeBadValue, fmt.Sprintf("`%s` is no %s", shorten(s.Value), what), didYouMeanOr(s.Value, known))
	}
	return s
}

// auth begins with the scheme, whose credentials follow.
func (r *reader) auth(f field) *Scalar {
	s := r.text(f)
	if scheme, _, _ := strings.Cut(s.Value, " "); !s.Faulty && !slices.Contains(authSchemes, strings.ToLower(scheme)) {
		r.complain(s, CodeBadValue, fmt.Sprintf("`auth` begins with `bearer`, `basic` or `header`, not with `%s`", shorten(scheme)), didYouMean(scheme, authSchemes))
	}
	return s
}

// request is a method of HTTP and a path: GET /orders/{order_id}.
func (r *reader) request(f field) *Scalar {
	s := r.text(f)
	if s.Faulty {
		return s
	}
	method, path, _ := strings.Cut(s.Value, " ")
	switch path = strings.TrimSpace(path); {
	case !slices.Contains(methods, method):
		r.complain(s, CodeBadValue, fmt.Sprintf("`request` begins with %s, not with `%s`", quotedOr(methods), shorten(method)), didYouMean(strings.ToUpper(method), methods))
	case !strings.HasPrefix(path, "/"):
		r.complain(s, CodeBadValue, fmt.Sprintf("after `%s` the request wants a path that begins with `/`", method), fmt.Sprintf("write it like `%s /orders/{order_id}`", method))
	}
	return s
}

func (r *reader) channel(s *Scalar) *Scalar {
	if !s.Faulty && !slices.Contains(channelNames, s.Value) {
		r.complain(s, CodeUnknownChannel, fmt.Sprintf("there is no channel `%s`", shorten(s.Value)), didYouMeanOr(s.Value, channelNames))
	}
	return s
}

func (r *reader) channels(list []*Scalar) []*Scalar {
	for _, s := range list {
		r.channel(s)
	}
	return list
}

func (r *reader) purpose(s *Scalar) *Scalar { return r.oneOf(s, "purpose", purposes) }

func didYouMean(word string, known []string) string {
	if meant := diagnostic.Suggest(word, known); meant != "" {
		return fmt.Sprintf("did you mean `%s`?", meant)
	}
	return ""
}

func didYouMeanOr(word string, known []string) string {
	if hint := didYouMean(word, known); hint != "" {
		return hint
	}
	return "it is one of: " + strings.Join(known, ", ")
}

func written(s *Scalar) string {
	if s.Quoted {
		return fmt.Sprintf("the text %q", shorten(s.Value))
	}
	return fmt.Sprintf("`%s`", shorten(s.Value))
}
