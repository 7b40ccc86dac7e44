package main

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"journey/engine/chat"
	"journey/engine/desk"
	"journey/engine/explain"
	"journey/engine/runtime"
	"journey/engine/server"
	"journey/engine/server/inbox"
	"journey/engine/server/pages"
)

// newServer makes the pages and the HTTP API around all that is there already.
func (p *plant) newServer() {
	o := server.Options{Loop: p.loop, Engine: p.engine, Store: p.store, Journeys: p.journeys, Clock: runtime.System{}, Brand: p.cfg.Brand,
		PublicURL: p.cfg.PublicURL, Proxies: p.cfg.Proxies, Openings: p.cfg.Limits.Links, Receivers: p.receivers, Desk: p.desk, Backup: p.store,
		Meter: p.metrics, Logger: p.log, Explain: explain.Line}
	if p.tracer != nil {
		o.Tracer = p.tracer
	}
	for _, t := range p.cfg.Tokens {
		o.Tokens = append(o.Tokens, server.Token{Name: t.Name, Role: server.Role(t.Role), SHA256: t.SHA256})
	}
	o.Mounts = slices.Concat(p.pageMounts(), p.inboxMounts(), p.chatMounts(), []server.Mount{
		{Pattern: "GET /metrics", Handler: p.metrics.Handler(), Roles: []server.Role{server.Analyst}, Summary: "Metrics, as Prometheus reads them"}})
	p.server = server.New(o)
}

// pageMounts makes the pages, and says who may see which.
func (p *plant) pageMounts() (mounts []server.Mount) {
	o := pages.Options{Brand: p.cfg.Brand, Engine: p.engine, Starts: p.store, History: p.store, Loop: p.loop, Versions: p.journeys, Widget: true,
		Inbox: true, CSRF: server.FormToken}
	if p.sandbox != nil {
		o.Sandbox, o.Shop = p.sandbox, p.shop
	}
	p.pages = pages.New(o)
	for _, r := range p.pages.Routes() {
		roles := []server.Role{server.Agent, server.Analyst}
		switch {
		case r.Changes:
			roles = nil // it gives consent, and puts providers out of order
		case strings.Contains(r.Pattern, "/journeys"):
			roles = append(roles, server.Author, server.Approver)
		}
		mounts = append(mounts, server.Mount{Pattern: r.Pattern, Handler: r.Handler, Roles: roles, Public: r.Public})
	}
	return mounts
}

// inboxMounts makes the agents' inbox, in the frame of the pages.
func (p *plant) inboxMounts() (mounts []server.Mount) {
	box := inbox.New(inbox.Options{Desk: p.desk, Engine: p.engine, Versions: p.journeys, Frame: p.pages, Caller: agent, Open: len(p.cfg.Tokens) == 0,
		CSRF: server.FormToken, Now: runtime.System{}.Now, Record: func(ctx context.Context, d desk.Deed) error {
			return p.store.Record(ctx, server.AuditDeed(d))
		}})
	for _, r := range box.Routes() {
		mounts = append(mounts, server.Mount{Pattern: r.Pattern, Handler: r.Handler, Roles: []server.Role{server.Agent}, Public: r.Public})
	}
	return mounts
}

// chatMounts are the chat's, whose own tokens say who gets what.
func (p *plant) chatMounts() []server.Mount {
	visitors := p.chat.Handler()
	return []server.Mount{
		{Pattern: "GET /chat/widget.js", Handler: p.chat.Widget(), Public: true, Summary: "The chat widget, for a script tag"},
		{Pattern: "POST /v1/chat/sessions", Handler: visitors, Public: true, Summary: "Begin to chat: a token for a visitor"},
		{Pattern: "POST /v1/chat/messages", Handler: visitors, Public: true, Summary: "What a visitor writes, with the visitor's token"},
		{Pattern: "POST /v1/chat/typing", Handler: visitors, Public: true, Summary: "A visitor is typing"},
		{Pattern: "GET /v1/chat/history", Handler: visitors, Public: true, Summary: "What was said in a visitor's conversations"},
		{Pattern: "GET /v1/chat/stream", Handler: visitors, Public: true, Summary: "What is said, as server-sent events"},
		{Pattern: "/v1/chat/", Handler: visitors, Public: true},
	}
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

// agent is who works in the inbox.
func agent(r *http.Request) desk.Actor {
	c := server.CallerOf(r)
	return desk.Actor{Name: c.Name, Role: string(c.Role), Supervisor: c.Role == server.Admin}
}
