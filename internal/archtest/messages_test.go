package archtest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/outbox"
	"imprimatur/internal/tasks"
)

func TestEveryMessageKindHasAHandler(t *testing.T) {
	t.Parallel()
	kinds := slices.Sorted(maps.Keys(outbox.Kinds()))
	handlers := slices.Sorted(maps.Keys(tasks.Services{}.Handlers()))
	if diff := cmp.Diff(kinds, handlers); diff != "" {
		t.Errorf("kinds without a handler, or handlers of no kind (-kinds +handlers):\n%s", diff)
	}
}

// asynq routes by prefix: a kind that began with another would reach its
// handler.
func TestNoKindIsAPrefixOfAnother(t *testing.T) {
	t.Parallel()
	for one := range outbox.Kinds() {
		for other := range outbox.Kinds() {
			if one != other && strings.HasPrefix(string(other), string(one)) {
				t.Errorf("%s is a prefix of %s", one, other)
			}
		}
	}
}
