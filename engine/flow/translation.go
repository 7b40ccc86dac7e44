package flow

import "fmt"

func (r *reader) translations(list []field, file *File) *Translations {
	t := &Translations{File: file}
	list = r.known(list, translationsShape, r.first())
	for _, f := range list {
		switch f.name {
		case "translations":
			t.Locale = r.locale(f)
		case "texts":
			for _, e := range r.list(f, "texts with their translations") {
				t.Texts = append(t.Texts, r.translation(e))
			}
		}
	}
	for _, text := range t.Texts {
		r.checkPair(text, t.Locale)
	}
	return t
}

func (r *reader) translation(f field) *Translation {
	t := &Translation{Span: r.spanOf(f.node)}
	faulty := r.watch()
	for _, f := range r.entries(f, "a text in two languages") {
		if !languages.MatchString(f.name) {
			r.complain(f.key, CodeBadLocale, fmt.Sprintf("`%s` names no language", shorten(f.name)), "write its code: `en`, `es`, `es-MX`")
		}
		t.Texts = append(t.Texts, &TranslatedText{Locale: f.key, Text: r.text(f)})
	}
	t.Faulty = faulty()
	return t
}

// checkPair wants a text in the file's language and in just one other.
func (r *reader) checkPair(t *Translation, locale *Scalar) {
	if t.Faulty || locale == nil || locale.Faulty {
		return
	}
	for _, text := range t.Texts {
		if text.Locale.Value == locale.Value && len(t.Texts) == 2 {
			return
		}
	}
	t.Faulty = true
	span, found := t.Span, ""
	switch {
	case len(t.Texts) == 1 && t.Texts[0].Locale.Value == locale.Value:
		found = ", and here the text as the journey has it is missing"
	case len(t.Texts) == 1:
		found = ", which is missing here"
	case len(t.Texts) == 2:
		span, found = t.Texts[1].Locale.Span, fmt.Sprintf(", not in `%s` and `%s`", t.Texts[0].Locale.Value, t.Texts[1].Locale.Value)
	case len(t.Texts) > 2:
		span, found = t.Texts[2].Locale.Span, ", and this is one text more"
	}
	r.report(span, CodeMissingKey, fmt.Sprintf("a pair holds a text and its translation into `%s`%s", locale.Value, found), "")
}
