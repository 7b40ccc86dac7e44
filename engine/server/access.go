package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"journey/engine/remote"
)

// Role is what a caller may do. Admin may do everything, and the others have no order: the table of routes says who may use each.
type Role string

const (
	Ingest   Role = "ingest"   // sends events, contacts and consents
	Agent    Role = "agent"    // talks to customers
	Analyst  Role = "analyst"  // reads
	Author   Role = "author"   // deploys journeys
	Approver Role = "approver" // lets them go live
	Admin    Role = "admin"
)

// Roles are all there are.
var Roles = []Role{Ingest, Agent, Analyst, Author, Approver, Admin}

// Token is a secret by its hash, and whose it is.
type Token struct {
	Name   string
	Role   Role
	SHA256 [sha256.Size]byte
}

// Caller is who makes a request.
type Caller struct {
	Name string
	Role Role
}

// May tells whether a caller is allowed what is for some roles.
func (c Caller) May(roles ...Role) bool {
	return c.Role == Admin || c.Role != "" && slices.Contains(roles, c.Role)
}

// local is everybody on this machine, where there are no tokens.
var local = Caller{Name: "local", Role: Admin}

// access knows the tokens and the sessions.
type access struct {
	tokens   []Token
	sessions sessions
	attempts *remote.Pace // to log in, that failed
	sameSite *http.CrossOriginProtection
}

// mostAttempts to log in may fail in a minute from one address.
const mostAttempts = 10

func newAccess(o Options) *access {
	a := &access{tokens: o.Tokens, attempts: remote.PerMinute(mostAttempts), sameSite: http.NewCrossOriginProtection()}
	a.sessions.clock = o.Clock
	if u, err := url.Parse(o.PublicURL); err == nil && u.Host != "" {
		// A proxy may ask us under another name than the browser asked it.
		_ = a.sameSite.AddTrustedOrigin(u.Scheme + "://" + u.Host) // an origin that makes no sense is no caller's
	}
	return a
}

// open tells that there are no tokens, so that whoever is on this machine may do everything.
func (a *access) open() bool { return len(a.tokens) == 0 }

// holder finds whose a token is. It takes the same time wherever in the list the token is.
func (a *access) holder(secret string) (Caller, bool) {
	sum := sha256.Sum256([]byte(secret))
	found := -1
	for i := range a.tokens {
		if subtle.ConstantTimeCompare(sum[:], a.tokens[i].SHA256[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return Caller{}, false
	}
	return Caller{a.tokens[found].Name, a.tokens[found].Role}, true
}

// admit finds out who asks, and refuses who may not.
func (s *Server) admit(r *http.Request, rt *route) *Problem {
	if rt.public {
		return nil
	}
	known := requestOf(r)
	if p := s.recognise(r, known); p != nil {
		return p
	}
	if !known.caller.May(rt.roles...) {
		return problem(http.StatusForbidden, "forbidden", "%s has the role %s, and this is for %s.", known.caller.Name, known.caller.Role, rolesInWords(rt.roles))
	}
	return nil
}

func (s *Server) recognise(r *http.Request, known *request) *Problem {
	if s.access.open() {
		known.caller = local
		return s.sameSite(r)
	}
	if scheme, given, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		caller, ok := s.access.holder(strings.TrimSpace(given))
		if !ok {
			return problem(http.StatusUnauthorized, "unauthenticated", "The token is not one of ours.")
		}
		known.caller = caller
		return nil
	}
	if session := s.access.sessions.of(r); session != nil {
		known.caller, known.session = session.caller, session
		return s.fromForm(r, session)
	}
	return problem(http.StatusUnauthorized, "unauthenticated", "Send a token in the header: Authorization: Bearer …")
}

// rolesInWords lists who may, admin last.
func rolesInWords(roles []Role) string {
	var b strings.Builder
	for _, r := range roles {
		if r != Admin {
			b.WriteString(string(r) + " or ")
		}
	}
	return b.String() + string(Admin)
}

// allowedHosts is the name under which the world reaches the server.
type allowedHosts struct{ public string }

func hostsOf(publicURL string) allowedHosts {
	u, err := url.Parse(publicURL)
	if err != nil {
		return allowedHosts{}
	}
	return allowedHosts{strings.ToLower(u.Hostname())}
}

// fromHere refuses, where there are no tokens, whoever is not on this machine, and whoever a web page sends here by having its own
// name lead to this machine: nothing but the Host header tells the two apart. Paths that ask for a signature or a secret of their own
// are open to the public name too, so that a provider's webhooks arrive through a tunnel.
func (s *Server) fromHere(r *http.Request) *Problem {
	if !s.access.open() {
		return nil
	}
	if !remote.Proxies(nil).Address(r).IsLoopback() {
		return problem(http.StatusForbidden, "wrong-host", "Without tokens it answers callers on its own machine only. Configure tokens to open it.")
	}
	if forwarded(r) && !selfGuarded(r.URL.Path) {
		return problem(http.StatusForbidden, "wrong-host", "Without tokens it answers callers on its own machine only, and this came through a proxy. Configure tokens to open it.")
	}
	host := hostname(r.Host)
	if host == "localhost" || host == "127.0.0.1" || host == "::1" {
		return nil
	}
	if host != "" && host == s.addresses.public && selfGuarded(r.URL.Path) {
		return nil
	}
	return problem(http.StatusMisdirectedRequest, "wrong-host", "Without tokens it answers to localhost, 127.0.0.1 and [::1] only.")
}

// forwarded tells of a request that a proxy passes on: then somebody else may have made it.
func forwarded(r *http.Request) bool {
	return r.Header.Get("Forwarded") != "" || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("X-Real-Ip") != ""
}

// selfGuarded are the paths on which a signature, or a secret in the path, says who may.
func selfGuarded(path string) bool {
	return strings.HasPrefix(path, "/v1/channels/") || strings.HasPrefix(path, "/l/") || strings.HasPrefix(path, "/s/")
}

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = host
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]"))
}

// sameSite refuses what another site has a browser send. Reading is safe: it gets no answer to see.
func (s *Server) sameSite(r *http.Request) *Problem {
	if err := s.access.sameSite.Check(r); err != nil {
		return problem(http.StatusForbidden, "cross-site", "A page of another site can't change anything here.")
	}
	return nil
}
