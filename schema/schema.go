// Package schema holds the JSON Schemas of the journey language and of the server's configuration, as editors use them. LANGUAGE.md and
// CONFIGURATION.md, the references, are written from their descriptions.
package schema

import _ "embed"

// Journey is the schema of a file of a bundle: a journey, a library, translations or scenarios.
//
//go:embed journey.schema.json
var Journey []byte

// Config is the schema of the server's configuration.
//
//go:embed config.schema.json
var Config []byte
