package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"journey/engine/channel"
	"journey/engine/channel/sandbox"
	"journey/engine/channel/smtp"
	"journey/engine/channel/twilio"
	"journey/engine/channel/vonage"
	"journey/engine/chat"
	"journey/engine/config"
	"journey/engine/deploy"
	"journey/engine/desk"
	"journey/engine/explain"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/metrics"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/server"
	"journey/engine/server/inbox"
	"journey/engine/server/pages"
	"journey/engine/service"
	"journey/engine/service/shop"
	"journey/engine/store"
	"journey/engine/store/bolt"
	"journey/engine/tracing"
	"journey/engine/webhook"
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

// carrier puts the configured providers in order; where there is none at all, the sandbox stands in for both channels.
func (p *plant) carrier() (*channel.Carrier, error) {
	sms, email := p.cfg.Providers.SMS, p.cfg.Providers.Email
	if len(sms) == 0 && len(email) == 0 {
		sms, email = []config.Provider{{Kind: "sandbox"}}, []config.Provider{{Kind: "sandbox"}}
	}
	var routes []channel.Route
	for _, c := range []struct {
		on   policy.Channel
		list []config.Provider
	}{{policy.SMS, sms}, {policy.Email, email}} {
		for i, one := range c.list {
			provider, err := p.provider(c.on, &one)
			if err != nil {
				return nil, fmt.Errorf("providers.%s[%d]: %w", c.on, i, err)
			}
			routes = append(routes, channel.Route{Provider: provider, Rate: float64(one.Rate)})
			if r, ok := provider.(channel.Receiver); ok {
				p.receivers = append(p.receivers, r)
			}
		}
	}
	return channel.NewCarrier(runtime.System{}, routes...), nil
}

// receipts is how long the sandbox takes to say that a message was delivered.
const receipts = time.Second

func (p *plant) provider(on policy.Channel, c *config.Provider) (channel.Provider, error) {
	switch {
	case c.Twilio != nil:
		return twilio.New(twilio.Config{AccountSID: c.Twilio.AccountSID, AuthToken: c.Twilio.AuthToken.Reveal(), From: c.Twilio.From,
			MessagingServiceSID: c.Twilio.MessagingServiceSID, BaseURL: c.Twilio.BaseURL, PublicURL: p.cfg.PublicURL,
			Known: func(ctx context.Context, sid string) bool {
				_, _, err := p.engine.Receipt(ctx, "twilio", sid)
				return err == nil
			}})
	case c.Vonage != nil:
		return vonage.New(vonage.Config{APIKey: c.Vonage.APIKey, APISecret: c.Vonage.APISecret.Reveal(), SignatureSecret: c.Vonage.SignatureSecret.Reveal(),
			From: c.Vonage.From, BaseURL: c.Vonage.BaseURL, PublicURL: p.cfg.PublicURL})
	case c.SMTP != nil:
		return smtp.New(smtp.Config{Host: c.SMTP.Host, Port: c.SMTP.Port, Security: smtp.Security(c.SMTP.Security), Username: c.SMTP.Username,
			Password: c.SMTP.Password.Reveal(), From: c.SMTP.From, ReplyTo: c.SMTP.ReplyTo, InboundSecret: c.SMTP.InboundSecret.Reveal()})
	}
	if p.sandbox == nil {
		p.sandbox = sandbox.New(sandbox.Config{Clock: runtime.System{}, Delay: receipts})
	}
	return p.sandbox.Provider(on), nil
}

// services calls what is configured; the shop answers where no service is, as long as the providers are not real either.
func (p *plant) services() (runtime.Services, error) {
	o := service.Options{Operation: p.operation, Env: os.LookupEnv, Allow: p.cfg.Services.Allow}
	if p.cfg.Services.Proxy != "" {
		proxy, err := url.Parse(p.cfg.Services.Proxy)
		if err != nil {
			return nil, fmt.Errorf("services.proxy: %w", err)
		}
		o.Proxy = proxy
	}
	if p.sandbox != nil {
		p.shop = shop.New(runtime.System{}.Now)
		o.Sandbox = p.shop
	}
	if p.tracer != nil {
		o.Trace = func(ctx context.Context, operation string) (context.Context, func(error)) {
			return p.tracer.Start(ctx, "call", tracing.Text("operation", operation))
		}
	}
	return service.New(o), nil
}

// operation is the one that a request means: as the version declares it that its conversation is pinned to.
func (p *plant) operation(ctx context.Context, r *machine.Request) *graph.Operation {
	var version graph.Hash
	if c, err := p.engine.Conversation(ctx, r.Conversation); err == nil {
		version = c.Version
	}
	return p.journeys.Operation(version, r.Operation)
}

// hooks tell the configured subscribers; nil where there are none.
func (p *plant) hooks() (runtime.Hooks, error) {
	var list []webhook.Subscriber
	for _, s := range p.cfg.Subscribers {
		list = append(list, webhook.Subscriber{URL: s.URL, Secret: s.Secret.Reveal(), Events: s.Events})
	}
	if list == nil {
		return nil, nil
	}
	return webhook.New(list, runtime.System{}.Now)
}

