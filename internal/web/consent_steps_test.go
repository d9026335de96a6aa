package web_test

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"pgregory.net/rapid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func (g *saga) verification() postgres.VerifyConfig { return postgres.VerifyConfig{Rows: 500} }

// ask sends a request for the space as it is read now, and perhaps for print.
func (g *saga) ask(t *rapid.T) {
	now := g.now()
	in := imageconsent.AskInput{
		Title: "Sortie", Nature: "Photos de groupe", Purpose: "Raconter", Place: "Saint-Denis", Territory: "France", Operations: []string{"Mise en ligne"},
		TakenFrom: now.AddDate(0, 0, -2), TakenTo: now.AddDate(0, 0, -1), Until: now.AddDate(0, 0, rapid.SampledFrom([]int{1, 20, 300}).Draw(t, "days it lasts")),
		Uses: []imageconsent.UseInput{{Space: g.space, Media: rapid.SampledFrom([][]imageconsent.Medium{
			{imageconsent.Image}, {imageconsent.Image, imageconsent.Name}, {imageconsent.Image, imageconsent.Name}, {imageconsent.Name},
		}).Draw(t, "media")}},
		Persons: []id.Person{g.kids[0], g.kids[1], g.adult},
	}
	if rapid.Bool().Draw(t, "print") {
		in.Uses = append(in.Uses, imageconsent.UseInput{Print: true, Media: []imageconsent.Medium{imageconsent.Image}})
	}
	in.ToCome = rapid.IntRange(0, 3).Draw(t, "to come") == 0
	if !in.ToCome {
		in.Photos = g.photos[:rapid.IntRange(1, 2).Draw(t, "photos")]
	}
	sent, err := g.consents.Ask(g.Context(), g.by(g.first.Martin), in)
	if !g.took(t, "ask", err) {
		return
	}
	r := sent.Request
	if !r.Valid.Until.Before(now.AddDate(0, 0, 302)) {
		t.Fatalf("asked until %s", r.Valid.Until)
	}
	p := &project{id: r.ID, photos: slices.Clone(in.Photos), toCome: in.ToCome, from: r.Valid.From, until: r.Valid.Until, lines: r.Lines}
	g.projects = append(g.projects, p)
	for _, w := range sent.Persons {
		if w.Consent.IsZero() {
			continue // asked no more for a while (R33)
		}
		g.pledges = append(g.pledges, &pledge{id: w.Consent, person: w.Kin.Person.ID, project: p, words: map[id.Person]word{}})
		for _, earlier := range w.Overtook {
			for _, q := range g.pledges {
				q.over = q.over || q.id == earlier
			}
		}
	}
}

// addPhotos adds a picture to a project whose pictures were to come.
func (g *saga) addPhotos(t *rapid.T) {
	if len(g.projects) == 0 {
		return
	}
	p, photo := rapid.SampledFrom(g.projects).Draw(t, "project"), rapid.SampledFrom(g.photos).Draw(t, "photo")
	err := g.consents.AddPhotos(g.Context(), g.by(g.first.Martin), p.id, []id.Photo{photo})
	if g.took(t, "add photos", err) {
		if !p.toCome {
			t.Fatal("R31: a picture joined a request that names its pictures")
		}
		p.photos = append(p.photos, photo)
	}
}

func (g *saga) pledge(t *rapid.T) *pledge {
	if len(g.pledges) == 0 {
		return nil
	}
	recent := g.pledges[max(0, len(g.pledges)-6):]
	return rapid.SampledFrom(recent).Draw(t, "consent")
}

// may reports whether somebody may answer in a pledge (R29).
func (g *saga) may(p *pledge, who id.Person) bool {
	f := g.families[p.person]
	return who == p.person || g.minor(f, g.now()) && slices.Contains(g.holders(f, g.now()), who)
}

func (g *saga) answer(t *rapid.T) {
	p := g.pledge(t)
	if p == nil {
		return
	}
	who := rapid.SampledFrom(g.signing).Draw(t, "who")
	var lines []id.Use
	for _, line := range p.project.lines {
		if rapid.IntRange(0, 4).Draw(t, "accept") > 0 {
			lines = append(lines, line.ID)
		}
	}
	g.say(t, p, who, lines, rapid.IntRange(0, 3).Draw(t, "by a link") == 0)
}

// allAnswer has everybody who may say yes.
func (g *saga) allAnswer(t *rapid.T) {
	if p := g.pledge(t); p != nil {
		g.allAnswerTo(t, p)
	}
}

