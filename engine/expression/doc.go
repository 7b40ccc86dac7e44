// Package expression checks and evaluates the language's expressions and the texts that hold them. It parses with expr's parser, types the
// result by the journey's declarations, and prints it back with everything explicit that depends on a type; that normalised
// source is what a graph keeps, and what Compile makes a program of, so that a stored graph runs exactly as a fresh one.
//
// Evaluation is deterministic and bounded: time comes with the context, nothing goes in map order, there is no chance, and every
// step and byte is taken off a budget. What is not set is nil: a field of nil is nil, a comparison with nil does not hold, and nil
// counts as false; anything else that is done with it fails.
// The package does no I/O. It is the only one that imports expr.
package expression
