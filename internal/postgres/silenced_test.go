package postgres_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// ruled reports whether the error is a refusal that names a rule.
func ruled(err error, rule string) bool {
	var refusal *workflow.Refusal
	return errors.As(err, &refusal) && refusal.Rule == rule
}

// R14, R45, R63: what may still be appealed, or is on its way, is not purged.
func TestPurgeTakesNoEvidence(t *testing.T) {
	t.Parallel()
	purge := publication.Command{Action: workflow.Purge, Reason: workflow.Reason{Text: "Ménage de fin d'année."}}
	har := workflow.Reason{Ground: "HAR", Text: "S'en prend à un élève."}
	t.Run("in review", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.submitted(t, b.Blog, publication.Article)
		b.step(t, c, workflow.Pass)
		if err := b.act(t, c, b.Garcia, purge); !ruled(err, "R12") {
			t.Errorf("purged while on its way: %v", err)
		}
	})
	t.Run("rejected", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.submitted(t, b.Blog, publication.Article)
		b.step(t, c, workflow.Pass)
		if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Reject, Reason: har}); err != nil {
			t.Fatal(err)
		}
		if err := b.act(t, c, b.Garcia, purge); !ruled(err, "R63") {
			t.Errorf("purged what may be appealed: %v", err)
		}
		_ = look[int](t, b.School, `WITH x AS (UPDATE decision SET decided_at = decided_at - interval '7 months' RETURNING 1) SELECT count(*)::int FROM x`)
		if err := b.act(t, c, b.Garcia, purge); err != nil {
			t.Fatalf("after the period: %v", err)
		}
		d := b.dossier(t, c, b.Garcia)
		if offers := d.Offers(person(b.Tilleuls, b.Garcia), d.Contribution.CreatedAt); len(offers) != 0 {
			t.Errorf("of what is gone: %v", offers)
		}
	})
	t.Run("a mask that was released", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.read(t)
		live := b.dossier(t, c, b.Garcia).Contribution.Live
		for _, command := range []publication.Command{
			{Action: workflow.Mask, Reason: har},
			{Action: workflow.Restore, Revision: live, Reason: workflow.Reason{Text: "Rien à redire."}},
			{Action: workflow.Archive},
		} {
			if err := b.act(t, c, b.Garcia, command); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.act(t, c, b.Garcia, purge); !ruled(err, "R63") {
			t.Errorf("purged what was masked: %v", err)
		}
	})
}

// read is an article that the class reads.
func (b *bundle) read(t *testing.T) id.Contribution {
	t.Helper()
	c := b.submitted(t, b.Blog, publication.Article)
	b.step(t, c, workflow.Pass)
	if err := b.act(t, c, b.Martin, publication.Command{Action: workflow.Approve}); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.Publish)
	return c
}

// R14: pupils' press is neither closed nor interrupted without a ground of the law, nor emptied.
func TestPressIsNotSilenced(t *testing.T) {
	t.Parallel()
	b := setup(t)
	roche := person(b.Platanes, b.Roche)
	end := publication.SpaceCommand{Action: workflow.Close, Version: 1, Reason: workflow.Reason{Ground: "PURP", Text: "Assez."}}
	if err := b.spaces().Act(t.Context(), roche, b.Press, end); !ruled(err, "R14") {
		t.Errorf("closed without a ground: %v", err)
	}
	d, _, err := b.spaces().View(t.Context(), roche, b.Press)
	if err != nil {
		t.Fatal(err)
	}
	in := publication.SpaceInput{
		Title: d.Space.Title, Kind: d.Space.Kind, Mode: d.Space.Mode, Audience: d.Space.Audience, Owner: d.Space.Owner, Backup: d.Space.Backup,
	}
	if err := b.spaces().Configure(t.Context(), roche, b.Press, 1, in); !ruled(err, "R14") {
		t.Errorf("the pupils' right to write was taken: %v", err)
	}
	in.Grants, in.Audience = d.Grants, publication.Audience{Kind: publication.ToGroup, Group: b.ClassOfPlatanes}
	if err := b.spaces().Configure(t.Context(), roche, b.Press, 1, in); !ruled(err, "R14") {
		t.Errorf("the readers were taken: %v", err)
	}
	stops := publication.NewStops(postgres.Transactions[publication.StopTx](b.db), func() time.Time { return dbtest.Now })
	if _, err := stops.Halt(t.Context(), roche, b.Press, "Le journal déplaît."); !ruled(err, "R14") {
		t.Errorf("it was interrupted without a ground: %v", err)
	}
	if _, err := stops.Halt(t.Context(), roche, id.Space{}, "Incident en cours"); err != nil {
		t.Errorf("R54: with the whole service: %v", err)
	}
	in.Audience, in.Title = d.Space.Audience, "La Gazette du lycée"
	if err := b.spaces().Configure(t.Context(), roche, b.Press, 1, in); err != nil {
		t.Error(err)
	}
}

func TestAClosedSpaceOpensAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	martin := person(b.Tilleuls, b.Martin)
	for version, c := range []publication.SpaceCommand{
		{Action: workflow.Close, Reason: workflow.Reason{Text: "Fin d'année."}}, {Action: workflow.Reopen},
	} {
		c.Version = int64(version + 1)
		if err := b.spaces().Act(t.Context(), martin, b.Blog, c); err != nil {
			t.Fatalf("%s: %v", c.Action, err)
		}
	}
	d, offers, err := b.spaces().View(t.Context(), martin, b.Blog)
	if err != nil || d.Space.Status != workflow.SpaceOpen {
		t.Fatalf("%s, %v", d.Space.Status, err)
	}
	for _, offer := range offers {
		if len(offer.Unmet) > 0 {
			t.Errorf("%s of a healthy space wants %v", offer.Action, offer.Unmet)
		}
	}
}

// A takedown of a space is worded by the service (R43); a space is not sealed (R50);
// and its pupils are told that it is held, not why (R48).
func TestHoldsOnASpace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := publication.SpaceCommand{Action: workflow.Mask, Version: 1, Sealed: true, Reason: workflow.Reason{Ground: "CSAM", Text: "À ne pas voir."}}
	if err := b.spaces().Act(t.Context(), person(b.Tilleuls, b.Garcia), b.Blog, c); !ruled(err, "R50") {
		t.Errorf("sealed: %v", err)
	}
	c.Action, c.Sealed, c.Reason.Reference = workflow.Withdraw, false, "PV 2026/17"
	if err := b.spaces().Act(t.Context(), person(b.Tilleuls, b.Garcia), b.Blog, c); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[id.Person]string{b.Lina: "", b.Martin: "À ne pas voir.", b.Garcia: "À ne pas voir.PV 2026/17"} {
		d, _, err := b.spaces().View(t.Context(), person(b.Tilleuls, who), b.Blog)
		if err != nil || len(d.Holds) != 1 {
			t.Fatalf("%v, %v", d.Holds, err)
		}
		if h := d.Holds[0]; h.Reason+h.Reference != want || h.Kind != workflow.WithdrawHold || h.PlacedAt.IsZero() {
			t.Errorf("told %+v, want %q", h, want)
		}
	}
}

