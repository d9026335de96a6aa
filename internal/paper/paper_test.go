package paper_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ledongthuc/pdf"

	"imprimatur/internal/paper"
)

var words = paper.Words{Withheld: "Photo non imprimée", Cut: "La suite n'est pas imprimée."}

// printed prints a text, and reads it back by another library: words, and how many
// pictures and pages there are.
func printed(t *testing.T, body string, find paper.Pictures) (text string, pictures, pages int) {
	t.Helper()
	var out bytes.Buffer
	err := paper.Print(t.Context(), &out, paper.Text{
		House: "Collège Les Tilleuls", Title: "Cœur à cœur : l'été « en vrai »", Byline: "Lina H. · 24 novembre 2026", HTML: body, Credits: []string{"Crédits : Zoé"},
		Foot: []string{"https://ent.example/e/1", "imprimé le 24 novembre"}, Language: "fr", At: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), Words: words,
	}, find)
	if err != nil {
		t.Fatal(err)
	}
	r, err := pdf.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for n := 1; n <= r.NumPage(); n++ {
		page, err := r.Page(n).GetPlainText(nil)
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(page)
	}
	return strings.Join(strings.Fields(all.String()), " "), bytes.Count(out.Bytes(), []byte("/Subtype /Image")), r.NumPage()
}

func none(context.Context, string) (paper.Picture, error) {
	return paper.Picture{Width: 400, Height: 300}, nil
}

func photo(t *testing.T) paper.Picture {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 400, 300)), nil); err != nil {
		t.Fatal(err)
	}
	return paper.Picture{JPEG: b.Bytes(), Width: 400, Height: 300}
}

// Everything that a text may hold is on paper, in French, with a box for an emoji.
func TestEverythingThatATextMayHold(t *testing.T) {
	t.Parallel()
	text, pictures, _ := printed(t, `<h2>Première partie</h2><p>Du <strong>gras</strong>, de l'<em>italique</em>, H<sub>2</sub>O, une <a href="https://example.org/">adresse</a> et 👩‍🚀🏽.</p>
		<ul><li><p>un</p></li><li>deux<ol start="3"><li>trois</li></ol></li></ul><blockquote><p>On a dit « œuf ».</p></blockquote><pre><code>si x { y }</code></pre><hr>
		<table><thead><tr><th scope="col" colspan="2">Menu</th></tr></thead><tbody><tr><td rowspan="2">Lundi</td><td>Chou-fleur</td></tr><tr><td>Frites</td></tr></tbody></table>
		<p>Avant</p><img src="/photos/x" alt="Une fusée"><p>Après</p>`, none)
	for _, want := range []string{
		"l'été « en vrai »", "Collège Les Tilleuls", "24 novembre 2026", "Première partie", "gras", "italique", "adresse", "un", "deux", "3.", "trois",
		"si x { y }", "Menu", "Lundi", "Chou-fleur", "Frites", "Photo non imprimée", "Après", "Crédits : Zoé", "https://ent.example/e/1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on paper: %s", want, text)
		}
	}
	if pictures != 0 {
		t.Errorf("%d pictures; %s", pictures, text)
	}
}

func TestPicturesThatMayBeOnPaper(t *testing.T) {
	t.Parallel()
	shown := photo(t)
	text, pictures, _ := printed(t, `<p>A</p><img src="/photos/yes" alt=""><img src="/photos/no" alt="">`, func(_ context.Context, src string) (paper.Picture, error) {
		if src == "/photos/yes" {
			return shown, nil
		}
		return paper.Picture{Width: 400, Height: 300}, nil
	})
	if pictures != 1 || strings.Count(text, words.Withheld) != 1 {
		t.Errorf("%d pictures: %s", pictures, text)
	}
	text, pictures, _ = printed(t, strings.Repeat(`<img src="/photos/yes" alt="">`, 60), func(context.Context, string) (paper.Picture, error) { return shown, nil })
	if pictures == 0 || pictures > 40 || strings.Count(text, words.Withheld) != 20 {
		t.Errorf("of 60 pictures %d: %s", pictures, text)
	}
}

