package smtp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	netsmtp "net/smtp"
	"net/textproto"
	"strings"
	"time"

	"journey/engine/channel"
)

// session is a connection that is ready for a message.
type session struct {
	client *netsmtp.Client
	conn   net.Conn
	stop   func() bool // unbinds the connection from its context
}

// connect makes a connection, encrypts it and logs in.
func (p *Provider) connect(ctx context.Context) (*session, *channel.Answer) {
	conn, err := p.dial(ctx)
	if err != nil {
		return nil, answer("connecting", err, unreached)
	}
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	s := &session{conn: conn, stop: context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })}
	if s.client, err = netsmtp.NewClient(conn, p.config.Host); err != nil {
		s.stop()
		conn.Close()
		return nil, answer("greeting", err, account)
	}
	if failed := p.open(s); failed != nil {
		s.close()
		return nil, failed
	}
	return s, nil
}

func (p *Provider) dial(ctx context.Context) (net.Conn, error) {
	if p.config.Security == TLS {
		d := tls.Dialer{Config: p.tls()}
		return d.DialContext(ctx, "tcp", p.address())
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", p.address())
}

func (p *Provider) tls() *tls.Config {
	c := p.config.TLSConfig.Clone()
	if c == nil {
		c = &tls.Config{}
	}
	if c.ServerName == "" {
		c.ServerName = p.config.Host
	}
	return c
}

// open says hello, encrypts and logs in.
func (p *Provider) open(s *session) *channel.Answer {
	if err := s.client.Hello(p.domain); err != nil {
		return answer("EHLO", err, account)
	}
	if p.config.Security == StartTLS {
		if ok, _ := s.client.Extension("STARTTLS"); !ok {
			return broken("the server offers no STARTTLS, and security is not none")
		}
		if err := s.client.StartTLS(p.tls()); err != nil {
			return answer("STARTTLS", err, account)
		}
	}
	if p.config.Username == "" {
		return nil
	}
	ok, offered := s.client.Extension("AUTH")
	if !ok {
		return broken("the server offers no authentication, and there is a username")
	}
	if err := s.client.Auth(p.auth(strings.Fields(strings.ToUpper(offered)))); err != nil {
		if errors.Is(err, errUnencrypted) {
			return broken(err.Error())
		}
		return answer("AUTH", err, account)
	}
	return nil
}

// deliver hands a message over. Up to the last line the server has not taken it.
func (s *session) deliver(from, to string, text []byte) *channel.Answer {
	if err := s.client.Mail(from); err != nil {
		return answer("MAIL FROM", err, account)
	}
	if err := s.client.Rcpt(to); err != nil {
		return answer("RCPT TO", err, recipient)
	}
	w, err := s.client.Data()
	if err != nil {
		return answer("DATA", err, content)
	}
	if _, err := w.Write(text); err != nil {
		return answer("sending the text", err, unreached)
	}
	if err := w.Close(); err != nil {
		var said *textproto.Error
		if !errors.As(err, &said) {
			a := channel.Lost("the connection broke after the text was sent: " + err.Error())
			return &a
		}
		return answer("the text", err, content)
	}
	return nil
}

// close ends the session politely if the server still listens; what was taken stays taken.
func (s *session) close() {
	s.stop()
	s.conn.SetDeadline(time.Now().Add(time.Second))
	s.client.Quit()
	s.conn.Close()
}

// fault is whose a permanent error is at some point of the session.
type fault uint8

const (
	unreached fault = iota // nobody's: only what is no answer of the server happens there
	account                // ours, as the server's clients
	recipient              // the recipient's
	content                // the message's, as this server sees it
)

// answer reads an error by its code (RFC 5321, section 4.2.1): 4yz goes by, 5yz stays.
func answer(during string, err error, whose fault) *channel.Answer {
	reason := during + ": " + err.Error()
	var said *textproto.Error
	spoken := errors.As(err, &said)
	if spoken {
		reason = fmt.Sprintf("%s: %d %s", during, said.Code, said.Msg)
	}
	var a channel.Answer
	switch {
	case !spoken:
		a = channel.Unavailable(reason, 0)
		var untrusted *tls.CertificateVerificationError
		if errors.As(err, &untrusted) {
			a = channel.Broken(reason)
		}
	case said.Code == 421, said.Code < 500 && whose == account:
		a = channel.Unavailable(reason, 0)
	case said.Code < 500: // one mailbox is to wait, or strangers are (RFC 6647)
		a = channel.NotNow(reason)
	case whose == account || said.Code == 530:
		a = channel.Broken(reason)
	case whose == recipient && !policyRefusal(said.Msg):
		a = channel.Refused(reason)
	default:
		a = channel.RefusedHere(reason)
	}
	return &a
}

// policyRefusal tells of an enhanced status code 5.7.x (RFC 3463): the server won't, though another one might.
func policyRefusal(message string) bool {
	return strings.HasPrefix(message, "5.7.")
}

func broken(reason string) *channel.Answer {
	a := channel.Broken(reason)
	return &a
}
