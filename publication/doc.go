// Package publication is where somebody writes and where readers read: spaces,
// contributions and their revisions, the acts upon them, and the small door
// through which alone anything is read.
//
// An act is decided by [Decide], which is pure: it takes the [Dossier] of a
// contribution, as read under its lock, and a command, and gives the batch to
// commit. [Service] opens the transaction around it.
package publication
