package assets

import (
	"context"
	"html/template"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"imprimatur/internal/htmltest"
)

// policy is as strict as the server's: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// writingPage is the part of the writing page that the editor needs.
var writingPage = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="fr" data-theme="light"><head><meta charset="utf-8"><title>Écrire</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{{.CSS}}"><script type="module" src="{{.App}}"></script><script type="module" src="{{.Editor}}"></script></head>
<body><a class="skip-link" href="#contenu">Aller au contenu</a>
<main id="contenu" class="container narrow"><h1>Écrire un billet</h1>
<form method="post" action="/send"><input type="hidden" name="version" value="1">
<label for="title">Titre du billet</label><input id="title" name="title" value="Le renard">
<label for="text">Texte</label>
<textarea id="text" name="text" rows="12" data-editor data-html="{{.HTML}}" data-autosave="/draft" data-version="1">sans JavaScript</textarea>
<button>Envoyer</button></form></main></body></html>`))

// site is a server with that page, which records what is saved.
type site struct {
	*httptest.Server
	mu     sync.Mutex
	html   string // to edit
	answer int    // to a save
	saves  chan save
}

// unreachable breaks the connection instead of answering.
const unreachable = 0

type save struct{ version, title, html, text string }

func newSite(t testing.TB) *site {
	t.Helper()
	set := built(t)
	s := &site{answer: http.StatusNoContent, saves: make(chan save, 100)}
	address := func(name string) string {
		u, err := set.URL(name)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	css, app, editor := address("app.css"), address("app.js"), address("editor.js")
	mux := http.NewServeMux()
	mux.HandleFunc(Prefix, func(w http.ResponseWriter, r *http.Request) { set.Serve(w, r) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		w.Header().Set("Content-Security-Policy", policy)
		_ = writingPage.Execute(w, map[string]string{"CSS": css, "App": app, "Editor": editor, "HTML": s.html})
	})
	mux.HandleFunc("PUT /draft", s.save)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *site) save(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answer == unreachable {
		panic(http.ErrAbortHandler)
	}
	s.saves <- save{r.Header.Get("If-Match"), r.FormValue("title"), r.FormValue("html"), r.FormValue("text")}
	w.Header().Set("ETag", `"2"`)
	w.WriteHeader(s.answer)
}

func (s *site) set(html string, answer int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.html, s.answer = html, answer
}

// next waits for a save.
func (s *site) next(t testing.TB) save {
	t.Helper()
	select {
	case saved := <-s.saves:
		return saved
	case <-time.After(time.Minute):
		t.Fatal("nothing is saved")
		return save{}
	}
}

func run(t testing.TB, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	htmltest.Do(t, ctx, actions...)
}

// open loads the writing page and waits for the editor.
func open(t testing.TB, ctx context.Context, s *site) {
	t.Helper()
	run(t, ctx, chromedp.Navigate(s.URL), chromedp.WaitVisible(`.ProseMirror`))
}

// awaitPromise makes Evaluate wait for what a promise gives.
func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
