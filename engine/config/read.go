package config

import (
	"encoding/hex"
	"fmt"
	"math"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"journey/engine/diagnostic"
	"journey/engine/flow"
)

// Read reads a configuration whose path is what findings name. env gives the variables of the environment. Where a finding is an error
// the configuration is as complete as the mistakes allow, and is not to be used. Findings are sorted.
func Read(path string, source []byte, env func(string) (string, bool)) (*Config, []diagnostic.Finding) {
	root, findings := flow.ReadDocument(flow.Input{Path: path, Source: source})
	r := &reader{env: env, findings: findings}
	c := &Config{}
	if root != nil {
		r.config(field{name: "the configuration", place: start(path), value: root}, c)
	}
	return c, diagnostic.Sort(r.findings)
}

func start(path string) diagnostic.Span {
	return diagnostic.Span{File: path, Start: diagnostic.Position{Line: 1, Column: 1}}
}

func (r *reader) config(f field, c *Config) {
	var listen field
	r.section(f, "the configuration",
		may("listen", func(f field) { listen = f; r.listen(f, &c.Listen) }),
		may("public_url", func(f field) { r.publicURL(f, &c.PublicURL) }),
		may("trusted_proxies", func(f field) { r.proxies(f, &c.Proxies) }),
		may("data", func(f field) { r.data(f, &c.Data) }),
		may("flows", func(f field) { r.text(f, &c.Flows) }),
		may("brand", func(f field) { r.text(f, &c.Brand) }),
		may("providers", func(f field) { r.providers(f, &c.Providers) }),
		may("chat", func(f field) { r.chat(f, &c.Chat) }),
		may("tokens", func(f field) { r.tokens(f, &c.Tokens) }),
		may("subscribers", func(f field) { r.subscribers(f, &c.Subscribers) }),
		may("services", func(f field) { r.services(f, &c.Services) }),
		may("encryption_key", func(f field) { r.longSecret(f, 16, &c.EncryptionKey) }),
		may("costs", func(f field) { r.costs(f, &c.Costs) }),
		may("queues", func(f field) { r.queues(f, &c.Queues) }),
		may("canned", func(f field) { r.canned(f, &c.Canned) }),
		may("understand", func(f field) { r.understand(f, &c.Understand) }),
		may("crm", func(f field) { r.crms(f, &c.CRM) }),
		may("retention", func(f field) { r.duration(f, &c.Retention) }),
		may("approval", func(f field) { r.approval(f, &c.Approval) }),
		may("limits", func(f field) { r.limits(f, &c.Limits) }),
		may("log", func(f field) { r.log(f, &c.Log) }),
		may("telemetry", func(f field) { r.telemetry(f, &c.Telemetry) }),
		may("drain", func(f field) { r.duration(f, &c.Drain) }),
		may("shutdown_grace", func(f field) { r.duration(f, &c.ShutdownGrace) }),
	)
	if c.Listen != "" && !Loopback(c.Listen) && !r.hasTokens(f) {
		r.report(listen.value.Span, CodeExposed, fmt.Sprintf("`listen` opens %s to others than this machine, and there are no `tokens`", c.Listen),
			"add `tokens`, or listen on 127.0.0.1")
	}
}

// hasTokens tells whether tokens are written, right or wrong: of those that are wrong enough is said.
func (r *reader) hasTokens(f field) bool {
	for _, p := range f.value.Map {
		if name := p.Key.Value; name == "tokens" || meant(name, []string{"tokens"}) != "" {
			return p.Value.Scalar != nil || len(p.Value.List) > 0 || len(p.Value.Map) > 0
		}
	}
	return false
}

// Loopback tells whether an address to listen on, host:port, can be reached from this machine only.
func Loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

func (r *reader) listen(f field, into *string) {
	w := r.word(f, "an address such as `127.0.0.1:8080`")
	if !w.ok {
		return
	}
	address, problem, hint := Address(w.text)
	if problem != "" {
		r.bad(w, CodeBadAddress, fmt.Sprintf("%s is nothing to listen on: %s", w.shown(), problem), hint)
		return
	}
	*into = address
}

