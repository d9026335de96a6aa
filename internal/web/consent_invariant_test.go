package web_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// saga is one text with two pictures, and what families, staff, the directory and the
// clock do to them, in any order.
type saga struct {
	*stage
	oracle

	space    id.Space // of this saga alone
	c        id.Contribution
	photos   []id.Photo
	kids     []id.Person // two pupils, who are in the pictures
	adult    id.Person   // a teacher, who may be too
	signing  []id.Person // whoever might answer, rightly or not
	projects []*project
	tally    *tally
}

// tally counts what sagas came to: a property that never meets what it is about tests nothing.
type tally struct{ runs, steps, shown, hidden, accepted, expired int }

// turned reports whether an error is an answer of the rules.
func turned(err error) bool {
	var refusal *workflow.Refusal
	var refused *directory.Refusal
	var field *directory.FieldError
	return errors.As(err, &refusal) || errors.As(err, &refused) || errors.As(err, &field) ||
		errors.Is(err, directory.ErrNotFound) || errors.Is(err, workflow.ErrStale) || errors.Is(err, directory.ErrStale)
}

// took counts an act, and reports whether it was accepted. A fault ends the test.
func (g *saga) took(t *rapid.T, what string, err error) bool {
	if err != nil && !turned(err) {
		t.Fatalf("%s: %v", what, err)
	}
	if err == nil {
		g.tally.accepted++
	}
	return err == nil
}

func newSaga(t *rapid.T, s *stage, counted *tally) *saga {
	zone, err := time.LoadLocation(islandTime)
	if err != nil {
		t.Fatal(err)
	}
	s.set(dbtest.Now.Add(time.Duration(counted.runs) * 2 * time.Hour)) // beyond what counts by the hour
	g := &saga{stage: s, tally: counted, oracle: oracle{
		zone: zone, families: map[id.Person]*family{}, pictures: map[id.Photo]*picture{}, pupilHas: true,
		needed: map[imageconsent.Audience]int{
			imageconsent.ToGroup: 1, imageconsent.ToEstablishment: 1, imageconsent.ToENT: 1, imageconsent.ToPublicWeb: 2, imageconsent.ToPrint: 2,
		},
	}}
	s.first.exec(s.T, `DELETE FROM setting WHERE tenant_id = $1`, s.first.Tilleuls)
	g.people(t)
	g.found(t)
	g.write(t)
	return g
}

func (g *saga) people(t *rapid.T) {
	for _, name := range []string{"aline", "boris"} {
		f := &family{pupil: true, born: g.birth(t), guardians: map[id.Person]tie{}}
		f.who = g.newcomer(name, directory.Pupil, f.born)
		g.families[f.who], g.kids, g.signing = f, append(g.kids, f.who), append(g.signing, f.who)
		for range rapid.IntRange(0, 3).Draw(t, "guardians") {
			guardian := g.newcomer("parent", directory.Guardian, time.Time{})
			g.signing = append(g.signing, guardian)
			g.retie(t, f, guardian)
		}
	}
	g.adult = g.newcomer("claude", directory.Teacher, time.Date(1980, 5, 1, 0, 0, 0, 0, time.UTC))
	g.families[g.adult] = &family{who: g.adult, born: time.Date(1980, 5, 1, 0, 0, 0, 0, time.UTC)}
	g.signing = append(g.signing, g.adult)
}

// birth is a day of birth: of a child, of one who comes of age soon, or an unknown one.
func (g *saga) birth(t *rapid.T) time.Time {
	year, month, day := g.now().In(g.zone).Date()
	switch days := rapid.SampledFrom([]int{-1, 0, 1, 2, 40, 200, 1500}).Draw(t, "days to majority"); days {
	case -1:
		return time.Time{}
	default:
		return time.Date(year-18, month, day+days, 0, 0, 0, 0, time.UTC)
	}
}

// retie has the directory say something of a guardian.
func (g *saga) retie(t *rapid.T, f *family, guardian id.Person) {
	said := tie{authority: rapid.IntRange(0, 3).Draw(t, "authority") > 0}
	if days := rapid.SampledFrom([]int{0, 0, 0, 1, 5, 100}).Draw(t, "days it lasts"); days > 0 {
		year, month, day := g.now().In(g.zone).Date()
		said.until = time.Date(year, month, day+days, 0, 0, 0, 0, time.UTC)
	}
	if err := g.stage.tie(f.who, guardian, said); err != nil {
		t.Fatal(err)
	}
	f.guardians[guardian] = said
}

