package chat

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// parseOrigins reads the origins of sites: scheme, host and port, nothing else.
func parseOrigins(list []string) (map[string]bool, error) {
	origins := map[string]bool{}
	for _, text := range list {
		u, err := url.Parse(strings.TrimSuffix(text, "/"))
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Scheme+"://"+u.Host != strings.TrimSuffix(text, "/") {
			return nil, fmt.Errorf("%q is no origin: write scheme and host, like https://www.shop.example", text)
		}
		origins[strings.ToLower(u.Scheme+"://"+u.Host)] = true
	}
	return origins, nil
}

// crossOrigin lets pages of our own host and of the sites that are named in, and refuses all others. What is no page sends no origin;
// then the token decides alone.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		origin := strings.ToLower(r.Header.Get("Origin"))
		if origin != "" && !s.origins[origin] && !sameHost(origin, r.Host) {
			refuse(w, http.StatusForbidden, "this site may not embed the chat: name its origin under chat.origins")
			return
		}
		if s.origins[origin] {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Retry-After")
		}
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, POST")
			h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Last-Event-ID")
			h.Set("Access-Control-Max-Age", "7200")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// sameHost compares hosts only: a proxy before us may have ended TLS.
func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}
