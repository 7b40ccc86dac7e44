package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// Assets are files under names that hold a hash of their content, so that they can be kept for ever.
type Assets struct {
	under string // the path that they are served under: "/assets/"
	files []asset
}

type asset struct {
	name    string // app.css
	hashed  string // app.1a2b3c4d5e6f.css
	content []byte
}

var assets = NewAssets(assetFiles, "/assets/")

// NewAssets takes the files of the folder assets. It panics where there is none: they are embedded.
func NewAssets(from fs.FS, under string) *Assets {
	names, err := fs.Glob(from, "assets/*")
	if err != nil || len(names) == 0 {
		panic("there are no assets")
	}
	a := &Assets{under: under}
	for _, name := range names {
		content, err := fs.ReadFile(from, name)
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		base, ext := path.Base(name), path.Ext(name)
		hashed := strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.files = append(a.files, asset{name: base, hashed: hashed, content: content})
	}
	return a
}

// Path is where a page finds an asset. It panics where there is none of that name.
func (a *Assets) Path(name string) string {
	for _, f := range a.files {
		if f.name == name {
			return a.under + f.hashed
		}
	}
	panic("there is no asset " + name)
}

// ServeHTTP answers under the hashed name only, the pattern's {file}: under any other, a changed file might be mistaken for the old one.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, f := range a.files {
		if f.hashed == r.PathValue("file") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			http.ServeContent(w, r, f.name, time.Time{}, bytes.NewReader(f.content))
			return
		}
	}
	http.NotFound(w, r)
}
