// Package moderation puts a human where the rules want one: it screens what is
// submitted (R20, R21), keeps the queue of what waits and who is looking at it
// (R12, R13), carries out what moderators decide, and tells those concerned.
//
// Screening is an ordered list of small phases, each a pure function of a
// [Sample]. It passes, flags or holds; it never hides what is live, except that
// re-screening masks severity 4 where the establishment lets it (R21, R42).
package moderation
