package moderation

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/publication"
)

func TestContacts(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]reasons{
		"<p>Écris à lina.haddad@exemple.fr, vite.</p>":        {"email_address": {"body:lina.haddad@exemple.fr"}},
		"<p>lina (at) exemple (point) fr</p>":                 {"email_address": {"body:lina (at) exemple (point) fr"}},
		"<p>lina arobase exemple point fr</p>":                {"email_address": {"body:lina arobase exemple point fr"}},
		`<p><a href="mailto:lina@exemple.fr">moi</a></p>`:     {"email_address": {"body:lina@exemple.fr"}},
		`<p><a href="mailto:l@ex.fr">l@ex.fr</a></p>`:         {"email_address": {"body:l@ex.fr"}},
		"<p>Le CDI : cdi@college.fr et ce.0310000Z@ac.fr</p>": {},
		"<p>Le mot @ tout seul, un @compte</p>":               {},
		"<p>Appelle le 06 12 34 56 78 ce soir</p>":            {"telephone_number": {"body:06 12 34 56 78"}},
		"<p>0612345678</p>":                                   {"telephone_number": {"body:0612345678"}},
		"<p>06.12.34.56.78 ou 05-61-00-00-00</p>":             {"telephone_number": {"body:06.12.34.56.78", "body:05-61-00-00-00"}},
		"<p>06 12 34 56 78 06 98 76 54 32</p>":                {"telephone_number": {"body:06 12 34 56 78", "body:06 98 76 54 32"}},
		"<p>06.12.3456.78 ou 0612-34-56-78</p>":               {"telephone_number": {"body:06.12.3456.78", "body:0612-34-56-78"}},
		"<p>Du 01.02.2026. 03 élèves, le 2026-01-02 0</p>":    {},
		"<p>+33 6 12 34 56 78, 0033612345678</p>":             {"telephone_number": {"body:+33 6 12 34 56 78", "body:0033612345678"}},
		"<p>+33 (0)6 12 34 56 78</p>":                         {"telephone_number": {"body:+33 (0)6 12 34 56 78"}},
		"<p>0 6 1 2 3 4 5 6 7 8</p>":                          {"telephone_number": {"body:0 6 1 2 3 4 5 6 7 8"}},
		"<p>+44 20 7946 0958</p>":                             {"telephone_number": {"body:+44 20 7946 0958"}},
		"<p>ISBN 978-2-07-061275-8, en 2026</p>":              {},
		"<p>Du 01/02/2026 03/04/2026</p>":                     {},
		"<p>123456789012345678901234567890</p>":               {},
		"<p>Le score : 12 à 10, 3,14159265358979</p>":         {},
		"<p>Numéro <strong>06 12</strong> 34 56 78</p>":       {"telephone_number": {"body:06 12 34 56 78"}},
	} {
		if diff := cmp.Diff(want, told(contacts{}.look(sampleOf(t, "Titre", html)))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", html, diff)
		}
	}
	if got := told(contacts{}.look(sampleOf(t, "Mon numéro : 0612345678", "<p>Rien</p>"))); len(got) != 1 {
		t.Errorf("in a title: %v", got)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]reasons{
		`<p><a href="https://exemple.fr/a">ici</a></p>`:                                 {"outside_link": {"body:https://exemple.fr/a"}},
		`<p><a href="https://exemple.fr/a">https://exemple.fr/a</a></p>`:                {"outside_link": {"body:https://exemple.fr/a"}},
		`<p>Voir www.exemple.fr, c'est bien.</p>`:                                       {"outside_link": {"body:www.exemple.fr"}},
		`<p><a href="/e/0310000Z/blog">ici</a> <a href="https://ent.test/x">là</a></p>`: {},
		`<p>http est un protocole, www aussi</p>`:                                       {},
		`<p><a href="mailto:cdi@college.fr">CDI</a></p>`:                                {},
	} {
		s := sampleOf(t, "Titre", html)
		s.Hosts = []string{"ent.test"}
		if diff := cmp.Diff(want, told(links{}.look(s))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", html, diff)
		}
	}
}

