package main

import (
	"errors"
	"fmt"
	"io/fs"
)

// plain says of a file what is wrong with it, without the name of the system call.
func plain(err error) error {
	var p *fs.PathError
	switch {
	case !errors.As(err, &p):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file or folder", p.Path)
	}
	return fmt.Errorf("%s: %w", p.Path, p.Err)
}

// counted is a number of things: "1 journey", "2 journeys".
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
