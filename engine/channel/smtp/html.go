package smtp

import (
	"html"
	"strings"
)

// What elements do to a text: some begin a line, some hold what is no text of this mail, and what is in some is no HTML.
var (
	lines   = set("div li tr h1 h2 h3 h4 hr table ul ol pre")
	dropped = set("head blockquote")
	raw     = set("script style title")
)

func set(names string) map[string]bool {
	m := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		m[name] = true
	}
	return m
}

// htmlText is the text of an HTML mail, without what it quotes.
func htmlText(source string) string {
	var p page
	for source != "" {
		text, rest, tagged := strings.Cut(source, "<")
		p.add(text)
		if !tagged {
			break
		}
		var name string
		var closing bool
		name, closing, source = tag(rest)
		if raw[name] && !closing {
			source = behind(source, name)
			continue
		}
		p.tag(name, closing)
	}
	return tidy(html.UnescapeString(p.text.String()))
}

// page is the text so far.
type page struct {
	text     strings.Builder
	atStart  bool   // of a line
	skipping string // the element that is dropped
	depth    int
}

// add adds text; white space is a space in HTML.
func (p *page) add(text string) {
	joined := strings.Join(strings.Fields(text), " ")
	if p.skipping != "" || text == "" || joined == "" && p.atStart {
		return
	}
	const spaces = " \t\r\n"
	if strings.ContainsAny(text[:1], spaces) {
		p.text.WriteByte(' ')
	}
	p.text.WriteString(joined)
	if joined != "" && strings.ContainsAny(text[len(text)-1:], spaces) {
		p.text.WriteByte(' ')
	}
	p.atStart = false
}

// tag does what a tag says.
func (p *page) tag(name string, closing bool) {
	switch {
	case p.skipping == "" && dropped[name] && !closing:
		p.skipping, p.depth = name, 1
	case p.skipping != "" && name == p.skipping:
		if p.depth++; closing {
			p.depth -= 2
		}
		if p.depth == 0 {
			p.skipping = ""
		}
	case p.skipping != "":
	case name == "p":
		p.text.WriteString("\n\n")
		p.atStart = true
	case name == "br", lines[name] && !p.atStart:
		p.text.WriteByte('\n')
		p.atStart = true
	}
}

// tag reads a tag or a comment behind its "<".
func tag(source string) (name string, closing bool, rest string) {
	if after, found := strings.CutPrefix(source, "!--"); found {
		_, rest, _ = strings.Cut(after, "-->")
		return "", false, rest
	}
	inside, rest, _ := strings.Cut(source, ">")
	inside, closing = strings.CutPrefix(inside, "/")
	if end := strings.IndexAny(inside, " \t\r\n/"); end >= 0 {
		inside = inside[:end]
	}
	return strings.ToLower(inside), closing, rest
}

// behind is what comes behind the end of an element whose contents are no HTML.
func behind(source, name string) string {
	for {
		_, rest, found := strings.Cut(source, "</")
		if !found {
			return ""
		}
		if len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			_, rest, _ = strings.Cut(rest, ">")
			return rest
		}
		source = rest
	}
}

// tidy trims the lines, and leaves no two in a row empty.
func tidy(text string) string {
	var kept []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\u00a0", " ")) {
		line = strings.TrimSpace(line)
		if line == "" && (len(kept) == 0 || kept[len(kept)-1] == "") {
			continue
		}
		kept = append(kept, line)
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}
