package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"
)

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// stop is a page to look at: its address, and what leads on from there.
type stop struct {
	name, path string
	then       []chromedp.Action
}

// stops are all that is looked at, by who looks; nobody is signed in as "".
func (s *scene) stops() map[string][]stop {
	return map[string][]stop{
		"":         s.visitorStops(),
		"lina":     s.linaStops(),
		"noe":      s.noeStops(),
		"martin":   s.martinStops(),
		"haddad-1": {{"consents of a family", desk + "consents/mine", nil}, {"consent of a child", desk + "consents/" + s.asked, nil}},
		"diallo": {
			{"sheet to confirm", desk + "consents/" + s.asked, nil},
			{"item with pictures", desk + "review/" + s.pictured, nil}, {"photo of another", desk + "photos/" + s.faces, nil},
			{"item with files", desk + "review/" + s.document, nil}, {"item with a portrait", desk + "review/" + s.profile, nil},
			{"item of another", desk + "review/" + s.flagged, nil}, {"item of a page", desk + "review/" + s.signed, nil}},
		"garcia": {
			{"desk", desk + "desk", nil}, {"stops", desk + "stops", nil}, {"standings", desk + "standings", nil}, {"case of harassment", desk + "cases/" + s.harassed, nil}, {"acts of delegates", desk + "desk/acts", nil}, {"delegations", desk + "delegations", nil},
			{"delegation refused", desk + "delegations", []chromedp.Action{press(`main form.stack button`)}},
			{"signature", desk + "review/" + s.unsigned, nil}, {"queue of the director", desk + "review", nil},
			{"signature refused without a word", desk + "review/" + s.unsigned, refused("refuse_signature")},
			{"history of a takedown", desk + "texts/" + s.withdrawn + "/history", nil},
			{"refusals", desk + "denials?reason=security", nil}, {"refusals unread", desk + "denials", []chromedp.Action{press(`main form button`)}}, {"notices with dates", desk + "notices", nil},
			{"settings", desk + "settings", nil}, {"settings changed here", desk + "settings?show=changed", nil},
			{"setting refused", parameter("idle_pupil"), []chromedp.Action{chromedp.SetValue(`#value`, "x"), press(`button[value="save"]`)}},
			{"setting that hides pictures", parameter("guardians_group"), []chromedp.Action{chromedp.SetValue(`#value`, "2"), press(`button[value="preview"]`)}},
			{"setting by law", parameter("majority_age"), nil}, {"setting with a cap", parameter("stop_review"), nil}, {"setting of several", parameter("pupil_naming"), nil},
			{"legal notice of the director", desk + "legal", nil}, {"legal form", desk + "legal/edit", nil}, {"charter form", desk + "charter/edit", nil},
			{"legal form refused", desk + "legal/edit", []chromedp.Action{chromedp.SetValue(`#phone`, "au secrétariat"), press(`main form button`)}},
			{"charter form refused", desk + "charter/edit", []chromedp.Action{chromedp.Evaluate(`document.querySelector("#title").value = ""`, nil), press(`main form > button`)}},
			{"figures", desk + "figures", nil}, {"figures of nothing", desk + "figures?month=2020-02", nil}, {"report of a year published", desk + "transparency?year=2024", nil}, {"report of a year", desk + "transparency", []chromedp.Action{unfold(`section.figure details`)}}, {"month of a report", desk + "figures?month=2025-07", nil},
			{"order to record", desk + "orders/new?at=" + desk + s.live, nil}, {"order refused", desk + "orders/new", []chromedp.Action{press(`form[action$="/orders"] button`)}},
			{"case with names", desk + "cases/" + s.reported, nil}, {"case of a reply", desk + "cases/" + s.reply, nil}, {"answer to a reply", desk + "cases/" + s.reply + "/reply", nil},
			{"answer to a reply refused", desk + "cases/" + s.reply + "/reply", []chromedp.Action{press(answerReply)}}, {"reply of the office", desk + "reply/record", nil},
			{"letter of a reply", desk + "cases/" + s.reply + "/reply", []chromedp.Action{chromedp.Click(`#insert`), press(answerReply)}}, {"cases of the head", desk + "cases", nil}, {"reasons", desk + "reasons", nil}, {"mail", desk + "mail", []chromedp.Action{unfold(`article details`)}},
		},
		"petit": {{"desk of a delegate", desk + "desk", nil}, {"delegations of a delegate", desk + "delegations", nil}},
		"zoe": {
			{"desk of an authority", "/e/0310010H/-/desk", nil}, {"establishments", "/e/0310010H/-/establishments", nil},
			{"establishment", "/e/0310010H/-/establishments/0310000Z", nil},
			{"acting head refused", "/e/0310010H/-/establishments/0310000Z", []chromedp.Action{press(`main form.stack button`)}},
		},
		"roche": {
			{"item of the press", atPlatanes + "-/review/" + s.press, nil}, {"home of the lycée", atPlatanes, nil},
			{"authorisations", atPlatanes + "-/authorisations", nil},
		},
	}
}