func (p *plant) newChat() (*chat.Server, error) {
	origins := append([]string{origin(p.cfg.PublicURL)}, p.cfg.Chat.Origins...)
	return chat.New(chat.Options{Engine: p.engine, Loop: p.loop, Clock: runtime.System{}, Online: p.store.Online, Secret: p.secret("chat"),
		Identity: []byte(p.cfg.Chat.Identity.Reveal()), Origins: origins, Theme: chat.Theme(p.cfg.Chat.Theme), Visitors: p.cfg.Chat.Visitors,
		Streams: p.cfg.Chat.Streams, Sessions: p.cfg.Limits.Visitors, Typing: p.desk.CustomerTyping, Log: p.log})
}

// secret gives a secret for a purpose, the same for as long as the data lives, and known to nobody who has not its keys file.
func (p *plant) secret(purpose string) []byte {
	first, second := p.store.KeyOf("secret", purpose+" 1"), p.store.KeyOf("secret", purpose+" 2")
	return append(first[:], second[:]...)
}

// origin is a URL without its path.
func origin(public string) string {
	u, err := url.Parse(public)
	if err != nil {
		return public
	}
	return u.Scheme + "://" + u.Host
}

func (p *plant) newServer() {
	o := server.Options{Loop: p.loop, Engine: p.engine, Store: p.store, Journeys: p.journeys, Clock: runtime.System{}, Brand: p.cfg.Brand,
		PublicURL: p.cfg.PublicURL, Proxies: p.cfg.Proxies, Openings: p.cfg.Limits.Links, Receivers: p.receivers, Desk: p.desk, Backup: p.store, Meter: p.metrics, Logger: p.log, Explain: explain.Line}
	if p.tracer != nil {
		o.Tracer = p.tracer
	}
	for _, t := range p.cfg.Tokens {
		o.Tokens = append(o.Tokens, server.Token{Name: t.Name, Role: server.Role(t.Role), SHA256: t.SHA256})
	}
	show := pages.Options{Brand: p.cfg.Brand, Engine: p.engine, Starts: p.store, History: p.store, Loop: p.loop, Versions: p.journeys, Widget: true,
		Inbox: true, CSRF: server.FormToken}
	if p.sandbox != nil {
		show.Sandbox, show.Shop = p.sandbox, p.shop
	}
	p.pages = pages.New(show)
	for _, r := range p.pages.Routes() {
		roles := []server.Role{server.Agent, server.Analyst}
		switch {
		case r.Changes:
			roles = nil // it gives consent, and puts providers out of order
		case strings.Contains(r.Pattern, "/journeys"):
			roles = append(roles, server.Author, server.Approver)
		}
		o.Mounts = append(o.Mounts, server.Mount{Pattern: r.Pattern, Handler: r.Handler, Roles: roles, Public: r.Public})
	}
	box := inbox.New(inbox.Options{Desk: p.desk, Engine: p.engine, Versions: p.journeys, Frame: p.pages, Caller: agent, Open: len(p.cfg.Tokens) == 0,
		CSRF: server.FormToken, Now: runtime.System{}.Now, Record: func(ctx context.Context, d desk.Deed) error {
			return p.store.Record(ctx, server.AuditDeed(d))
		}})
	for _, r := range box.Routes() {
		o.Mounts = append(o.Mounts, server.Mount{Pattern: r.Pattern, Handler: r.Handler, Roles: []server.Role{server.Agent}, Public: r.Public})
	}
	visitors := p.chat.Handler()
	o.Mounts = append(o.Mounts,
		server.Mount{Pattern: "GET /chat/widget.js", Handler: p.chat.Widget(), Public: true, Summary: "The chat widget, for a script tag"},
		server.Mount{Pattern: "POST /v1/chat/sessions", Handler: visitors, Public: true, Summary: "Begin to chat: a token for a visitor"},
		server.Mount{Pattern: "POST /v1/chat/messages", Handler: visitors, Public: true, Summary: "What a visitor writes, with the visitor's token"},
		server.Mount{Pattern: "POST /v1/chat/typing", Handler: visitors, Public: true, Summary: "A visitor is typing"},
		server.Mount{Pattern: "GET /v1/chat/history", Handler: visitors, Public: true, Summary: "What was said in a visitor's conversations"},
		server.Mount{Pattern: "GET /v1/chat/stream", Handler: visitors, Public: true, Summary: "What is said, as server-sent events"},
		server.Mount{Pattern: "/v1/chat/", Handler: visitors, Public: true},
		server.Mount{Pattern: "GET /metrics", Handler: p.metrics.Handler(), Roles: []server.Role{server.Analyst}, Summary: "Metrics, as Prometheus reads them"})
	p.server = server.New(o)
}

// agent is who works in the inbox.
func agent(r *http.Request) desk.Actor {
	c := server.CallerOf(r)
	return desk.Actor{Name: c.Name, Role: string(c.Role), Supervisor: c.Role == server.Admin}
}
