package smtp

import (
	"errors"
	netsmtp "net/smtp"
	"slices"
	"strings"
)

var errUnencrypted = errors.New("the connection is not encrypted, so the password is not sent")

// auth chooses a mechanism that the server offers: PLAIN (RFC 4616), or LOGIN, which some offer alone.
func (p *Provider) auth(offered []string) netsmtp.Auth {
	if slices.Contains(offered, "LOGIN") && !slices.Contains(offered, "PLAIN") {
		return &login{p.config.Username, p.config.Password}
	}
	return plain{netsmtp.PlainAuth("", p.config.Username, p.config.Password, p.config.Host)}
}

// plain is PLAIN with an error that can be told from the server's.
type plain struct{ netsmtp.Auth }

func (a plain) Start(server *netsmtp.ServerInfo) (string, []byte, error) {
	if !mayLogIn(server) {
		return "", nil, errUnencrypted
	}
	return a.Auth.Start(server)
}

// login is LOGIN (draft-murchison-sasl-login).
type login struct{ username, password string }

func (a *login) Start(server *netsmtp.ServerInfo) (string, []byte, error) {
	if !mayLogIn(server) {
		return "", nil, errUnencrypted
	}
	return "LOGIN", nil, nil
}

func (a *login) Next(prompt []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	switch asked := strings.ToLower(string(prompt)); {
	case strings.HasPrefix(asked, "user"):
		return []byte(a.username), nil
	case strings.HasPrefix(asked, "pass"):
		return []byte(a.password), nil
	}
	return nil, errors.New("the server asks for something that is neither user name nor password")
}

// mayLogIn tells whether a password may be sent.
func mayLogIn(server *netsmtp.ServerInfo) bool {
	return server.TLS || thisMachine(server.Name)
}

// thisMachine tells of a host that mail gets to over no network.
func thisMachine(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}
