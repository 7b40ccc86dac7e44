package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"journey/engine/channel"
	"journey/engine/channel/sandbox"
	"journey/engine/chat"
	"journey/engine/config"
	"journey/engine/deploy"
	"journey/engine/desk"
	"journey/engine/machine"
	"journey/engine/metrics"
	"journey/engine/runtime"
	"journey/engine/server"
	"journey/engine/server/pages"
	"journey/engine/service/shop"
	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/tracing"
)

// plant is all that a running server is made of.
type plant struct {
	cfg      *config.Config
	log      *slog.Logger
	store    *bolt.Store
	journeys *deploy.Journeys
	engine   *runtime.Engine
	loop     *runtime.Loop
	chat     *chat.Server
	desk     *desk.Desk
	pages    *pages.Pages
	server   *server.Server
	sandbox  *sandbox.Sandbox // nil: all providers are real
	shop     *shop.Shop       // nil: all services are real
	tracer   *tracing.Tracer
	metrics  *metrics.Metrics

	receivers []channel.Receiver
	failing   atomic.Bool // the store fails
}

// assemble opens the data and puts together what serves it. Nothing runs yet.
func assemble(ctx context.Context, cfg *config.Config, log *slog.Logger) (p *plant, err error) {
	p = &plant{cfg: cfg, log: log, metrics: metrics.New()}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if p.store, err = bolt.OpenStore(string(cfg.Data), bolt.Options{EncryptionKey: cfg.EncryptionKey.Reveal(), Contents: machine.Format}); err != nil {
		return p, plain(err)
	}
	if p.journeys, err = deploy.Open(ctx, p.store, runtime.System{}.Now); err != nil {
		return p, err
	}
	if t := cfg.Telemetry; t != nil {
		headers := map[string]string{}
		for name, value := range t.Headers {
			headers[name] = value.Reveal()
		}
		if p.tracer, err = tracing.New(ctx, tracing.Options{Endpoint: t.Endpoint, Headers: headers, Ratio: t.Ratio, Service: t.Service}); err != nil {
			return p, err
		}
	}
	carrier, err := p.carrier()
	if err != nil {
		return p, err
	}
	p.engine = &runtime.Engine{Store: p.store, Clock: runtime.System{}, Secrets: runtime.Random{}, Versions: p.journeys, Carrier: carrier,
		LinkBase: cfg.PublicURL, Meter: &outages{Meter: p.metrics, log: log}}
	if p.tracer != nil {
		p.engine.Tracer = p.tracer
	}
	if p.engine.Services, err = p.services(); err != nil {
		return p, err
	}
	if p.engine.Hooks, err = p.hooks(); err != nil {
		return p, err
	}
	p.loop = runtime.NewLoop(p.engine, runtime.Options{Batch: cfg.Limits.Batch, Queue: cfg.Limits.Queue, Memory: int64(cfg.Limits.QueueMB) << 20, Senders: cfg.Limits.Senders,
		Grace: p.grace(), Failed: p.failed,
		Trouble: func(err error) {
			p.log.Error("something can't be done about one contact; all others are served", "error", err)
		}})
	p.metrics.WatchDepths(p.loop.Depths)
	p.metrics.WatchCounts(func() (store.Counts, error) { return p.store.Counts(context.Background()) })
	p.desk = p.newDesk()
	p.engine.Hours = p.desk.Hours
	if p.chat, err = p.newChat(); err != nil {
		return p, err
	}
	p.newServer()
	if p.sandbox != nil {
		p.sandbox.Listen(func(a channel.Arrival) error {
			arrived, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			return p.server.Arrived(arrived, "sandbox", a)
		})
	}
	return p, nil
}

// patience is how long the sandbox waits for what it brings to be taken.
const patience = 10 * time.Second

// close lets go of everything, in the order opposite to that in which it was taken.
func (p *plant) close() (err error) {
	if p.pages != nil {
		p.pages.Close()
	}
	if p.sandbox != nil {
		p.sandbox.Close()
	}
	last, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err = p.tracer.Close(last)
	if p.store != nil {
		err = errors.Join(err, p.store.Close())
	}
	return err
}

// failed tells operators that the store fails, and that it works again.
func (p *plant) failed(err error) {
	switch {
	case err != nil:
		p.log.Error("what has come can't be kept, and is refused", "error", err)
		if p.failing.CompareAndSwap(false, true) {
			p.server.Ready("the data can't be written")
		}
	case p.failing.CompareAndSwap(true, false):
		p.log.Info("the data can be written again")
		p.server.Ready("")
	}
}