// Address reads a host and a port to listen on; without a host it is every address of this machine. Where a text is none, problem says
// why, and hint how one is written.
func Address(text string) (address, problem, hint string) {
	hint = "write it like `127.0.0.1:8080`"
	host, port, err := net.SplitHostPort(text)
	switch _, number := strconv.ParseUint(text, 10, 16); {
	case err != nil && number == nil:
		return "", "it lacks a host", fmt.Sprintf("write `127.0.0.1:%s`, or `0.0.0.0:%s` for everybody", text, text)
	case err != nil && strings.Count(text, ":") > 1:
		return "", "it is no host and port", "an IPv6 address is written like `[::1]:8080`"
	case err != nil:
		return "", "it lacks a port", hint
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 && port != "0" {
		return "", "its port is not a number up to 65535", hint
	}
	if host == "" {
		host = "0.0.0.0"
	}
	return net.JoinHostPort(host, port), "", ""
}

func (r *reader) data(f field, into *Location) {
	w := r.word(f, "a file's path")
	if !w.ok {
		return
	}
	*into = Location(w.text)
	if !into.Postgres() {
		if strings.Contains(w.text, "://") {
			r.bad(w, CodeBadURL, "`data` is a file's path or a `postgres://` URL, and this is neither", "")
		}
		return
	}
	u := r.url(w, f.name, "postgres", "postgresql")
	if u == nil {
		return
	}
	if _, has := u.User.Password(); has && !strings.Contains(w.Value, "${") {
		r.warn(w.Span, CodeSecretShown, "`data` has a password in it, and everybody who reads this file knows it", "put it into an environment variable: `postgres://journey:${DB_PASSWORD}@…`")
	}
}

func (r *reader) approval(f field, into *bool) {
	var mode string
	r.choice(f, &mode, "required", "none")
	*into = mode == "required"
}

func (r *reader) tokens(f field, into *[]Token) {
	names, hashes := twice{}, map[[32]byte]diagnostic.Span{}
	r.list(f, "tokens", func(f field) {
		var t Token
		keys := []key{
			must("name", func(f field) {
				if r.text(f, &t.Name); t.Name != "" {
					r.first(names, t.Name, "there is another token called", f.value.Span)
				}
			}),
			must("role", func(f field) { r.role(f, &t.Role) }),
			must("sha256", func(f field) {
				if !r.hash(f, &t.SHA256) {
					return
				}
				if before, ok := hashes[t.SHA256]; ok {
					r.report(f.value.Span, CodeTwice, "another token has the same hash, so it is the same token", "",
						diagnostic.Related{Span: before, Message: "the first one"})
				}
				hashes[t.SHA256] = f.value.Span
			}),
		}
		r.section(f, "a token", append(keys, r.agentKeys(&t)...)...)
		r.takesHandoffs(f, &t)
		*into = append(*into, t)
	})
}

func (r *reader) role(f field, into *string) {
	w := r.word(f, "a role: "+quoted(Roles))
	if w.ok && !slices.Contains(Roles, w.text) {
		hint := didYouMean(w.Value, Roles)
		if hint == "" {
			hint = "the roles are " + strings.Join(Roles, ", ")
		}
		r.bad(w, CodeUnknownRole, "there is no role "+w.shown(), hint)
		return
	}
	*into = w.text
}

const hashHint = "make it with `printf %s TOKEN | sha256sum`, and write what that prints"

// hash reads a SHA-256. What is none might be the token itself, so it is not shown.
func (r *reader) hash(f field, into *[32]byte) bool {
	w := r.word(f, "a token's SHA-256")
	if !w.ok {
		return false
	}
	sum, err := hex.DecodeString(w.text)
	if err != nil || len(sum) != len(into) {
		r.bad(w, CodeBadHash, "a token's SHA-256 has 64 hexadecimal digits, and this is none", hashHint)
		return false
	}
	if *into = [32]byte(sum); w.text == hashOfNothing {
		r.bad(w, CodeBadHash, "this is the SHA-256 of an empty token", hashHint)
		return false
	}
	return true
}

const hashOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func (r *reader) limits(f field, into *Limits) {
	r.section(f, "`limits`",
		may("queue", func(f field) { r.whole(f, 1, math.MaxInt32, &into.Queue) }),
		may("queue_mb", func(f field) { r.whole(f, 1, 1<<20, &into.QueueMB) }),
		may("batch", func(f field) { r.whole(f, 1, 10000, &into.Batch) }),
		may("senders", func(f field) { r.whole(f, 1, 10000, &into.Senders) }),
		may("visitors_per_minute", func(f field) { r.whole(f, 1, 1000000, &into.Visitors) }),
		may("links_per_minute", func(f field) { r.whole(f, 1, 1000000, &into.Links) }),
	)
}

func (r *reader) log(f field, into *Log) {
	r.section(f, "`log`",
		may("level", func(f field) {
			var level string
			if r.choice(f, &level, "debug", "info", "warn", "error"); level != "" {
				_ = into.Level.UnmarshalText([]byte(level)) // each of the four is a level of slog
			}
		}),
		may("format", func(f field) { r.choice(f, &into.Format, "text", "json") }),
	)
}
