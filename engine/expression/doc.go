// Package expression checks and evaluates the language's expressions and the texts that hold them. It parses with expr, types the
// result by the journey's declarations, and prints it back with everything explicit that depends on a type; that normalised
// source is what a graph keeps, and what Compile makes a program of, so that a stored graph runs exactly as a fresh one.
//
// Evaluation is deterministic and bounded: time comes with the context, nothing goes in map order, and there is no chance.
// The package does no I/O. It is the only one that imports expr.
package expression
