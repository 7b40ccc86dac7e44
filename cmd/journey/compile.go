package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"journey/engine/store"
	"journey/engine/store/bolt"
)

func newCompile(t terminal) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "compile PATH… --data FILE",
		Short: "Compile journeys and store them where the server finds them",
		Long: `compile validates everything that PATH names, stores each journey's graph with its source in the data
file, makes these versions the active ones, and prints each journey's id and version, a hash of all
that it does. Where a journey has an error, nothing is stored.

Exit code: 0 stored, 1 errors (reported as validate does), 2 not called properly.`,
		Example: `  journey compile flows --data journey.db`,
		Args:    needPaths,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if data == "" {
				return errors.New("`journey compile` needs --data FILE, the data file to store the graphs in")
			}
			a, err := analyse(cmd.Context(), paths)
			if err != nil {
				return err
			}
			a.dropNotes()
			if err := a.report(t.err, "text"); err != nil {
				return err
			}
			versions := a.Versions()
			if err := put(cmd.Context(), data, versions); err != nil {
				return err
			}
			for _, v := range versions {
				fmt.Fprintf(t.out, "%s %s\n", v.Journey, v.Hash)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the data file; it is made where there is none")
	return cmd
}

func put(ctx context.Context, data string, versions []store.Version) (err error) {
	s, err := bolt.Open(data)
	if err != nil {
		return plain(held(err, data))
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.PutVersions(ctx, time.Now(), versions)
}
