// Package simulate runs scenarios against compiled journeys: dry, on a virtual clock, with stubs for services and providers. It
// drives the same runtime as production, on a store that forgets, and encodes and decodes every conversation between steps. It
// does no I/O; reports are written to the writers that it is given.
package simulate
