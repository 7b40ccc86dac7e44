// Command journey validates, compiles and simulates customer journeys. `journey help` says how.
//
// It reads files and arguments, writes reports and decides exit codes; what it reports is worked out in the engine.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