func (s *scene) visitorStops() []stop {
	return []stop{
		{"front", "/", nil}, {"login", "/login", nil},
		{"login refused", "/login", []chromedp.Action{
			chromedp.SendKeys("#login", "lina"), chromedp.SendKeys("#password", "faux"), press(`form[action="/login"] button`),
		}},
		{"public home", atTilleuls, nil}, {"public space", atTilleuls + "site/", nil}, {"public page", desk + s.signed, nil},
		{"consent by a link", s.link, nil}, {"receipt of an answer", s.receipt, nil}, {"consent by a dead link", "/c/abc", nil},
		{"consent by a link refused", s.link, []chromedp.Action{press(`button[value="answer"]`)}},
		{"legal notice", desk + "legal", nil}, {"privacy", desk + "privacy", nil}, {"checks", desk + "checks", nil}, {"report for anybody", desk + "transparency/2024", nil}, {"charter", desk + "charter", nil},
		{"accessibility", desk + "accessibility", nil}, {"checks of the lycée", atPlatanes + "-/checks", nil},
		{"request", desk + "takedown?at=" + atTilleuls + "site/", nil}, {"request refused", desk + "takedown", []chromedp.Action{press(`form[action$="/takedown"] button`), press(`form[action$="/takedown"] button`)}},
		{"reply", desk + "reply?at=" + atTilleuls + "site/", nil}, {"reply refused", desk + "reply", []chromedp.Action{press(sendReply), press(sendReply)}}, {"receipt of a reply", s.replying + "?sent=1", nil},
		{"request of where", "/takedown", nil}, {"request of nowhere", "/takedown?at=x", nil},
		{"follow-up with a question", s.follow, nil}, {"receipt", s.follow + "?sent=1", nil}, {"follow-up answered with nothing", s.follow, []chromedp.Action{press(`form[action$="/respond"] button`)}},
		{"follow-up of nothing", "/s/abc", nil},
		{"no such school", "/e/0319999X/", nil}, {"no such page", "/nulle-part", nil},
	}
}

func (s *scene) linaStops() []stop {
	write := desk + "write/" + s.Blog.String()
	return []stop{
		{"front of a member", "/", nil}, {"home", atTilleuls, nil}, {"space", atTilleuls + "blog-5a/", nil}, {"forum", atTilleuls + "club-lecture/", nil},
		{"article", desk + s.live, nil}, {"article by its name", atTilleuls + "blog-5a/" + s.live, nil}, {"thread", desk + s.topic, nil},
		{"tombstone", atTilleuls + "blog-5a/" + s.withdrawn, nil}, {"mine", desk + "texts", nil}, {"write", write, nil},
		{"write refused", write, []chromedp.Action{press(`button[value="submit"]`)}},
		{"work with reasons", desk + "texts/" + s.changes, nil}, {"edit", desk + "texts/" + s.changes + "/edit", nil},
		{"history", desk + "texts/" + s.changes + "/history", nil}, {"notices", desk + "notices", nil}, {"awaiting authorisation", desk + "authorisations", nil}, {"briefing read", desk + "briefing", nil}, {"review for moderators", desk + "review", nil},
		{"404", atTilleuls + "nulle-part/", nil}, {"403", desk + "write/" + s.Web.String(), nil},
		{"report", desk + "report/" + s.live, nil}, {"report of a picture", desk + "report/" + s.pictured, nil},
		{"report refused", desk + "report/" + s.live, []chromedp.Action{press(`form[action*="/report/"] button`)}},
		{"reports", desk + "reports", nil}, {"report answered", desk + "reports/" + s.known, nil},
		{"article with pictures", desk + s.pictured, nil}, {"no photos", desk + "photos", nil},
		{"consents of a pupil", desk + "consents/mine", nil}, {"consent of a pupil", desk + "consents/" + s.asked, nil},
	}
}

