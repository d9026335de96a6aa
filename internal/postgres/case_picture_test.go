package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// A picture that is reported is masked and withdrawn by itself, wherever it is used; the text
// stays. While the case is open, and in its time of keeping, the picture is not erased (R63).
func TestACaseOfAPicture(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	d.blurred(t)
	cases := moderation.NewCases(moderation.CasesConfig{InTx: postgres.Transactions[moderation.CasesTx](d.db), Finder: d.db, Clock: d.clock})
	admin := d.admin(t)
	var c id.Contribution
	var photo id.Photo
	if err := admin.QueryRow(t.Context(), `SELECT r.contribution_id, u.photo_id FROM contribution x JOIN revision r ON r.revision_id = x.live_id
		JOIN revision_photo u ON u.revision_id = r.revision_id`).Scan(&c, &photo); err != nil {
		t.Fatal(err)
	}
	work := func() { stepCases(t, admin, cases, d.clock()) }
	if _, err := cases.Report(t.Context(), person(d.Tilleuls, d.Noe), moderation.ReportInput{Contribution: c, Photo: photo, Ground: "DEEP"}); err != nil {
		t.Fatal(err)
	}
	work()
	work()
	var about id.Case
	var told id.AuthorCase
	if err := admin.QueryRow(t.Context(), `SELECT case_id, told_as FROM case_file WHERE photo_id = $1`, photo).Scan(&about, &told); err != nil {
		t.Fatal(err)
	}
	read := func() (seen imageconsent.PhotoDossier) {
		t.Helper()
		err := d.db.InTx(t.Context(), d.Tilleuls, func(tx *postgres.Tx) (err error) {
			seen, err = tx.PhotoDossier(t.Context(), photo, d.Garcia, d.clock())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return seen
	}
	seen := read()
	if len(seen.Holds) != 1 || seen.Holds[0].Kind != workflow.MaskHold || !seen.Holds[0].Sealed || seen.Holds[0].Case != about || !seen.Kept {
		t.Errorf("R42, R50: holds %+v, kept %t", seen.Holds, seen.Kept)
	}
	if got := d.dossier(t, c, d.Garcia).Exposure(); got != workflow.Visible {
		t.Errorf("the text is %s", got)
	}
	garcia := person(d.Tilleuls, d.Garcia)
	view, err := cases.Case(t.Context(), garcia, about)
	if err != nil || len(view.Evidence) != 1 || view.Evidence[0].Exhibit.HTML != "" {
		t.Fatalf("R50: sealed evidence is shown: %+v, %v", view.Evidence, err)
	}
	for _, act := range []moderation.CaseCommand{showing, masking} {
		act.Version = view.Version
		if err := cases.ActOn(t.Context(), garcia, about, act); err != nil {
			t.Fatal(err)
		}
		work()
		view.Version++
		if held := len(read().Holds); held != map[workflow.Action]int{workflow.MaskCase: 1}[act.Action] {
			t.Errorf("R42: %s: %d holds", act.Action, held)
		}
	}
	command := moderation.CaseCommand{
		Action: workflow.DecideCase, Version: view.Version, Verdict: workflow.WithdrawPicture, Ground: "DEEP", Reason: "Cette image est truquée.",
	}
	if _, err := admin.Exec(t.Context(), `UPDATE evidence SET photos = '{00000000-0000-7000-8000-000000000001}' || photos`); err != nil {
		t.Fatal(err) // of a text that shows another picture before it
	}
	view, err = cases.Case(t.Context(), garcia, about)
	if err != nil || !slices.ContainsFunc(view.Offers, func(o moderation.CaseOffer) bool { return slices.Contains(o.Verdicts, workflow.WithdrawPicture) }) {
		t.Errorf("R43: its own picture may not be withdrawn: %+v, %v", view.Offers, err)
	}
	other := command
	other.Photo = id.New[id.Photo]()
	var fault *directory.FieldError
	if err := cases.ActOn(t.Context(), garcia, about, other); !errors.As(err, &fault) || fault.Field != "photo" || fault.Code != "another" {
		t.Errorf("R43: a case of one picture withdraws another: %v", err)
	}
	if err := cases.ActOn(t.Context(), garcia, about, command); err != nil {
		t.Fatal(err)
	}
	work()
	seen = read()
	if len(seen.Holds) != 1 || seen.Holds[0].Kind != workflow.WithdrawHold || seen.Holds[0].Case != about || !seen.Holds[0].Sealed {
		t.Errorf("withdrawn, and sealed though nobody said so (R50): %+v", seen.Holds)
	}
	if _, err := cases.AuthorView(t.Context(), person(d.Tilleuls, d.Lina), told); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("R50: the author reads of what is sealed: %v", err)
	}
	if v, err := d.db.Verify(t.Context(), postgres.VerifyConfig{}); err != nil || slices.ContainsFunc(v.Violations, func(v postgres.Violation) bool { return strings.Contains(v.Check, "case") }) {
		t.Errorf("verify: %v, %v", v.Violations, err)
	}
}

// R38 and R47: what a report must say, of whom; and how many somebody may make of what is not grave.
func TestWhatAReportMustSay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	noe, anybody := person(d.Tilleuls, d.Noe), anonymous(d.Tilleuls)
	for name, test := range map[string]struct {
		in     moderation.ReportInput
		fields []string
	}{
		"nothing":           {moderation.ReportInput{}, []string{"location", "ground", "explanation", "name", "email", "good_faith"}},
		"no name needed":    {moderation.ReportInput{Contribution: c, Ground: "CSAM", Explanation: "Là.", GoodFaith: true}, nil},
		"a name needed":     {moderation.ReportInput{Contribution: c, Ground: "DEF", Explanation: "Là.", GoodFaith: true}, []string{"name", "email"}},
		"no address":        {moderation.ReportInput{Contribution: c, Ground: "DEF", Explanation: "Là.", Name: "Luc", Email: "Luc <luc@exemple.fr>", GoodFaith: true}, []string{"email"}},
		"too long":          {moderation.ReportInput{Location: strings.Repeat("é", 2001), Ground: "CSAM", Explanation: strings.Repeat("é", 5001), GoodFaith: true}, []string{"explanation", "location"}},
		"somewhere unknown": {moderation.ReportInput{Location: "https://exemple.fr/e/0310000Z/x/" + id.New[id.Contribution]().String() + "-x", Ground: "CSAM", Explanation: "Là.", GoodFaith: true}, nil},
	} {
		_, err := d.cases.Report(t.Context(), anybody, test.in)
		var fields []string
		for _, f := range faults(err) {
			if fields = append(fields, f.Field); f.Rule != "R38" {
				t.Errorf("%s: %s by %s", name, f.Field, f.Rule)
			}
		}
		slices.Sort(fields)
		slices.Sort(test.fields)
		if !slices.Equal(fields, test.fields) || (err == nil) != (test.fields == nil) {
			t.Errorf("%s: %v, want %v: %v", name, fields, test.fields, err)
		}
	}
	if _, err := d.cases.Report(t.Context(), noe, moderation.ReportInput{Contribution: id.New[id.Contribution](), Ground: "DEF"}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("of what is not there: %v", err)
	}
	if _, err := d.cases.Report(t.Context(), person(d.Tilleuls, d.Zoe), moderation.ReportInput{Contribution: c, Ground: "DEF"}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("of what they may not read: %v", err)
	}
	for range 20 {
		d.file(t, noe, moderation.ReportInput{Contribution: c, Ground: "PURP"})
	}
	var refusal *directory.Refusal
	if _, err := d.cases.Report(t.Context(), noe, moderation.ReportInput{Contribution: c, Ground: "PURP"}); !errors.As(err, &refusal) || refusal.Rule != "R47" {
		t.Errorf("R47: the twenty-first: %v", err)
	}
	d.file(t, noe, moderation.ReportInput{Contribution: c, Ground: "HAR"}) // never blocked
	d.pass(time.Hour)
	d.file(t, noe, moderation.ReportInput{Contribution: c, Ground: "PURP"})
}

// faults are the fields at fault in an error.
func faults(err error) []*directory.FieldError {
	switch e := err.(type) { //nolint:errorlint // every error of the tree is asked by itself
	case nil:
		return nil
	case *directory.FieldError:
		return []*directory.FieldError{e}
	case interface{ Unwrap() []error }:
		var list []*directory.FieldError
		for _, inner := range e.Unwrap() {
			list = append(list, faults(inner)...)
		}
		return list
	}
	return faults(errors.Unwrap(err))
}

// What is not withdrawn is not sealed: its author would read nothing of the decision (R50).
func TestNothingIsSealedThatStays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, about := d.underway(t, "DEF")
	var fault *directory.FieldError
	for _, verdict := range []workflow.Verdict{workflow.AskEdit, workflow.Keep} {
		err := d.on(t, d.Tilleuls, d.Diallo, about, moderation.CaseCommand{Action: workflow.DecideCase, Verdict: verdict, Ground: "DEF", Reason: "Corrige.", Sealed: true})
		if !errors.As(err, &fault) || fault.Field != "sealed" || fault.Rule != "R50" {
			t.Errorf("%s: %v", verdict, err)
		}
	}
}
