// Package embedded runs the private PostgreSQL and Redis of a machine that has
// none configured.
//
// PostgreSQL is a child process of ours in a folder of ours: reachable through
// a Unix socket only, with a random password, durable, supervised, never
// orphaned. Started by root it runs as an unprivileged user. Redis is
// in-process and holds nothing across a restart, which is enough: facts are in
// PostgreSQL, and open messages are sent again at boot.
//
// The package needs Linux: it reads /proc and asks the kernel to end the child
// with its parent.
package embedded
