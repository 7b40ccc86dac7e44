package understand

import "time"

type Intent struct {
	Name     string
	Examples []string
}
type Ranked struct {
	Intent     string
	Confidence float64
}
type Understanding struct {
	Intents   []Ranked
	Sentiment float64
}
type Classifier interface{ Understand(text string) Understanding }
type Model struct{}

func Train(intents []Intent) *Model                { return &Model{} }
func (m *Model) Understand(text string) Understanding { return Understanding{} }

const TalkToHuman = "talk_to_human"

func IsThanks(text string) bool { return false }

type Setting struct {
	Now    time.Time
	Zone   *time.Location
	Locale string
	Region string
}
type Answer struct {
	Value any
	Whole bool
}

func YesNo(text string) (yes, ok bool)                { return }
func Bool(text string) (a Answer, ok bool)            { return }
func Int(text string) (a Answer, ok bool)             { return }
func Number(text string) (a Answer, ok bool)          { return }
func Date(text string, s Setting) (a Answer, ok bool) { return }
func Clock(text string, s Setting) (a Answer, ok bool) { return }
func Time(text string, s Setting) (a Answer, ok bool) { return }
func Duration(text string) (a Answer, ok bool)        { return }
func Phone(text string, s Setting) (a Answer, ok bool) { return }
func Email(text string) (a Answer, ok bool)           { return }
func URL(text string) (a Answer, ok bool)             { return }
func Pattern(source, text string) (a Answer, ok bool) { return }

type Option struct{ Value, Label string }

func Choose(options []Option, text string) (index int, ok bool) { return }
func Resend(text string) bool                                   { return false }
func Code(text string) (digits string, ok bool)                 { return }
