package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/internal/tasks"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// room is a space of the demo.
type room struct {
	uai           string
	title         string
	slug          string // as the title makes it
	about         string
	kind          publication.SpaceKind
	mode          workflow.Mode
	audience      publication.AudienceKind
	group         string // of the audience, by name
	owner, backup string
	writers       []string // groups by name
	moderators    []string // external ids
	pressDirector string   // of pupils' press (R14)
}

var rooms = []room{
	{tilleuls, "Blog 5A", "blog-5a", "Ce que vit la classe de 5A, raconté par ses élèves.", publication.Blog, workflow.Pre,
		publication.ToGroup, "5A", "martin", "leroy", []string{"5A"}, []string{"martin", "diallo", "leroy"}, ""},
	{tilleuls, "Club lecture", "club-lecture", "On y parle des livres que l'on a aimés, ou pas.", publication.Forum, workflow.Post,
		publication.ToEstablishment, "", "diallo", "martin", []string{"5A", "5B", "Club lecture"}, []string{"diallo"}, ""},
	{tilleuls, "Site", "site", "Les pages publiques du collège.", publication.Web, workflow.Pre,
		publication.ToPublicWeb, "", "petit", "diallo", []string{"Rédaction du site"}, []string{"diallo", "benali"}, ""},
	{tilleuls, "Petit Tilleul", "petit-tilleul", "Le journal du collège, tous les quinze jours.", publication.Blog, workflow.Pre,
		publication.ToEstablishment, "", "leroy", "martin", []string{"5A", "5B"}, []string{"martin", "leroy"}, ""},
	{platanes, "La Gazette", "la-gazette", "Le journal des lycéennes et des lycéens, sous leur responsabilité.", publication.Blog, workflow.PupilPress,
		publication.ToEstablishment, "", "martin", "roche", []string{"1G2"}, []string{"martin"}, "zoe"},
	{platanes, "Liaison", "liaison", "Collège et lycée se parlent, dans tout l'ENT.", publication.Forum, workflow.Post,
		publication.ToENT, "", "martin", "roche", []string{"1G2"}, []string{"martin"}, ""},
}

// found opens the services with the script's clock, and the spaces that are not
// there yet.
func (s *school) found(ctx context.Context) error {
	clock := func() time.Time { return s.clock }
	s.publication = publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](s.db), Clock: clock})
	s.moderation = moderation.NewService(moderation.Config{InTx: postgres.Transactions[moderation.Tx](s.db), Clock: clock})
	s.stops = publication.NewStops(postgres.Transactions[publication.StopTx](s.db), clock)
	s.cases = moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](s.db), Finder: s.db, Clock: clock})
	s.rooms = publication.NewSpaces(postgres.Transactions[publication.SpaceTx](s.db), clock)
	s.legal = publication.NewLegalPages(postgres.Transactions[publication.LegalTx](s.db), clock)
	s.photography = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](s.db), Files: s.files, Imaging: imageconsent.NewDeveloper(1), Clock: clock,
	})
	s.consents = imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](s.db), Files: s.files, Links: s.db, Clock: clock,
	})
	s.trombinoscopes = imageconsent.NewTrombinoscopes(imageconsent.TrombinoscopesConfig{
		InTx: postgres.Transactions[imageconsent.TrombinoscopeTx](s.db), Photos: s.photography, Consents: s.consents, Clock: clock,
	})
	s.clock = s.began.AddDate(0, 0, -40)
	for uai, head := range map[string]string{tilleuls: "garcia", platanes: "roche"} {
		known, err := s.rooms.List(ctx, s.who(head, uai))
		if err != nil {
			return err
		}
		for _, space := range known {
			s.spaces[space.Slug] = space.ID
		}
	}
	for _, b := range boards {
		if err := s.hang(ctx, b); err != nil {
			return err
		}
	}
	for _, r := range rooms {
		if err := s.furnish(ctx, r); err != nil {
			return fmt.Errorf("space %s: %w", r.slug, err)
		}
	}
	return nil
}

