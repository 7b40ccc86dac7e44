// Package understand makes sense of what customers write. Its two halves are independent: a small classifier, trained from a few examples
// an intent, that tells the intent and sentiment of a message; and readers of answers in plain words, English and Spanish (yes and no,
// numbers, dates, times, options, addresses).
//
// All of it is pure and deterministic: it knows no clock, no chance and no files; the present moment comes in a Setting. The readers
// are strict: what may be an ordinary sentence is no answer.
package understand
