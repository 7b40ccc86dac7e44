package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"journey/engine/store"
	"journey/engine/store/bolt"
)

func newData(t terminal) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Check, back up and compact the data file",
		Long: `data looks after the file that everything is stored in. Beside the data file lies its keys file, whose
name ends in .keys: what contacts say and are can be read only with both. It is small, and never a part
of a backup of the data file: so whoever is erased is erased in every backup too. Keep a copy of it in a
safe place of its own, and replace it by the newest whenever contacts are new or erased.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(t.err)
			return errors.Join(cmd.Help(), errors.New("`journey data` needs one of check, backup and compact"))
		},
	}
	cmd.AddCommand(newDataCheck(t), newDataBackup(t), newDataCompact(t))
	return cmd
}

func newDataCheck(t terminal) *cobra.Command {
	var data, variable string
	cmd := &cobra.Command{
		Use:   "check --data FILE",
		Short: "Read everything in a data file and say what contradicts itself",
		Long: `check reads all of a data file and its keys file, and compares everything with everything else. No server
may be running on the file.

Exit code: 0 in order, 1 damaged (each contradiction on a line of its own), 2 not called properly.`,
		Example: `  journey data check --data journey.db`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if data == "" {
				return errors.New("`journey data check` needs --data FILE, the data file to check")
			}
			counts, err := bolt.Check(cmd.Context(), data, bolt.Options{EncryptionKey: os.Getenv(variable)})
			if errors.Is(err, store.ErrCorrupt) {
				fmt.Fprintln(t.out, err)
				return errFindings
			}
			if err != nil {
				return plain(held(err, data))
			}
			fmt.Fprintf(t.out, "%s is in order: %s, %d in the outbox, %s\n",
				data, counted(counts.Contacts, "contact"), counts.Outgoing, counted(counts.Dead, "dead letter"))
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the data file")
	cmd.Flags().StringVar(&variable, "key-env", "JOURNEY_KEY", "the environment variable that holds the encryption key, where there is one")
	return cmd
}

// held says what to do about a data file that a server holds.
func held(err error, data string) error {
	if errors.Is(err, bolt.ErrInUse) {
		return fmt.Errorf("%s: another process is using it, such as a running server; stop it first", data)
	}
	return err
}

func newDataCompact(t terminal) *cobra.Command {
	var data string
	cmd := &cobra.Command{
		Use:   "compact --data FILE",
		Short: "Rewrite a data file without the room in it that is free",
		Long: `compact writes a data file anew, beside the old one, and then puts it in its place. It needs as much room
on the disk as the data itself. No server may be running on the file.

Exit code: 0 compacted, 2 not called properly, or it could not be done and nothing has changed.`,
		Example: `  journey data compact --data journey.db`,
		Args:    noArgs,
		RunE: func(_ *cobra.Command, _ []string) error {
			if data == "" {
				return errors.New("`journey data compact` needs --data FILE, the data file to compact")
			}
			before, after, err := bolt.Compact(data)
			if err != nil {
				return plain(held(err, data))
			}
			fmt.Fprintf(t.out, "%s had %d bytes and has %d\n", data, before, after)
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "", "the data file")
	return cmd
}