func (s *school) furnish(ctx context.Context, r room) error {
	if _, there := s.spaces[r.slug]; there {
		return nil
	}
	in := publication.SpaceInput{
		Title: r.title, Description: r.about, Kind: r.kind, Mode: r.mode, Owner: s.persons[r.owner], Backup: s.persons[r.backup],
		Audience: publication.Audience{Kind: r.audience, Group: s.groups[r.group]}, PressDirector: s.persons[r.pressDirector],
	}
	if r.audience == publication.ToENT {
		in.Audience.ENT = s.ent
	}
	for _, group := range r.writers {
		in.Grants = append(in.Grants, publication.Grant{Role: actor.Contributor, Group: s.groups[group]})
	}
	for _, moderator := range r.moderators {
		in.Grants = append(in.Grants, publication.Grant{Role: actor.Moderator, Person: s.persons[moderator]})
	}
	var err error
	s.spaces[r.slug], err = s.rooms.Create(ctx, s.who(r.owner, r.uai), in)
	return err
}

// play carries out the script in order of time, leaving out what was done before.
func (s *school) play(ctx context.Context) error {
	script := slices.Concat(blog, forum, site, gazette, measures, stops, outing, faces, profiles, docket, orders)
	slices.SortStableFunc(script, func(a, b line) int { return a.at.in(s.began).Compare(b.at.in(s.began)) })
	for uai, tenant := range s.tenants {
		happened, err := s.db.Chronicle(ctx, tenant)
		if err != nil {
			return fmt.Errorf("what happened in %s: %w", uai, err)
		}
		s.done = append(s.done, happened...)
	}
	if s.played(script) {
		return nil // what is promised since is the users', and the worker's to do
	}
	if err := s.hurry(ctx, s.timeOf(script[0], 0)); err != nil {
		return fmt.Errorf("letters of the demo: %w", err)
	}
	// What an interrupted start had taken up and not finished is taken up again.
	if err := s.db.Outbox().Forget(ctx, s.clock); err != nil {
		return err
	}
	again := true // whatever the lines so far say was done before
	for i, l := range script {
		if again && !s.wasDone(l, s.timeOf(l, i)) {
			again = false
			if err := s.work(ctx); err != nil { // what the interrupted start left, at its own time
				return err
			}
		}
		s.clock = s.timeOf(l, i)
		if err := s.carryOut(ctx, l); err != nil {
			return fmt.Errorf("%s %s %s: %w", l.who, l.do, l.text, err)
		}
		if again {
			continue
		}
		if err := s.work(ctx); err != nil {
			return fmt.Errorf("after %s %s %s: %w", l.who, l.do, l.text, err)
		}
	}
	return s.work(ctx)
}

// played reports whether every line was carried out by starts before this one.
func (s *school) played(script []line) bool {
	for i, l := range script {
		if !s.wasDone(l, s.timeOf(l, i)) {
			return false
		}
	}
	return true
}

// wasDone reports whether a start before this one carried out the whole line.
func (s *school) wasDone(l line, at time.Time) bool {
	last := map[verb]string{
		write: "written", publish: string(workflow.Submit), revise: string(workflow.Submit), redraft: "drafted", suggest: "drafted",
		sheet: imageconsent.ActRecordPaper, classAsk: string(request), portrait: string(upload), confirm: string(identify),
		suspend: string(supervise),
	}
	what, known := last[l.do]
	if !known {
		what = string(l.do)
	}
	return l.do == open || slices.ContainsFunc(s.done, func(h postgres.Happening) bool { return h.At.Equal(at) && h.What == what })
}

// timeOf gives each line a time of its own, by which it is known again: the
// script's, or just before the school was founded for what would be later today.
func (s *school) timeOf(l line, number int) time.Time {
	at := l.at.in(s.began)
	if at.After(s.began) {
		at = s.began.Add(-time.Minute)
	}
	return at.Truncate(time.Second).Add(time.Duration(number) * time.Millisecond)
}

// happened reports whether something of that sort was done at the line's time.
func (s *school) happened(what string) (id.Contribution, bool) {
	for _, h := range s.done {
		if h.At.Equal(s.clock) && h.What == what {
			return h.Contribution, true
		}
	}
	return id.Contribution{}, false
}

