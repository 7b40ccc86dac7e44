package schema_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"gopkg.in/yaml.v3"

	"journey/schema"
)

func compiled(t *testing.T, source []byte) *jsonschema.Schema {
	t.Helper()
	const id = "https://journey.example/schema/tested.schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(id, bytes.NewReader(source)); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every file that ships is good, and the schema says so.
func TestShippedFilesAreValid(t *testing.T) {
	s, n := compiled(t, schema.Journey), 0
	for _, root := range []string{"../flows", "../testdata/ok"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".yaml" {
				return err
			}
			source, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n++
			if err := s.Validate(decode(t, string(source))); err != nil {
				t.Errorf("%s: %#v", path, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if n < 10 {
		t.Errorf("only %d files were looked at", n)
	}
}

func TestKindsAndKeys(t *testing.T) {
	s := compiled(t, schema.Journey)
	const journey = "journey: a\ntitle: A\nowner: o\nobjective: { goal: done, why: w }\nfallback: end\nstates: { end: { end: done } }\n"
	for _, c := range []struct {
		name, file string
		good       bool
	}{
		{"a journey", journey, true},
		{"a library", "library: shop\nbrand: Shop\n", true},
		{"translations", "translations: es\ntexts: [{ en: Yes, es: Sí }]\n", true},
		{"scenarios", "scenarios: a\ncases: [{ name: one, steps: [{ reply: hello }] }]\n", true},
		{"dates stay texts", "scenarios: a\nclock: 2026-03-06T09:00:00-05:00\ncases: []\n", true},
		{"no kind", "brand: Shop\n", false},
		{"a key that is no key", journey + "ownr: me\n", false},
		{"a header key that lacks", strings.Replace(journey, "owner: o\n", "", 1), false},
		{"a state's key that is no key", strings.Replace(journey, "{ end: done }", "{ ends: done }", 1), false},
		{"a channel that is none", journey + "channels: { prefer: [fax] }\n", false},
		{"a step that is none", "scenarios: a\ncases: [{ name: one, steps: [{ shout: hello }] }]\n", false},
	} {
		if err := s.Validate(decode(t, c.file)); (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// The descriptions are the reference, so no key goes without one.
func TestEveryKeyIsDescribed(t *testing.T) {
	for name, c := range map[string]struct {
		source []byte
		least  int
	}{"journey": {schema.Journey, 100}, "config": {schema.Config, 80}} {
		var root any
		if err := json.Unmarshal(c.source, &root); err != nil {
			t.Fatal(err)
		}
		if keys := described(t, root, name); keys < c.least {
			t.Errorf("%s: only %d keys were looked at", name, keys)
		}
	}
}

// described counts the keys that have a description, and reports those that have none.
func described(t *testing.T, v any, path string) (keys int) {
	switch v := v.(type) {
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok {
			for key, p := range properties {
				if only := p.(map[string]any); len(only) == 1 && only["const"] != nil {
					continue // it is a condition, and no key
				}
				keys++
				if d, _ := p.(map[string]any)["description"].(string); d == "" {
					t.Errorf("%s.%s has no description", path, key)
				}
			}
		}
		for key, x := range v {
			keys += described(t, x, path+"."+key)
		}
	case []any:
		for _, x := range v {
			keys += described(t, x, path)
		}
	}
	return keys
}

// decode reads YAML as the language does: a plain date or time is a text.
func decode(t *testing.T, source string) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(source), &n); err != nil {
		t.Fatal(err)
	}
	return value(t, &n)
}

// merge adds what `<<` brings and the map does not have itself.
func merge(m map[string]any, from any) {
	switch from := from.(type) {
	case []any:
		for _, each := range from {
			merge(m, each)
		}
	case map[string]any:
		for k, v := range from {
			if _, own := m[k]; !own {
				m[k] = v
			}
		}
	}
}

func value(t *testing.T, n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return value(t, n.Content[0])
	case yaml.AliasNode:
		return value(t, n.Alias)
	case yaml.SequenceNode:
		list := []any{}
		for _, e := range n.Content {
			list = append(list, value(t, e))
		}
		return list
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k := n.Content[i]; k.Tag != "!!merge" {
				m[k.Value] = value(t, n.Content[i+1])
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Tag == "!!merge" {
				merge(m, value(t, n.Content[i+1]))
			}
		}
		return m
	}
	if n.Tag == "!!timestamp" {
		return n.Value
	}
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