func (g *saga) allAnswerTo(t *rapid.T, p *pledge) {
	var lines []id.Use
	for _, line := range p.project.lines {
		lines = append(lines, line.ID)
	}
	for _, who := range g.signing {
		if g.may(p, who) {
			g.say(t, p, who, lines, false)
		}
	}
}

// say has somebody answer, and notes it where it was taken.
func (g *saga) say(t *rapid.T, p *pledge, who id.Person, lines []id.Use, byLink bool) {
	speaker := g.by(who)
	if byLink {
		var ok bool
		if speaker, ok = g.link(t, p, who); !ok {
			return
		}
	}
	if g.took(t, "answer", g.speak(speaker, p, lines)) {
		g.note(t, p, who, lines)
	}
}

func (g *saga) speak(speaker actor.Actor, p *pledge, lines []id.Use) error {
	sheet, err := g.consents.Sheet(g.Context(), speaker, p.id)
	if err != nil {
		return err
	}
	_, err = g.consents.Answer(g.Context(), speaker, p.id, sheet.Consent.Version, imageconsent.AnswerInput{Accepted: lines})
	return err
}

func (g *saga) note(t *rapid.T, p *pledge, who id.Person, lines []id.Use) {
	if !g.may(p, who) {
		t.Fatal("R29: somebody answered who may not")
	}
	p.words[who] = word{lines, g.now()}
}

// link opens a link for somebody, or for who is nothing to the consent none.
func (g *saga) link(t *rapid.T, p *pledge, who id.Person) (actor.Actor, bool) {
	mailed, err := g.consents.MakeLink(g.Context(), g.first.Tilleuls, p.id, who)
	if !g.took(t, "link", err) {
		return actor.Actor{}, false
	}
	visitor, opened, err := g.consents.OpenLink(g.Context(), mailed.Token)
	if err != nil || opened != p.id {
		t.Fatalf("a link just made: %v", err)
	}
	return visitor, true
}

// revoke has one of the family, or of the staff for the person or for whoever it was,
// withdraw: never refused.
func (g *saga) revoke(t *rapid.T) {
	p := g.pledge(t)
	if p == nil {
		return
	}
	who := rapid.SampledFrom(append([]id.Person{g.first.Diallo}, g.signing...)).Draw(t, "who")
	in := imageconsent.RevokeInput{For: p.person}
	if rapid.Bool().Draw(t, "nobody knows whose word it is") {
		in = imageconsent.RevokeInput{Unknown: true}
	}
	g.withdrawn(t, p, who, in, g.consents.Revoke(g.Context(), g.by(who), p.id, in))
}

func (g *saga) withdrawn(t *rapid.T, p *pledge, who id.Person, in imageconsent.RevokeInput, err error) {
	staff := who == g.first.Diallo || who == g.adult
	if !g.took(t, "revoke", err) {
		if g.may(p, who) || staff {
			t.Fatalf("invariant 4: a withdrawal was refused: %v", err)
		}
		return
	}
	if !g.may(p, who) {
		if !staff {
			t.Fatal("R33: somebody withdrew who may not")
		}
		who = p.person
		for _, other := range g.signing {
			if in.Unknown && g.may(p, other) {
				p.words[other] = word{nil, g.now()}
			}
		}
	}
	p.words[who], p.over = word{nil, g.now()}, false
}

// both has one withdraw while another answers: whichever comes first, both have spoken.
func (g *saga) both(t *rapid.T) {
	p := g.pledge(t)
	if p == nil {
		return
	}
	var may []id.Person
	for _, who := range g.signing {
		if g.may(p, who) {
			may = append(may, who)
		}
	}
	if len(may) < 2 {
		return
	}
	var lines []id.Use
	for _, line := range p.project.lines {
		lines = append(lines, line.ID)
	}
	var all sync.WaitGroup
	var revoked, answered error
	all.Go(func() { revoked = g.consents.Revoke(g.Context(), g.by(may[0]), p.id, imageconsent.RevokeInput{}) })
	all.Go(func() { answered = g.speak(g.by(may[1]), p, lines) })
	all.Wait()
	g.withdrawn(t, p, may[0], imageconsent.RevokeInput{}, revoked)
	if g.took(t, "answer", answered) {
		g.note(t, p, may[1], lines)
	}
}

// authority has the directory say something else of a guardian.
func (g *saga) authority(t *rapid.T) {
	f := g.families[rapid.SampledFrom(g.kids).Draw(t, "child")]
	for _, who := range g.signing { // in the order in which they came
		if _, is := f.guardians[who]; is && rapid.Bool().Draw(t, "this one") {
			g.retie(t, f, who)
			return
		}
	}
}

