package expression

import (
	"errors"
	"strings"

	"github.com/expr-lang/expr/file"
)

// plainError leaves out the excerpt that expr adds, and says in our words what reading a value that is not set is.
func plainError(err error) error {
	var e *file.Error
	if !errors.As(err, &e) {
		return err
	}
	if inner := e.Unwrap(); inner != nil {
		return inner
	}
	message, _, _ := strings.Cut(e.Message, "\n")
	if strings.Contains(message, "<nil>") || strings.Contains(message, "nil pointer") {
		return errNotSet
	}
	return errors.New(message)
}
