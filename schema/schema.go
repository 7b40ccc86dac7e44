// Package schema holds the JSON Schema of the journey language, as editors use it. LANGUAGE.md, the language
// reference, is written from its descriptions.
package schema

import _ "embed"

// Journey is the schema of a file of a bundle: a journey, a library, translations or scenarios.
//
//go:embed journey.schema.json
var Journey []byte
