// Package flow reads YAML files into syntax trees in which every node knows its file, line and column.
// It reports what is wrong with a file's shape (syntax, keys, kinds, ids) and knows nothing of what names mean:
// references and types are the compiler's. It is the only package that imports yaml.v3.
package flow

import "journey/engine/diagnostic"

// Kind is what a file is for: the first of its top-level keys that names a kind.
type Kind string

const (
	KindJourney      Kind = "journey"
	KindScenarios    Kind = "scenarios"
	KindLibrary      Kind = "library"
	KindTranslations Kind = "translations"
)

// File is one file of a bundle as it was read.
type File struct {
	Path   string
	Source []byte
	Kind   Kind
	Broken bool // its syntax is wrong: what it would have defined is unknown
}

// Bundle is a folder or list of files that are compiled together. Files are sorted by path.
type Bundle struct {
	Files        []*File
	Journeys     []*Journey
	Libraries    []*Library
	Translations []*Translations
	Scenarios    []*Scenarios
}

// Form is how YAML reads a plain scalar; a quoted one is always a Text.
type Form uint8

const (
	Text Form = iota
	Integer
	Float
	Bool
	Null
	Timestamp // plain date or time: still a text to the language
)

// Scalar is one written value. Value is the text as YAML decodes it.
type Scalar struct {
	Value  string
	Form   Form
	Quoted bool
	Faulty bool // reported already: use it where that helps, say nothing more about it; Value is empty if it was no scalar
	style  style
	Span   diagnostic.Span
	source *source // maps an offset in Value to its place in the file
}

// Value is any YAML value where the language allows several kinds; exactly one of the three is set.
type Value struct {
	Scalar *Scalar
	List   []*Value
	Map    []*Pair
	IsList bool // tells an empty list from an empty map
	Span   diagnostic.Span
}

// Pair is one key of a map with a free value.
type Pair struct {
	Key   *Scalar
	Value *Value
}

// Definitions are what a journey and a library both may declare.
type Definitions struct {
	Brand      *Scalar // libraries only
	Events     []*Event
	Data       []*Datum
	Services   []*Service
	Understand *Understand
	Channels   *Channels
	Templates  []*Template
}

// Journey is one journey file. A nil pointer or empty list is a key that is not there.
type Journey struct {
	Definitions
	File      *File
	Span      diagnostic.Span // of the value of `journey`
	Faulty    bool            // something in the file was reported
	ID        *Scalar
	Title     *Scalar
	Owner     *Scalar
	Objective *Objective
	Uses      []*Scalar
	Initial   *Scalar
	Fallback  *Scalar
	Locale    *Scalar
	Retention *Scalar // a duration
	Entry     []*Entry
	HasEntry  bool // the key is there
	Exit      []*Exit
	HasExit   bool
	Cohorts   []*Assign
	Migrate   *Migrate
	Escalate  []*Escalation
	On        []*Handler
	After     []*Handler
	States    []*State
}

type Library struct {
	Definitions
	File   *File
	Faulty bool // something in the file was reported
	ID     *Scalar
}

type Objective struct {
	Span         diagnostic.Span // of the key `objective`
	Faulty       bool            // something in it was reported
	Goal         *Scalar
	Why          *Scalar
	Within       *Scalar
	Holdout      *Scalar // "5%"
	Value        *Scalar
	Satisfaction *Scalar
}

type Entry struct {
	Span  diagnostic.Span
	On    *Scalar
	When  *Scalar
	Key   *Scalar
	Again *Scalar // never, always, "after <duration>"
}

type Exit struct {
	Span    diagnostic.Span
	On      *Scalar
	When    *Scalar
	Outcome *Scalar
	Say     []*Message
}

type Escalation struct {
	Span   diagnostic.Span
	When   *Scalar
	Reason *Scalar
	To     *Scalar
}

// Migrate is `same` or a map of old to new states.
type Migrate struct {
	Span diagnostic.Span
	Same *Scalar
	Map  []*Move
}

type Move struct{ From, To *Scalar }

// Type is a written type: a name ("string", "optional date", "address"), or a map of enum, list or type with its constraints.
type Type struct {
	Span      diagnostic.Span
	Faulty    bool // something in it was reported: it is not wholly known
	Name      *Scalar
	Enum      []*Scalar
	IsEnum    bool
	List      *Type
	Fields    []*Field
	Optional  *Scalar
	Pattern   *Scalar
	Min, Max  *Scalar
	Default   *Value
	Sensitive *Scalar
}

type Field struct {
	Name *Scalar
	Type *Type
}

type Event struct {
	Name *Scalar
	Data []*Field
}

type Datum struct {
	Name *Scalar
	Type *Type
}

type Service struct {
	Name       *Scalar
	URL        *Scalar
	Auth       *Scalar
	Timeout    *Scalar
	Retry      *Scalar
	Operations []*Operation
}

type Operation struct {
	Name    *Scalar
	Request *Scalar // "GET /orders/{order_id}"
	Takes   []*Field
	Returns []*Field
}

type Understand struct {
	Span     diagnostic.Span
	Accept   *Scalar
	Clarify  *Scalar
	Provider *Scalar
	Intents  []*Intent
}

type Intent struct {
	Name     *Scalar
	Title    *Scalar
	Answer   *Scalar
	Examples []*Scalar
}

type Channels struct {
	Span    diagnostic.Span
	Prefer  []*Scalar
	Channel []*Channel
}

