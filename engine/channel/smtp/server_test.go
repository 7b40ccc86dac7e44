package smtp_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"

	"journey/engine/channel/channeltest"
	"journey/engine/channel/smtp"
)

const (
	username = "care"
	password = "a-secret-password"
)

// server is a mail server that offers STARTTLS and authentication, and misbehaves on demand.
type server struct {
	listener net.Listener
	cert     tls.Certificate
	pool     *x509.CertPool

	mu        sync.Mutex
	behaviour channeltest.Behaviour
	say       map[string]string // by command: what it answers in place of what it should
	offers    []string          // after EHLO
	mechanism string            // that was used
	conns     map[net.Conn]bool
	mails     []string
	done      sync.WaitGroup
}

func newServer(t *testing.T) *server {
	lender := httptest.NewTLSServer(nil) // for its certificate, which is for 127.0.0.1
	defer lender.Close()
	s := &server{cert: lender.TLS.Certificates[0], pool: x509.NewCertPool(), say: map[string]string{}, conns: map[net.Conn]bool{},
		offers: []string{"STARTTLS", "AUTH PLAIN LOGIN", "8BITMIME", "SMTPUTF8"}}
	s.pool.AddCert(lender.Certificate())
	var err error
	if s.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.done.Add(1)
	go s.accept()
	t.Cleanup(s.close)
	return s
}

func (s *server) accept() {
	defer s.done.Done()
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[conn] = true
		s.mu.Unlock()
		s.done.Add(1)
		go func() {
			defer s.done.Done()
			defer conn.Close()
			s.serve(conn)
		}()
	}
}

func (s *server) close() {
	s.listener.Close()
	s.mu.Lock()
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

// serve talks with one client.
func (s *server) serve(conn net.Conn) {
	text := textproto.NewConn(conn)
	if s.is(channeltest.Garbage) {
		text.PrintfLine("<html>no mail here</html>")
		return
	}
	text.PrintfLine("220 mail.shop.example ESMTP")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if said := s.said(verb); said != "" {
			text.PrintfLine("%s", said)
			if strings.HasPrefix(said, "421") {
				return
			}
			continue
		}
		switch verb {
		case "EHLO":
			text.PrintfLine("250-mail.shop.example")
			s.mu.Lock()
			for _, offer := range s.offers {
				text.PrintfLine("250-%s", offer)
			}
			s.mu.Unlock()
			text.PrintfLine("250 HELP")
		case "STARTTLS":
			text.PrintfLine("220 go ahead")
			encrypted := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{s.cert}})
			if encrypted.Handshake() != nil {
				return
			}
			conn, text = encrypted, textproto.NewConn(encrypted)
		case "AUTH":
			s.auth(text, rest)
		case "MAIL", "RSET", "NOOP":
			text.PrintfLine("250 ok")
		case "RCPT":
			if s.is(channeltest.RefuseNumber) {
				text.PrintfLine("550 5.1.1 no such mailbox")
				continue
			}
			text.PrintfLine("250 ok")
		case "DATA":
			if !s.data(text) {
				return
			}
		case "QUIT":
			text.PrintfLine("221 bye")
			return
		default:
			text.PrintfLine("500 what?")
		}
	}
}

func (s *server) auth(text *textproto.Conn, line string) {
	mechanism, initial, _ := strings.Cut(line, " ")
	s.mu.Lock()
	s.mechanism = mechanism
	s.mu.Unlock()
	given := ""
	if mechanism == "LOGIN" {
		for _, prompt := range []string{"VXNlcm5hbWU6", "UGFzc3dvcmQ6"} {
			text.PrintfLine("334 %s", prompt)
			answer, _ := text.ReadLine()
			plain, _ := base64.StdEncoding.DecodeString(answer)
			given += "\x00" + string(plain)
		}
	} else {
		plain, _ := base64.StdEncoding.DecodeString(initial)
		given = string(plain)
	}
	if s.is(channeltest.RefuseUs) || given != "\x00"+username+"\x00"+password {
		text.PrintfLine("535 5.7.8 not the password: %s", password)
		return
	}
	text.PrintfLine("235 welcome")
}

// data reads a mail; false closes the connection.
func (s *server) data(text *textproto.Conn) bool {
	text.PrintfLine("354 go on")
	mail, err := io.ReadAll(text.DotReader())
	if err != nil {
		return false
	}
	switch {
	case s.is(channeltest.Fail):
		text.PrintfLine("451 4.3.0 try again later")
		return true
	case s.is(channeltest.Hang):
		text.ReadLine()
		return false
	}
	if said := s.said("TEXT"); said != "" {
		text.PrintfLine("%s", said)
		return true
	}
	s.mu.Lock()
	s.mails = append(s.mails, string(mail))
	s.mu.Unlock()
	if s.is(channeltest.TakeAndDrop) {
		return false
	}
	text.PrintfLine("250 2.0.0 queued as 4711")
	return true
}

func (s *server) is(b channeltest.Behaviour) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behaviour == b
}

func (s *server) said(verb string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.say[verb]
}

func (s *server) behave(b channeltest.Behaviour) bool {
	if b == channeltest.TooMany {
		return false
	}
	if b == channeltest.Vanish {
		s.close()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaviour = b
	return true
}

func (s *server) received(t *testing.T) []*mail.Message {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*mail.Message
	for _, text := range s.mails {
		m, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(text)))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

func (s *server) taken(t *testing.T) (all []channeltest.Got) {
	for _, m := range s.received(t) {
		to, err := mail.ParseAddress(m.Header.Get("To"))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, channeltest.Got{To: to.Address, Text: strings.ReplaceAll(string(body), "\r\n", "\n")})
	}
	return all
}

func (s *server) provider(t *testing.T, change func(*smtp.Config)) *smtp.Provider {
	t.Helper()
	c := smtp.Config{Host: "127.0.0.1", Port: s.listener.Addr().(*net.TCPAddr).Port, Security: smtp.StartTLS, Username: username, Password: password,
		From: "Example Shop <care@shop.example>", InboundSecret: inboundSecret, TLSConfig: &tls.Config{RootCAs: s.pool}}
	if change != nil {
		change(&c)
	}
	p, err := smtp.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func unword(t *testing.T, header string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