// reborn has the directory correct a birth date.
func (g *saga) reborn(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "rarely") > 0 {
		return
	}
	f := g.families[rapid.SampledFrom(g.kids).Draw(t, "child")]
	f.born = g.birth(t)
	born := &f.born
	if f.born.IsZero() {
		born = nil
	}
	g.first.exec(g.T, `UPDATE person SET birth_date = $2 WHERE person_id = $1`, f.who, born)
}

// proveSole records that one guardian holds authority alone.
func (g *saga) proveSole(t *rapid.T) {
	p := g.pledge(t)
	if p == nil {
		return
	}
	if g.took(t, "sole", g.consents.RecordSole(g.Context(), g.by(g.first.Garcia), p.id, "Jugement 26/012")) {
		p.sole = true
	}
}

// configure changes who must answer.
func (g *saga) configure(t *rapid.T) {
	kept, err := g.house.Parameters(g.Context(), g.by(g.first.Garcia))
	if err != nil {
		t.Fatal(err)
	}
	audience := rapid.SampledFrom(imageconsent.Audiences()).Draw(t, "audience")
	need, pupil := rapid.IntRange(1, 2).Draw(t, "guardians"), rapid.Bool().Draw(t, "pupil")
	key, value := "guardians_"+string(audience), json.RawMessage([]byte{byte('0' + need)})
	speaksOfPupil := rapid.Bool().Draw(t, "of the pupil")
	if speaksOfPupil {
		key, value = "pupil_agrees", json.RawMessage(map[bool]string{true: "true", false: "false"}[pupil])
	}
	_, err = g.house.Configure(g.Context(), g.by(g.first.Garcia), kept.Version, map[string]json.RawMessage{key: value})
	switch {
	case !g.took(t, "settings", err):
	case speaksOfPupil:
		g.pupilHas = pupil
	default:
		g.needed[audience] = need
	}
}

func (g *saga) audience(t *rapid.T) {
	g.reach(t, rapid.SampledFrom(publication.AudienceKinds()).Draw(t, "audience"))
}

var because = workflow.Reason{Ground: "IMG", Text: "À regarder de plus près."}

// hold masks a picture, or lets it be seen again.
func (g *saga) hold(t *rapid.T) {
	g.holdOne(t, rapid.SampledFrom(g.photos).Draw(t, "photo"))
}

func (g *saga) holdOne(t *rapid.T, photo id.Photo) {
	c := imageconsent.PhotoCommand{Action: workflow.Mask, Version: g.photo(t, photo).Photo.Version, Reason: because}
	change := 1
	if g.pictures[photo].held > 0 {
		c.Action, change = workflow.Restore, -1
	}
	if g.took(t, "hold", g.first.photos.Act(g.Context(), g.by(g.first.Garcia), photo, c)) {
		g.pictures[photo].held += change
	}
}

// mask masks the text, or lets it be read again.
func (g *saga) mask(t *rapid.T) {
	d := g.dossier(g.c)
	c := publication.Command{Action: workflow.Mask, Version: d.Contribution.Version, Reason: because}
	if g.masked {
		c.Action, c.Revision = workflow.Restore, d.Contribution.Live
	}
	if g.took(t, "mask", g.first.moderation.Act(g.Context(), g.by(g.first.Garcia), g.c, c)) {
		g.masked = !g.masked
	}
}

