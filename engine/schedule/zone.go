package schedule

import (
	"sync"
	"time"
	_ "time/tzdata" // so that zones are known on every machine
)

// zones keeps what was loaded; there are no more of them than the database has names.
var zones sync.Map // name → *time.Location

// zoneHints are names that people use for the zones of the United States.
var zoneHints = map[string]string{
	"ET": "America/New_York", "EDT": "America/New_York", "Eastern": "America/New_York", "US/East": "America/New_York",
	"CT": "America/Chicago", "CST": "America/Chicago", "CDT": "America/Chicago", "Central": "America/Chicago",
	"MT": "America/Denver", "MDT": "America/Denver", "Mountain": "America/Denver",
	"PT": "America/Los_Angeles", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "Pacific": "America/Los_Angeles",
}

// Zone finds a time zone by its name in the IANA database, such as America/New_York. The error is an *Error.
func Zone(name string) (*time.Location, error) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	// To time.LoadLocation these two are UTC and the machine's own zone.
	if name != "" && name != "Local" {
		if z, err := time.LoadLocation(name); err == nil {
			zones.Store(name, z)
			return z, nil
		}
	}
	e := &Error{Text: name, Problem: "is not a time zone", Hint: "write a region and a city, like America/New_York or Europe/Berlin"}
	if hint, ok := zoneHints[name]; ok {
		e.Hint = "write it as " + hint
	}
	return nil, e
}