// carryOut does what a line says, unless it was done.
func (s *school) carryOut(ctx context.Context, l line) error {
	who := s.who(l.who, s.uaiOf(l))
	if l.order != nil && l.do != recordOrder {
		return s.command(ctx, who, l)
	}
	switch l.do {
	case recordOrder:
		return s.command(ctx, who, l)
	case write, publish:
		return s.write(ctx, who, l)
	case revise, redraft, suggest:
		return s.rewrite(ctx, who, l)
	case record:
		return s.record(ctx, l)
	case supervise, suspend:
		return s.supervise(ctx, l)
	case interrupt, resume:
		return s.interrupt(ctx, who, l)
	case series, upload, identify, request, classAsk, portrait, confirm, grant, refuse, sheet:
		return s.picture(ctx, who, l)
	case report, examine, inquire, decide, appeal, dismiss, overturn, escalate, merge, insertReply, maskCase:
		return s.proceed(ctx, who, l)
	case attach:
		return s.attach(ctx, who, l)
	case markUnfounded, tellGuardians:
		return s.follow(ctx, who, l)
	case open:
		_, err := s.moderation.Open(ctx, who, s.texts[l.text])
		return err
	}
	return s.act(ctx, who, l.text, workflow.Action(l.do), l.reason)
}

// uaiOf is the establishment that a line happens in: its space's.
func (s *school) uaiOf(l line) string {
	if l.ofCase() {
		return house(l)
	}
	if l.do == supervise || l.do == suspend || l.do == interrupt || l.do == resume || l.photo != nil || l.ask != nil || l.said != nil || l.do == series || l.do == classAsk || l.do == confirm {
		return tilleuls
	}
	slug := s.home[l.text]
	if l.write != nil && l.write.space != "" {
		slug = l.write.space
		s.home[l.text] = slug
	}
	at := slices.IndexFunc(rooms, func(r room) bool { return r.slug == slug })
	return rooms[at].uai
}

func (s *school) write(ctx context.Context, who actor.Actor, l line) error {
	c, there := s.happened("written")
	if !there {
		var err error
		c, err = s.publication.Create(ctx, who, publication.New{
			Space: s.spaces[l.write.space], Parent: s.texts[l.write.below], Kind: l.write.kind, Input: s.input(l.write),
		})
		if err != nil {
			return err
		}
	}
	s.texts[l.text] = c
	if l.do == write {
		return nil
	}
	return s.act(ctx, who, l.text, workflow.Submit, workflow.Reason{})
}

func (s *school) input(t *text) publication.Input {
	in := publication.Input{Title: t.title, Body: s.illustrated(t), Language: "fr", Attributions: t.works}
	if t.due != nil {
		in.PublishAt = t.due.in(s.began)
	}
	return in
}

func (s *school) rewrite(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened("drafted"); !there {
		save := s.publication.SaveDraft
		if l.do == suggest {
			save = s.publication.Suggest
		}
		if _, err := save(ctx, who, s.texts[l.text], 0, s.input(l.write)); err != nil {
			return err
		}
	}
	if l.do != revise {
		return nil
	}
	return s.act(ctx, who, l.text, workflow.Submit, workflow.Reason{})
}

// act carries out an action on a text as it is now.
func (s *school) act(ctx context.Context, who actor.Actor, key string, action workflow.Action, reason workflow.Reason) error {
	if _, there := s.happened(string(action)); there {
		return nil
	}
	item, err := s.moderation.Item(ctx, who, s.texts[key])
	if err != nil {
		return err
	}
	return s.moderation.Act(ctx, who, s.texts[key], publication.Command{Action: action, Version: item.Contribution.Version, Reason: reason})
}

// work does at once what the worker would do next.
func (s *school) work(ctx context.Context) error {
	handlers := tasks.Services{
		Screener: s.moderation, Publisher: s.publication, Notifier: s.moderation, Rescreener: s.moderation,
		Families: s.consents, Darkroom: s.photography, Registry: s.cases, Stops: s.stops,
	}.Handlers()
	for {
		due, err := s.db.Outbox().Claim(ctx, s.clock, s.clock.Add(time.Minute), 100)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, delivery := range due {
			m := delivery.Message
			if m.Kind == outbox.SendMail { // its links are for today
				if err := s.db.Outbox().Postpone(ctx, delivery, s.began); err != nil {
					return err
				}
				continue
			}
			if err := handlers[m.Kind](ctx, m); err != nil && !errors.Is(err, publication.ErrNotYet) && !errors.Is(err, directory.ErrNotFound) {
				return fmt.Errorf("%s: %w", m.Kind, err)
			}
		}
	}
}
