package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"time"

	"journey/engine/channel"
	"journey/engine/channel/sandbox"
	"journey/engine/channel/smtp"
	"journey/engine/channel/twilio"
	"journey/engine/channel/vonage"
	"journey/engine/config"
	"journey/engine/graph"
	"journey/engine/machine"
	"journey/engine/policy"
	"journey/engine/runtime"
	"journey/engine/service"
	"journey/engine/service/shop"
	"journey/engine/tracing"
	"journey/engine/webhook"
)

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
