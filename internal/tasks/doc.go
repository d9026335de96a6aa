// Package tasks takes messages from the outbox through asynq to the services
// that do their work. Redis carries work, never facts: a delivery that is lost
// there is sent again by the relay, and one that comes twice does nothing.
//
// Each kind of message has a file of its own, named for it. A handler decodes
// and calls one service, which marks the message done in the transaction that
// does the work. Handlers never enqueue; services emit.
package tasks
