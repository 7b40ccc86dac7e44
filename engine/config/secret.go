package config

import (
	"fmt"
	"log/slog"
)

// Secret is a value that is never shown: not by fmt, not in logs, not as JSON. The zero value is none.
type Secret struct{ value string }

// Reveal gives the value to whoever needs it to prove something.
func (s Secret) Reveal() string { return s.value }

// IsSet tells whether there is one.
func (s Secret) IsSet() bool { return s.value != "" }

func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return "(secret)"
}

// Format implements fmt.Formatter for every verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.String()) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements encoding.TextMarshaler.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
