package moderation

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordsAreFoundWhole(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text  string
		words []string
		want  []string
	}{
		"as it is":              {"Quel crétin !", []string{"crétin"}, []string{"crétin"}},
		"without accents":       {"Quel CRETIN !", []string{"crétin"}, []string{"CRETIN"}},
		"decomposed":            {"Quel cre\u0301tin !", []string{"crétin"}, []string{"cre\u0301tin"}},
		"inside another word":   {"Un concert incontournable", []string{"con"}, nil},
		"at the edges":          {"con", []string{"con"}, []string{"con"}},
		"after an apostrophe":   {"l'idiot", []string{"idiot"}, []string{"idiot"}},
		"between hyphens":       {"espèce-d'idiot-va", []string{"idiot"}, []string{"idiot"}},
		"digits for letters":    {"m3rd3 et c0n", []string{"merde", "con"}, []string{"m3rd3", "c0n"}},
		"one for i or l":        {"p1scine 1dole e1le", []string{"idole", "elle"}, []string{"1dole", "e1le"}},
		"signs for letters":     {"s@le t€te a$$", []string{"sale", "tete", "ass"}, []string{"s@le", "t€te", "a$$"}},
		"a price":               {"5€ et 10$", []string{"se", "ios"}, nil},
		"stretched":             {"meeeerde", []string{"merde"}, []string{"meeeerde"}},
		"stretched double":      {"connnnnard", []string{"connard"}, []string{"connnnnard"}},
		"double is no stretch":  {"elle", []string{"ele"}, nil},
		"spaced":                {"m e r d e alors", []string{"merde"}, []string{"m e r d e"}},
		"pointed":               {"m.e.r.d.e", []string{"merde"}, []string{"m.e.r.d.e"}},
		"spaced with digits":    {"m 3 r d 3", []string{"merde"}, []string{"m 3 r d 3"}},
		"spaced among singles":  {"il y a m e r d e à voir", []string{"merde"}, []string{"m e r d e"}},
		"cut":                   {"mer.de", []string{"merde"}, []string{"mer.de"}},
		"cut in a compound":     {"peut-être", []string{"etre"}, []string{"être"}},
		"soft hyphen":           {"mer\u00adde", []string{"merde"}, []string{"mer\u00adde"}},
		"zero width":            {"m\u200be\u200br\u200bd\u200be", []string{"merde"}, []string{"m\u200be\u200br\u200bd\u200be"}},
		"look-alikes":           {"mеrdе", []string{"merde"}, []string{"mеrdе"}}, // Cyrillic е
		"mathematical":          {"𝐦𝐞𝐫𝐝𝐞", []string{"merde"}, []string{"𝐦𝐞𝐫𝐝𝐞"}},
		"full width":            {"ｍｅｒｄｅ", []string{"merde"}, []string{"ｍｅｒｄｅ"}},
		"in circles":            {"ⓜⒺⓡⓓⓔ et 🅜🅔🅡🅓🅔", []string{"merde"}, []string{"ⓜⒺⓡⓓⓔ", "🅜🅔🅡🅓🅔"}},
		"in squares":            {"🄼🄴🅁🄳🄴 et 🅼🅴🆁🅳🅴", []string{"merde"}, []string{"🄼🄴🅁🄳🄴", "🅼🅴🆁🅳🅴"}},
		"ligature":              {"cœur", []string{"coeur"}, []string{"cœur"}},
		"any ending":            {"idiote, idioties", []string{"idiot*"}, []string{"idiote", "idioties"}},
		"any ending, disguised": {"1d10te", []string{"idiot*"}, []string{"1d10te"}},
		"a phrase":              {"Va  te\nfaire voir", []string{"va te faire"}, []string{"Va  te\nfaire"}},
		"part of a phrase":      {"va te coucher", []string{"va te faire"}, nil},
		"a phrase in letters":   {"je v a i s te tuer", []string{"je vais te tuer"}, []string{"je v a i s te tuer"}},
		"a phrase in pieces":    {"je vais te tu\ner", []string{"te tuer"}, []string{"te tu\ner"}},
		"a phrase run together": {"je vais te\u200btuer", []string{"te tuer"}, []string{"te\u200btuer"}},
		"within other words":    {"Cette tuerie, le rate tuera", []string{"te tuer"}, nil},
		"phonetic letters":      {"ʝe ᴛᴜᴇ", []string{"je tue"}, []string{"ʝe ᴛᴜᴇ"}},
		"a number":              {"le 88 et 1488", []string{"1488"}, []string{"1488"}},
		"twice":                 {"con con", []string{"con"}, []string{"con", "con"}},
		"nothing":               {"", []string{"con"}, nil},
		"an empty entry":        {"tout", []string{"", "*", " - "}, nil},
	} {
		if diff := cmp.Diff(test.want, found(test.text, test.words...)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestMatchingIsBounded holds that no text makes matching slow: a quarter of a megabyte of the
// worst there is takes less than a generous second.
func TestMatchingIsBounded(t *testing.T) {
	t.Parallel()
	words := []string{"idiot*", "va te faire", "abcdefghij", "aaa", "aaaa", "aaaaaaaa"}
	for i := range 200 {
		words = append(words, strings.Repeat("a", i%70+1)+"b")
	}
	lexicon := NewLexicon(WordList{Words: words})
	for name, text := range map[string]string{
		"one word":   strings.Repeat("a", 1<<18),
		"singles":    strings.Repeat("a ", 1<<17),
		"pointed":    strings.Repeat("a.", 1<<17),
		"digits":     strings.Repeat("a1", 1<<17),
		"marks":      "a" + strings.Repeat("\u0301", 1<<17),
		"half words": strings.Repeat("va te ", 1<<17),
	} {
		began := time.Now()
		lexicon.find(fold(text))
		if took := time.Since(began); took > time.Minute { // quadratic, not slow: the machine may be busy
			t.Errorf("%s took %s", name, took)
		}
	}
}

// FuzzMatching holds that folding and matching never panic, and that every place
// is one: inside the text, at characters, in order.
func FuzzMatching(f *testing.F) {
	for _, seed := range []string{"", "con", "c o n", "m3rd3", "c.o.n", "é\u0301\u200b", "𝐜𝐨𝐧", "a$$ @b| !", "\xff\xfe", "va te faire", "ﬁn ǅ ß"} {
		f.Add(seed, "con")
	}
	f.Fuzz(func(t *testing.T, text, word string) {
		lexicon := NewLexicon(WordList{Words: []string{word, "con", "idiot*", "va te faire"}})
		last := 0
		for _, token := range fold(text) {
			if token.word == "" || token.start < last || token.end <= token.start || token.end > len(text) {
				t.Fatalf("token %+v after %d of %q", token, last, text)
			}
			last = token.end
		}
		last = 0
		for _, p := range lexicon.find(fold(text)) {
			if p.start < last || p.end <= p.start || p.end > len(text) {
				t.Fatalf("place %+v after %d of %q", p, last, text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[p.start:p.end]) {
				t.Fatalf("place %+v cuts a character of %q", p, text)
			}
			last = p.start
		}
	})
}

// TestDisguisesAreSeenThrough draws words and disguises them.
func TestDisguisesAreSeenThrough(t *testing.T) {
	t.Parallel()
	disguise := map[rune]string{'o': "0", 'e': "3", 'a': "@", 's': "5", 't': "7"}
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[bcdfm]([aeo][rst]){2,5}`).Draw(t, "word")
		var b strings.Builder
		for i, r := range word {
			s := string(r)
			if sign, ok := disguise[r]; ok && rapid.Bool().Draw(t, "sign") && i > 0 && i < len(word)-1 {
				s = sign
			}
			if rapid.Bool().Draw(t, "upper") {
				s = strings.ToUpper(s)
			}
			b.WriteString(s)
			if rapid.Bool().Draw(t, "invisible") {
				b.WriteString("\u200c")
			}
		}
		text := "Voilà, " + b.String() + " !"
		if len(found(text, word)) != 1 {
			t.Fatalf("%q hides %q", text, word)
		}
	})
}

func TestLexiconsAreKeptByVersion(t *testing.T) {
	t.Parallel()
	kept := newLexicons()
	list := WordList{Version: 1, Words: []string{"con"}}
	first := kept.fill(noTenant, kept.shelf(noTenant), []WordList{list})
	if got := kept.shelf(noTenant).versions(); len(got) != 1 || got[0].Version != 1 {
		t.Fatalf("kept %v", got)
	}
	again := kept.fill(noTenant, kept.shelf(noTenant), []WordList{{Version: 1}}) // as read: the words are known
	if again[0] != first[0] {
		t.Error("the same version was prepared twice")
	}
	next := kept.fill(noTenant, kept.shelf(noTenant), []WordList{{Version: 2, Words: []string{"sot"}}})
	if len(next[0].find(fold("un sot"))) != 1 || len(kept.shelf(noTenant)) != 1 {
		t.Error("a new version was not prepared, or the old one kept")
	}
	if kept.fill(noTenant, kept.shelf(noTenant), nil); len(kept.shelf(noTenant)) != 0 {
		t.Error("a list that has gone was kept")
	}
}
