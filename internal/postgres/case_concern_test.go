package postgres_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/notify"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// concerned are the causes for which a case is somebody's own.
func (d *desk) concerned(t *testing.T, c id.Case, who id.Person) []string {
	t.Helper()
	var causes []string
	if err := d.admin.QueryRow(t.Context(), `SELECT coalesce(array_agg(cause ORDER BY cause), '{}') FROM case_concern WHERE case_id = $1 AND person_id = $2`, c, who).Scan(&causes); err != nil {
		t.Fatal(err)
	}
	return causes
}

// show puts a picture with somebody in it into what is live.
func (d *desk) show(t *testing.T, c id.Contribution, inside id.Person) {
	t.Helper()
	photo := d.picture(t, inside)
	d.exec(t, `INSERT INTO revision_photo (tenant_id, revision_id, photo_id, rendition_id, ordinal)
		SELECT c.tenant_id, c.live_id, n.photo_id, n.rendition_id, 1 FROM contribution c, rendition n WHERE c.contribution_id = $1 AND n.photo_id = $2`, c, photo)
}

// A contested decision concerns whom its text does: who answers for its author, who suggested it,
// who is in its pictures, whom it names (R46).
func TestAContestConcernsWhomItsTextDoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.académie(t)
	c := d.said(t, "<p>Monsieur Petit a dit non.</p>")
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.show(t, c, d.Martin)
	d.exec(t, `INSERT INTO revision_suggester (revision_id, tenant_id, person_id) SELECT live_id, tenant_id, $2 FROM contribution WHERE contribution_id = $1`, c, d.Noe)
	d.mustJudge(t, d.Diallo, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Une insulte."})
	d.work(t)
	of := moderation.Contested{Contribution: c, Decision: d.dossier(t, c, d.Lina).Holds[0].ID.UUID}
	told, _, err := d.cases.Contest(t.Context(), person(d.Tilleuls, d.Lina), of, "Non.")
	if err != nil {
		t.Fatal(err)
	}
	about := d.begunAs(t, told)
	for who, want := range map[id.Person]string{d.Lina: "author", d.Noe: "author", d.Haddad: "kin", d.Martin: "depicted", d.Petit: "named", d.Diallo: "judged"} {
		if got := d.concerned(t, about, who); !slices.Contains(got, want) {
			t.Errorf("R46: %v, want %s", got, want)
		}
	}
}

// Whoever is in any picture of a reported text judges it no more than whoever is in the one that
// was picked.
func TestWhoIsInAPictureOfTheTextIsConcerned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.show(t, c, d.Diallo)
	d.report(t, d.Noe, c, "DEF")
	about := d.only(t)
	if got := d.concerned(t, about, d.Diallo); !slices.Equal(got, []string{"depicted"}) {
		t.Errorf("R46: %v", got)
	}
	if got := d.inHand(t, about); got.Assignee != d.Martin {
		t.Errorf("R46: %+v", got)
	}
}

// A text that comes to name somebody while it is examined takes the case out of their hands.
func TestWhomATextComesToNameIsConcerned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	d.report(t, d.Noe, c, "DEF")
	about, diallo := d.only(t), person(d.Tilleuls, d.Diallo)
	if !d.judging(t, d.Tilleuls, d.Diallo, about) {
		t.Fatal("it is not theirs to examine")
	}
	lina := person(d.Tilleuls, d.Lina)
	if _, err := d.publish.SaveDraft(t.Context(), lina, c, 0, publication.Input{Title: "Le mammouth", Body: "<p>Mme Diallo triche.</p>"}); err != nil {
		t.Fatal(err)
	}
	if err := d.judge(t, d.Lina, c, workflow.Submit); err != nil {
		t.Fatal(err)
	}
	d.work(t)
	var refusal *directory.Refusal
	if _, err := d.cases.Case(t.Context(), diallo, about); !errors.As(err, &refusal) || refusal.Rule != "R46" {
		t.Errorf("R46: whom it names now goes on: %v", err)
	}
	if err := d.on(t, d.Tilleuls, d.Diallo, about, withdrawal); !errors.As(err, &refusal) {
		t.Errorf("R46: whom it names now decides: %v", err)
	}
	if d.judging(t, d.Tilleuls, d.Diallo, about) {
		t.Error("R46: whom it names now sees the case")
	}
	d.wantSound(t)
}

