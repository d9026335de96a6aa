package web

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// pages lists every page: a template without one here is found by TestTemplates.
func pages() []Page {
	return []Page{
		&LoginPage{}, &SchoolsPage{}, &HomePage{}, &SpacePage{}, &ArticlePage{}, &ThreadPage{}, &ProblemPage{}, &WritePage{},
		&MinePage{}, &WorkPage{}, &HistoryPage{}, &NoticesPage{}, &QueuePage{}, &ItemPage{}, &BriefingPage{}, &SpacesPage{}, &SpaceFormPage{}, &AwaitedPage{},
		&DenialsPage{}, &PhotosPage{}, &PhotoPage{}, &ConsentPage{}, &ConsentPrintPage{}, &MyConsentsPage{}, &ConsentsPage{}, &AskPage{}, &MailPage{}, &SettingsPage{}, &SettingPage{}, &ClassesPage{}, &TrombinoscopePage{}, &AlbumPage{},
		&StopsPage{}, &StandingsPage{},
		&InformationPage{}, &CharterPage{}, &LegalFormPage{}, &CharterFormPage{},
		&ReportPage{}, &TakedownPage{}, &TakedownWherePage{}, &ReplyPage{}, &ReplyAnswerPage{}, &FollowPage{}, &ReportsPage{}, &CasesPage{}, &CasePage{}, &DecidePage{}, &ReasonsPage{}, &LettersPage{}, &DecisionPage{},
		&DeskPage{}, &LentActsPage{}, &DelegationsPage{}, &EstablishmentsPage{}, &EstablishmentPage{},
		&FiguresPage{}, &TransparencyPage{}, &OrderPage{},
	}
}

func catalogue(t *testing.T) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Every template runs over its struct, empty and with everything in it, in both
// languages: a field that is not there, or a message, stops it.
func TestTemplates(t *testing.T) {
	t.Parallel()
	templates, err := parseTemplates()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, page := range pages() {
		seen[page.Template()] = true
		for _, lang := range i18n.Languages() {
			printer := catalogue(t).Printer(lang, time.UTC)
			for name, fill := range map[string]bool{"zero": false, "filled": true} {
				full := reflect.New(reflect.TypeOf(page).Elem())
				filler{printer, fill}.fill(full.Elem(), 0)
				p := full.Interface().(Page)
				p.frame().Printer = printer
				if _, err := templates.execute(p); err != nil {
					t.Errorf("%s page in %s: %v", name, lang, err)
				}
			}
		}
	}
	for name := range templates {
		if !seen[name] {
			t.Errorf("no page has the template %s", name)
		}
	}
}

// TestPagesHideNothingOfTheFrame: a page's own field by the name of one that the layout
// shows is shown in its place, whatever it is.
func TestPagesHideNothingOfTheFrame(t *testing.T) {
	t.Parallel()
	for _, page := range pages() {
		own := reflect.TypeOf(page).Elem()
		for frame := range reflect.TypeFor[Base]().Fields() {
			if field, ok := own.FieldByName(frame.Name); ok && len(field.Index) == 1 {
				t.Errorf("%s has a field %s of its own, which the layout takes for its own", own, frame.Name)
			}
		}
	}
}

// filler puts a printer into every field for one, and something into all others
// where that is asked for.
type filler struct {
	printer *i18n.Printer
	all     bool
}

const deepest = 8

func (f filler) fill(v reflect.Value, depth int) {
	if !v.CanSet() || depth > deepest {
		return
	}
	switch v.Interface().(type) {
	case *i18n.Printer:
		v.Set(reflect.ValueOf(f.printer))
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC)))
	case workflow.Exposure:
		// Visible here: tombstones are looked at through the browser.
	default:
		f.fillKind(v, depth)
	}
}

func (f filler) fillKind(v reflect.Value, depth int) {
	if !f.all && v.Kind() != reflect.Struct {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("mot")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(2)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), depth+1)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Interface:
		if v.Type() == reflect.TypeFor[Markup]() {
			v.Set(reflect.ValueOf(publication.HTML{}))
		}
	}
}

