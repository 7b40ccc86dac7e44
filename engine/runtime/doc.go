// Package runtime is the loop around the step machine: which conversations an event reaches, commit, delivery and its failures,
// timers. It is written once, against a small store, a clock, carriers and services; the simulator and the server bring their own.
// It decides nothing about a conversation: that is machine's.
package runtime