func (s *scene) noeStops() []stop {
	return []stop{
		{"work with a suggestion", desk + "texts/" + s.proposed, nil}, {"work withdrawn", desk + "texts/" + s.withdrawn, nil},
		{"work live", desk + "texts/" + s.live, nil},
		{"decision", desk + "decisions/" + s.told, nil}, {"decision appealed with nothing", desk + "decisions/" + s.told, []chromedp.Action{press(`form[action$="/appeal"] button`)}}, {"notices of a takedown", desk + "notices", nil}, {"briefing unread", desk + "briefing", nil},
		{"briefing refused", desk + "briefing", []chromedp.Action{press(`main form button`)}},
		{"write unbriefed", desk + "write/" + s.Blog.String(), []chromedp.Action{
			chromedp.SendKeys("#title", "Un billet"), chromedp.WaitVisible(`.ProseMirror`), chromedp.SendKeys(`.ProseMirror`, "Bonjour."),
			press(`button[value="submit"]`),
		}},
	}
}

func (s *scene) martinStops() []stop {
	review := desk + "review/"
	return []stop{
		{"cases", desk + "cases", nil}, {"cases over", desk + "cases?over=1&kind=report", nil}, {"case", desk + "cases/" + s.reported, nil}, {"case decided", desk + "cases/" + s.decided, nil},
		{"case asked without a word", desk + "cases/" + s.reported, refused("reassign")},
		{"decide", desk + "cases/" + s.reported + "/decide", nil}, {"decide refused", desk + "cases/" + s.reported + "/decide", []chromedp.Action{press(`button[value="preview"]`)}},
		{"letters", desk + "cases/" + s.reported + "/decide", []chromedp.Action{
			chromedp.Click(`#verdict-withdraw`), press(`button[value="draft"]`), press(`button[value="preview"]`)}},
		{"schools", "/schools", nil}, {"queue", desk + "review", nil}, {"item", review + s.flagged, nil}, {"item with a difference", review + s.live, nil},
		{"item rejected without a word", review + s.flagged, refused("reject")}, {"item withdrawn", review + s.withdrawn, nil},
		{"restored without a word", review + s.withdrawn, refused("restore")},
		{"suggest", review + s.flagged + "/suggest", nil}, {"spaces", desk + "spaces", nil},
		{"register of a project", desk + "consents?request=" + s.request, nil}, {"ask for paper afterwards", desk + "consents/ask?again=" + s.request, nil},
		{"contributors refused", desk + "texts/" + s.pictured, []chromedp.Action{unfold(`section[aria-labelledby="collective"] details`), press(`button[value="say"]`)}},
		{"register", desk + "consents", nil}, {"consent with a sheet", desk + "consents/" + s.asked, nil}, {"sheet to sign", desk + "consents/" + s.asked + "/print", nil},
		{"ask", desk + "consents/ask?chosen=" + s.faces, nil}, {"ask refused", desk + "consents/ask", []chromedp.Action{press(`button[value="preview"]`)}},
		{"ask for a class", desk + "consents/ask?group=" + s.Class.String(), []chromedp.Action{
			chromedp.SendKeys(`#title`, "La sortie"), chromedp.SendKeys(`#purpose`, "Raconter."), chromedp.SendKeys(`#place`, "Toulouse"),
			chromedp.Click(`#to_come`), chromedp.Click(`[name="use-`+s.Web.String()+`"][value="image"]`, chromedp.ByQuery), press(`button[value="preview"]`),
		}},
		{"write a document", desk + "write/" + s.Blog.String() + "?kind=document", nil},
		{"document refused", desk + "write/" + s.Blog.String() + "?kind=document", []chromedp.Action{press(`button[value="submit"]`)}},
		{"document", desk + s.document, nil}, {"work with files", desk + "texts/" + s.document, nil}, {"edit with files", desk + "texts/" + s.document + "/edit", nil},
		{"write a profile", desk + "write/" + s.Blog.String() + "?kind=profile", nil},
		{"profile refused", desk + "write/" + s.Blog.String() + "?kind=profile", []chromedp.Action{press(`button[value="submit"]`)}},
		{"profile", desk + s.profile, nil}, {"work with a portrait", desk + "texts/" + s.profile, nil}, {"edit with a portrait", desk + "texts/" + s.profile + "/edit", nil},
		{"who is heard", desk + "photos/" + s.voice, nil},
		{"classes", desk + "classes", nil}, {"trombinoscope", s.classPath(), nil}, {"report of a portrait", s.classPath(s.portrait, "report"), nil}, {"trombinoscope in the making", s.classPath("make"), nil},
		{"trombinoscope without a picture", s.classPath("make"), []chromedp.Action{press(`form[enctype] button`)}},
		{"photos", desk + "photos", nil}, {"who is on a photo", desk + "photos/" + s.faces, nil},
		{"photo refused", desk + "photos/" + s.faces, []chromedp.Action{
			chromedp.Evaluate(`document.querySelector('#p0-who').value = 'Haddad'`, nil), press(`button[value="declare"]`)}},
		{"work with pictures", desk + "texts/" + s.pictured, nil}, {"edit with pictures", desk + "texts/" + s.pictured + "/edit", nil},
		{"space settings", desk + "spaces/" + s.Blog.String(), nil}, {"space new", desk + "spaces/new", nil},
		{"space refused", desk + "spaces/new", []chromedp.Action{press(`main form button`)}},
	}
}