// found opens public pages.
func (g *saga) found(t *rapid.T) {
	space, err := g.spaces.Create(g.Context(), g.by(g.first.Garcia), publication.SpaceInput{
		Title: fmt.Sprintf("Pages %d", g.tally.runs), Kind: publication.Web, Mode: workflow.Pre, Audience: publication.Audience{Kind: publication.ToPublicWeb},
		Owner: g.first.Petit, Backup: g.first.Diallo,
		Grants: []publication.Grant{{Role: actor.Moderator, Person: g.first.Diallo}, {Role: actor.Contributor, Person: g.first.Martin}},
	})
	if err != nil {
		t.Fatal(err)
	}
	g.space, g.use = space, imageconsent.Use{Audience: imageconsent.ToPublicWeb, Space: space}
}

// write has a teacher publish a page with two pictures, whose places are held empty.
func (g *saga) write(t *rapid.T) {
	martin := g.by(g.first.Martin)
	body := "<p>La sortie.</p>"
	for range 2 {
		photo, err := g.first.photos.Upload(g.Context(), martin, imageconsent.Upload{Name: "a.jpg", Data: []byte(id.New[id.Photo]().String())})
		if err != nil {
			t.Fatal(err)
		}
		g.photos = append(g.photos, photo)
		g.pictures[photo] = &picture{id: photo}
		for _, box := range twoBoxes {
			g.pictures[photo].marks = append(g.pictures[photo].marks, mark{box: box})
		}
		body += `<img src="/photos/` + photo.String() + `" alt="Un groupe">`
	}
	g.work()
	// Signed while it is public, so that it may be again.
	c, err := g.first.publish.Create(g.Context(), martin, publication.New{
		Space: g.space, Kind: publication.Page, Submit: true, WithoutPhotos: true, Input: publication.Input{Title: "La sortie", Body: body},
	})
	if err != nil {
		t.Fatal(err)
	}
	g.c = c
	if err := g.push(c); err != nil {
		t.Fatal(err)
	}
	if g.dossier(c).Live == nil {
		t.Fatalf("not published: %+v", g.dossier(c).Open)
	}
	g.reach(t, rapid.SampledFrom(publication.AudienceKinds()).Draw(t, "audience"))
}

// reach opens the space to an audience.
func (g *saga) reach(t *rapid.T, kind publication.AudienceKind) {
	petit := g.by(g.first.Petit)
	known, _, err := g.spaces.View(g.Context(), petit, g.space)
	if err != nil {
		t.Fatal(err)
	}
	s := known.Space
	in := publication.SpaceInput{Title: s.Title, Kind: s.Kind, Mode: s.Mode, Audience: publication.Audience{Kind: kind}, Owner: s.Owner, Backup: s.Backup, Grants: known.Grants}
	use := imageconsent.Use{Audience: imageconsent.Audience(kind), Space: g.space}
	switch kind {
	case publication.ToGroup:
		in.Audience.Group, use.Group = g.first.Class, g.first.Class
	case publication.ToENT:
		in.Audience.ENT, use.ENT = g.first.ENT, g.first.ENT
	case publication.ToEstablishment, publication.ToPublicWeb:
	}
	if g.took(t, "audience", g.spaces.Configure(g.Context(), petit, g.space, s.Version, in)) {
		g.use = use
	}
}

// check holds invariant 1 after every step: what a reader is given on either process is
// what RULES allow, and Clearance says the same as the reading door. Where nothing is
// left to be done, all that is allowed is given.
func (g *saga) check(t *rapid.T) {
	settled := rapid.IntRange(0, 2).Draw(t, "settled") > 0
	if settled {
		g.settle(t)
	}
	d := g.dossier(g.c)
	verdicts := d.Clearances(d.Live, g.now())
	for i, p := range d.Live.Pictures {
		picture := g.sealed(g.c, p.Photo)
		allowed := g.shows(p.Photo, blurredIn(t, picture), g.now())
		size := rapid.SampledFrom([]imageconsent.Size{imageconsent.Standard, imageconsent.Double}).Draw(t, "size")
		for n, reader := range g.readers {
			given := asks(t, reader, g.c, p.Photo, size)
			if given != "" && given != picture {
				t.Fatalf("process %d gives another picture: %q, not %q", n, given, picture)
			}
			free := verdicts[i].Clear() && d.Exposure() == workflow.Visible
			switch {
			case given != "" && !allowed:
				t.Fatalf("invariant 1: process %d shows %s, which nobody has allowed: %s\n%s", n, p.Photo, picture, g.tell(p.Photo))
			case (given != "") != free:
				t.Fatalf("Clearance says %+v, and process %d shows it: %t", verdicts[i], n, given != "")
			case settled && given == "" && allowed:
				t.Fatalf("process %d does not show %s, which all have allowed: %+v\n%s", n, p.Photo, verdicts[i], g.tell(p.Photo))
			}
			g.count(given != "")
			stranger := asks(t, g.strangers[n], g.c, p.Photo, size) != ""
			if stranger != (given != "" && g.use.Audience == imageconsent.ToPublicWeb) {
				t.Fatalf("read by %s, and a stranger is given it: %t", g.use.Audience, stranger)
			}
		}
	}
}

