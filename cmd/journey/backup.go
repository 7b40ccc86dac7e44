package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"journey/engine/store/bolt"
)

func newDataBackup(t terminal) *cobra.Command {
	var server, token, data string
	cmd := &cobra.Command{
		Use:   "backup FILE (--server URL | --data FILE)",
		Short: "Copy the data file as it is at one moment, also while it serves",
		Long: `backup writes a copy of the data to FILE, which may not exist yet. While a server is running the copy comes
from it, by --server and a token of the role admin; otherwise from the data file itself, by --data.

The keys file is not in the backup. To restore, put the backup in the data file's place, and beside it
the newest keys file that there is: contacts that were erased in between are erased then, too.

Exit code: 0 written, 2 not called properly, or it could not be written and FILE does not exist.`,
		Example: `  journey data backup monday.db --server https://journeys.shop.example   (the token is in JOURNEY_TOKEN)
  journey data backup monday.db --data journey.db`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("`%s` needs one FILE to write to", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := backupSource(cmd.Context(), server, token, data)
			if err != nil {
				return err
			}
			n, err := writeNew(args[0], from)
			if err != nil {
				return plain(err)
			}
			fmt.Fprintf(t.out, "%s has %d bytes; the keys file is not in it, and is needed to read it\n", args[0], n)
			return nil
		},
	}
	cmd.Flags().StringVar(&server, "server", "", "the address of the running server")
	cmd.Flags().StringVar(&token, "token", os.Getenv("JOURNEY_TOKEN"), "a token of the role admin; JOURNEY_TOKEN where it is not given")
	cmd.Flags().Lookup("token").DefValue = ""
	cmd.Flags().StringVar(&data, "data", "", "the data file, where no server is running")
	return cmd
}

// backupSource is what copies the data to a writer.
func backupSource(ctx context.Context, server, token, data string) (func(io.Writer) error, error) {
	if (server == "") == (data == "") {
		return nil, errors.New("`journey data backup` needs either --server URL or --data FILE")
	}
	if server == "" {
		return func(w io.Writer) error { return backupFile(ctx, data, w) }, nil
	}
	at, err := url.Parse(server)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return nil, fmt.Errorf("--server %s: it is an address such as http://127.0.0.1:8080", server)
	}
	return func(w io.Writer) error { return download(ctx, at.JoinPath("v1/data/backup").String(), token, w) }, nil
}

func backupFile(ctx context.Context, data string, w io.Writer) (err error) {
	if _, err := os.Stat(data); err != nil {
		return err
	}
	g, err := bolt.Open(data)
	if errors.Is(err, bolt.ErrInUse) {
		return fmt.Errorf("%s: another process is using it; have the running server make the backup, with --server URL", data)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	return g.Backup(ctx, w)
}

// answerTimeout is how long a server may take to begin its answer.
const answerTimeout = 30 * time.Second

func download(ctx context.Context, at, token string, w io.Writer) (err error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.ResponseHeaderTimeout = answerTimeout
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("asking %s: %w", at, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s%s", at, response.Status, problemIn(response.Body))
	}
	if _, err := io.Copy(w, response.Body); err != nil {
		return fmt.Errorf("reading %s: %w", at, err)
	}
	return nil
}

// problemIn is what a problem document (RFC 9457) says, where there is one.
func problemIn(body io.Reader) string {
	var problem struct{ Title, Detail string }
	if err := json.NewDecoder(io.LimitReader(body, 1<<16)).Decode(&problem); err != nil {
		return ""
	}
	if problem.Detail == "" {
		problem.Detail = problem.Title
	}
	if problem.Detail == "" {
		return ""
	}
	return ": " + problem.Detail
}

// writeNew writes a file that is there as a whole, synced, or not at all.
func writeNew(path string, from func(io.Writer) error) (n int64, err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = &fs.PathError{Op: "create", Path: path, Err: errors.New("it is there already, and a backup replaces nothing")}
		}
		return 0, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(from(file), file.Sync(), file.Close()); err != nil {
		return 0, err
	}
	info, err := os.Stat(file.Name())
	if err != nil {
		return 0, err
	}
	return info.Size(), os.Rename(file.Name(), path)
}
