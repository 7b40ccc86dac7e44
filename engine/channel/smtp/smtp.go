// Package smtp sends mail to an SMTP server (RFC 5321), and reads mail that a web hook brings.
//
// SMTP can't know a message as the same when it comes again, and can't be asked for one: a connection that breaks after the text was sent leaves
// it unknown whether it was taken. Message-IDs are made from our ids, so that an answer, or a bounce, tells what it is about.
package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"journey/engine/channel"
	"journey/engine/machine"
	"journey/engine/policy"
)

// Security is how a connection is encrypted.
type Security string

const (
	StartTLS Security = "starttls" // from a STARTTLS on, without which nothing is sent (RFC 3207)
	TLS      Security = "tls"      // from the start (RFC 8314)
	Plain    Security = "none"     // not at all; there is no password then, save to this machine
)

// Config is a server, and what mail it sends and takes.
type Config struct {
	Host          string   // perhaps with a port
	Port          int      // 0: that of Host, else 587, or 465 with TLS
	Security      Security // empty: TLS on port 465, Plain to this machine, else StartTLS
	Username      string   // empty: no authentication
	Password      string   // secret
	From          string   // "Example Shop <care@shop.example>"
	ReplyTo       string   // an address; empty: answers go to From
	InboundSecret string   // secret: of those who bring mail in; empty: nobody may
	TLSConfig     *tls.Config
}

// Provider is a channel.Provider and a channel.Receiver.
type Provider struct {
	config  Config
	from    *mail.Address
	replyTo *mail.Address // nil: from
	domain  string        // of Message-IDs
}

var (
	_ channel.Provider = (*Provider)(nil)
	_ channel.Receiver = (*Provider)(nil)
)

// timeout is how long sending may take where the context sets no earlier end.
const timeout = 60 * time.Second

// New checks a configuration; nothing is sent yet.
func New(c Config) (*Provider, error) {
	p := &Provider{config: c}
	var problems []error
	if c.Host == "" {
		problems = append(problems, errors.New("host is missing"))
	}
	if _, port, err := net.SplitHostPort(c.Host); err == nil {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || c.Port != 0 && c.Port != int(n) {
			problems = append(problems, errors.New("host has a port that is none, or another than port"))
		}
	}
	if c.Port < 0 || c.Port > 65535 {
		problems = append(problems, errors.New("port is to be a number from 1 to 65535"))
	}
	switch c.Security {
	case "", StartTLS, TLS, Plain:
	default:
		problems = append(problems, fmt.Errorf("security is to be starttls, tls or none, not %q", c.Security))
	}
	var err error
	if p.from, err = mail.ParseAddress(c.From); err != nil {
		problems = append(problems, errors.New("from is to be an email address, like Example Shop <care@shop.example>"))
	} else {
		p.domain = p.from.Address[strings.LastIndexByte(p.from.Address, '@')+1:]
	}
	if c.ReplyTo != "" {
		if p.replyTo, err = mail.ParseAddress(c.ReplyTo); err != nil {
			problems = append(problems, errors.New("reply_to is to be an email address"))
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("smtp: %w", errors.Join(problems...))
	}
	p.config.standard()
	return p, nil
}

// standard fills in what is empty (RFC 8314, section 3.3).
func (c *Config) standard() {
	if host, port, err := net.SplitHostPort(c.Host); err == nil {
		c.Host = host
		if c.Port == 0 {
			c.Port, _ = strconv.Atoi(port) // what is no number was refused
		}
	}
	if c.Security == "" {
		switch {
		case c.Port == 465:
			c.Security = TLS
		case thisMachine(c.Host):
			c.Security = Plain
		default:
			c.Security = StartTLS
		}
	}
	if c.Port == 0 {
		c.Port = 587
		if c.Security == TLS {
			c.Port = 465
		}
	}
}

// Name is "smtp".
func (p *Provider) Name() string { return "smtp" }

// Channel is email.
func (p *Provider) Channel() policy.Channel { return policy.Email }

// Careful is true.
func (p *Provider) Careful() bool { return true }

// Ask answers Lost, since nobody can be asked.
func (p *Provider) Ask(context.Context, *machine.Deliver, time.Time) channel.Answer {
	return channel.Lost("a mail server can't be asked for a message")
}

// Send hands a message to the server, over a connection of its own.
func (p *Provider) Send(ctx context.Context, d *machine.Deliver) channel.Answer {
	to, err := mail.ParseAddress(d.To)
	if err != nil || to.Name != "" {
		return channel.Refused("the address is no email address")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	s, failed := p.connect(ctx)
	if failed == nil {
		defer s.close()
		failed = s.deliver(p.from.Address, to.Address, p.compose(d, to))
	}
	if failed != nil {
		failed.Reason = channel.Clip(failed.Reason, p.config.Password)
		return *failed
	}
	return channel.Taken(p.messageID(d.ID))
}

// address is the server's.
func (p *Provider) address() string {
	return net.JoinHostPort(p.config.Host, strconv.Itoa(p.config.Port))
}
