// Package runtime is the loop around the step machine: which conversations an event reaches, commit, delivery and its failures,
// timers. It is written once, against a store, a clock, carriers and services; the simulator and the server bring their own. An Engine
// decides what a batch of work leads to and commits it; the simulator drives it by hand, a Loop drives it in production. It
// decides nothing about a conversation: that is machine's.
package runtime