// Whom an explanation names is taken for the target where the location names nothing; an address
// that was only given says nothing of whoever has it.
func TestWhoIsKnownOfAReportOfNothingLocated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		in   moderation.ReportInput
		want func(d *desk, above académie) id.Person
	}{
		"names the head":   {moderation.ReportInput{Explanation: "Un message de Mme Garcia m'insulte."}, func(_ *desk, above académie) id.Person { return above.Recteur }},
		"names somebody":   {moderation.ReportInput{Explanation: "Un message de Zoé Garcia m'insulte."}, func(d *desk, _ académie) id.Person { return d.Garcia }},
		"the head's mail":  {moderation.ReportInput{Explanation: "On m'insulte.", Email: "Ines.GARCIA@exemple.fr"}, func(d *desk, _ académie) id.Person { return d.Garcia }},
		"the deputy's too": {moderation.ReportInput{Explanation: "Mme Garcia et M. Petit.", Email: "x@exemple.org"}, func(_ *desk, above académie) id.Person { return above.Recteur }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			above := d.académie(t)
			d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
			d.exec(t, `UPDATE person SET email = 'ines.garcia@exemple.fr' WHERE person_id = $1`, d.Garcia)
			in := test.in
			in.Location, in.Ground, in.Name, in.GoodFaith = "je ne sais où", "HAR", "Jeanne Perrin", true
			d.file(t, anonymous(d.Tilleuls), in)
			d.work(t)
			if got := d.inHand(t, d.only(t)); got.Assignee != test.want(d, above) {
				t.Errorf("R46: %+v", got)
			}
		})
	}
}

// R46: where the establishment has it so, whoever stands in for the head judges what concerns them; the head
// never does, nor does it stay where somebody asks for the authority, or where nobody stands in.
func TestWhatConcernsTheHeadMayStayHere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lent, authority bool
		want            func(d *desk, above académie) id.Person
	}{
		"somebody stands in": {true, false, func(d *desk, _ académie) id.Person { return d.Petit }},
		"the authority":      {true, true, func(_ *desk, above académie) id.Person { return above.Recteur }},
		"nobody stands in":   {false, false, func(_ *desk, above académie) id.Person { return above.Recteur }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			above := d.académie(t)
			if test.lent {
				d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
			}
			d.set(t, "head_cases_above", false)
			d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{
				Location: "je ne sais où", Explanation: "Un message de Mme Garcia m'insulte.", Ground: "HAR", Name: "Jeanne Perrin",
				Email: "jeanne.perrin@exemple.fr", GoodFaith: true, Authority: test.authority,
			})
			d.work(t)
			about := d.only(t)
			if got := d.inHand(t, about); got.Assignee != test.want(d, above) {
				t.Errorf("R46: %+v", got)
			}
			var refusal *directory.Refusal
			if _, err := d.cases.Case(t.Context(), person(d.Tilleuls, d.Garcia), about); !errors.Is(err, directory.ErrNotFound) && !(errors.As(err, &refusal) && refusal.Rule == "R46") {
				t.Errorf("R46: the head opens it: %v", err)
			}
		})
	}
}