func (g *saga) count(shown bool) {
	g.tally.steps++
	if shown {
		g.tally.shown++
	} else {
		g.tally.hidden++
	}
}

// settle does all that is promised and all that the clock asks for, and looks what has
// expired: nothing does before its time.
func (g *saga) settle(t *rapid.T) {
	g.work()
	due, err := g.first.db.LapsingConsents(g.Context(), g.now())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range due {
		mine := slices.ContainsFunc(g.pledges, func(p *pledge) bool { return p.id == c.Consent })
		if !mine {
			continue // of an earlier saga, whose time is another
		}
		if _, err := g.consents.Tend(g.Context(), c.Tenant, c.Consent); err != nil {
			t.Fatal(err)
		}
	}
	g.work()
	for _, p := range slices.Clone(g.pledges) {
		g.lookAt(t, p)
	}
}

// lookAt notes that a pledge has expired, and who was asked anew at their majority.
func (g *saga) lookAt(t *rapid.T, p *pledge) {
	var expired bool
	var next *id.Consent
	err := g.admin.QueryRow(g.Context(), `SELECT c.status = 'expired', n.consent_id FROM consent c LEFT JOIN consent n
		ON n.request_id = c.request_id AND n.person_id = c.person_id AND n.generation = c.generation + 1 WHERE c.consent_id = $1`, p.id).Scan(&expired, &next)
	if err != nil {
		t.Fatal(err)
	}
	if next != nil && !slices.ContainsFunc(g.pledges, func(q *pledge) bool { return q.id == *next }) {
		g.pledges = append(g.pledges, &pledge{id: *next, person: p.person, project: p.project, words: map[id.Person]word{}})
	}
	if !expired || p.over {
		return
	}
	majority := g.majority(g.families[p.person])
	if now := g.now(); now.Before(p.project.until) && (majority.IsZero() || now.Before(majority)) {
		t.Fatalf("consent %s expired before its time", p.id)
	}
	p.over = true
	g.tally.expired++
}

// TestNoPictureWithoutConsent is invariant 1 as readers meet it, over HTTP, on two
// processes: families of any age and make say, take back and change what they like,
// while the directory, the settings, the audience, those who identify and hold pictures,
// the clock and the worker go about their business.
//
// By itself it plays a few sagas of thirty steps; -rapid.checks and -rapid.steps play as
// many as they say.
func TestNoPictureWithoutConsent(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var counted tally
	dbtest.Check(t, 6, func(rt *rapid.T) {
		g := newSaga(rt, s, &counted)
		counted.runs++
		if rapid.IntRange(0, 3).Draw(rt, "all is well at first") > 0 {
			g.makeWell(rt)
		}
		rt.Repeat(map[string]func(*rapid.T){
			"ask": g.ask, "ask again": g.ask, "answer": g.answer, "answer on": g.answer, "answer more": g.answer, "all answer": g.allAnswer, "all answer again": g.allAnswer,
			"revoke": g.revoke, "revoke and answer at once": g.both, "authority": g.authority, "born": g.reborn, "sole": g.proveSole, "setting": g.configure,
			"audience": g.audience, "hold": g.hold, "mask": g.mask, "identify": g.identify, "identify again": g.identify, "doubt": g.doubt,
			"publish again": g.publishAgain, "add photos": g.addPhotos, "time": g.pass, "a worker": g.someWork,
			"all is well": g.makeWell, "all is well again": g.makeWell, "": g.check,
		})
		g.leave(rt)
	})
	t.Logf("%+v", counted)
	if counted.shown == 0 || counted.hidden == 0 || counted.accepted < counted.runs {
		t.Errorf("the test does not test: %+v", counted)
	}
}

// makeWell takes away what hides the pictures, says who is in them, asks, and has
// everybody agree: as far as the rules let it.
func (g *saga) makeWell(t *rapid.T) {
	if g.masked {
		g.mask(t)
	}
	for _, photo := range g.photos {
		if g.pictures[photo].held > 0 {
			g.holdOne(t, photo)
		}
		if !g.pictures[photo].declared || rapid.Bool().Draw(t, "others") {
			g.identifyOne(t, photo, g.plainly)
		}
	}
	before := len(g.pledges)
	g.ask(t)
	for _, p := range g.pledges[before:] {
		g.allAnswerTo(t, p)
	}
	g.check(t)
}

// leave ends a saga: nothing of it is left to be done in the next.
func (g *saga) leave(t *rapid.T) {
	g.settle(t)
	v, err := g.first.db.Verify(g.Context(), g.verification())
	if err != nil || len(v.Violations) > 0 {
		t.Fatalf("verify: %v, %v", v.Violations, err)
	}
}