// Everything that has a code has words, in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	var keys []string
	add := func(prefix string, codes ...string) {
		for _, code := range codes {
			keys = append(keys, prefix+"."+code)
		}
	}
	for _, action := range workflow.AllActions() {
		add("action", string(action))
		add("event", string(action))
	}
	for _, e := range workflow.Editorials() {
		add("status", string(e))
	}
	for _, g := range workflow.Grounds() {
		add("ground", string(g.Ground))
		add("plain", string(g.Ground))
		add("canned", string(g.Ground))
	}
	keys = append(keys, caseKeys()...)
	for _, x := range workflow.Exposures() {
		if x != workflow.Visible {
			add("tombstone", string(x))
		}
	}
	for _, f := range imageconsent.FileFormats() {
		add("file", "format_"+f)
	}
	for _, f := range imageconsent.Forms() {
		if f != imageconsent.OfPicture {
			add("file", "who_about_"+string(f))
		}
	}
	for _, k := range publication.Kinds() {
		add("kind", string(k))
		add("write", "new_"+string(k))
	}
	for _, m := range workflow.Modes() {
		add("mode", string(m))
		add("write", "submit_"+string(m), "next_"+string(m))
	}
	for _, a := range publication.AudienceKinds() {
		add("audience", string(a))
	}
	for _, w := range moderation.Waits() {
		add("wait", string(w))
	}
	for _, n := range moderation.NoticeKinds() {
		add("notice", string(n))
	}
	for _, p := range workflow.PhotoStatuses() {
		if p != workflow.NoPhoto {
			add("photo", "status_"+string(p))
		}
	}
	for _, c := range workflow.ConsentStatuses() {
		if c != workflow.NoConsent {
			add("consent", "status_"+string(c))
		}
	}
	for _, o := range imageconsent.Outcomes() {
		add("photo", "outcome_"+string(o))
	}
	for _, m := range imageconsent.Media() {
		add("photo", "medium_"+string(m))
	}
	for _, n := range publication.Namings() {
		add("naming", string(n))
	}
	for _, point := range directory.Checklist() {
		add("briefing", point+".title", point+".text", point+".check")
	}
	add("need", needNames()...)
	for _, power := range directory.Powers() {
		add("power", string(power))
		add("can", string(power))
		add("allows", string(power))
	}
	for _, act := range []string{"sign", "refuse_signature", "decide", "dismiss", "overturn", "reassign", "escalate", "transfer", "merge", "reopen_case"} { // by lent powers
		add("event", act)
	}
	for _, f := range publication.LegalFields() {
		add("legal", "field_"+string(f))
		add("fault", "unsaid_legal_"+string(f))
	}
	for _, part := range (publication.LegalFacts{}).Parts() {
		add("legal", "hint_"+string(part.Field))
	}
	for _, c := range publication.Conformities() {
		add("legal", "conformity_"+string(c))
		add("accessibility", "state_"+string(c))
	}
	for _, p := range retained {
		add("privacy", "period_"+p.key)
	}
	for _, p := range deadlines {
		add("checks", "due_"+p.key)
	}
	for _, lang := range i18n.Languages() {
		known := catalogue(t).Keys(lang)
		for _, key := range keys {
			if _, found := slices.BinarySearch(known, key); !found {
				t.Errorf("%s has no message %s", lang, key)
			}
		}
	}
}

// caseKeys are the keys of all that a case can be.
func caseKeys() []string {
	var keys []string
	for _, k := range moderation.CaseKinds() {
		keys = append(keys, "case.kind_"+string(k))
	}
	for _, s := range workflow.CaseStatuses() {
		if s != workflow.NoCase {
			keys = append(keys, "case.status_"+string(s))
		}
	}
	for _, s := range moderation.Stages() {
		keys = append(keys, "stage."+string(s), "follow.next_"+string(s))
		if s != moderation.StageAsked { // what is asked of who reported is not the author's to know
			keys = append(keys, "decision.next_"+string(s))
		}
	}
	for _, v := range workflow.Verdicts() {
		for _, of := range []string{"decision.verdict_", "decision.decided_", "decision.for_author_", "does.verdict_", "canned.author_"} {
			keys = append(keys, of+string(v))
		}
		if v != workflow.Stand { // nobody reported what its author appeals
			keys = append(keys, "canned.reporter_"+string(v))
		}
	}
	for _, a := range moderation.Assignments() {
		keys = append(keys, "case.as_"+string(a))
	}
	for _, a := range moderation.CaseActions() {
		keys = append(keys, "did."+string(a))
		if !slices.Contains(judging, a) {
			keys = append(keys, "does.case_"+string(a))
		}
	}
	for _, g := range moderation.ReplyGrounds() {
		keys = append(keys, "reply.ground_"+string(g))
	}
	for _, v := range workflow.ReplyVerdicts() {
		keys = append(keys, "decision.decided_"+string(v))
	}
	return keys
}