// mailed is the follow-up secret of the letter to one who reported.
func (d *desk) mailed(t *testing.T, receipt moderation.Receipt) string {
	t.Helper()
	var tenant id.Tenant
	if err := d.admin.QueryRow(t.Context(), `SELECT tenant_id FROM report WHERE report_id = $1`, receipt.Report).Scan(&tenant); err != nil {
		t.Fatal(err)
	}
	secret, err := d.cases.FollowLink(t.Context(), tenant, receipt.Report)
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// claim says with a follow-up secret whether it was they who reported.
func (d *desk) claim(t *testing.T, secret string, mine bool) {
	t.Helper()
	if err := d.cases.Claim(t.Context(), moderation.Follower{Secret: secret}, mine); err != nil {
		t.Fatal(err)
	}
}

// followed opens a follow-up address.
func (d *desk) followed(t *testing.T, secret string) moderation.FollowUp {
	t.Helper()
	view, err := d.cases.Follow(t.Context(), moderation.Follower{Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return view
}

// judging reports whether somebody opens the case, has it in their list and in their count: all of
// these, or none.
func (d *desk) judging(t *testing.T, tenant id.Tenant, who id.Person, c id.Case) bool {
	t.Helper()
	var refusal *directory.Refusal
	as := person(tenant, who)
	_, err := d.cases.Case(t.Context(), as, c)
	if err != nil && (!errors.As(err, &refusal) || refusal.Rule != "R46") {
		t.Fatal(err)
	}
	page, listing := d.cases.Cases(t.Context(), as, moderation.CaseFilter{})
	n, counting := d.cases.CountCases(t.Context(), as)
	if listing != nil || counting != nil || (err == nil) != (len(page.Items) == 1) || (err == nil) != (n == 1) {
		t.Errorf("R46: opened: %v; listed: %+v, %v; counted: %d, %v", err, page.Items, listing, n, counting)
	}
	return err == nil
}

// Whoever types a judge's address takes the case from nobody; nor does whoever looks at what was mailed
// there. Once somebody says with its secret that it was they, the address is its owner's report, of whichever report it is, here, above and in the case
// that goes on with it (R46).
func TestAnAddressCountsOnceItIsProved(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]string{"first": "", "after another's": "quelquun@exemple.fr", "after the same": "MARC@exemple.fr"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
			d.exec(t, `UPDATE person SET email = 'marc@exemple.fr' WHERE person_id = $1`, d.Petit)
			in := anyone(d.topic(t), "DEF")
			if in.Email = first; first != "" {
				d.file(t, anonymous(d.Tilleuls), in)
			}
			in.Email = "Marc@exemple.fr"
			receipt := d.file(t, anonymous(d.Tilleuls), in)
			d.work(t)
			about := d.only(t)
			d.followed(t, receipt.Secret)
			if !d.judging(t, d.Tilleuls, d.Petit, about) {
				t.Fatal("R46: an address that was typed has evicted whom it belongs to")
			}
			d.claim(t, receipt.Secret, true)
			secret := d.mailed(t, receipt)
			view := d.followed(t, secret)
			if d.followed(t, receipt.Secret).MayClaim || !view.MayClaim || !d.judging(t, d.Tilleuls, d.Petit, about) {
				t.Fatal("R46: whoever looks at what a machine has sent them has lost the case")
			}
			d.claim(t, secret, true)
			if d.followed(t, secret).MayClaim || d.judging(t, d.Tilleuls, d.Petit, about) {
				t.Error("R46: who has said that they reported it judges it")
			}
			if !d.judging(t, d.Tilleuls, d.Garcia, about) {
				t.Error("R46: it has evicted somebody else")
			}
			petit := person(d.Tilleuls, d.Petit)
			if page, err := d.cases.ReportsBy(t.Context(), petit, "", 10); err != nil || len(page.Items) != 0 || view.Title != "" {
				t.Errorf("R44: it is among their reports: %+v, %v, %q", page.Items, err, view.Title)
			}
		})
	}
	t.Run("merged, and above", func(t *testing.T) {
		t.Parallel()
		d := newDesk(t)
		above := d.académie(t)
		d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
		for who, email := range map[id.Person]string{d.Petit: "marc@exemple.fr", above.Legrand: "anne@exemple.fr"} {
			d.exec(t, `UPDATE person SET email = $2 WHERE person_id = $1`, who, email)
		}
		vague := anyone(id.Contribution{}, "DEF")
		vague.Location, vague.Email = "je ne sais où", "marc@exemple.fr"
		early := d.file(t, anonymous(d.Tilleuls), vague)
		in := anyone(d.topic(t), "DEF")
		in.Email = "anne@exemple.fr"
		late := d.file(t, anonymous(d.Tilleuls), in)
		d.work(t)
		into := d.caseOf(t, late)
		d.claim(t, d.mailed(t, early), true)
		d.mustOn(t, d.Tilleuls, d.Garcia, d.caseOf(t, early), moderation.CaseCommand{Action: workflow.Merge, Into: into})
		if d.judging(t, d.Tilleuls, d.Petit, into) {
			t.Error("R46: in the case that goes on with it they judge")
		}
		secret := d.mailed(t, late)
		d.mustOn(t, d.Tilleuls, d.Garcia, into, moderation.CaseCommand{Action: workflow.Transfer, Text: "Plus haut."})
		if !d.judging(t, above.Tenant, above.Legrand, into) {
			t.Error("R46: an address that was typed has evicted whom it belongs to, above")
		}
		d.claim(t, secret, true)
		if d.judging(t, above.Tenant, above.Legrand, into) {
			t.Error("R46: above, who has said that it was their report judges it")
		}
		d.wantSound(t)
	})
}