// R09, R12: roles are for those who belong here, once, and moderating for adults.
func TestGrantsAreChecked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tests := map[string]struct {
		grants []publication.Grant
		code   string
	}{
		"unknown person":       {[]publication.Grant{{Role: actor.Contributor, Person: id.New[id.Person]()}}, "not_found"},
		"another school's":     {[]publication.Grant{{Role: actor.Moderator, Person: b.Roche}}, "not_found"},
		"another school's own": {[]publication.Grant{{Role: actor.Contributor, Group: b.ClassOfPlatanes}}, "not_found"},
		"twice":                {[]publication.Grant{{Role: actor.Moderator, Person: b.Petit}, {Role: actor.Moderator, Person: b.Petit}}, "repeated"},
		"a pupil moderates":    {[]publication.Grant{{Role: actor.Moderator, Person: b.Lina}}, "not_adult_staff"},
		"a guardian moderates": {[]publication.Grant{{Role: actor.Moderator, Person: b.Haddad}}, "not_adult_staff"},
	}
	for name, test := range tests {
		in := b.readingClub()
		in.Grants = test.grants
		_, err := b.spaces().Create(t.Context(), person(b.Tilleuls, b.Martin), in)
		var fault *publication.FieldError
		if !errors.As(err, &fault) || fault.Field != "grants" || fault.Code != test.code {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := b.readingClub()
	in.Audience.Group = b.ClassOfPlatanes
	if _, err := b.spaces().Create(t.Context(), person(b.Tilleuls, b.Martin), in); err == nil || !strings.Contains(err.Error(), "audience.group") {
		t.Errorf("the audience of another school: %v", err)
	}
}

// Where a class moderates, its teachers do, and no pupil.
func TestAGroupModeratesByItsStaff(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := b.readingClub()
	in.Owner, in.Backup, in.Grants = b.Diallo, b.Petit, []publication.Grant{{Role: actor.Moderator, Group: b.Class}}
	space, err := b.spaces().Create(t.Context(), person(b.Tilleuls, b.Diallo), in)
	if err != nil {
		t.Fatal(err)
	}
	for who, moderates := range map[id.Person]bool{b.Lina: false, b.Noe: false, b.Martin: true} {
		if got := b.roles(t, who, space, dbtest.Now).Has(actor.Moderator); got != moderates {
			t.Errorf("moderates: %t", got)
		}
	}
	tiers := look[int](t, b.School, `SELECT count(*)::int FROM tiers_of($1, now()) WHERE role = 'moderator' AND person_id <> $2`, space, b.Martin)
	if tiers != 0 {
		t.Errorf("%d others are asked to review", tiers)
	}
}

// R36: another text in place of the one that was signed for waits for its own paper.
func TestAnotherTextWaitsForItsOwnPaper(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.work(t)
	if _, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Martin), c, b.paper()); err != nil {
		t.Fatal(err)
	}
	b.step(t, c, workflow.ConsentCleared)
	b.step(t, c, workflow.Publish)
	b.rewrite(t, c, publication.Input{Title: "Mon poème", Body: "<p>Voici où j'habite et l'heure à laquelle je rentre seule.</p>"})
	if d := b.dossier(t, c, b.Martin); d.Open == nil || d.Open.Status != workflow.AwaitingConsent {
		t.Errorf("another text goes live on the old paper: %+v", d.Open)
	}
}

// Whoever may end an authorisation of one contribution may not end that of another.
func TestAnAuthorisationIsEndedWhereItIs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c, other := b.work(t), b.work(t)
	given, err := b.authorisations().Record(t.Context(), person(b.Tilleuls, b.Martin), c, b.paper())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.authorisations().End(t.Context(), person(b.Tilleuls, b.Martin), other, given); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("ended from another contribution: %v", err)
	}
	if d := b.dossier(t, c, b.Martin); len(d.Authorised) != 1 {
		t.Errorf("it is gone: %v", d.Authorised)
	}
	if err := b.authorisations().End(t.Context(), person(b.Tilleuls, b.Martin), c, given); err != nil {
		t.Error(err)
	}
}

// R50: the author of a reply below something sealed does not see it in their list.
func TestWorksBelowASealedTopic(t *testing.T) {
	t.Parallel()
	b := setup(t)
	topic := b.read(t)
	reply, err := b.publish.Create(t.Context(), person(b.Tilleuls, b.Noe), publication.New{
		Space: b.Blog, Parent: topic, Kind: publication.Comment, Input: publication.Input{Body: "<p>Moi aussi.</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	listed := func() int {
		page, err := b.publish.Works(t.Context(), person(b.Tilleuls, b.Noe), "")
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	if listed() != 1 {
		t.Fatalf("%s is not in the list", reply)
	}
	seal := publication.Command{Action: workflow.Mask, Sealed: true, Reason: workflow.Reason{Ground: "CSAM", Text: "À ne pas voir."}}
	if err := b.act(t, topic, b.Martin, seal); err != nil {
		t.Fatal(err)
	}
	if n := listed(); n != 0 {
		t.Errorf("%d texts are listed", n)
	}
}
