package simulate

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Summary counts what was run.
type Summary struct{ Cases, Failed, Steps int }

// Summarise counts results.
func Summarise(results []*Result) Summary {
	s := Summary{Cases: len(results)}
	for _, r := range results {
		s.Steps += r.Steps
		if !r.Passed() {
			s.Failed++
		}
	}
	return s
}

// WriteText writes a report for people: a line a case, and for each failure what was expected, what was there, and the transcript.
func WriteText(w io.Writer, results []*Result) error {
	p := &printer{w: w}
	file := ""
	for _, r := range results {
		if r.File != file {
			file = r.File
			p.f("%s (%s)\n", r.Journey, r.File)
		}
		if r.Passed() {
			p.f("  ok    %s\n", r.Name)
		} else {
			p.failed(r)
		}
	}
	p.total(results)
	return p.err
}

// WriteSummary writes a line a journey: how many of its cases pass, and how much of it all cases together reached. Only what
// fails is told in full. each is what Cover gives.
func WriteSummary(w io.Writer, results []*Result, each []Covered, all Covered) error {
	p := &printer{w: w}
	byJourney := map[string][]*Result{}
	for _, r := range results {
		byJourney[r.Journey] = append(byJourney[r.Journey], r)
		if !r.Passed() {
			p.f("%s (%s)\n", r.Journey, r.File)
			p.failed(r)
		}
	}
	p.f("%-24s %16s  %8s\n", "journey", "cases passed", "covered")
	line := func(c Covered, of []*Result) {
		s := Summarise(of)
		passed := "none of its own"
		if s.Cases > 0 {
			passed = fmt.Sprintf("%d of %d", s.Cases-s.Failed, s.Cases)
		}
		p.f("%-24s %16s  %6.1f %%\n", c.Journey, passed, c.Percent())
	}
	for _, c := range each {
		line(c, byJourney[c.Journey])
	}
	line(all, results)
	return p.err
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) total(results []*Result) {
	s := Summarise(results)
	p.f("%s, %d passed, %d failed, %s\n", count(s.Cases, "case"), s.Cases-s.Failed, s.Failed, count(s.Steps, "step"))
}

func (p *printer) failed(r *Result) {
	p.f("  FAIL  %s\n", r.Name)
	for _, f := range r.Failures {
		p.f("        %s:%d: %s\n", r.File, f.Line, strings.ReplaceAll(f.Message, "\n", "\n        "))
	}
	p.transcript(r.Transcript)
}

func (p *printer) f(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) transcript(lines []Line) {
	if len(lines) == 0 {
		return
	}
	p.f("        transcript:\n")
	for _, l := range lines {
		who := l.Who
		if l.Via != "" {
			who += " (" + string(l.Via) + ")"
		}
		p.f("          %s  %-16s %s\n", l.At.Format("Mon 2 Jan 15:04:05"), who, strings.ReplaceAll(l.Text, "\n", " / "))
	}
}

type jsonCase struct {
	File     string        `json:"file"`
	Journey  string        `json:"journey"`
	Name     string        `json:"name"`
	Line     int           `json:"line"`
	Passed   bool          `json:"passed"`
	Steps    int           `json:"steps"`
	Failures []jsonFailure `json:"failures"`
}

type jsonFailure struct {
	Line    int    `json:"line"`
	Message string `json:"message"`
}

// WriteJSON writes {"cases": […], "coverage": …}; coverage may be nil.
func WriteJSON(w io.Writer, results []*Result, coverage any) error {
	cases := make([]jsonCase, 0, len(results))
	for _, r := range results {
		c := jsonCase{File: r.File, Journey: r.Journey, Name: r.Name, Line: r.Line, Passed: r.Passed(), Steps: r.Steps, Failures: []jsonFailure{}}
		for _, f := range r.Failures {
			c.Failures = append(c.Failures, jsonFailure(f))
		}
		cases = append(cases, c)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Cases    []jsonCase `json:"cases"`
		Coverage any        `json:"coverage,omitempty"`
	}{cases, coverage})
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the XML that CI systems read: a suite a file.
func WriteJUnit(w io.Writer, results []*Result) error {
	var suites []*junitSuite
	for _, r := range results {
		if len(suites) == 0 || suites[len(suites)-1].Name != r.File {
			suites = append(suites, &junitSuite{Name: r.File})
		}
		s := suites[len(suites)-1]
		c := junitCase{Class: r.Journey, Name: r.Name, File: r.File, Line: r.Line}
		if !r.Passed() {
			c.Failure = junitFailed(r)
			s.Failures++
		}
		s.Tests++
		s.Cases = append(s.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	err := e.Encode(struct {
		XMLName xml.Name `xml:"testsuites"`
		Suites  []*junitSuite
	}{Suites: suites})
	if err == nil {
		_, err = io.WriteString(w, "\n")
	}
	return err
}

func junitFailed(r *Result) *junitFailure {
	f := &junitFailure{Message: r.Failures[0].Message}
	var b strings.Builder
	for _, x := range r.Failures {
		fmt.Fprintf(&b, "%s:%d: %s\n", r.File, x.Line, x.Message)
	}
	(&printer{w: &b}).transcript(r.Transcript)
	f.Text = b.String()
	return f
}