type Channel struct {
	Name       *Scalar // chat, sms or email; anything else is reported by flow
	Purpose    *Scalar
	Quiet      *Scalar
	Limit      []*Scalar
	When       *Scalar
	Disclosure *Scalar
}

type Template struct {
	Name    *Scalar
	Text    *Scalar
	Subject *Scalar
	Media   []*Scalar
	Takes   []*Field
}

// Message is what is said: a text, {text, options, media, …}, or {template, with}.
type Message struct {
	Span      diagnostic.Span
	Faulty    bool // something in it was reported
	Text      *Scalar
	Options   *Options
	Media     []*Scalar
	Subject   *Scalar
	Sensitive *Scalar
	Urgent    *Scalar
	Purpose   *Scalar
	Template  *Scalar
	HasWith   *Scalar // the key `with`, where it is there
	With      []*Assign
}

// Options are written {value: label}, or {from, value, label}.
type Options struct {
	Span  diagnostic.Span
	List  []*Option
	From  *Scalar
	Value *Scalar
	Label *Scalar
}

type Option struct {
	Value *Scalar // the key
	Label *Scalar
}

// Assign is `name: expression or literal` in set, with, data and cohorts. Name may be dotted (contact.attributes.vip).
type Assign struct {
	Name  *Scalar
	Value *Value
}

type Emit struct {
	Span    diagnostic.Span
	Type    *Scalar
	HasData *Scalar // the key `data`, where it is there
	Data    []*Assign
}

// ConsentChange is one channel of `consent`: purposes, or none (taken back).
type ConsentChange struct {
	Channel  *Scalar
	Purposes []*Scalar
	None     *Scalar
}

// Effects are what a state and a rule both may do, in this order.
type Effects struct {
	Set     []*Assign
	Consent []*ConsentChange
	Say     []*Message
	Emit    *Emit
	Via     []*Scalar
}

// Target is a state's name, a rule, or a list of rules.
type Target struct {
	Span   diagnostic.Span
	Faulty bool // something in it was reported: it may lead elsewhere, too
	IsList bool
	Rules  []*Rule // a name alone is a rule with only To
}

type Rule struct {
	Effects
	Span   diagnostic.Span
	Faulty bool // something in it was reported: it may lead elsewhere
	When   *Scalar
	To     *Scalar
}

// Handler is one key of `on` (an event or a verb's name) or of `after` (a duration) with its target.
type Handler struct {
	Name   *Scalar
	Target *Target
}

// Moment is one element of `at`: a rule with its time.
type Moment struct {
	Rule
	Time    *Scalar
	Between *Scalar
}

// State is one state. Verbs lists the verb keys in the order written; a sound state has at most one.
type State struct {
	Effects
	Name    *Scalar
	Span    diagnostic.Span // of its value
	Faulty  bool            // something in it was reported: what it does and where it leads is not wholly known
	Verbs   []*Scalar
	Ask     *Ask
	Call    *Call
	Handoff *Handoff
	Split   *Split
	Verify  *Verify
	Run     *Run
	End     *End
	To      *Target
	On      []*Handler
	After   []*Handler
	At      []*Moment
}

type Ask struct {
	Message   *Message // options written beside `ask` are in Message.Options
	Into      *Scalar
	Invalid   *Message
	Attempts  *Scalar
	Confirm   *Message
	Try       *Scalar
	Sensitive *Scalar
}

type Call struct {
	Operation *Scalar // service.operation
	With      []*Assign
	HasWith   *Scalar // the key `with`, where it is there
	Into      *Scalar
}

type Handoff struct {
	Span      diagnostic.Span
	Queue     *Scalar
	Skills    *Value // a list of expressions, or an expression
	Priority  *Scalar
	Recommend *Scalar
	Hours     *Scalar
	Callback  *Scalar
}

type Split struct {
	Experiment *Scalar
	Arms       []*Arm
}

type Arm struct {
	Name   *Scalar
	Weight *Scalar
}

type Verify struct {
	Method   *Scalar // code or link
	Text     *Message
	Expires  *Scalar
	Attempts *Scalar
	Resend   *Scalar
}

type Run struct {
	Journey *Scalar
	With    []*Assign
	Into    *Scalar
}

type End struct {
	Outcome *Scalar
	Data    []*Assign
}

// Translations is one language's texts for the whole bundle.
type Translations struct {
	File   *File
	Locale *Scalar
	Texts  []*Translation
}

// Translation is one pair: locale → text.
type Translation struct {
	Span   diagnostic.Span
	Faulty bool // something in it was reported
	Texts  []*TranslatedText
}

type TranslatedText struct {
	Locale *Scalar
	Text   *Scalar
}

// Scenarios is one scenario file (section 9 of the language).
type Scenarios struct {
	File    *File
	Journey *Scalar
	World
	Cases []*Case
}

// World is what may stand at the top of a scenario file and in a case, where it replaces the whole key.
type World struct {
	Clock     *Scalar
	Contact   *Value
	Services  []*Pair // operation → stub; merged operation by operation
	Providers []*Pair
	Arms      []*Pair
	Journeys  []*Scalar
	Has       map[string]bool // which of these keys are written
}

type Case struct {
	World
	Span  diagnostic.Span
	Name  *Scalar
	Steps []*Step
}

// Step is one step: its verb (event, reply, link, wait, until, receipt, agent, provider, service, expect), the verb's value
// and the keys beside it, whose names and kinds flow has checked.
type Step struct {
	Span  diagnostic.Span
	Verb  *Scalar // the key
	Value *Value
	Keys  []*Pair // beside the verb: data, id, via, text, by, code, answer
}
