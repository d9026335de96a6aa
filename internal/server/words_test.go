package server

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/api"
	"imprimatur/internal/directory"
	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

func speaking(t *testing.T, lang string) *i18n.Printer {
	t.Helper()
	messages, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return messages.Printer(lang, time.UTC)
}

// What every kind of error means is worded in every language.
func TestEveryKindHasWords(t *testing.T) {
	t.Parallel()
	all := append([]kind{invalidKind, claimedKind, notFoundKind, tooLargeKind, internalKind}, table...)
	for _, status := range []int{400, 403, 404, 405, 413, 500} {
		all = append(all, ofHTTP(status))
	}
	for _, lang := range i18n.Languages() {
		p := speaking(t, lang)
		for _, k := range all {
			if _, err := p.T("api." + k.text); err != nil || k.text == "" {
				t.Errorf("%s (%v) says nothing in %s: %v", k.word, k.err, lang, err)
			}
		}
	}
}

// codes finds the codes of faults as they are written in Go.
var codes = regexp.MustCompile(`(?:Code: |wrong\(Err\w+, [^,"]*(?:"[^"]*")?, )"(\w+)"`)

// codesOfPhotos finds them as image-consent writes them, beside the name of the field.
var codesOfPhotos = regexp.MustCompile(`(?:Code: |(?:wrong|fault)\([^,()]*, )"(\w+)"`)

// What every code of a fault means is worded in every language.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	found := map[string]bool{"weaker": true, "invalid": true, "unknown": true}
	for _, folder := range []string{"../api", "../directory", "../../image-consent", "../../publication", "../../moderation"} {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			written := codes
			if strings.HasSuffix(folder, "image-consent") {
				written = codesOfPhotos
			}
			for _, match := range written.FindAllStringSubmatch(string(text), -1) {
				found[match[1]] = found[match[1]] || !strings.HasSuffix(name, "_test.go")
			}
		}
	}
	for _, problem := range imageconsent.Problems() {
		found[string(problem)] = true
	}
	if len(found) < 25 {
		t.Fatalf("only %v", found)
	}
	for _, lang := range i18n.Languages() {
		p := speaking(t, lang)
		for code, ours := range found {
			if got := faultText(api.Fault{Field: "x", Code: code}, p); ours && (got == p.Text("fault.wrong") || got == code) {
				t.Errorf("%s says nothing of its own in %s", code, lang)
			}
		}
	}
}

// Problems speak French, or English to whoever asks for it. What a program reads is
// the same in both.
func TestProblemsSpeakTheCallersLanguage(t *testing.T) {
	t.Parallel()
	h := newHouse(t, nil)
	const french, english = "Il n’y a rien de tel.", "There is no such thing."
	for accept, want := range map[string]string{
		"": french, "fr-FR,fr;q=0.9": french, "en": english, "en-GB,fr;q=0.5": english, "fr;q=0.2,en;q=0.8": english, "de": french, "*": french, ";;": french,
	} {
		w := h.get("/api/v1/nowhere", "Accept-Language", accept)
		var p api.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		lang := map[string]string{french: "fr", english: "en"}[want]
		if p.Title != want || w.Header().Get("Content-Language") != lang || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Language") {
			t.Errorf("%q: %q, %v", accept, p.Title, w.Header())
		}
		if p.Type != api.ProblemType+"not-found" || p.Status != http.StatusNotFound || strings.Contains(w.Body.String(), "Language") {
			t.Errorf("%q: %s", accept, w.Body)
		}
	}
}

func TestFaultsInWords(t *testing.T) {
	t.Parallel()
	faults := []error{
		&directory.FieldError{Field: "body", Code: "too_long", Limit: 5000},
		&workflow.Refusal{Rule: "R16", Err: workflow.ErrUnmet, Unmet: []workflow.Unmet{{Name: "briefing", Rule: "R16"}}},
		&api.RequestError{Err: api.ErrInvalid, Faults: []api.Fault{{Field: "attributions.0.source", Code: "required", Rule: "R17"}}},
		&api.RequestError{Err: api.ErrInvalid, Faults: []api.Fault{{Field: "author", Code: "unknown"}}},
	}
	for lang, want := range map[string][]string{
		i18n.French: {
			"C’est trop long\u00a0: 5\u202f000 caractères au plus.", "Lisez les consignes avant de publier. (R16)",
			"Indiquez d’où vient l’œuvre.", "Ce nom ou cette valeur n’existe pas ici.",
		},
		i18n.English: {
			"This is too long: 5,000 characters at most.", "Read the instructions before you publish. (R16)",
			"Say where the work comes from.", "There is no such name or value here.",
		},
	} {
		var got []string
		for _, err := range faults {
			got = append(got, problemOf(err, "", speaking(t, lang)).Errors[0].Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", lang, diff)
		}
	}
}
