package id_test

import (
	"regexp"
	"testing"

	"imprimatur/internal/id"
)

// A reference has eight signs that nobody takes for others, and is another each time.
func TestReference(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$`)
	seen := map[string]bool{}
	for range 2000 {
		reference := id.Reference()
		if !form.MatchString(reference) || seen[reference] {
			t.Fatalf("%q", reference)
		}
		seen[reference] = true
	}
}
