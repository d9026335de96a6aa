package publication

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"imprimatur/internal/id"
)

func sealedExample(t testing.TB) Sealed {
	t.Helper()
	space, err := id.Parse[id.Space]("0190b3a0-0000-7000-8000-00000000000a")
	if err != nil {
		t.Fatal(err)
	}
	return Sealed{
		Kind:     "article",
		Space:    space,
		Title:    "L'e\u0301te\u0301 \"a\u0300 l'e\u0301cole\"",
		HTML:     clean(t, "<p>Bonjour à <b>tous</b>\u2028 &amp; à toutes</p>"),
		Language: "fr",
		Attributions: []Attribution{{
			Authors: []Author{{"Nadar", "photographe"}}, Source: "Gallica", Created: "1864",
			Uses: []string{"reproduction"}, Basis: "domaine public",
		}},
		Photos: []SealedPhoto{
			{uuid.MustParse("0190b3a0-0000-7000-8000-000000000002"), []Hash{{1}, {2}}},
			{uuid.MustParse("0190b3a0-0000-7000-8000-000000000001"), nil},
		},
		Sanitiser: "1",
	}
}

// TestSealedGolden: a hash once given is given for ever. If this fails, approvals on
// record no longer match their texts.
func TestSealedGolden(t *testing.T) {
	t.Parallel()
	s := sealedExample(t)
	one, two := strings.Repeat("0", 62), strings.Repeat("0", 62)
	want := `{"attributions":[{"adaptation":"","adapted":false,"authors":[{"capacity":"photographe","name":"Nadar"}],` +
		`"basis":"domaine public","created":"1864","source":"Gallica","uses":["reproduction"]}],` +
		`"html":"<p>Bonjour à <strong>tous</strong> &amp; à toutes</p>","kind":"article","language":"fr",` +
		`"photos":[{"derivatives":["01` + one + `","02` + two + `"],"id":"0190b3a0-0000-7000-8000-000000000002"},` +
		`{"derivatives":[],"id":"0190b3a0-0000-7000-8000-000000000001"}],` +
		`"sanitiser":"1","space":"0190b3a0-0000-7000-8000-00000000000a","title":"L'été \"à l'école\""}`
	if diff := cmp.Diff(want, string(s.Canonical())); diff != "" {
		t.Errorf("canonical JSON (-want +got):\n%s", diff)
	}
	if got, want := s.Sum().String(), "f875aca3e51e9bdb033dc08e3bef62155bdbc00246ffcb9668aa7c2ad6e2155c"; got != want {
		t.Errorf("hash = %s, want %s", got, want)
	}
}

// TestSealedCovers: whatever changes, the hash changes.
func TestSealedCovers(t *testing.T) {
	t.Parallel()
	changes := map[string]func(*Sealed){
		"kind":        func(s *Sealed) { s.Kind = "page" },
		"space":       func(s *Sealed) { s.Space = id.Space{} },
		"title":       func(s *Sealed) { s.Title += "." },
		"html":        func(s *Sealed) { s.HTML = HTML{} },
		"language":    func(s *Sealed) { s.Language = "en" },
		"attribution": func(s *Sealed) { s.Attributions = nil },
		"author":      func(s *Sealed) { s.Attributions[0].Authors[0].Name = "Atget" },
		"use":         func(s *Sealed) { s.Attributions[0].Uses[0] = "x" },
		"photo order": func(s *Sealed) { s.Photos[0], s.Photos[1] = s.Photos[1], s.Photos[0] },
		"derivative":  func(s *Sealed) { s.Photos[0].Derivatives[1] = Hash{3} },
		"sanitiser":   func(s *Sealed) { s.Sanitiser = "0" },
	}
	before := sealedExample(t).Sum()
	for name, change := range changes {
		s := sealedExample(t)
		change(&s)
		if s.Sum() == before {
			t.Errorf("a change of %s does not show", name)
		}
	}
	composed := sealedExample(t)
	composed.Title = "L'été \"à l'école\""
	if composed.Sum() != before {
		t.Error("the same title, composed, has another hash")
	}
}

// TestCanonicalIsRFC8785 compares with another implementation.
func TestCanonicalIsRFC8785(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := Sealed{
			Kind: rapid.String().Draw(t, "kind"), Title: rapid.String().Draw(t, "title"),
			Attributions: []Attribution{{Source: rapid.String().Draw(t, "source"), Adapted: rapid.Bool().Draw(t, "adapted"),
				Uses: rapid.SliceOf(rapid.String()).Draw(t, "uses")}},
		}
		ours := s.Canonical()
		theirs := jsontext.Value(strings.Clone(string(ours)))
		if err := theirs.Canonicalize(); err != nil {
			t.Fatalf("%v: %s", err, ours)
		}
		if string(ours) != string(theirs) {
			t.Fatalf("ours   %s\ntheirs %s", ours, theirs)
		}
	})
}

func TestHashForms(t *testing.T) {
	t.Parallel()
	h := sealedExample(t).Sum()
	text, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	var back Hash
	if err := json.Unmarshal(text, &back); err != nil || back != h {
		t.Errorf("JSON %s: %v, %v", text, back, err)
	}
	value, err := h.Value()
	if err != nil {
		t.Fatal(err)
	}
	var scanned Hash
	if err := scanned.Scan(value); err != nil || scanned != h {
		t.Errorf("SQL: %v, %v", scanned, err)
	}
	if v, err := (Hash{}).Value(); v != nil || err != nil {
		t.Errorf("the zero hash is stored as %v, %v; want NULL", v, err)
	}
	if err := scanned.Scan(nil); err != nil || !scanned.IsZero() {
		t.Errorf("NULL is read as %v, %v", scanned, err)
	}
}

func TestHashRefuses(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "ab", strings.Repeat("g", 64), strings.Repeat("0", 66)} {
		if h, err := ParseHash(s); err == nil || !h.IsZero() {
			t.Errorf("ParseHash(%q) = %v, %v", s, h, err)
		}
	}
	var h Hash
	for _, src := range []any{[]byte{1}, "x", 3} {
		if err := h.Scan(src); err == nil {
			t.Errorf("Scan(%v) is accepted", src)
		}
	}
}

func TestAttribution(t *testing.T) {
	t.Parallel()
	full := sealedExample(t).Attributions[0]
	if err := full.Validate(); err != nil {
		t.Errorf("a complete one: %v", err)
	}
	adapted, nameless := full, full
	adapted.Adapted = true
	nameless.Authors = []Author{{"Nadar", "photographe"}, {" ", ""}}
	tests := []struct {
		name string
		a    Attribution
		want []AttributionField
	}{
		{"empty", Attribution{}, []AttributionField{FieldAuthors, FieldCapacity, FieldSource, FieldCreated, FieldUses, FieldBasis}},
		{"adapted, not said how", adapted, []AttributionField{FieldAdaptation}},
		{"an author without name", nameless, []AttributionField{FieldAuthors, FieldCapacity}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got *IncompleteAttribution
			if err := ValidateAttributions([]Attribution{full, tt.a}); !errors.As(err, &got) {
				t.Fatalf("got %v", err)
			}
			if diff := cmp.Diff(&IncompleteAttribution{Index: 1, Missing: tt.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
