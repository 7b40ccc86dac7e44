package service

import (
	"fmt"
	"strings"
)

// unsetError says that a variable of the environment has no value.
type unsetError struct{ name string }

func (e *unsetError) Error() string {
	return fmt.Sprintf("the environment variable %s is not set", e.name)
}

// expand puts the environment's values into ${NAME}.
func (c *Client) expand(text string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("a `${` is never closed")
		}
		value, set := "", false
		if c.o.Env != nil {
			value, set = c.o.Env(name)
		}
		if !set || value == "" {
			return "", &unsetError{name}
		}
		b.WriteString(value)
		text = after
	}
}
