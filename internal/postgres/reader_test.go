package postgres_test

import (
	"strings"
	"testing"

	"imprimatur/internal/id"
	"imprimatur/publication"
)

func containsSecret(err error) bool { return strings.Contains(err.Error(), "secret") }

func (b *bundle) viewer(t *testing.T, r *publication.Reader, who id.Person) publication.Viewer {
	t.Helper()
	v, err := r.Viewer(t.Context(), b.Tilleuls, who)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
