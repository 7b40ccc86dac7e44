package diagnostic

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Options are how findings look as text.
type Options struct {
	Color bool
	Width int // of the terminal in cells; longer source lines are cut around the place. 0: never
}

// WriteText writes findings for people: the place, what is wrong, the source line with the place underlined, the hint,
// related places, and at the end a line that counts. sources gives a file's bytes, or nil where they are not at hand.
func WriteText(w io.Writer, findings []Finding, sources func(file string) []byte, options Options) error {
	p := printer{options: options, sources: sources, lines: map[string][][]byte{}}
	for _, f := range findings {
		p.finding(f)
	}
	if len(findings) > 0 {
		p.line(Summary(findings))
	}
	if _, err := w.Write(p.out.Bytes()); err != nil {
		return fmt.Errorf("writing findings: %w", err)
	}
	return nil
}

// Summary counts findings: "3 errors, 1 warning in 2 files".
func Summary(findings []Finding) string {
	var counts [Note + 1]int
	files := map[string]bool{}
	for _, f := range findings {
		counts[min(f.Severity, Note)]++
		files[f.Span.File] = true
	}
	var parts []string
	for severity, n := range counts {
		if n > 0 {
			parts = append(parts, counted(n, Severity(severity).String()))
		}
	}
	if len(parts) == 0 {
		return "no findings"
	}
	return strings.Join(parts, ", ") + " in " + counted(len(files), "file")
}

func counted(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

type printer struct {
	options Options
	sources func(file string) []byte
	lines   map[string][][]byte
	out     bytes.Buffer
}

const (
	bold   = "1"
	blue   = "34"
	red    = "31;1"
	yellow = "33;1"
	cyan   = "36;1"
)

var colors = [...]string{Error: red, Warning: yellow, Note: cyan}

func (p *printer) paint(color, text string) string {
	if !p.options.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

func (p *printer) line(text string) { p.out.WriteString(text + "\n") }

func (p *printer) finding(f Finding) {
	color := colors[min(f.Severity, Note)]
	p.line(fmt.Sprintf("%s %s %s", p.paint(bold, place(f.Span)+":"),
		p.paint(color, fmt.Sprintf("%s[%s]:", f.Severity, f.Code)), f.Message))
	p.snippet(f.Span, color)
	if f.Hint != "" {
		p.line("  " + p.paint(blue, "hint:") + " " + f.Hint)
	}
	for _, r := range f.Related {
		p.line(fmt.Sprintf("  %s %s %s", p.paint(blue, "see:"), place(r.Span)+":", r.Message))
		p.snippet(r.Span, blue)
	}
	p.line("")
}

func place(s Span) string {
	return fmt.Sprintf("%s:%d:%d", s.File, s.Start.Line, s.Start.Column)
}

// snippet shows a place's line with the place underlined.
func (p *printer) snippet(s Span, color string) {
	text, known := p.source(s)
	if !known {
		return
	}
	start, end := cells(text, s.Start.Column-1), 0
	if s.End.Line == s.Start.Line {
		end = cells(text, s.End.Column-1)
	} else if s.End.Line > s.Start.Line {
		end = cells(text, utf8.RuneCountInString(text))
	}
	shown := expand(text)
	number := fmt.Sprintf("%5d", s.Start.Line)
	shown, start, end = p.cut(shown, start, max(end, start+1), len(number)+3)
	p.line(p.paint(blue, number+" |") + " " + strings.TrimRight(shown, " "))
	p.line(p.paint(blue, "      |") + " " + strings.Repeat(" ", start) + p.paint(color, "^"+strings.Repeat("~", end-start-1)))
}

func (p *printer) source(s Span) (string, bool) {
	lines, read := p.lines[s.File]
	if !read {
		content := bytes.TrimPrefix(p.sources(s.File), []byte("\uFEFF"))
		content = bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
		content = bytes.ReplaceAll(content, []byte("\r"), []byte("\n"))
		lines = bytes.Split(content, []byte("\n"))
		p.lines[s.File] = lines
	}
	if s.Start.Line < 1 || s.Start.Line > len(lines) || len(bytes.TrimSpace(lines[s.Start.Line-1])) == 0 {
		return "", false
	}
	return strings.ToValidUTF8(string(lines[s.Start.Line-1]), "\uFFFD"), true
}

// cut keeps a long line within the terminal's width: the place, and some of what stands before it.
func (p *printer) cut(text string, start, end, margin int) (string, int, int) {
	room := p.options.Width - margin
	if p.options.Width <= 0 || room < 20 || cells(text, utf8.RuneCountInString(text)) <= room {
		return text, start, end
	}
	if start > room/2 {
		skip := start - room/3
		text, skip = dropCells(text, skip)
		text = "…" + text
		start, end = start-skip+1, end-skip+1
	}
	text, cutOff := keepCells(text, room-1)
	if cutOff {
		text += "…"
	}
	return text, start, max(start+1, min(end, room-1))
}

// dropCells leaves out the first characters of a text that fill n cells, and tells how many they did fill.
func dropCells(text string, n int) (string, int) {
	dropped := 0
	for i, c := range text {
		if dropped >= n {
			return text[i:], dropped
		}
		dropped += width(c)
	}
	return "", dropped
}

func keepCells(text string, n int) (string, bool) {
	kept := 0
	for i, c := range text {
		if kept += width(c); kept > n {
			return text[:i], true
		}
	}
	return text, false
}

// tab is how far apart the columns are that a tab goes on to.
const tab = 4

// cells is how wide the first n characters of a line are on a terminal; beyond its end each counts one.
func cells(text string, n int) int {
	sum := 0
	for _, c := range text {
		if n == 0 {
			return sum
		}
		n--
		if c == '\t' {
			sum += tab - sum%tab
		} else {
			sum += width(c)
		}
	}
	return sum + n
}

// expand writes tabs as spaces and leaves out what would not be seen or would steer the terminal.
func expand(text string) string {
	var b strings.Builder
	at := 0
	for _, c := range text {
		switch {
		case c == '\t':
			n := tab - at%tab
			b.WriteString(strings.Repeat(" ", n))
			at += n
		case width(c) == 0 && unicode.IsControl(c):
		default:
			b.WriteRune(c)
			at += width(c)
		}
	}
	return b.String()
}

// wide are the characters that take two cells: East Asian wide and full-width ones, and emoji (Unicode's EastAsianWidth W and F).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{{0x1100, 0x115F, 1}, {0x231A, 0x231B, 1}, {0x2E80, 0x303E, 1}, {0x3041, 0xA4CF, 1}, {0xA960, 0xA97C, 1}, {0xAC00, 0xD7A3, 1},
		{0xF900, 0xFAFF, 1}, {0xFE30, 0xFE6F, 1}, {0xFF00, 0xFF60, 1}, {0xFFE0, 0xFFE6, 1}},
	R32: []unicode.Range32{{0x16FE0, 0x18AFF, 1}, {0x1B000, 0x1B2FF, 1}, {0x1F300, 0x1F64F, 1}, {0x1F680, 0x1F6FF, 1}, {0x1F900, 0x1FAFF, 1}, {0x20000, 0x3FFFD, 1}},
}

func width(c rune) int {
	switch {
	case unicode.IsControl(c), unicode.In(c, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case unicode.Is(wide, c):
		return 2
	}
	return 1
}
