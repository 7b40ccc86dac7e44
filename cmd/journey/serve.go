package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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
providers, the HTTP API and the pages. All that happens is kept in one data file.

Without a configuration everything can be tried at the page /: a sample shop with the chat, and a phone
and a mailbox that stand in for the providers. It then listens on this machine only.

Exit code: 0 stopped by a signal, 1 the journeys or the configuration have errors (reported), 2 not
called properly, or it could not go on.`,
		Example: `  journey serve                              the journeys in ./flows, at http://127.0.0.1:8080
  journey serve --flows flows --watch        and again whenever they change
  journey serve --config journey.yaml`,
		Args: cobra.NoArgs,
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
		if err := diagnostic.WriteText(t.err, diagnostic.Sort(findings), func(string) []byte { return source }, diagnostic.Options{Color: colored(t.err)}); err != nil {
			return nil, err
		}
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
	switch {
	case cfg.Data.Postgres():
		return nil, fmt.Errorf("data: %s: this version keeps its data in a file", cfg.Data)
	case len(cfg.Tokens) == 0 && !config.Loopback(cfg.Listen):
		return nil, fmt.Errorf("without tokens in the configuration it listens on this machine only, such as on %s, and not on %s", config.DefaultListen, cfg.Listen)
	}
	return cfg, nil
}

func serve(ctx context.Context, t terminal, cfg *config.Config, watch bool) (err error) {
	log := slog.New(logHandler(t, cfg.Log))
	listener, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("listening on %s: %w", cfg.Listen, errors.Unwrap(err))
	}
	defer listener.Close()
	if cfg.PublicURL == "" {
		cfg.PublicURL = "http://" + reachable(listener.Addr().String())
	}
	p, err := assemble(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if err := p.publish(ctx, t, cfg.Flows); err != nil {
		return err
	}
	if watch {
		go p.journeys.Watch(ctx, []string{cfg.Flows}, time.Second, func(inputs []flow.Input, findings []diagnostic.Finding, err error) {
			show(t, inputs, findings)
			if err != nil {
				log.Error("the journeys that were live go on", "error", err)
			} else {
				log.Info("the journeys are published again", "journeys", len(p.journeys.Live()))
			}
		})
	}
	fmt.Fprintf(t.out, "%s from %s at %s\n", served(len(p.journeys.Live())), cfg.Flows, cfg.PublicURL)
	if len(cfg.Tokens) == 0 {
		fmt.Fprintln(t.out, "Only this machine can reach it, and whoever does may do everything: there are no tokens in its configuration.")
	}
	return p.run(ctx, listener, cfg.ShutdownGrace)
}

// publish makes the journeys of a folder the live ones, and reports what is wrong with them.
func (p *plant) publish(ctx context.Context, t terminal, folder string) error {
	inputs, err := deploy.Sources(ctx, []string{folder})
	if err != nil {
		return plain(err)
	}
	findings, err := p.journeys.Publish(ctx, inputs)
	show(t, inputs, findings)
	if errors.Is(err, deploy.ErrRejected) && len(findings) > 0 {
		return errFindings
	}
	return err
}

// show shows the errors and warnings of a bundle.
func show(t terminal, inputs []flow.Input, findings []diagnostic.Finding) {
	source := map[string][]byte{}
	for _, in := range inputs {
		source[in.Path] = in.Source
	}
	var shown []diagnostic.Finding
	for _, f := range findings {
		if f.Severity != diagnostic.Note {
			shown = append(shown, f)
		}
	}
	if len(shown) > 0 {
		_ = diagnostic.WriteText(t.err, shown, func(path string) []byte { return source[path] }, diagnostic.Options{Color: colored(t.err)}) // who can't be told can't be told so
	}
}

func logHandler(t terminal, c config.Log) slog.Handler {
	o := &slog.HandlerOptions{Level: c.Level}
	if c.Format == "json" {
		return slog.NewJSONHandler(t.err, o)
	}
	return slog.NewTextHandler(t.err, o)
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

// run serves until ctx ends. Then it takes no more requests, finishes those that it has, and lets what is under way come back.
func (p *plant) run(ctx context.Context, listener net.Listener, grace time.Duration) error {
	if grace == 0 {
		grace = defaultGrace
	}
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	ended := make(chan error, 2)
	go func() { ended <- p.loop.Run(working) }()
	chatting, stopChat := context.WithCancel(working)
	defer stopChat()
	go func() { ended <- p.chat.Run(chatting) }()

	web := &http.Server{Handler: p.server, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug)}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	p.server.Ready("")

	var broken error
	waiting := 2
	select {
	case <-ctx.Done():
	case broken = <-served:
	case broken = <-ended:
		waiting--
	}
	p.server.Ready("it is stopping")
	stopChat()
	p.pages.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := web.Shutdown(last); err != nil {
		p.log.Warn("some requests were cut off", "error", err)
		_ = web.Close() // they are cut off either way
	}
	stopWork()
	for range waiting {
		broken = errors.Join(broken, <-ended)
	}
	return broken
}

// defaultGrace is how long requests under way have to end.
const defaultGrace = 10 * time.Second

func served(journeys int) string {
	if journeys == 1 {
		return "Serving 1 journey"
	}
	return fmt.Sprintf("Serving %d journeys", journeys)
}
