package deploy

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"journey/engine/flow"
)

// maxRead is far more than flow accepts of one file; what is longer is not read to its end to be refused.
const maxRead = 50 << 20

// Sources reads the files that paths name, several at a time. A path is a file, or a folder that is searched for *.yaml and *.yml. What is
// wrong with a file or folder is an *fs.PathError.
func Sources(ctx context.Context, paths []string) ([]flow.Input, error) {
	names, err := expand(paths)
	if err != nil {
		return nil, err
	}
	inputs := make([]flow.Input, len(names))
	errs := make([]error, len(names))
	next := make(chan int)
	var readers sync.WaitGroup
	for range min(len(names), 2*runtime.GOMAXPROCS(0)) {
		readers.Go(func() {
			for i := range next {
				inputs[i], errs[i] = source(ctx, names[i])
			}
		})
	}
	for i := range names {
		next <- i
	}
	close(next)
	readers.Wait()
	return inputs, cmp.Or(errs...)
}

func source(ctx context.Context, name string) (flow.Input, error) {
	if err := ctx.Err(); err != nil {
		return flow.Input{}, err
	}
	f, err := os.Open(name)
	if err != nil {
		return flow.Input{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxRead))
	if err != nil {
		return flow.Input{}, err
	}
	return flow.Input{Path: name, Source: text}, nil
}

// expand gives the files that paths name, in their order, each once, under the names that findings give them.
func expand(paths []string) ([]string, error) {
	var names []string
	seen := map[string]bool{}
	add := func(name string) error {
		absolute, err := filepath.Abs(name)
		if err == nil && !seen[absolute] {
			seen[absolute] = true
			names = append(names, name)
		}
		return err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			if err := add(path); err != nil {
				return nil, err
			}
			continue
		}
		found, err := search(path)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s: no *.yaml or *.yml file in this folder", path)
		}
		for _, name := range found {
			if err := add(name); err != nil {
				return nil, err
			}
		}
	}
	return names, nil
}

// search finds the YAML files of a folder and the folders in it, hidden ones aside.
func search(folder string) ([]string, error) {
	var found []string
	root := folder + string(filepath.Separator) // which follows a link to a folder
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && path != root
		switch {
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case !entry.IsDir() && !hidden && isYAML(path):
			found = append(found, path)
		}
		return nil
	})
	return found, err
}

func isYAML(path string) bool {
	extension := filepath.Ext(path)
	return extension == ".yaml" || extension == ".yml"
}