// refused sends the form of an action without the reason that it asks for.
func refused(action string) []chromedp.Action {
	form := `details:has(input[value="` + action + `"])`
	return []chromedp.Action{unfold(form), press(form + ` button`)}
}

// files are the routes that answer with no page, and what they answer with.
func (s *scene) files(t *testing.T) map[string]string {
	t.Helper()
	style, err := built().URL("app.css")
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		style: "text/css", "/favicon.ico": "image/svg+xml", atTilleuls + "feed.atom": "application/atom+xml", atTilleuls + "blog-5a/feed.atom": "application/atom+xml",
		"/photos/" + s.faces: "image/jpeg", desk + "photos/" + s.faces + "/original": "application/octet-stream",
		desk + "photos/" + s.faces + "/state": "application/json", desk + "persons?q=lina": "application/json",
		desk + "consents/" + s.asked + "/papers/" + s.paper + "/scan": "application/octet-stream", desk + "consents/export": "text/csv", desk + "transparency.csv?year=2025": "text/csv", desk + "transparency/2024/table.csv": "text/csv",
		s.attached: "application/octet-stream", desk + "cases/" + s.harassed + "/export": "text/plain",
		s.link + "/photos/" + s.faces:                              "image/jpeg",
		s.classPath(s.portrait, "standard"):                        "image/jpeg",
		atTilleuls + "blog-5a/" + s.live + "/print.pdf":            "application/pdf",
		desk + "seen/" + s.pictured + "/" + s.nobody + "/standard": "image/jpeg",
		desk + "seen/" + s.document + "/" + s.voice + "/file":      "audio/wav",
		"/photos/" + s.voice + "?size=file":                        "audio/wav",
	}
}

// Every page there is passes axe, fits a phone, speaks French, and needs nothing
// that the policy forbids. A route that nobody opens here is one that was forgotten.
func TestEveryPageInTheBrowser(t *testing.T) {
	t.Parallel()
	ctx := chromium(t)
	s := played(t)
	speakFrench(t, ctx)
	words := english(t)
	stops := s.stops()
	forgotten := s.forgotten(stops, s.files(t))
	for _, route := range forgotten {
		t.Errorf("nobody opens GET %s", route)
	}
	for _, who := range append([]string{""}, personas...) {
		if who != "" && len(stops[who]) > 0 {
			s.enter(t, ctx, who)
		}
		for _, at := range stops[who] {
			t.Logf("%s at %s", who, at.path) // where it was, should it fail
			do(t, ctx, chromedp.Navigate(s.url+at.path))
			do(t, ctx, at.then...)
			if name := strings.TrimSpace(who + " " + at.name); len(at.then) == 0 {
				look(t, ctx, name)
			} else {
				glance(t, ctx, name)
			}
			words.search(t, ctx, who+" "+at.name)
		}
	}
	martin, garcia := s.as(t, "martin"), s.as(t, "garcia")
	for file, kind := range s.files(t) {
		reader := martin
		if strings.HasSuffix(file, "/export") || strings.Contains(file, "/transparency.csv") { // for who keeps the register, and who directs
			reader = garcia
		}
		reader.open(file).expect(http.StatusOK)
		if got := reader.header.Get("Content-Type"); !strings.HasPrefix(got, kind) {
			t.Errorf("%s is %s, want %s", file, got, kind)
		}
	}
}

// forgotten are the routes of GET that no stop and no file is an address of.
func (s *scene) forgotten(stops map[string][]stop, files map[string]string) []string {
	e := echo.New()
	s.site.Mount(e, func(echo.Context, string) error { return nil })
	opened := map[string]bool{}
	open := func(path string) {
		c := e.NewContext(nil, nil)
		path, _, _ = strings.Cut(path, "?")
		e.Router().Find(http.MethodGet, path, c)
		opened[c.Path()] = true
	}
	for file := range files {
		open(file)
	}
	for _, list := range stops {
		for _, at := range list {
			open(at.path)
		}
	}
	var routes []string
	for _, route := range e.Routes() {
		if route.Method == http.MethodGet && !opened[route.Path] {
			routes = append(routes, route.Path)
		}
	}
	return routes
}

// speakFrench is a browser whose reader's language is French.
func speakFrench(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, emulation.SetUserAgentOverride("Mozilla/5.0").WithAcceptLanguage("fr-FR,fr"))
}
