package schema_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"gopkg.in/yaml.v3"

	"journey/schema"
)

// reference fills in a template from a schema.
type reference struct {
	t           *testing.T
	template    string
	definitions *yaml.Node
	used        map[string]bool // definitions and examples
}

// newReference reads a schema as YAML, which JSON is, because that keeps the order of keys.
func newReference(t *testing.T, source []byte, template string) *reference {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal(source, &document); err != nil {
		t.Fatal(err)
	}
	return &reference{t: t, template: template, definitions: child(document.Content[0], "definitions"), used: map[string]bool{}}
}

// ofLanguage is the language's reference, and ofConfig the configuration's.
func ofLanguage(t *testing.T) *reference { return newReference(t, schema.Journey, "language.md.tmpl") }
func ofConfig(t *testing.T) *reference {
	return newReference(t, schema.Config, "configuration.md.tmpl")
}

func (r *reference) page() []byte {
	functions := template.FuncMap{"keys": r.keys, "about": r.about, "example": r.example}
	page, err := template.New(r.template).Delims("<<", ">>").Funcs(functions).ParseFiles(r.template)
	if err != nil {
		r.t.Fatal(err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, nil); err != nil {
		r.t.Fatal(err)
	}
	return out.Bytes()
}

// isWritten compares a file with the page, or writes it where that was asked for. The page leaves out no definition and no example.
func (r *reference) isWritten(path string, examples []string) {
	r.t.Helper()
	page := r.page()
	if *update {
		if err := os.WriteFile(path, page, 0o644); err != nil {
			r.t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	if !bytes.Equal(written, page) {
		r.t.Errorf("%s is not what the schema and %s give: run `go test ./schema -update`", path, r.template)
	}
	for _, d := range pairs(r.definitions) {
		if !r.used[d.key] {
			r.t.Errorf("%s leaves out the definition %s", r.template, d.key)
		}
	}
	for _, path := range examples {
		if name, _ := filepath.Rel("examples", path); !r.used[name] {
			r.t.Errorf("%s leaves out %s", r.template, path)
		}
	}
}

func (r *reference) definition(name string) *yaml.Node {
	d := child(r.definitions, name)
	if d == nil {
		r.t.Fatalf("%s names the definition %s, which the schema does not have", r.template, name)
	}
	r.used[name] = true
	return d
}

func (r *reference) about(name string) string { return text(r.definition(name), "description") }

// rest divides what an example shows from what makes it a file that validates.
const rest = "\n# The rest makes it a whole journey.\n"

func (r *reference) example(name string) string {
	source, err := os.ReadFile(filepath.Join("examples", name))
	if err != nil {
		r.t.Fatal(err)
	}
	r.used[name] = true
	shown, _, _ := strings.Cut(string(source), rest)
	return "```yaml\n" + strings.TrimRight(shown, "\n") + "\n```"
}

// keys is a table of a definition's keys and the keys inside them. A key that comes twice, as those of a scenario do in a case,
// shows what is inside it once.
func (r *reference) keys(name string) string {
	table := []string{"| key | takes | meaning |", "| --- | --- | --- |"}
	shown := map[string]bool{}
	var add func(d *yaml.Node, prefix string)
	add = func(d *yaml.Node, prefix string) {
		var required []string
		if list := child(d, "required"); list != nil {
			for _, n := range list.Content {
				required = append(required, n.Value)
			}
		}
		for _, p := range pairs(child(d, "properties")) {
			meaning := text(p.value, "description")
			if slices.Contains(required, p.key) {
				meaning = "Required. " + meaning
			}
			table = append(table, "| `"+prefix+p.key+"` | "+cell(takes(p.value))+" | "+cell(meaning)+" |")
			if inner, step := inside(p.value); inner != nil && !shown[p.key] {
				shown[p.key] = true
				add(inner, prefix+p.key+step+".")
			}
		}
	}
	d, _ := inside(r.definition(name))
	if d == nil {
		r.t.Fatalf("%s has no keys", name)
	}
	add(d, "")
	return strings.Join(table, "\n")
}

// inside finds the map with keys that a value is, or holds: step is how one gets there, as a path is written.
func inside(d *yaml.Node) (keys *yaml.Node, step string) {
	if d == nil || child(d, "properties") != nil {
		return d, ""
	}
	for _, any := range []string{"anyOf", "oneOf"} {
		if list := child(d, any); list != nil {
			for _, one := range list.Content {
				if keys, step := inside(one); keys != nil {
					return keys, step
				}
			}
		}
	}
	if keys, step := inside(child(d, "items")); keys != nil {
		return keys, "[]" + step
	}
	if keys, step := inside(child(d, "additionalProperties")); keys != nil {
		return keys, ".<name>" + step
	}
	return nil, ""
}

// takes says what a value may be, in a few words.
func takes(d *yaml.Node) string {
	if ref := text(d, "$ref"); ref != "" {
		return strings.TrimPrefix(ref, "#/definitions/")
	}
	if only := child(d, "const"); only != nil {
		return "`" + only.Value + "`"
	}
	if list := child(d, "enum"); list != nil {
		var values []string
		for _, n := range list.Content {
			values = append(values, "`"+n.Value+"`")
		}
		return strings.Join(values, ", ")
	}
	for _, any := range []string{"anyOf", "oneOf"} {
		if list := child(d, any); list != nil {
			var kinds []string
			for _, one := range list.Content {
				if k := takes(one); !slices.Contains(kinds, k) {
					kinds = append(kinds, k)
				}
			}
			return strings.Join(kinds, " or ")
		}
	}
	switch kind := child(d, "type"); {
	case kind == nil:
		return "anything"
	case kind.Kind == yaml.SequenceNode:
		var kinds []string
		for _, n := range kind.Content {
			kinds = append(kinds, plainKinds[n.Value])
		}
		return strings.Join(kinds, " or ")
	case kind.Value == "array" && child(d, "items") != nil && child(child(d, "items"), "properties") == nil:
		return "list of " + takes(child(d, "items"))
	case kind.Value == "object" && child(child(d, "additionalProperties"), "$ref") != nil:
		return "names, each with " + takes(child(d, "additionalProperties"))
	default:
		return plainKinds[kind.Value]
	}
}

var plainKinds = map[string]string{"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
	"array": "list", "object": "map", "null": "nothing"}

func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ") }

type pair struct {
	key   string
	value *yaml.Node
}

func pairs(n *yaml.Node) (all []pair) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		all = append(all, pair{n.Content[i].Value, n.Content[i+1]})
	}
	return all
}

func child(n *yaml.Node, key string) *yaml.Node {
	for _, p := range pairs(n) {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

func text(n *yaml.Node, key string) string {
	if c := child(n, key); c != nil {
		return c.Value
	}
	return ""
}
