package outbox_test

import (
	"slices"
	"strings"
	"testing"

	"imprimatur/internal/outbox"
)

func TestNoKindIsAPrefixOfAnother(t *testing.T) {
	t.Parallel()
	for a, queue := range outbox.Kinds() {
		if !slices.Contains(outbox.Queues(), queue) {
			t.Errorf("%s travels in %q, which is no queue", a, queue)
		}
		for b := range outbox.Kinds() {
			if a != b && strings.HasPrefix(string(b), string(a)) {
				t.Errorf("%s is a prefix of %s: asynq would route the second to the first", a, b)
			}
		}
	}
}
