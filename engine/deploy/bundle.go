package deploy

import (
	"slices"

	"journey/engine/check"
	"journey/engine/compile"
	"journey/engine/diagnostic"
	"journey/engine/flow"
	"journey/engine/graph"
	"journey/engine/store"
)

// Bundle is what some files make together, with all that is known of it.
type Bundle struct {
	Source   *flow.Bundle
	Compiled *compile.Result
	Findings []diagnostic.Finding // sorted
}

// Analyse reads, compiles and checks files.
func Analyse(inputs []flow.Input) *Bundle {
	b := &Bundle{}
	b.Source, b.Findings = flow.Read(inputs)
	b.Compiled = compile.Bundle(b.Source)
	b.Findings = append(b.Findings, b.Compiled.Findings...)
	b.Findings = diagnostic.Sort(append(b.Findings, check.Bundle(b.Source, b.Compiled)...))
	return b
}

// HasErrors tells whether the bundle can't be used.
func (b *Bundle) HasErrors() bool {
	return slices.ContainsFunc(b.Findings, func(f diagnostic.Finding) bool { return f.Severity == diagnostic.Error })
}

// File gives the text of a file by the path that findings name; nil where there is none.
func (b *Bundle) File(path string) []byte {
	for _, f := range b.Source.Files {
		if f.Path == path {
			return f.Source
		}
	}
	return nil
}

// Versions are the compiled journeys as they are stored, each with the files of the bundle. The bundle has no errors.
func (b *Bundle) Versions() []store.Version {
	var files []store.File
	for _, f := range b.Source.Files {
		files = append(files, store.File{Path: f.Path, Source: f.Source})
	}
	var versions []store.Version
	for _, u := range b.Compiled.Units {
		versions = append(versions, store.Version{Journey: u.Graph.ID, Hash: u.Graph.Hash, Graph: graph.Encode(u.Graph), Files: files})
	}
	return versions
}
