package id_test

import (
	"encoding/json"
	"testing"

	"imprimatur/internal/id"
)

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	want := id.New[id.Person]()
	got, err := id.Parse[id.Person](want.String())
	if err != nil || got != want {
		t.Fatalf("Parse(%s) = %v, %v", want, got, err)
	}
	text, err := json.Marshal(struct {
		ID   id.Person `json:"id"`
		None id.Space  `json:"none,omitzero"`
	}{ID: want})
	if err != nil {
		t.Fatal(err)
	}
	if exp := `{"id":"` + want.String() + `"}`; string(text) != exp {
		t.Errorf("JSON = %s, want %s", text, exp)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "x", "urn:uuid:019331d0-0000-7000-8000-000000000000", "{019331d0-0000-7000-8000-000000000000}", "019331d000007000800000000000000000000"} {
		if got, err := id.Parse[id.Space](s); err == nil {
			t.Errorf("Parse(%q) = %v, want an error", s, got)
		}
	}
}

func TestNewIsOrderedAndDistinct(t *testing.T) {
	t.Parallel()
	last := id.New[id.Entry]()
	for range 100 {
		next := id.New[id.Entry]()
		if next.String() <= last.String() {
			t.Fatalf("%s does not follow %s", next, last)
		}
		last = next
	}
	if last.IsZero() || !(id.Entry{}).IsZero() {
		t.Error("IsZero is wrong")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("019331d0-0000-7000-8000-000000000000")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := id.Parse[id.Space](s); err == nil && len(got.String()) != len(s) {
			t.Errorf("Parse(%q) accepted as %s", s, got)
		}
	})
}
