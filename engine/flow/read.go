package flow

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"gopkg.in/yaml.v3"

	"journey/engine/diagnostic"
)

// Input is a file's path, as findings shall name it, and its bytes.
type Input struct {
	Path   string
	Source []byte
}

// Read parses files into a bundle. Findings are unsorted; a file that is broken in one place still yields all the rest.
func Read(inputs []Input) (*Bundle, []diagnostic.Finding) {
	inputs = slices.Clone(inputs)
	slices.SortStableFunc(inputs, func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	parsed := make([]*parsedFile, len(inputs))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(inputs)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(inputs); i = int(next.Add(1)) - 1 {
				parsed[i] = readFile(inputs[i])
			}
		})
	}
	workers.Wait()
	return assemble(parsed)
}

// parsedFile is what one file yields; of the four trees its kind's one is set, none where the file is broken.
type parsedFile struct {
	file         *File
	journey      *Journey
	library      *Library
	translations *Translations
	scenarios    *Scenarios
	findings     []diagnostic.Finding
}

func assemble(parsed []*parsedFile) (*Bundle, []diagnostic.Finding) {
	b := &Bundle{}
	var findings []diagnostic.Finding
	for _, p := range parsed {
		b.Files = append(b.Files, p.file)
		findings = append(findings, p.findings...)
		switch {
		case p.journey != nil:
			b.Journeys = append(b.Journeys, p.journey)
		case p.library != nil:
			b.Libraries = append(b.Libraries, p.library)
		case p.translations != nil:
			b.Translations = append(b.Translations, p.translations)
		case p.scenarios != nil:
			b.Scenarios = append(b.Scenarios, p.scenarios)
		}
	}
	return b, append(findings, missingWays(b)...)
}

// missingWays reports journeys without entry or exit, unless another journey runs them, or may: a broken file could.
func missingWays(b *Bundle) []diagnostic.Finding {
	for _, f := range b.Files {
		if f.Broken {
			return nil
		}
	}
	runs := runsOf(b)
	var findings []diagnostic.Finding
	for _, j := range b.Journeys {
		if runs[j.ID.Value] {
			continue
		}
		for _, lack := range []struct {
			key string
			has bool
		}{{"entry", j.HasEntry}, {"exit", j.HasExit}} {
			if !lack.has {
				findings = append(findings, diagnostic.Finding{Span: j.ID.source.first(), Code: CodeMissingKey,
					Message: fmt.Sprintf("a journey lacks `%s`", lack.key), Hint: headerHints[lack.key]})
			}
		}
	}
	return findings
}

// runsOf are the journeys that others run; a misspelt one counts as the one that was most likely meant.
func runsOf(b *Bundle) map[string]bool {
	var ids []string
	for _, j := range b.Journeys {
		ids = append(ids, j.ID.Value)
	}
	runs := map[string]bool{}
	for _, j := range b.Journeys {
		for _, s := range j.States {
			if s.Run == nil {
				continue
			}
			id := s.Run.Journey.Value
			if !slices.Contains(ids, id) {
				id = diagnostic.Suggest(id, ids)
			}
			runs[id] = true
		}
	}
	return runs
}

// readFile reads one file. It never fails: what is wrong is in the findings.
func readFile(in Input) *parsedFile {
	p := &parsedFile{file: &File{Path: in.Path, Source: in.Source}}
	r := &reader{source: newSource(in.Path, in.Source)}
	if root := r.parse(); root == nil {
		p.file.Broken = true
	} else {
		r.readRoot(root, p)
	}
	p.findings = r.findings
	return p
}

var kinds = []string{string(KindJourney), string(KindScenarios), string(KindLibrary), string(KindTranslations)}

func (r *reader) readRoot(root *yaml.Node, p *parsedFile) {
	list := r.pairs(root)
	kind := r.kind(list)
	if kind == nil {
		p.file.Broken = true
		return
	}
	p.file.Kind = Kind(kind.name)
	list = slices.DeleteFunc(list, func(f field) bool {
		if f.name == kind.name || !slices.Contains(kinds, f.name) {
			return false
		}
		r.report(f.key.Span, CodeFileKind, fmt.Sprintf("this file is a %s already: `%s` wants a file of its own", kind.name, f.name), "",
			diagnostic.Related{Span: kind.key.Span, Message: "its kind"})
		return true
	})
	switch p.file.Kind {
	case KindJourney:
		p.journey = r.journey(list, p.file)
	case KindScenarios:
		p.scenarios = r.scenarios(list, p.file)
	case KindLibrary:
		p.library = r.library(list, p.file)
	case KindTranslations:
		p.translations = r.translations(list, p.file)
	}
}

// kind is the first key that says what a file is for; without one that is reported.
func (r *reader) kind(list []field) *field {
	for i, f := range list {
		if slices.Contains(kinds, f.name) {
			return &list[i]
		}
	}
	for _, f := range list {
		if meant := diagnostic.Suggest(f.name, kinds); meant != "" {
			r.report(f.key.Span, CodeFileKind, fmt.Sprintf("`%s` is no kind of file", f.name), fmt.Sprintf("did you mean `%s`?", meant))
			return nil
		}
	}
	r.report(r.first(), CodeFileKind, "nothing says what this file is for", kindHint)
	return nil
}

const kindHint = "it begins with `journey: <id>`, `scenarios: <journey id>`, `library: <id>` or `translations: <language>`"
