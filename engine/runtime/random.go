package runtime

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Random draws secrets and ids from the system's randomness.
type Random struct{}

var million = big.NewInt(1_000_000)

// Code gives six digits.
func (Random) Code() string {
	n, err := rand.Int(rand.Reader, million)
	if err != nil {
		panic(err) // the system has no randomness: nothing here can be kept secret
	}
	return fmt.Sprintf("%06d", n)
}

// Token gives 26 letters and digits, too many to guess, and short enough for a text message.
func (Random) Token() string { return strings.ToLower(rand.Text()) }

// ID gives ten letters and digits: enough to be unique among what one contact has.
func (Random) ID() string { return strings.ToLower(rand.Text()[:10]) }

// System is the system's clock, in UTC.
type System struct{}

// Now gives the time.
func (System) Now() time.Time { return time.Now().UTC() }
