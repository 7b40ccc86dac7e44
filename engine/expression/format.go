package expression

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// names of days and months, by language; English is Go's own.
type calendarNames struct {
	days, months           []string // from Sunday, from January
	shortDays, shortMonths []string
}

var calendars = map[string]calendarNames{
	"es": {
		days:        strings.Fields("domingo lunes martes miércoles jueves viernes sábado"),
		months:      strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
		shortDays:   strings.Fields("dom lun mar mié jue vie sáb"),
		shortMonths: strings.Fields("ene feb mar abr may jun jul ago sept oct nov dic"),
	},
	"de": {
		days:        strings.Fields("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"),
		months:      strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
		shortDays:   strings.Fields("So Mo Di Mi Do Fr Sa"),
		shortMonths: strings.Fields("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
	},
	"fr": {
		days:        strings.Fields("dimanche lundi mardi mercredi jeudi vendredi samedi"),
		months:      strings.Fields("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
		shortDays:   strings.Fields("dim. lun. mar. mer. jeu. ven. sam."),
		shortMonths: strings.Fields("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
	},
	"pt": {
		days:        strings.Fields("domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado"),
		months:      strings.Fields("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"),
		shortDays:   strings.Fields("dom. seg. ter. qua. qui. sex. sáb."),
		shortMonths: strings.Fields("jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez."),
	},
	"it": {
		days:        strings.Fields("domenica lunedì martedì mercoledì giovedì venerdì sabato"),
		months:      strings.Fields("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"),
		shortDays:   strings.Fields("dom lun mar mer gio ven sab"),
		shortMonths: strings.Fields("gen feb mar apr mag giu lug ago set ott nov dic"),
	},
}

// formatClock writes a time of day as people of a locale do.
func formatClock(t time.Time, locale string) string {
	if locale == "en-US" {
		return t.Format("3:04 PM")
	}
	return t.Format("15:04")
}

// formatDate formats by Go's layout, with the names of days and months in a locale's language.
func formatDate(t time.Time, layout, locale string) string {
	language, _, _ := strings.Cut(locale, "-")
	names, ok := calendars[language]
	if !ok {
		return t.Format(layout)
	}
	var b strings.Builder
	from := 0
	for i := 0; i < len(layout); {
		name, length := names.at(layout[i:], t)
		if length == 0 {
			i++
			continue
		}
		b.WriteString(t.Format(layout[from:i]))
		b.WriteString(name)
		i += length
		from = i
	}
	b.WriteString(t.Format(layout[from:]))
	return b.String()
}

// at gives the name that a layout begins with; like Go, it takes Mon and Jan only where no small letter follows.
func (n *calendarNames) at(layout string, t time.Time) (name string, length int) {
	short := func() bool { return len(layout) == 3 || layout[3] < 'a' || layout[3] > 'z' }
	switch {
	case strings.HasPrefix(layout, "Monday"):
		return n.days[t.Weekday()], len("Monday")
	case strings.HasPrefix(layout, "January"):
		return n.months[t.Month()-1], len("January")
	case strings.HasPrefix(layout, "Mon") && short():
		return n.shortDays[t.Weekday()], len("Mon")
	case strings.HasPrefix(layout, "Jan") && short():
		return n.shortMonths[t.Month()-1], len("Jan")
	}
	return "", 0
}

// show writes a value as it stands in a text.
func (c *Context) show(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.In(c.zone()).Format("2006-01-02T15:04Z07:00")
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = c.show(e)
		}
		return strings.Join(parts, ", ")
	}
	plain := Plain(v)
	if m, ok := plain.(map[string]any); ok {
		b, _ := json.Marshal(m)
		return string(b)
	}
	return fmt.Sprint(plain)
}
