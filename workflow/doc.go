// Package workflow is the mechanism by which every status in the house moves,
// and the tables that say how: the editorial status of a revision, the holds
// that hide a contribution, the life of a contribution and of a space, a photo,
// the consents to it, and the case in which something is examined. It is
// pure: values in, values out, the time passed in. Start reading here.
//
// Two questions are kept apart. "Has this exact text been approved?" is the
// [Editorial] status of a revision. "May it be seen right now?" is the
// [Exposure] of a contribution, and is derived from its holds.
//
// A [Table] answers one command on one subject with a [Change], or with a
// [Refusal] that names the rule. Changes are collected in a [Batch], and
// [Commit] applies all of them or none, each with its audit entry and its
// messages: a status without its trail cannot be written.
package workflow
