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

// asset is a file under the name that holds a hash of its content, so that it can be kept for ever.
type asset struct {
	name    string // app.css
	hashed  string // app.1a2b3c4d5e6f.css
	content []byte
}

var assets = loadAssets()

func loadAssets() (all []asset) {
	names, err := fs.Glob(assetFiles, "assets/*")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, name := range names {
		content, err := assetFiles.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		sum := sha256.Sum256(content)
		base, ext := path.Base(name), path.Ext(name)
		hashed := strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		all = append(all, asset{name: base, hashed: hashed, content: content})
	}
	return all
}

// assetPath is where a template finds an asset.
func assetPath(name string) string {
	for _, a := range assets {
		if a.name == name {
			return "/assets/" + a.hashed
		}
	}
	panic("there is no asset " + name)
}

// serveAsset answers under the hashed name only: under any other, a changed file might be mistaken for the old one.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	for _, a := range assets {
		if a.hashed == r.PathValue("file") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			w.Header().Set("X-Content-Type-Options", "nosniff")
			http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(a.content))
			return
		}
	}
	http.NotFound(w, r)
}