func TestRepetition(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]reasons{
		"<p>Bravo !!!</p>": {},
		"<p>Bravo " + strings.Repeat("!", 20) + "</p>":      {"same_character": {"body:" + strings.Repeat("!", 20)}},
		"<p>" + strings.Repeat("-", 30) + "</p>":            {},
		"<p>non non non</p>":                                {},
		"<p>Ah, non Non NON non non nón !</p>":              {"same_word": {"body:non Non NON non non nón"}},
		strings.Repeat("<p>Achetez ceci</p>", 4):            {"same_line": {"body:Achetez ceci"}},
		strings.Repeat("<p>Achetez ceci</p>", 3):            {},
		"<ul><li>a</li><li>a</li><li>a</li><li>a</li></ul>": {},
	} {
		if diff := cmp.Diff(want, told(repetition{}.look(sampleOf(t, "Titre", html)))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", html, diff)
		}
	}
	s := sampleOf(t, "Titre", "<p>Un texte</p>")
	if s.Same = true; len(repetition{}.look(s)) != 1 {
		t.Error("the same text elsewhere goes unseen")
	}
}

func TestLength(t *testing.T) {
	t.Parallel()
	long := "<p>" + strings.Repeat("mot ", 1500) + "</p>"
	for name, test := range map[string]struct {
		kind publication.Kind
		html string
		want reasons
	}{
		"an article":       {publication.Article, long, reasons{}},
		"a long answer":    {publication.Reply, long, reasons{"long_answer": {}}},
		"a short answer":   {publication.Reply, "<p>Oui</p>", reasons{}},
		"a lone emoji":     {publication.Reply, "<p>👍</p>", reasons{}},
		"punctuation only": {publication.Reply, "<p>?!…</p>", reasons{"no_words": {}}},
	} {
		s := sampleOf(t, "Titre", test.html)
		s.Dossier.Contribution.Kind = test.kind
		if diff := cmp.Diff(test.want, told(length{}.look(s))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

func TestFlood(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before []int // seconds
		want   int
	}{
		"alone":                        {nil, 0},
		"four before, within a minute": {[]int{5, 20, 40, 59}, 1},
		"three before":                 {[]int{5, 20, 40}, 0},
		"four before, one too old":     {[]int{5, 20, 40, 60}, 0},
		"four after":                   {[]int{-1, -2, -3, -4}, 0},
	} {
		s := sampleOf(t, "Titre", "<p>Texte</p>")
		for _, seconds := range test.before {
			s.Recent = append(s.Recent, noon.Add(-time.Duration(seconds)*time.Second))
		}
		if got := len(flood{}.look(s)); got != test.want {
			t.Errorf("%s: %d findings, want %d", name, got, test.want)
		}
	}
}

func TestNewcomerAndSupervision(t *testing.T) {
	t.Parallel()
	s := sampleOf(t, "Titre", "<p>Texte</p>")
	if got := append(newcomer{}.look(s), supervision{}.look(s)...); got != nil {
		t.Errorf("somebody known and clear: %v", got)
	}
	s.Former = 2
	if got := (newcomer{}).look(s); len(got) != 1 || got[0].Verdict != Flag {
		t.Errorf("the third contribution: %v", got)
	}
	if s.Former = 3; (newcomer{}).look(s) != nil {
		t.Error("the fourth contribution is taken for a first")
	}
	s.Former, s.Dossier.Contribution.PublishedAt = 2, noon
	if got := (newcomer{}).look(s); got != nil {
		t.Errorf("an edit of what is live: %v", got)
	}
	s.Dossier.Author.Standing.Kind = directory.Supervised
	if got := (supervision{}).look(s); len(got) != 1 || got[0].Verdict != Hold {
		t.Errorf("R53: %v", got)
	}
}

func TestWordsAreSoughtEverywhere(t *testing.T) {
	t.Parallel()
	s := sampleOf(t, "Un sot", "<p>Le sot</p><p>Deux sots</p>")
	s.Revision.Attributions = []publication.Attribution{{Authors: []publication.Author{{Name: "Le Sot", Capacity: "auteur"}}}}
	s = newSample(s.Screening, s.Revision, []*Lexicon{NewLexicon(WordList{Name: "liste", Ground: "INJ", Severity: 2, Action: Hold, Words: []string{"sot"}})}, noon)
	want := []Finding{{Verdict: Hold, Reason: "liste", Ground: "INJ", Severity: 2, Matches: []Match{
		{Title, 3, 6, "sot"}, {Body, 3, 6, "sot"}, {Attribution, 3, 6, "Sot"},
	}}}
	if diff := cmp.Diff(want, words{}.look(s)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMatchesAreFew(t *testing.T) {
	t.Parallel()
	s := sampleOf(t, "Titre", "<p>"+strings.Repeat("sot ", 500)+"</p>")
	s.Lexicons = []*Lexicon{NewLexicon(WordList{Words: []string{"sot"}})}
	if got := len(words{}.look(s)[0].Matches); got != mostMatches {
		t.Errorf("%d matches are kept", got)
	}
}