// Every ground can be reported, in one place of the form.
func TestEveryGroundIsOffered(t *testing.T) {
	t.Parallel()
	offered := map[workflow.Ground]int{}
	for _, g := range slices.Concat(commonGrounds, otherGrounds) {
		for _, ground := range g.grounds {
			offered[ground]++
		}
	}
	for _, info := range workflow.Grounds() {
		if offered[info.Ground] != 1 {
			t.Errorf("%s is offered %d times", info.Ground, offered[info.Ground])
		}
	}
	if len(offered) != len(workflow.Grounds()) {
		t.Errorf("%d grounds are offered", len(offered))
	}
}

func needNames() []string {
	names := append(needsIn(workflow.EditorialTable.Rules), needsIn(workflow.HoldTable.Rules)...)
	names = append(append(names, needsIn(workflow.PhotoTable.Rules)...), needsIn(workflow.ConsentTable.Rules)...)
	names = append(append(names, needsIn(workflow.CaseTable.Rules)...), needsIn(workflow.ReplyTable.Rules)...)
	return append(append(names, needsIn(workflow.LifeTable.Rules)...), needsIn(workflow.SpaceTable.Rules)...)
}

func needsIn[S ~string, F any](rules []workflow.Rule[S, F]) []string {
	var names []string
	for _, rule := range rules {
		for _, need := range rule.Needs {
			names = append(names, need.Name)
		}
	}
	return names
}

// keyInCode finds what looks like a message's key, whole or as a beginning.
var keyInCode = regexp.MustCompile(`"([a-z_0-9]+\.[A-Za-z_0-9.-]*)"`)

// Every message of the catalogue is said somewhere.
func TestEveryMessageIsSaid(t *testing.T) {
	t.Parallel()
	var said []string
	files, _ := filepath.Glob("*.go")
	for _, others := range []string{"templates/*.html", "i18n/*.go", "../server/*.go"} {
		more, _ := filepath.Glob(others)
		files = append(files, more...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, found := range keyInCode.FindAllStringSubmatch(strings.ReplaceAll(string(text), "%s", ""), -1) {
			said = append(said, found[1])
		}
	}
	for _, key := range catalogue(t).Keys(i18n.French) {
		if !slices.ContainsFunc(said, func(s string) bool {
			return s == key || (strings.HasPrefix(key, s) && (strings.HasSuffix(s, ".") || strings.HasSuffix(s, "_"))) || strings.HasPrefix(key, "problem.")
		}) {
			t.Errorf("nobody says %s", key)
		}
	}
}

func TestWithin(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"/e/0310000Z/-/review?after=x": "/e/0310000Z/-/review?after=x", "": "/", "https://evil.example/": "/", "//evil.example/x": "/",
		`/\evil.example`: "/", "javascript:alert(1)": "/", "relative": "/", "/a\r\nSet-Cookie: x=y": "/", "/%2f%2fevil.example": "/",
	} {
		if got := within(given); got != want && !(given == "/%2f%2fevil.example" && strings.HasPrefix(got, "/%2f")) {
			t.Errorf("within(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{`"a"`: true, `W/"a"`: true, `"b", "a"`: true, `*`: true, `"b"`: false, ``: false} {
		if got := matches(header, `"a"`); got != want {
			t.Errorf("matches(%s) = %v", header, got)
		}
	}
}

func TestAuthors(t *testing.T) {
	t.Parallel()
	got := authors("Nadar, photographe\r\nAnonyme\n\n Dupont, Jean, traducteur ")
	want := []publication.Author{{Name: "Nadar", Capacity: "photographe"}, {Name: "Anonyme"}, {Name: "Dupont, Jean", Capacity: "traducteur"}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// Every period that an establishment may set is told on an information page (R66), or is
// none of what is kept or awaited.
func TestEveryPeriodIsTold(t *testing.T) {
	t.Parallel()
	told := map[string]bool{
		settings.FloodWindow.Key(): true, settings.DenialWindow.Key(): true, // among what a machine counts
	}
	for _, p := range append(slices.Clone(retained), deadlines...) {
		told[p.term.Key()] = true
	}
	for _, row := range settings.Table() {
		switch row.Form {
		case settings.Span, settings.Target, settings.Clock:
			if row.Authority != settings.Service && !told[row.Key] {
				t.Errorf("no information page tells %s (%s)", row.Key, row.Rule)
			}
		case settings.Flag, settings.Number, settings.Choice, settings.Choose, settings.Text:
		}
	}
}
