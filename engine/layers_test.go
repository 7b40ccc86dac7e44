package engine_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pure packages do no I/O and know neither clock nor chance, and neither does what they import of ours.
var pure = []string{"graph", "machine", "policy", "schedule", "expression", "understand"}

// impure are imports, and package functions, that reach outside a function's arguments.
var impure = []string{
	"os", "os/*", "io/fs", "io/ioutil", "net", "net/*", "syscall", "log", "log/*", "path/filepath", "embed", "runtime", "runtime/*",
	"math/rand", "math/rand/*", "crypto/rand", "testing", "flag", "database/*", "plugin",
	"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.AfterFunc", "time.Tick", "time.NewTimer", "time.NewTicker", "time.Local",
}

// owner is the one package of ours that imports a package of somebody else's. Tests may use others to look at what they test.
var owner = map[string]string{
	"gopkg.in/yaml.v3":                       "engine/flow",
	"github.com/expr-lang/expr":              "engine/expression",
	"github.com/nyaruka/phonenumbers":        "engine/phone",
	"go.etcd.io/bbolt":                       "engine/store/bolt",
	"github.com/spf13/cobra":                 "cmd/journey",
	"github.com/spf13/pflag":                 "cmd/journey",
	"github.com/santhosh-tekuri/jsonschema/": "schema",
	"github.com/prometheus/client_golang":    "engine/metrics",
	"go.opentelemetry.io/otel":               "engine/tracing",
	"github.com/chromedp":                    "engine/browsertest",
}

// layers are our packages from the lowest up: what is carried stands before what carries it. A package imports from the lines
// before its own only, so none from its own line.
var layers = [][]string{
	{"engine/browsertest", "engine/diagnostic", "engine/eventstream", "engine/phone", "engine/remote", "engine/retryafter", "engine/schedule", "engine/wire", "engine/wording"},
	{"engine/expression", "engine/flow", "engine/policy", "engine/understand"},
	{"engine/graph"},
	{"engine/compile", "engine/machine", "engine/store"},
	{"engine/check", "engine/explain", "engine/runtime", "engine/seal", "engine/store/storetest"},
	{"engine/channel", "engine/chat", "engine/config", "engine/deploy", "engine/metrics", "engine/service", "engine/simulate", "engine/store/bolt", "engine/tracing", "engine/transcript", "engine/webhook"},
	{"engine/channel/sandbox", "engine/channel/smtp", "engine/channel/twilio", "engine/channel/vonage", "engine/channel/channeltest", "engine/desk", "engine/service/shop"},
	{"engine/server/pages", "engine/server/worldtest"},
	{"engine/server/inbox"},
	{"engine/server"},
	{"cmd/journey", "schema", "engine"},
}

// source is one Go file of ours.
type source struct {
	folder string // from the top, with slashes
	name   string
	test   bool
	file   *ast.File
	set    *token.FileSet
}

func TestPurePackages(t *testing.T) {
	byFolder := map[string][]source{}
	for _, s := range sources(t) {
		if !s.test {
			byFolder[s.folder] = append(byFolder[s.folder], s)
		}
	}
	var todo []string
	for _, name := range pure {
		if byFolder["engine/"+name] == nil {
			t.Errorf("engine/%s is named here and is no package", name)
		}
		todo = append(todo, "engine/"+name)
	}
	for i := 0; i < len(todo); i++ {
		for _, s := range byFolder[todo[i]] {
			for _, path := range imports(s.file) {
				if own, ok := strings.CutPrefix(path, "journey/"); ok && !slices.Contains(todo, own) {
					todo = append(todo, own)
				}
			}
			for _, use := range reachesOutside(s) {
				t.Error(use)
			}
		}
	}
}

func TestImportsPointOneWay(t *testing.T) {
	layer, used := map[string]int{}, map[string]bool{}
	for i, folders := range layers {
		for _, folder := range folders {
			layer[folder] = i
		}
	}
	for _, s := range sources(t) {
		at, known := layer[s.folder]
		if !known {
			t.Errorf("%s/%s is in a package that has no layer", s.folder, s.name)
			continue
		}
		used[s.folder] = true
		for _, path := range imports(s.file) {
			own, ok := strings.CutPrefix(path, "journey/")
			if lower, known := layer[own]; ok && !s.test && (!known || lower >= at) {
				t.Errorf("%s/%s imports %s, which is not in a lower layer", s.folder, s.name, own)
			}
		}
	}
	for folder := range layer {
		if !used[folder] {
			t.Errorf("%s has a layer and is no package", folder)
		}
	}
}

func TestThirdPartyPackagesHaveOneOwner(t *testing.T) {
	found := map[string]bool{}
	for _, s := range sources(t) {
		for _, path := range imports(s.file) {
			for prefix, folder := range owner {
				if strings.HasPrefix(path+"/", strings.TrimSuffix(prefix, "/")+"/") {
					found[prefix] = true
					if s.folder != folder && !s.test {
						t.Errorf("%s/%s imports %s, which only %s may", s.folder, s.name, path, folder)
					}
				}
			}
			if strings.Contains(strings.Split(path, "/")[0], ".") && !s.test && !owned(path) {
				t.Errorf("%s/%s imports %s, which nobody owns", s.folder, s.name, path)
			}
		}
	}
	for prefix := range owner {
		if !found[prefix] {
			t.Errorf("nobody imports %s", prefix)
		}
	}
}

func owned(path string) bool {
	for prefix := range owner {
		if strings.HasPrefix(path+"/", strings.TrimSuffix(prefix, "/")+"/") {
			return true
		}
	}
	return false
}

// reachesOutside lists where a file imports or names something impure, or starts a goroutine.
func reachesOutside(s source) (uses []string) {
	report := func(at token.Pos, what string) {
		uses = append(uses, s.folder+"/"+s.name+":"+strconv.Itoa(s.set.Position(at).Line)+": "+what+" in a package that must stay pure")
	}
	for _, i := range s.file.Imports {
		if path, _ := strconv.Unquote(i.Path.Value); isImpure(path) {
			report(i.Pos(), "import of "+path)
		}
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			report(n.Pos(), "a goroutine")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && slices.Contains(impure, x.Name+"."+n.Sel.Name) {
				report(n.Pos(), x.Name+"."+n.Sel.Name)
			}
		}
		return true
	})
	return uses
}

func isImpure(path string) bool {
	if path == "net/url" || path == "net/mail" {
		return false // they parse texts, and reach for no network
	}
	return slices.ContainsFunc(impure, func(p string) bool {
		folder, all := strings.CutSuffix(p, "*")
		return p == path || all && strings.HasPrefix(path, folder)
	})
}

func imports(f *ast.File) (paths []string) {
	for _, i := range f.Imports {
		path, _ := strconv.Unquote(i.Path.Value)
		paths = append(paths, path)
	}
	return paths
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	const top = ".."
	err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(top, filepath.Dir(path))
		all = append(all, source{filepath.ToSlash(folder), entry.Name(), strings.HasSuffix(path, "_test.go"), file, set})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
