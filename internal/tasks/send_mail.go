package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Postman sends letters. notify.Service is one.
type Postman interface {
	Send(ctx context.Context, m outbox.Message) error
}

// sendMail sends the letter that gathers what somebody is told by mail.
//
// Trigger: the first thing that the letter tells; due when it has gathered. Repeating is
// safe: a letter that is settled is left alone, and one that another worker has. Failure: a
// mail server that is away or busy is asked again, and keeps nothing else waiting.
func (s Services) sendMail(ctx context.Context, m outbox.Message) error {
	return s.Postman.Send(ctx, m)
}
