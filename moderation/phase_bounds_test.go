package moderation

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/publication"
)

// TestWhereRepeatingBegins holds each threshold from both sides.
func TestWhereRepeatingBegins(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		find func(string) (int, int, bool)
		want string // what is found; empty for nothing
	}{
		"eleven signs":         {"a" + strings.Repeat("?", 11) + "b", repeatedCharacter, ""},
		"twelve signs":         {"a" + strings.Repeat("?", 12) + "b", repeatedCharacter, strings.Repeat("?", 12)},
		"twelve at the end":    {"a" + strings.Repeat("?", 12), repeatedCharacter, strings.Repeat("?", 12)},
		"twelve wide signs":    {"é" + strings.Repeat("😀", 12), repeatedCharacter, strings.Repeat("😀", 12)},
		"twelve spaces":        {"a" + strings.Repeat(" ", 12) + "b", repeatedCharacter, ""},
		"a drawn rule":         {strings.Repeat("—", 40), repeatedCharacter, ""},
		"two runs of six":      {"??????!??????", repeatedCharacter, ""},
		"five words":           {"ah " + strings.Repeat("non ", 5) + "oui", repeatedWord, ""},
		"six words":            {"ah " + strings.Repeat("non ", 6) + "oui", repeatedWord, "non non non non non non"},
		"six words at the end": {strings.TrimSpace(strings.Repeat("non ", 6)), repeatedWord, "non non non non non non"},
		"six words, unlike":    {"non Non NÓN no\u200bn n-o-n non", repeatedWord, ""},
		"three lines":          {"Achetez\nAchetez\nAchetez", repeatedLine, ""},
		"four lines":           {"Achetez\nAchetez\nAchetez\nAchetez", repeatedLine, "Achetez"},
		"four lines apart":     {"Achetez\na\nAchetez \nb\n Achetez\nc\nAchetez", repeatedLine, "Achetez"},
		"four short lines":     {"oui\noui\noui\noui", repeatedLine, ""},
		"nothing at all":       {"", repeatedCharacter, ""},
		"no word at all":       {"", repeatedWord, ""},
		"no line at all":       {"", repeatedLine, ""},
	} {
		start, end, ok := test.find(test.text)
		if ok != (test.want != "") || (ok && test.text[start:end] != test.want) {
			t.Errorf("%s: %t, %q, want %q", name, ok, test.text[start:end], test.want)
		}
	}
}

// TestHowLongAnAnswerMayBe holds the limit of an answer from both sides, and that
// only answers have one.
func TestHowLongAnAnswerMayBe(t *testing.T) {
	t.Parallel()
	for _, kind := range publication.Kinds() {
		_, answer := kind.Below()
		for n, long := range map[int]bool{longAnswer: false, longAnswer + 1: true} {
			s := sampleOf(t, "", "<p>"+strings.Repeat("é", n)+"</p>")
			s.Dossier.Contribution.Kind = kind
			if got := len(length{}.look(s)) == 1; got != (long && answer) {
				t.Errorf("a %s of %d characters is long: %t", kind, n, got)
			}
		}
	}
}

func TestClippedMatchesStayShort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringN(0, 2*longestMatch, -1).Draw(rt, "text")
		got := clip(text)
		if utf8.RuneCountInString(got) > longestMatch {
			rt.Fatalf("%d characters are kept", utf8.RuneCountInString(got))
		}
		whole := utf8.RuneCountInString(text) <= longestMatch
		if (got == text) != whole || (!whole && !strings.HasPrefix(text, strings.TrimSuffix(got, "…"))) {
			rt.Fatalf("%q is kept as %q", text, got)
		}
	})
}

// TestNumbersAreFoundHoweverWritten draws French numbers in any of the ways that
// people write them, and hides none; with a digit more it is no number.
func TestNumbersAreFoundHoweverWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		digits := rapid.StringMatching(`[1-9][0-9]{8}`).Draw(rt, "digits")
		gap := rapid.SampledFrom([]string{"", " ", ".", "-", "/", " - "}).Draw(rt, "gap")
		prefix := rapid.SampledFrom([]string{"0", "+33 ", "+33", "0033", "00 33 ", "+33 (0)", "+33.0"}).Draw(rt, "prefix")
		number := prefix + digits[:1]
		for i := 1; i < 9; i += 2 {
			number += gap + digits[i:i+2]
		}
		got := told(contacts{}.look(sampleOf(t, "Titre", "<p>Appelle le "+number+", vite</p>")))
		if diff := cmp.Diff(reasons{"telephone_number": {"body:" + number}}, got); diff != "" {
			rt.Fatalf("%q (-want +got)\n%s", number, diff)
		}
		if got := told(contacts{}.look(sampleOf(t, "Titre", "<p>N° 0"+digits+"1</p>"))); len(got) != 0 {
			rt.Fatalf("a digit too many: %v", got)
		}
	})
}

func TestAddressesAreFoundHoweverWritten(t *testing.T) {
	t.Parallel()
	at := rapid.SampledFrom([]string{"@", " @ ", " (at) ", "[arobase]", " arobase ", " {at} "})
	dot := rapid.SampledFrom([]string{".", " (point) ", "[dot]", " point "})
	rapid.Check(t, func(rt *rapid.T) {
		local := rapid.StringMatching(`[a-zé]{2,8}(\.[a-z]{2,8})?`).Draw(rt, "local")
		if !personal(local) {
			return
		}
		address := local + at.Draw(rt, "at") + rapid.StringMatching(`[a-z]{2,8}(-[a-z]{2,5})?`).Draw(rt, "domain") + dot.Draw(rt, "dot") + "fr"
		got := told(contacts{}.look(sampleOf(t, "Titre", "<p>Écris à : "+address+" !</p>")))
		if diff := cmp.Diff(reasons{"email_address": {"body:" + address}}, got); diff != "" {
			rt.Fatalf("%q (-want +got)\n%s", address, diff)
		}
	})
}

// TestOfficesAreNoPersons: how to reach the house is no secret.
func TestOfficesAreNoPersons(t *testing.T) {
	t.Parallel()
	for _, local := range append([]string{"ce.0310000Z", "CE.0310000z"}, offices...) {
		for _, spelled := range []string{local, strings.ToUpper(local)} {
			if personal(spelled) {
				t.Errorf("%s is taken for a person", spelled)
			}
		}
	}
	for _, local := range []string{"ce.031000Z", "ce.0310000Z2", "contact.lina", "lina"} {
		if !personal(local) {
			t.Errorf("%s is taken for an office", local)
		}
	}
}

func TestWhatLeavesHere(t *testing.T) {
	t.Parallel()
	hosts := []string{"ent.test"}
	for address, want := range map[string]bool{
		"/e/0310000Z/":                 false,
		"#note":                        false,
		"mailto:cdi@college.fr":        false,
		"https://ent.test/x":           false,
		"https://ENT.test:8443/x":      false,
		"www.ent.test":                 true,
		"https://ent.test.exemple.fr/": true,
		"https://exemple.fr/ent.test":  true,
		"//exemple.fr/x":               true,
		"https://ent.test@exemple.fr/": true,
		"WWW.exemple.fr":               true,
		"https://[::1":                 true, // what cannot be read is looked at by a human
	} {
		if got := leavesHere(address, hosts); got != want {
			t.Errorf("%s leads outside: %t", address, got)
		}
	}
}
