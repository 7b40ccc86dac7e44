package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The file is a row of units of 64 bytes. The first is the head:
//
//	0   magic, sixteen bytes
//	16  version of this layout
//	17  1: the keys are wrapped with an encryption key; 0: they are plain
//	32  the file's id
//	48  a check value, by which a wrong encryption key is found; zeros where there is none
//
// All others are slots: the second holds the secret of the keyed hash, the third the key of what belongs to no contact.
const (
	unit    = 64
	magic   = "journey's keys\r\n"
	version = 1

	secretSlot Slot = 1
)

// Create makes a keys file, synced, where none may be. encryptionKey is any text under which the keys are wrapped; empty: they
// are plain, and whoever can read the file can read the data.
func Create(path, encryptionKey string) (*Keys, error) {
	k := &Keys{end: secretSlot}
	rand.Read(k.id[:])
	var head [unit]byte
	copy(head[:], magic)
	head[16] = version
	copy(head[32:], k.id[:])
	if encryptionKey != "" {
		check, err := k.unlock(encryptionKey)
		if err != nil {
			return nil, fmt.Errorf("making %s: %w", path, err)
		}
		head[17] = 1
		copy(head[48:], check)
	}
	if err := k.make(path, head[:]); err != nil {
		return nil, fmt.Errorf("making %s: %w", path, err)
	}
	return k, nil
}

// make writes the file under another name first, so that a crash leaves none that is half made.
func (k *Keys) make(path string, head []byte) (err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, fs.ErrExist)
	}
	if k.file, err = os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, k.file.Close(), os.Remove(k.file.Name()))
		}
	}()
	if _, err := k.file.WriteAt(head, 0); err != nil {
		return err
	}
	if err := k.grow(int(First - secretSlot)); err != nil {
		return err
	}
	k.next = First
	if err := os.Rename(k.file.Name(), path); err != nil {
		return err
	}
	if err := SyncFolder(filepath.Dir(path)); err != nil {
		return err
	}
	return k.useSecret()
}

// Open opens a keys file. An error wraps fs.ErrNotExist where there is none, ErrWrongKey or ErrDamaged.
func Open(path, encryptionKey string) (*Keys, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	k := &Keys{file: file}
	if err := k.open(encryptionKey); err != nil {
		return nil, errors.Join(fmt.Errorf("opening %s: %w", path, err), file.Close())
	}
	return k, nil
}

func (k *Keys) open(encryptionKey string) error {
	var head [unit]byte
	if _, err := k.file.ReadAt(head[:], 0); err != nil || string(head[:16]) != magic {
		return fmt.Errorf("it is no keys file, or cut off: %w", ErrDamaged)
	}
	if head[16] != version {
		return fmt.Errorf("it has version %d, this program reads version %d", head[16], version)
	}
	copy(k.id[:], head[32:])
	wrapped := head[17] != 0
	switch {
	case wrapped && encryptionKey == "":
		return fmt.Errorf("%w: its keys are wrapped with one, and none was given", ErrWrongKey)
	case !wrapped && encryptionKey != "":
		return fmt.Errorf("%w: the file was made without one", ErrWrongKey)
	case wrapped:
		check, err := k.unlock(encryptionKey)
		if err != nil {
			return err
		}
		if !bytes.Equal(check, head[48:]) {
			return fmt.Errorf("%w: it is not the one that the file was made with", ErrWrongKey)
		}
	}
	info, err := k.file.Stat()
	if err != nil {
		return err
	}
	// A slot that is written in part is one that a crash kept from being used.
	if k.end = Slot(info.Size() / unit); k.end < First {
		return fmt.Errorf("it is cut off: %w", ErrDamaged)
	}
	k.next = k.end
	return k.useSecret()
}

// unlock makes what wraps keys, and the check value, of an encryption key.
func (k *Keys) unlock(encryptionKey string) (check []byte, err error) {
	material, err := hkdf.Key(sha256.New, []byte(encryptionKey), k.id[:], "journey keys file", 48)
	if err != nil {
		return nil, err
	}
	k.wrap, err = boxOf(material[:32])
	return material[32:], err
}

func (k *Keys) useSecret() error {
	secret, err := k.read(secretSlot)
	if err == nil {
		k.hashWith(secret)
	}
	return err
}

// SyncFolder makes a new name in a folder last.
func SyncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
