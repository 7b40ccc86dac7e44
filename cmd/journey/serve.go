package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"journey/engine/config"
	"journey/engine/deploy"
	"journey/engine/diagnostic"
	"journey/engine/flow"
)

func newServe(t terminal) *cobra.Command {
	var o serveFlags
	cmd := &cobra.Command{
		Use:   "serve [--config FILE]",
		Short: "Lead customers through the journeys of a folder",
		Long: `serve compiles and publishes every journey of a folder, and serves them: the chat widget, the webhooks of
providers, the HTTP API and the pages. All that happens is kept in one data file, and beside it lies its
keys file.

Without a configuration everything can be tried at the page /: a sample shop with the chat, and a phone
and a mailbox that stand in for the providers. It then listens on this machine only. What a configuration
may say is in schema/CONFIGURATION.md.

SIGTERM, or Ctrl-C, stops it: it takes no more requests, finishes those that it has, and waits a few
seconds for messages and calls that are under way. A second one ends it at once; nothing that was
acknowledged is lost then, either.

Exit code: 0 stopped by a signal, 1 the journeys or the configuration have errors (reported), 2 not
called properly, or it could not go on.`,
		Example: `  journey serve                              the journeys in ./flows, at http://127.0.0.1:8080
  journey serve --flows flows --watch        and again whenever they change
  journey serve --config journey.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := o.read(t)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return serve(ctx, t, cfg, o.watch)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.config, "config", "", "the configuration, journey.yaml")
	f.StringVar(&o.flows, "flows", "", "the folder with the journeys (default "+config.DefaultFlows+")")
	f.StringVar(&o.data, "data", "", "the data file; it is made where there is none (default "+config.DefaultData+")")
	f.StringVar(&o.listen, "listen", "", "the address to listen on (default "+config.DefaultListen+")")
	f.BoolVar(&o.watch, "watch", false, "publish the journeys again whenever their files change")
	return cmd
}

type serveFlags struct {
	config, flows, data, listen string
	watch                       bool
}

// read gives the configuration with what the flags say in place of it.
func (o *serveFlags) read(t terminal) (*config.Config, error) {
	cfg := &config.Config{}
	if o.config != "" {
		source, err := os.ReadFile(o.config)
		if err != nil {
			return nil, plain(err)
		}
		var findings []diagnostic.Finding
		cfg, findings = config.Read(o.config, source, os.LookupEnv)
		showFindings(t, findings, map[string][]byte{o.config: config.Mask(source, findings)})
		for _, f := range findings {
			if f.Severity == diagnostic.Error {
				return nil, errFindings
			}
		}
	}
	for _, one := range []struct {
		flag, standard string
		into           *string
	}{
		{o.flows, config.DefaultFlows, &cfg.Flows},
		{o.data, config.DefaultData, (*string)(&cfg.Data)},
		{o.listen, config.DefaultListen, &cfg.Listen},
	} {
		if one.flag != "" {
			*one.into = one.flag
		} else if *one.into == "" {
			*one.into = one.standard
		}
	}
	address, problem, hint := config.Address(cfg.Listen)
	switch {
	case problem != "":
		return nil, fmt.Errorf("--listen %s: %s; %s", cfg.Listen, problem, hint)
	case cfg.Data.Postgres():
		return nil, fmt.Errorf("data: %s: this version keeps its data in a file", cfg.Data)
	case len(cfg.Tokens) == 0 && !config.Loopback(address):
		return nil, fmt.Errorf("without tokens in the configuration it listens on this machine only, such as on %s, and not on %s", config.DefaultListen, cfg.Listen)
	}
	cfg.Listen = address
	return cfg, nil
}

func serve(ctx context.Context, t terminal, cfg *config.Config, watch bool) (err error) {
	log := slog.New(logHandler(t, cfg.Log))
	for _, doubt := range doubts(cfg) {
		log.Warn(doubt)
	}
	inputs, err := deploy.Sources(ctx, []string{cfg.Flows}) // before any file is made in what may be the wrong folder
	if err != nil {
		return fmt.Errorf("%w (--flows names the folder with the journeys)", plain(err))
	}
	listener, err := listen(cfg.Listen)
	if err != nil {
		return err
	}
	defer listener.Close()
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://" + reachable(listener.Addr().String())
	}
	p, err := assemble(ctx, cfg, log)
	if err != nil {
		return held(err, string(cfg.Data))
	}
	defer func() { err = errors.Join(err, p.close()) }()
	publish := p.journeys.Publish
	if cfg.Approval && len(p.journeys.Live()) > 0 {
		publish = p.journeys.Await
	}
	findings, err := publish(ctx, inputs)
	showFindings(t, findings, sources(inputs))
	switch {
	case errors.Is(err, deploy.ErrAwaits):
		log.Warn("the versions that were live go on", "error", err)
	case errors.Is(err, deploy.ErrRejected) && len(findings) > 0:
		return errFindings
	case err != nil:
		return err
	}
	if watch && !cfg.Approval {
		go p.journeys.Watch(ctx, []string{cfg.Flows}, time.Second, func(inputs []flow.Input, findings []diagnostic.Finding, err error) {
			p.reloaded(t, inputs, findings, err)
		})
	}
	p.introduce(t, listener.Addr().String())
	return p.run(ctx, listener)
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	var lookup *net.DNSError
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listening on %s: another process does; --listen names another address", address)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("listening on %s: this machine has no such address", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listening on %s: this user may not; ports below 1024 are for root, or for whoever has CAP_NET_BIND_SERVICE", address)
	case errors.As(err, &lookup):
		return nil, fmt.Errorf("listening on %s: nobody knows the host %s", address, lookup.Name)
	}
	return nil, fmt.Errorf("listening on %s: %w", address, errors.Unwrap(err))
}

// reloaded tells what became of journeys whose files have changed.
func (p *plant) reloaded(t terminal, inputs []flow.Input, findings []diagnostic.Finding, err error) {
	if p.cfg.Log.Format == jsonLog {
		logFindings(p.log, findings)
	} else {
		showFindings(t, findings, sources(inputs))
	}
	if err != nil {
		p.log.Error("the journeys have changed and are not published; those that were live go on", "error", plain(err))
		return
	}
	p.log.Info("the journeys are published as their files are now", "journeys", len(p.journeys.Live()))
}

// introduce says that it serves, and where: in words to people, and as a line of the log to what reads logs.
func (p *plant) introduce(t terminal, address string) {
	journeys := len(p.journeys.Live())
	if p.cfg.Log.Format == jsonLog {
		p.log.Info("serving", "journeys", journeys, "flows", p.cfg.Flows, "data", p.cfg.Data, "listen", address, "url", p.cfg.PublicURL, "version", version())
		return
	}
	fmt.Fprintf(t.out, "Serving %s from %s at %s\n", counted(journeys, "journey"), p.cfg.Flows, p.cfg.PublicURL)
	if len(p.cfg.Tokens) == 0 {
		fmt.Fprintln(t.out, "Only this machine can reach it, and whoever does may do everything: there are no tokens in its configuration.")
	}
}

// reachable is an address that a browser on this machine can open.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