// Who says that it was not they judges on, and no mail about it goes to them any more; what they then do
// as who reported counts all the same (R46).
func TestWhoHasNotReportedSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lend(t, d.Tilleuls, d.Garcia, d.Petit)
	d.exec(t, `UPDATE person SET email = 'marc@exemple.fr' WHERE person_id = $1`, d.Petit)
	in := anyone(d.topic(t), "DEF")
	in.Email = "marc@exemple.fr"
	receipt := d.file(t, anonymous(d.Tilleuls), in)
	d.work(t)
	about, secret := d.only(t), d.mailed(t, receipt)
	address := func() (to string) {
		if err := d.admin.QueryRow(t.Context(), `SELECT letter_id FROM letter WHERE report_id = $1 ORDER BY letter_id DESC LIMIT 1`, receipt.Report).Scan(&to); err != nil {
			t.Fatal(err)
		}
		letter, err := id.Parse[id.Letter](to)
		if err != nil {
			t.Fatal(err)
		}
		err = postgres.Transactions[notify.Tx](d.db)(t.Context(), d.Tilleuls, func(tx notify.Tx) error {
			l, err := tx.TakeLetter(t.Context(), letter, d.clock(), d.clock())
			to = l.Reader.Address
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	if to := address(); to != "marc@exemple.fr" {
		t.Fatalf("the letter goes to %q", to)
	}
	d.claim(t, secret, false)
	if to := address(); to != "" {
		t.Errorf("who has not reported is written to: %q", to)
	}
	if view := d.followed(t, secret); view.MayClaim || !view.Disowned || !d.judging(t, d.Tilleuls, d.Petit, about) {
		t.Errorf("R46: who has not reported it has lost the case, or is asked again: %+v", view)
	}
	d.claim(t, secret, true)
	if d.judging(t, d.Tilleuls, d.Petit, about) {
		t.Error("R46: who acts as who reported judges it")
	}
}

// A case does not go up to an authority where nobody judges: it stays with who is left here, and
// whoever wants to hand it up is told that nobody is above.
func TestACaseDoesNotGoUpToNobody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		who    func(d *desk) id.Person
		report func(d *desk, t *testing.T) moderation.ReportInput
		want   func(d *desk) id.Person
	}{
		"it names the head": {func(d *desk) id.Person { return d.Noe }, func(d *desk, t *testing.T) moderation.ReportInput {
			return moderation.ReportInput{Contribution: d.said(t, "<p>Madame Garcia est injuste.</p>"), Ground: "DEF"}
		}, func(d *desk) id.Person { return d.Martin }},
		"somebody wants the authority": {func(d *desk) id.Person { return d.Noe }, func(d *desk, t *testing.T) moderation.ReportInput {
			return moderation.ReportInput{Contribution: d.topic(t), Ground: "DEF", Authority: true}
		}, func(d *desk) id.Person { return d.Diallo }},
		"the head has reported it": {func(d *desk) id.Person { return d.Garcia }, func(d *desk, t *testing.T) moderation.ReportInput {
			return moderation.ReportInput{Contribution: d.topic(t), Ground: "HAR"}
		}, func(d *desk) id.Person { return d.Martin }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			above := d.académie(t)
			d.exec(t, `DELETE FROM delegation WHERE tenant_id = $1`, above.Tenant)
			d.exec(t, `UPDATE director SET during = tstzrange($2, $3) WHERE tenant_id = $1`, above.Tenant, d.clock().AddDate(-1, 0, 0), d.clock().AddDate(0, 0, -1))
			in := test.report(d, t)
			d.file(t, person(d.Tilleuls, test.who(d)), in)
			d.work(t)
			about := d.only(t)
			if got := d.inHand(t, about); got.Tenant != d.Tilleuls || got.Status != "assigned" || got.Assignee != test.want(d) {
				t.Fatalf("R46: %+v", got)
			}
			d.pass(80 * time.Hour) // late, twice
			d.work(t)
			if got := d.inHand(t, about); got.Tenant != d.Tilleuls {
				t.Errorf("R40: late, it went to where nobody judges: %+v", got)
			}
			if n := d.count(t, `SELECT count(*) FROM outbox WHERE subject_id = $1 AND status <> 'done' AND due_at <= $2`, about, d.clock()); n != 0 {
				t.Errorf("%d promises of it wait", n)
			}
			judge := d.inHand(t, about).Assignee
			if err := d.on(t, d.Tilleuls, judge, about, moderation.CaseCommand{Action: workflow.Transfer, Text: "Plus haut."}); err == nil {
				t.Error("R40: handed up to nobody")
			}
		})
	}
}

// The promise is made good later: once somebody judges above, a late case goes up.
func TestACaseGoesUpOnceSomebodyJudgesThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	above := d.académie(t)
	d.exec(t, `UPDATE director SET during = tstzrange($2, NULL) WHERE tenant_id = $1`, above.Tenant, d.clock().Add(20*time.Hour))
	d.exec(t, `DELETE FROM delegation WHERE tenant_id = $1`, above.Tenant)
	d.report(t, d.Noe, d.topic(t), "DEF")
	about := d.only(t)
	d.pass(12 * time.Hour)
	d.work(t)
	garcia := person(d.Tilleuls, d.Garcia)
	if view, err := d.cases.Case(t.Context(), garcia, about); err != nil || view.Above != "" || offers(view, workflow.Transfer) {
		t.Errorf("R40: it can be passed to %q, %v", view.Above, err)
	}
	d.pass(12 * time.Hour)
	d.work(t)
	if got := d.inHand(t, about); got.Tenant != above.Tenant {
		t.Errorf("R41: %+v", got)
	}
}

// offers reports whether an act would succeed.
func offers(view moderation.CaseView, action workflow.Action) bool {
	return slices.ContainsFunc(view.Offers, func(o moderation.CaseOffer) bool { return o.Action == action && len(o.Unmet) == 0 })
}