// A portrait is as large as a face takes, whatever the camera made of it; any other picture
// is as large as it is.
func TestAPortraitIsSmall(t *testing.T) {
	t.Parallel()
	const most, millimetre = 60.0, 72 / 25.4
	for _, portrait := range []bool{true, false} {
		var out bytes.Buffer
		err := paper.Print(t.Context(), &out, paper.Text{Title: "Sophie Leroy", HTML: `<img src="/photos/x" alt=""><p>Bonjour.</p>`, Portrait: portrait, Words: words},
			func(context.Context, string) (paper.Picture, error) {
				return paper.Picture{Width: 900, Height: 1200}, nil
			})
		if err != nil {
			t.Fatal(err)
		}
		r, err := pdf.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
		if err != nil {
			t.Fatal(err)
		}
		frames := r.Page(1).Content().Rect
		if len(frames) != 1 {
			t.Fatalf("%d frames", len(frames))
		}
		wide, tall := frames[0].Max.X-frames[0].Min.X, math.Abs(frames[0].Max.Y-frames[0].Min.Y)
		if small := tall <= most*millimetre+1; small != portrait || math.Abs(wide/tall-0.75) > 0.01 {
			t.Errorf("portrait %t: %.0f by %.0f points", portrait, wide, tall)
		}
	}
}

// Ghostscript reads signs beyond Latin-1, which the library above does not.
func TestSignsOfFrenchAndOthers(t *testing.T) {
	t.Parallel()
	gs, err := exec.LookPath("gs")
	if err != nil {
		t.Skip("no Ghostscript here")
	}
	name := filepath.Join(t.TempDir(), "a.pdf")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	body := "<p>Œuvre, cœur, ÇA, été « oui »\u202f!, 12\u202f€, Ελλάδα, мир, 漢, \U0001F469\u200D\U0001F680\U0001F3FD.</p>"
	if err := errors.Join(paper.Print(t.Context(), out, paper.Text{Title: "Titre", HTML: body, Words: words}, none), out.Close()); err != nil {
		t.Fatal(err)
	}
	read, err := exec.CommandContext(t.Context(), gs, "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-sDEVICE=txtwrite", "-sOutputFile=-", name).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, read)
	}
	for _, want := range []string{"Œuvre, cœur, ÇA, été « oui »", "12\u00a0€", "Ελλάδα, мир, □, □."} {
		if got := string(read); !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), strings.ReplaceAll(want, "\u00a0", " ")) {
			t.Errorf("%q is not on paper: %s", want, got)
		}
	}
}

// However long, deep or wide a text is, a print ends, within its pages.
func TestAPrintIsBounded(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"one paragraph":   "<p>" + strings.Repeat("Il était une fois. ", 50_000) + "</p>",
		"paragraphs":      strings.Repeat("<p>Il était une fois.</p>", 20_000),
		"one word":        "<p>" + strings.Repeat("o", 400_000) + "</p>",
		"lists in lists":  strings.Repeat("<ul><li>x", 200) + strings.Repeat("</li></ul>", 200),
		"a table of rows": "<table><tbody>" + strings.Repeat("<tr><td>a</td><td>b</td></tr>", 20_000) + "</tbody></table>",
		"a wide table":    "<table><tbody><tr>" + strings.Repeat("<td>a</td>", 3000) + "</tr></tbody></table>",
		"a tall cell":     "<table><tbody><tr><td>" + strings.Repeat("Il était une fois. ", 5000) + "</td></tr></tbody></table>",
		"empty":           "", "a table of nothing": "<table></table>", "nothing but breaks": strings.Repeat("<br>", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			text, _, pages := printed(t, body, none)
			if took := time.Since(began); pages > 60 || took > 30*time.Second {
				t.Errorf("%d pages in %v", pages, took)
			}
			if pages == 60 && !strings.Contains(text, words.Cut) {
				t.Errorf("it does not say that it is cut: …%s", text[max(0, len(text)-300):])
			}
		})
	}
}

func TestAPrintEndsWithItsTime(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := paper.Print(ctx, new(bytes.Buffer), paper.Text{Title: "x", HTML: "<p>x</p>", Words: words}, none)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	failing := errors.New("no store")
	err = paper.Print(t.Context(), new(bytes.Buffer), paper.Text{Title: "x", HTML: `<img src="/photos/x">`, Words: words}, func(context.Context, string) (paper.Picture, error) {
		return paper.Picture{}, failing
	})
	if !errors.Is(err, failing) {
		t.Errorf("%v", err)
	}
}
