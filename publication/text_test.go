package publication

import (
	"errors"
	"imprimatur/internal/id"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"imprimatur/publication/documenttest"
)

const photo = documenttest.Photo

func TestPlainText(t *testing.T) {
	t.Parallel()
	h := clean(t, `<h2>Titre</h2><p>a <b>b</b><br>c</p><ul><li>d<ul><li>e</ul></ul><img src="`+photo+`" alt="la cour">`+
		`<table><tr><td>f<td><tr><td>g<td>h</table><hr><pre>i
j</pre>`)
	want := "Titre\na b\nc\nd\ne\nf\ng\nh\ni\nj\nla cour"
	if diff := cmp.Diff(want, PlainText(h)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := PlainText(HTML{}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

func TestLinksAndPhotos(t *testing.T) {
	t.Parallel()
	h := clean(t, `<a href="/b">x</a> <a href="https://example.org/">y</a><img src="`+photo+`"><ul><li><a href="/b">z</a></ul>`)
	if diff := cmp.Diff([]string{"/b", "https://example.org/"}, Links(h)); diff != "" {
		t.Errorf("Links (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{photo}, Photos(h)); diff != "" {
		t.Errorf("Photos (-want +got):\n%s", diff)
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	h := clean(t, `<h2>Le renard</h2><img src="`+photo+`" alt="Lina et le renard"><p>Il vit, dans la forêt.</p>`)
	tests := []struct {
		n    int
		want string
	}{
		{100, "Le renard Il vit, dans la forêt."},
		{32, "Le renard Il vit, dans la forêt."},
		{31, "Le renard Il vit, dans la…"},
		{18, "Le renard Il vit…"},
		{4, "Le…"},
		{1, ""},
		{0, ""},
	}
	for _, tt := range tests {
		if got := Excerpt(h, tt.n); got != tt.want {
			t.Errorf("Excerpt(%d) = %q, want %q", tt.n, got, tt.want)
		}
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	h := clean(t, `<p>Un <b>gros</b> mot</p><p>é&amp;è</p><img src="`+photo+`" alt="mot">`)
	// Plain text: "Un gros mot\né&è\nmot"
	tests := []struct {
		name    string
		matches []Match
		want    string
	}{
		{"none", nil, h.String()},
		{"one word", []Match{{8, 11}}, `<p>Un <strong>gros</strong> <mark>mot</mark></p>`},
		{"over elements", []Match{{5, 11}}, `<p>Un <strong>gr</strong><mark><strong>os</strong> mot</mark></p>`},
		{"overlapping, out of order", []Match{{9, 11}, {8, 10}}, `<p>Un <strong>gros</strong> <mark>mot</mark></p>`},
		{"over blocks", []Match{{8, 15}}, `<mark>mot</mark></p><p><mark>é&amp;</mark>è</p>`},
		{"within a character", []Match{{13, 14}}, `<p><mark>é</mark>&amp;è</p>`},
		{"description of a picture", []Match{{18, 19}}, `<mark><img src="` + photo + `" alt="mot"></mark>`},
		{"out of the text", []Match{{-5, 2}, {90, 99}, {7, 3}}, `<p><mark>Un</mark> <strong>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Locate(h, tt.matches).String(); !strings.Contains(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestLocateKeepsTheText: marks change no word, and exactly what matched is marked.
func TestLocateKeepsTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, err := Sanitize(documenttest.Sources().Draw(t, "source"))
		if err != nil {
			t.Fatal(err)
		}
		matches := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Match {
			start := rapid.IntRange(-2, 200).Draw(t, "start")
			return Match{start, start + rapid.IntRange(-1, 40).Draw(t, "length")}
		}), 0, 5).Draw(t, "matches")
		got := Locate(h, matches).String()
		bare := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(got)
		if back, err := Sanitize(bare); err != nil || back != h {
			t.Fatalf("marks changed the text (%v):\n%s\n%s", err, h, got)
		}
	})
}

func TestPlainSource(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, typed, want string }{
		{"paragraphs", "a\nb\r\n\r\n \n\nc", "<p>a<br>b</p><p>c</p>"},
		{"markup is text", "<b>a</b> & b", "<p>&lt;b&gt;a&lt;/b&gt; &amp; b</p>"},
		{"address", "Voir https://example.org/a?b=c&d.", `<p>Voir <a href="https://example.org/a?b=c&amp;d"` + rel + `>https://example.org/a?b=c&amp;d</a>.</p>`},
		{"address in parentheses", "(http://example.org/)", `<p>(<a href="http://example.org/"` + rel + `>http://example.org/</a>)</p>`},
		{"address with parentheses", "http://example.org/a_(b)", `<p><a href="http://example.org/a_(b)"` + rel + `>http://example.org/a_(b)</a></p>`},
		{"no address", "http:// javascript:alert(1)", "<p>http:// javascript:alert(1)</p>"},
		{"nothing", " \n\n ", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := clean(t, FromPlainText(tt.typed))
			if diff := cmp.Diff(tt.want, h.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			typed, lossy := ToPlainSource(h)
			if lossy {
				t.Errorf("ToPlainSource says that %q loses something", typed)
			}
		})
	}
}

func TestToPlainSourceLossy(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"<h2>a</h2><p>b</p>":        "a\n\nb",
		"<p><strong>a</strong></p>": "a",
		"<ul><li>a<li>b</ul>":       "a\n\nb",
		`<a href="/x">a</a>`:        "a",
		"a<hr>b":                    "a\n\nb",
	} {
		typed, lossy := ToPlainSource(clean(t, source))
		if typed != want || !lossy {
			t.Errorf("ToPlainSource(%s) = %q, lossy %v; want %q, lossy", source, typed, lossy, want)
		}
	}
}

// TestPlainSourceRoundTrip: what is said not to be lossy comes back unchanged.
func TestPlainSourceRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, err := Sanitize(FromPlainText(rapid.String().Draw(t, "typed")))
		if errors.Is(err, ErrSourceNUL) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		typed, lossy := ToPlainSource(h)
		back, err := Sanitize(FromPlainText(typed))
		if err != nil || (back == h) == lossy {
			t.Fatalf("%q: lossy %v, back %s (%v)", typed, lossy, back, err)
		}
	})
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"C'est l'été à l'école !":            "c-est-l-ete-a-l-ecole",
		"Œuvres & cœurs":                     "oeuvres-coeurs",
		"  --  ":                             "texte",
		"":                                   "texte",
		"مرحبا":                              "texte",
		"ÇA VA ?":                            "ca-va",
		"E\u0301le\u0300ve":                  "eleve",
		"Lycée n° 2":                         "lycee-n-2",
		strings.Repeat("mot ", 40):           strings.TrimSuffix(strings.Repeat("mot-", 20), "-"),
		strings.Repeat("a", 100):             strings.Repeat("a", 80),
		"a" + strings.Repeat(" motlong", 30): "a" + strings.Repeat("-motlong", 9),
	} {
		if got := Slug(title); got != want {
			t.Errorf("Slug(%q) = %q, want %q", title, got, want)
		}
	}
}

// Two spaces whose titles have no letter for a slug have two addresses.
func TestSlugsOfSpacesNameThem(t *testing.T) {
	t.Parallel()
	books, flags := SpaceInput{Title: "📚", Kind: Blog}, SpaceInput{Title: "🚩", Kind: Blog}
	first, second := spaceSlug(books, id.New[id.Space]()), spaceSlug(flags, id.New[id.Space]())
	if first == second || !strings.HasPrefix(first, "blog-") || Slug(first) != first {
		t.Errorf("%q and %q", first, second)
	}
	if got := spaceSlug(SpaceInput{Title: "Club lecture", Kind: Forum}, id.New[id.Space]()); got != "club-lecture" {
		t.Errorf("a title with words becomes %q", got)
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("C'est l'été")
	f.Add("ﬁ ½ Ⅷ \xff")
	f.Fuzz(func(t *testing.T, title string) {
		s := Slug(title)
		if s == "" || len(s) > maxSlug || !utf8.ValidString(s) || strings.Trim(s, "-") != s || strings.Contains(s, "--") {
			t.Errorf("Slug(%q) = %q", title, s)
		}
		if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || Slug(s) != s {
			t.Errorf("Slug(%q) = %q, again %q", title, s, Slug(s))
		}
	})
}

// TestSanitizeProperty is FuzzSanitize's check on texts as people write them.
func TestSanitizeProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		holds(t, clean(t, documenttest.Sources().Draw(rt, "source")))
		if t.Failed() {
			rt.FailNow()
		}
	})
}
