package publication

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
)

// told are information pages on which nothing is missing.
func told() Legal {
	return Legal{
		Version: 1, Name: "Collège Les Tilleuls", Director: Directing{Name: "Inès Garcia", Capacity: directory.Head}, Charter: Charter{Version: 1},
		Facts: LegalFacts{
			Address: "1 rue des Essais\n31000 Toulouse", Email: "accueil@college.example", Phone: "05 36 49 00 01", ReplyName: "Marc Petit",
			ReplyContact: "redaction@college.example", HostName: "Hébergeur", HostAddress: "2 rue des Essais", HostPhone: "+33 5 36 49 00 02",
			Reuse: "Entre membres.", Protection: "dpd@academie.example", Conformity: PartlyConforms, Gaps: "Les anciens PDF.",
		},
	}
}

// TestWhatInformationPagesLack: everything that R66 names, and what nobody knows is missing.
func TestWhatInformationPagesLack(t *testing.T) {
	t.Parallel()
	want := []LegalField{"name", "director", "address", "email", "phone", "reply_name", "reply_contact", "host_name", "host_address", "host_phone", "reuse", "protection", "conformity", "gaps", "charter"}
	if diff := cmp.Diff(want, Legal{}.Missing()); diff != "" {
		t.Errorf("of nothing (-want +got)\n%s", diff)
	}
	if missing := told().Missing(); len(missing) > 0 {
		t.Errorf("of everything: %v", missing)
	}
	for field, take := range map[LegalField]func(*Legal){
		"name": func(l *Legal) { l.Name = " " }, "director": func(l *Legal) { l.Director = Directing{} }, "charter": func(l *Legal) { l.Charter = Charter{} },
		"host_phone": func(l *Legal) { l.Facts.HostPhone = "" }, "gaps": func(l *Legal) { l.Facts.Gaps = "" }, "conformity": func(l *Legal) { l.Facts.Conformity = "" },
	} {
		l := told()
		take(&l)
		if diff := cmp.Diff([]LegalField{field}, l.Missing()); diff != "" {
			t.Errorf("without %s (-want +got)\n%s", field, diff)
		}
	}
	all := told()
	all.Facts.Conformity, all.Facts.Gaps = FullyConforms, ""
	if missing := all.Missing(); len(missing) > 0 {
		t.Errorf("where everything conforms: %v", missing)
	}
}

// TestFactsOfInformationPages: each is refused for what is wrong with it alone.
func TestFactsOfInformationPages(t *testing.T) {
	t.Parallel()
	if err := errors.Join(told().Facts.check(), LegalFacts{}.check()); err != nil {
		t.Error(err)
	}
	for name, test := range map[string]struct {
		change func(*LegalFacts)
		want   string
	}{
		"a word for a number":    {func(f *LegalFacts) { f.Phone = "au secrétariat" }, "phone: not_a_phone"},
		"a number too long":      {func(f *LegalFacts) { f.HostPhone = strings.Repeat("1", 26) }, "host_phone: too_long"},
		"no address":             {func(f *LegalFacts) { f.Email = "Accueil <a@b.example>" }, "email: not_an_address"},
		"two lines":              {func(f *LegalFacts) { f.ReplyName = "Marc\nPetit" }, "reply_name: several_lines"},
		"a state that is none":   {func(f *LegalFacts) { f.Conformity = "perfect" }, "conformity: unknown"},
		"NUL":                    {func(f *LegalFacts) { f.Reuse = "a\x00b" }, "reuse: not_text"},
		"nothing to be seen":     {func(f *LegalFacts) { f.Protection = "\u2800" }, "protection: invisible"},
		"longer than its column": {func(f *LegalFacts) { f.Gaps = strings.Repeat("é", 5001) }, "gaps: too_long"},
	} {
		facts := told().Facts
		test.change(&facts)
		err := facts.Tidy().check()
		if field := new(FieldError); !errors.As(err, &field) || err.Error() != test.want || field.Rule != "R66" {
			t.Errorf("%s: %v, want %s", name, err, test.want)
		}
	}
	if got := (LegalFacts{Address: " 1 rue\r\nToulouse \n"}).Tidy().Address; got != "1 rue\nToulouse" {
		t.Errorf("tidied: %q", got)
	}
}

// TestTheHashOfACharter: the same words have the same, whoever pasted them; other words
// have another.
func TestTheHashOfACharter(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	of := func(title, body string) Hash {
		c, err := CharterInput{Title: title, Body: body, AdoptedOn: day}.charter(1, settings.Values{}, morning)
		if err != nil {
			t.Fatal(err)
		}
		return c.Hash
	}
	if of("Charte", "<p>Un</p>") != of(" Charte ", `<p class="x">Un</p>`) {
		t.Error("the same words have two hashes")
	}
	if of("Charte", "<p>Un</p>") == of("Charte", "<p>Deux</p>") || of("Charte", "<p>Un</p>") == of("Règles", "<p>Un</p>") {
		t.Error("two texts have one hash")
	}
}
