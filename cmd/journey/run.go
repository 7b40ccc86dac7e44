package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// run serves until ctx ends. Then it takes no more requests, finishes those that it has, and lets what is under way come back.
func (p *plant) run(ctx context.Context, listener net.Listener) error {
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	ended := make(chan error, 3)
	go func() { ended <- p.loop.Run(working) }()
	talking, hangUp := context.WithCancel(working)
	defer hangUp()
	go func() { ended <- p.chat.Run(talking) }()
	go func() { ended <- p.desk.Run(talking) }()

	web := &http.Server{Handler: p.server, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug)}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	var ready sync.WaitGroup
	ready.Go(func() {
		for _, one := range []<-chan struct{}{p.chat.Ready(), p.desk.Ready()} {
			select {
			case <-one:
			case <-talking.Done():
				return
			}
		}
		p.server.Ready("")
	})

	var broken error
	waiting := 3
	select {
	case <-ctx.Done():
		signal.Reset(os.Interrupt, syscall.SIGTERM) // so that a second one ends the process
		p.log.Info("stopping: requests, messages and calls that are under way are finished", "at_most", (p.cfg.Drain + 2*p.grace()).String())
	case broken = <-served:
	case broken = <-ended:
		waiting--
	}
	p.server.Stop()
	if broken == nil {
		broken = p.drained(served)
	}
	hangUp()
	ready.Wait()
	p.pages.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.grace())
	defer cancel()
	if err := web.Shutdown(last); err != nil {
		p.log.Warn("some requests were cut off", "error", err)
		_ = web.Close() // they are cut off either way
	}
	stopWork()
	for range waiting {
		broken = errors.Join(broken, <-ended)
	}
	if broken == nil {
		p.log.Info("stopped")
	}
	return broken
}

// drained goes on to serve for as long as whoever sends requests here needs to learn that it is not ready any more.
func (p *plant) drained(broken <-chan error) error {
	select {
	case <-time.After(p.cfg.Drain):
		return nil
	case err := <-broken:
		return err
	}
}

// grace is how long requests that are under way have to end, and after them messages and calls.
func (p *plant) grace() time.Duration {
	if p.cfg.ShutdownGrace > 0 {
		return p.cfg.ShutdownGrace
	}
	return 5 * time.Second
}
