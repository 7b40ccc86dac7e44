package deploy

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"time"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// Watch looks for changes in the files that paths name, every so often, and publishes them, until ctx ends. Files that are still being
// written are left alone until they look the same twice. told hears of each attempt: what was found, with the files it was found in, and
// the error of Publish or of reading the files, nil where the new journeys are live. What is wrong is told once, not each time it is looked at.
func (j *Journeys) Watch(ctx context.Context, paths []string, every time.Duration, told func(inputs []flow.Input, findings []diagnostic.Finding, err error)) {
	w := watch{j: j, paths: paths, told: told}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

type watch struct {
	j       *Journeys
	paths   []string
	told    func([]flow.Input, []diagnostic.Finding, error)
	seen    [sha256.Size]byte // how the files looked last
	settled [sha256.Size]byte // how they looked when they were read last
	lost    bool              // they could not be read, which was told
}

func (w *watch) look(ctx context.Context) {
	now := fingerprint(w.paths)
	still := now == w.seen
	w.seen = now
	if !still || now == w.settled {
		return
	}
	w.settled = now
	inputs, err := Sources(ctx, w.paths)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		w.lost = true
		w.told(nil, nil, err)
		return
	case contentOf(inputs) == w.j.tried() && !w.lost:
		return
	}
	w.lost = false
	findings, err := w.j.Publish(ctx, inputs)
	if err != nil && !errors.Is(err, ErrRejected) {
		w.settled = [sha256.Size]byte{} // the store failed, so it is tried again
	}
	w.told(inputs, findings, err)
}

// fingerprint is how files look from outside: their names, sizes and times.
func fingerprint(paths []string) (sum [sha256.Size]byte) {
	h := sha256.New()
	number := func(n int64) { h.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) }
	names, err := expand(paths)
	if err != nil {
		h.Write([]byte(err.Error()))
	}
	for _, name := range names {
		number(int64(len(name)))
		h.Write([]byte(name))
		info, err := os.Stat(name)
		if err != nil {
			continue
		}
		number(info.Size())
		number(info.ModTime().UnixNano())
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// contentOf is a hash over all that files say.
func contentOf(inputs []flow.Input) [sha256.Size]byte {
	h := sha256.New()
	for _, in := range inputs {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(in.Path))))
		h.Write([]byte(in.Path))
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(in.Source))))
		h.Write(in.Source)
	}
	return [sha256.Size]byte(h.Sum(nil))
}
