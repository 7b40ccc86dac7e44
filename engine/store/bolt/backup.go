package bolt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"journey/engine/seal"
)

// Backup writes the data file as it is at one moment, while others read and commit. The keys file is not in it, so that who is
// erased later is erased in the backup too: to be read, a backup stands beside the keys file of its day or a later one, which is to
// be kept safe in a place of its own.
func (s *Graphs) Backup(ctx context.Context, w io.Writer) error {
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		_, err := tx.WriteTo(&until{ctx, w})
		return err
	})
	if over := ctx.Err(); err != nil && over != nil {
		err = over // bbolt tells only its text
	}
	if err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	return nil
}

// until is a writer that refuses more once its context is over.
type until struct {
	ctx context.Context
	io.Writer
}

func (u *until) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.Writer.Write(p)
}

// atOnce is how many bytes a compaction copies in one transaction.
const atOnce = 4 << 20

// Compact rewrites a data file that nobody has open without the room in it that is free, and gives its size before and after. The
// file is replaced once the new one is complete and synced.
func Compact(path string) (before, after int64, err error) {
	before, after, err = compact(path)
	if err != nil {
		return 0, 0, fmt.Errorf("compacting %s: %w", path, err)
	}
	return before, after, nil
}

func compact(path string) (before, after int64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	// The lock on the old file is kept until the new one has its name.
	old, err := openFile(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, old.Close()) }()
	temporary := path + ".compacting"
	if err := errors.Join(removeIfThere(temporary), copyInto(temporary, old)); err != nil {
		return 0, 0, errors.Join(err, removeIfThere(temporary))
	}
	if err := os.Rename(temporary, path); err != nil {
		return 0, 0, err
	}
	if err := seal.SyncFolder(filepath.Dir(path)); err != nil {
		return 0, 0, err
	}
	compacted, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	return info.Size(), compacted.Size(), nil
}

// copyInto syncs once, at the end.
func copyInto(path string, old *bbolt.DB) error {
	compacted, err := bbolt.Open(path, 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	return errors.Join(bbolt.Compact(compacted, old, atOnce), compacted.Sync(), compacted.Close())
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