func (g *saga) photo(t *rapid.T, photo id.Photo) imageconsent.PhotoDossier {
	d, err := g.first.photos.Photo(g.Context(), g.by(g.first.Martin), photo)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// identify says anew who is in a picture: boxes are decided, moved, or left; somebody
// without a box is there, or not.
func (g *saga) identify(t *rapid.T) {
	g.identifyOne(t, rapid.SampledFrom(g.photos).Draw(t, "photo"), g.marked)
}

func (g *saga) identifyOne(t *rapid.T, photo id.Photo, marked func(*rapid.T, imageconsent.Box) mark) {
	d := g.photo(t, photo)
	in := imageconsent.Identification{Version: d.Photo.Version, Complete: rapid.IntRange(0, 4).Draw(t, "complete") > 0}
	var marks []mark
	for _, there := range d.Depictions {
		if there.Box.IsZero() {
			continue
		}
		m := marked(t, there.Box)
		marks = append(marks, m)
		said := imageconsent.Described{ID: there.ID, Box: m.box, Outcome: m.outcome, Person: m.person, Media: m.media}
		if m.outcome == imageconsent.Unrecognisable {
			said.Reason = "De dos."
		}
		in.People = append(in.People, said)
	}
	if rapid.IntRange(0, 3).Draw(t, "somebody without a box") == 0 {
		m := mark{outcome: imageconsent.IsPerson, person: g.adult, media: []imageconsent.Medium{imageconsent.Name}}
		marks = append(marks, m)
		in.People = append(in.People, imageconsent.Described{Outcome: m.outcome, Person: m.person, Media: m.media})
	}
	if g.took(t, "identify", g.first.photos.Identify(g.Context(), g.by(g.first.Martin), photo, in)) {
		g.pictures[photo].marks, g.pictures[photo].declared = marks, in.Complete
	}
}

// plainly names somebody in a box where it is.
func (g *saga) plainly(t *rapid.T, box imageconsent.Box) mark {
	who := rapid.SampledFrom([]id.Person{g.kids[0], g.kids[1], g.adult}).Draw(t, "person")
	return mark{box: box, outcome: imageconsent.IsPerson, person: who, media: []imageconsent.Medium{imageconsent.Image}}
}

func (g *saga) marked(t *rapid.T, box imageconsent.Box) mark {
	m := mark{box: box, media: []imageconsent.Medium{imageconsent.Image}}
	if rapid.IntRange(0, 5).Draw(t, "move") == 0 {
		m.box.Y = float64(rapid.IntRange(1, 70).Draw(t, "to")) / 100
	}
	switch rapid.IntRange(0, 11).Draw(t, "who") {
	case 11:
		m.outcome = imageconsent.Undecided
	case 10:
		m.outcome = imageconsent.ToBlur
	case 9:
		m.outcome = imageconsent.NotAFace
	case 8:
		m.outcome = imageconsent.Unrecognisable
	default:
		m.outcome, m.person = imageconsent.IsPerson, rapid.SampledFrom(append([]id.Person{g.adult}, g.kids...)).Draw(t, "person")
		if rapid.IntRange(0, 3).Draw(t, "named") == 0 {
			m.media = append(m.media, imageconsent.Name)
		}
	}
	return m
}

func (g *saga) doubt(t *rapid.T) {
	photo := rapid.SampledFrom(g.photos).Draw(t, "photo")
	c := imageconsent.PhotoCommand{Action: workflow.Doubt, Version: g.photo(t, photo).Photo.Version, Reason: because}
	if g.took(t, "doubt", g.first.photos.Act(g.Context(), g.by(g.first.Martin), photo, c)) {
		g.pictures[photo].declared = false
	}
}

// publishAgain publishes another version of the text, with the pictures as they are
// rendered now.
func (g *saga) publishAgain(t *rapid.T) {
	d := g.dossier(g.c)
	if d.Open != nil || d.Live == nil {
		return
	}
	martin := g.by(g.first.Martin)
	version := int64(0)
	if d.Draft != nil {
		version = d.Draft.Version
	}
	body := d.Live.HTML.String() + "<p>Suite.</p>"
	_, err := g.first.publish.SaveDraft(g.Context(), martin, g.c, version, publication.Input{Title: "La sortie", Body: body})
	if !g.took(t, "save", err) {
		return
	}
	d = g.dossier(g.c)
	err = g.first.publish.Act(g.Context(), martin, g.c, publication.Command{Action: workflow.Submit, Version: d.Contribution.Version})
	if g.took(t, "submit", err) {
		g.took(t, "publish", g.push(g.c))
	}
}

// pass lets time pass: some of it, or until just before or after something ends.
func (g *saga) pass(t *rapid.T) {
	now := g.now()
	moments := []time.Time{now.Add(time.Hour), now.Add(26 * time.Hour), now.AddDate(0, 0, 10)}
	for _, child := range g.kids {
		moments = append(moments, g.majority(g.families[child]))
		for _, who := range g.signing {
			if tie, is := g.families[child].guardians[who]; is && !tie.until.IsZero() {
				moments = append(moments, time.Date(tie.until.Year(), tie.until.Month(), tie.until.Day(), 0, 0, 0, 0, g.zone))
			}
		}
	}
	for _, p := range g.projects {
		moments = append(moments, p.until)
	}
	moment := rapid.SampledFrom(moments).Draw(t, "when")
	moment = moment.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "just")) * time.Microsecond)
	if moment.After(now) && moment.Before(now.AddDate(1, 0, 0)) {
		g.set(moment)
	}
}

// someWork has the worker do one thing of those promised, whichever.
func (g *saga) someWork(t *rapid.T) {
	if list := g.promised(); len(list) > 0 {
		m := rapid.SampledFrom(list).Draw(t, "message")
		if err := g.handle(m); err != nil && !turned(err) {
			t.Fatalf("%s: %v", m.Kind, err)
		}
	}
}
