package tasks

import (
	"context"

	"imprimatur/internal/outbox"
)

// Darkroom makes of photos what may be shown of them.
type Darkroom interface {
	Prepare(ctx context.Context, m outbox.Message) error
	Review(ctx context.Context, m outbox.Message) error
}

// preparePhoto derives a photo's pictures and finds boxes to fill in.
//
// Trigger: a photo was uploaded. Repeating is safe: only a photo that is still
// being prepared moves, and the files of an attempt that came to nothing are
// spoken of by no row. Failure: the photo waits, and is prepared at the next
// attempt; a file that cannot be read spoils the photo, which is no failure.
func (s Services) preparePhoto(ctx context.Context, m outbox.Message) error {
	return s.Darkroom.Prepare(ctx, m)
}
