package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// reviewPhoto blurs who is to be blurred, holds the copies of what is held, and has
// what waits for the photo looked at again.
//
// Trigger: it was said anew who is in a photo, somebody in it has answered or
// withdrawn, or it was held. Repeating is safe: a rendition that is there is not
// made again, and a revision that has moved is left alone. Failure: nothing is
// shown that was not, and it is done at the next attempt.
func (s Services) reviewPhoto(ctx context.Context, m outbox.Message) error {
	return s.Darkroom.Review(ctx, m)
}
