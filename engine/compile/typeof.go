package compile

import (
	"slices"
	"strings"

	"journey/engine/expression"
)

// openObject has whatever fields it has, of any type.
var openObject = &expression.Type{Kind: expression.Object, Elem: expression.AnyType}

func enumOf(values ...string) *expression.Type {
	return &expression.Type{Kind: expression.Enum, Values: values}
}

func listOf(elem *expression.Type) *expression.Type {
	return &expression.Type{Kind: expression.List, Elem: elem}
}

// objectOf makes an object of fields in any order.
func objectOf(fields ...expression.Field) *expression.Type {
	slices.SortFunc(fields, func(a, b expression.Field) int { return strings.Compare(a.Name, b.Name) })
	return &expression.Type{Kind: expression.Object, Fields: fields}
}

func required(name string, t *expression.Type) expression.Field {
	return expression.Field{Name: name, Type: t}
}

func optional(name string, t *expression.Type) expression.Field {
	return expression.Field{Name: name, Type: t, Optional: true}
}

// field finds a field of an object, nil where it has none of that name.
func field(object *expression.Type, name string) *expression.Field {
	if object == nil {
		return nil
	}
	for i := range object.Fields {
		if object.Fields[i].Name == name {
			return &object.Fields[i]
		}
	}
	return nil
}

func fieldType(object *expression.Type, name string) *expression.Type {
	if f := field(object, name); f != nil {
		return f.Type
	}
	return nil
}

// fieldTypes are an object's fields as names for a scope.
func fieldTypes(object *expression.Type) map[string]*expression.Type {
	names := make(map[string]*expression.Type, len(object.Fields))
	for _, f := range object.Fields {
		names[f.Name] = f.Type
	}
	return names
}

// fieldNames are the names of an object's fields; only those that must be there where all is false.
func fieldNames(object *expression.Type, all bool) []string {
	var names []string
	for _, f := range object.Fields {
		if all || !f.Optional {
			names = append(names, f.Name)
		}
	}
	return names
}

// isOpen tells an object that may have any fields.
func isOpen(t *expression.Type) bool {
	return t == nil || t.Kind == expression.Any || t.Kind == expression.Object && t.Elem != nil
}
