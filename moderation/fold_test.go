package moderation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func wordsOf(text string) []string {
	var list []string
	for _, t := range fold(text) {
		list = append(list, t.word)
	}
	return list
}

func TestFold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                          nil,
		"  \n\t ":                   nil,
		"Été, ÉTÉ, e\u0301te\u0301": {"ete", "ete", "ete"},
		"Œuvre ætite":               {"oeuvre", "aetite"},
		"l'école":                   {"l", "ecole"},
		"grand-père":                {"grand", "pere"},
		"ﬁn":                        {"fin"},
		"мама":                      {"mama"},
		"m\u00ade\u200brde":         {"merde"},
		"a$$ 5€ !":                  {"a$$", "5"},
		"oui!non":                   {"oui!non"},
		"oui ! non":                 {"oui", "non"},
		"😀":                         nil,
		"\xff\xfe":                  nil,
		"İstanbul ıssız":            {"istanbul", "issiz"},
	} {
		if diff := cmp.Diff(want, wordsOf(text)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

// TestFoldingAgain: words that were folded are their own spelling, and neither
// case nor what nobody sees changes them.
func TestFoldingAgain(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOf(rapid.RuneFrom([]rune("abcéèêëïôûùçœæßñABCÉÀ0123456789 .-'’,\n")))
	rapid.Check(t, func(rt *rapid.T) {
		text := letters.Draw(rt, "text")
		once := wordsOf(text)
		if diff := cmp.Diff(once, wordsOf(strings.Join(once, " "))); diff != "" {
			rt.Fatalf("folded again (-once +twice)\n%s", diff)
		}
		if diff := cmp.Diff(once, wordsOf(strings.ToUpper(strings.ReplaceAll(text, "ß", "ss")))); diff != "" {
			rt.Fatalf("in capitals (-small +capital)\n%s", diff)
		}
		veiled := strings.Join(strings.Split(text, ""), "\u200d")
		if diff := cmp.Diff(once, wordsOf(veiled)); diff != "" {
			rt.Fatalf("with what nobody sees (-plain +veiled)\n%s", diff)
		}
	})
}

func TestGluedIsWithoutASpace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]bool{
		"mer.de":       {false, true},
		"mer de":       {false, false},
		"mer .de":      {false, false},
		"mer. de":      {false, false},
		"m-e_r":        {false, true, true},
		"(mer)(de)":    {false, false},
		"mer.\u200bde": {false, true},
	} {
		var got []bool
		for _, token := range fold(text) {
			got = append(got, token.glued)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got)\n%s", text, diff)
		}
	}
}

func TestStretchingAndSqueezing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringMatching(`[abcé]{0,12}`).Draw(rt, "word")
		flat := squeeze(word)
		if stretched(flat) || squeeze(flat) != flat || (word == "") != (flat == "") {
			rt.Fatalf("%q is squeezed to %q", word, flat)
		}
		triple := false
		for _, r := range []string{"a", "b", "c", "é"} {
			triple = triple || strings.Contains(word, strings.Repeat(r, 3))
		}
		if stretched(word) != triple {
			rt.Fatalf("%q is stretched: %t", word, stretched(word))
		}
	})
}

// TestInnocentWords: what a list does not name is not found, however near it is.
func TestInnocentWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.StringMatching(`[bcdfm][aeiou][bcdfm][aeiou]`).Draw(rt, "word")
		for _, near := range []string{"x" + word, word + "x", word[1:], word[:3], word[:2] + "z" + word[2:], word[:2] + " " + word[2:]} {
			if got := found("le "+near+" ici", word); got != nil {
				rt.Fatalf("%q is found in %q: %v", word, near, got)
			}
		}
		if got := found("le "+word+"ement ici", word+"*"); len(got) != 1 {
			rt.Fatalf("%q is not found with an ending", word)
		}
		if got := found("le pre"+word+" ici", word+"*"); got != nil {
			rt.Fatalf("%q is found inside a word: %v", word, got)
		}
	})
}
