package expression

import (
	"slices"
	"strings"
)

// Kind is a type's kind.
type Kind uint8

const (
	Any Kind = iota
	String
	Int
	Number
	Bool
	Time     // a moment
	Date     // a calendar day
	Clock    // a time of day
	Duration // a length of time
	Phone
	Email
	URL
	Enum
	List
	Object
	Event // an event of one of several types
	Nil
)

var kindNames = [...]string{Any: "any", String: "string", Int: "int", Number: "number", Bool: "bool", Time: "time", Date: "date",
	Clock: "clock", Duration: "duration", Phone: "phone", Email: "email", URL: "url", Enum: "enum", List: "list", Object: "object",
	Event: "event", Nil: "nil"}

func (k Kind) String() string { return kindNames[k] }

// ParseKind gives the kind that a written type names; enum and list are not written as names.
func ParseKind(name string) (Kind, bool) {
	i := slices.Index(kindNames[:], name)
	if i < 0 || !slices.Contains(KindNames(), name) {
		return Any, false
	}
	return Kind(i), true
}

// KindNames are the types that can be written as a name, in the order in which the language lists them.
func KindNames() []string {
	return []string{"string", "int", "number", "bool", "time", "date", "clock", "duration", "phone", "email", "url", "object", "any"}
}

// Type is the type of a value. Run-time values are: string for String, Phone, Email, URL, Enum, Date ("2006-01-02") and Clock
// ("15:04"); int; float64 for Number; bool; time.Time; time.Duration; []any; map[string]any; nil for what is not set.
type Type struct {
	Kind     Kind
	Elem     *Type    // List; and Object: the type of fields that are not declared
	Fields   []Field  // Object, sorted by name
	Values   []string // Enum, as written
	Variants []Variant
	data     *Type // Event: the fields of all variants
}

// Field is a field of an object. Optional: it can be missing.
type Field struct {
	Name     string
	Type     *Type
	Optional bool
}

// Variant is one event that an Event may be; Data is an object.
type Variant struct {
	Type string
	Data *Type
}

// Types without more to say.
var (
	AnyType      = &Type{Kind: Any}
	StringType   = &Type{Kind: String}
	IntType      = &Type{Kind: Int}
	NumberType   = &Type{Kind: Number}
	BoolType     = &Type{Kind: Bool}
	TimeType     = &Type{Kind: Time}
	DateType     = &Type{Kind: Date}
	ClockType    = &Type{Kind: Clock}
	DurationType = &Type{Kind: Duration}
	PhoneType    = &Type{Kind: Phone}
	EmailType    = &Type{Kind: Email}
	URLType      = &Type{Kind: URL}
	ObjectType   = &Type{Kind: Object, Elem: AnyType}
	nilType      = &Type{Kind: Nil}
)

// EventOf is the type of an event that is one of some variants. A field that not all of them have is optional.
func EventOf(variants []Variant) *Type {
	t := &Type{Kind: Event, Variants: variants, data: &Type{Kind: Object}}
	count := map[string]int{}
	for _, v := range variants {
		if v.Data == nil {
			continue
		}
		if v.Data.Elem != nil {
			t.data.Elem = v.Data.Elem
		}
		for _, f := range v.Data.Fields {
			count[f.Name]++
			if old := t.data.field(f.Name); old != nil {
				old.Optional = old.Optional || f.Optional
				old.Type = common(old.Type, f.Type)
				continue
			}
			t.data.Fields = append(t.data.Fields, f)
		}
	}
	for i := range t.data.Fields {
		f := &t.data.Fields[i]
		f.Optional = f.Optional || count[f.Name] < len(variants)
	}
	slices.SortFunc(t.data.Fields, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return t
}

// Data is the type of an event's data, over all that it may be.
func (t *Type) Data() *Type {
	if t.data == nil {
		return EventOf(t.Variants).data
	}
	return t.data
}

func (t *Type) field(name string) *Field {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i]
		}
	}
	return nil
}

func (t *Type) fieldNames() []string {
	names := make([]string, len(t.Fields))
	for i := range t.Fields {
		names[i] = t.Fields[i].Name
	}
	return names
}

// String is the type as a journey owner writes it.
func (t *Type) String() string {
	if t == nil {
		return "any"
	}
	switch t.Kind {
	case Enum:
		return "one of " + strings.Join(t.Values, ", ")
	case List:
		if t.Elem != nil && t.Elem.Kind != Any {
			return "list of " + t.Elem.String()
		}
	case Nil:
		return "not set"
	}
	return t.Kind.String()
}

func (t *Type) textual() bool {
	switch t.Kind {
	case String, Phone, Email, URL, Enum:
		return true
	}
	return false
}

func (t *Type) numeric() bool { return t.Kind == Int || t.Kind == Number }
func (t *Type) open() bool    { return t == nil || t.Kind == Any || t.Kind == Nil }

// Assignable reports whether a value of one type may stand where another is wanted. An int is a number too; whatever its type says,
// any goes; a text is no member of an enum, no date and no number.
func Assignable(from, to *Type) bool {
	if from.open() || to.open() {
		return true
	}
	switch to.Kind {
	case Number:
		return from.numeric()
	case String:
		return from.textual()
	case Phone, Email, URL:
		return from.Kind == to.Kind || from.Kind == String
	case Enum:
		return from.Kind == Enum && !slices.ContainsFunc(from.Values, func(v string) bool { return !slices.Contains(to.Values, v) })
	case List:
		return from.Kind == List && Assignable(from.Elem, to.Elem)
	case Object:
		return from.Kind == Object && fits(from, to) || from.Kind == Event
	}
	return from.Kind == to.Kind
}

func fits(from, to *Type) bool {
	for _, f := range to.Fields {
		have := from.field(f.Name)
		switch {
		case have == nil && from.Elem == nil && !f.Optional:
			return false
		case have != nil && (!Assignable(have.Type, f.Type) || have.Optional && !f.Optional):
			return false
		}
	}
	return true
}

// common is a type that values of both have.
func common(a, b *Type) *Type {
	switch {
	case a.open() && a != nil && a.Kind == Nil:
		return b
	case b != nil && b.Kind == Nil:
		return a
	case a.open() || b.open():
		return AnyType
	case a.Kind == Enum && b.Kind == Enum:
		return &Type{Kind: Enum, Values: append(slices.Clone(a.Values), missing(b.Values, a.Values)...)}
	case a.Kind == List && b.Kind == List:
		return &Type{Kind: List, Elem: common(a.Elem, b.Elem)}
	case a.Kind == b.Kind:
		return a
	case a.numeric() && b.numeric():
		return NumberType
	case a.textual() && b.textual():
		return StringType
	}
	return AnyType
}

func missing(from, in []string) []string {
	var out []string
	for _, v := range from {
		if !slices.Contains(in, v) {
			out = append(out, v)
		}
	}
	return out
}
