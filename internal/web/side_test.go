package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// read are the pages that somebody comes to, with their headers, but for what each has of its own.
func (br *browser) read(from ...string) string {
	br.t.Helper()
	var all string
	for _, path := range from {
		br.open(path).expect(http.StatusOK)
		header := br.header.Clone()
		for _, own := range []string{"X-Request-Id", "Set-Cookie", "Date", "Content-Security-Policy"} {
			header.Del(own)
		}
		all += fmt.Sprintln(path, header, br.text("body"), formsOf(br))
	}
	return all
}

// formsOf are the hidden fields of a page: versions are in them.
func formsOf(br *browser) (all string) {
	for _, field := range br.page.Find("main input[type=hidden]").Nodes {
		all += fmt.Sprint(field.Attr)
	}
	return all
}

// Nothing on the pages of the author moves with an appeal of whoever reported, nor the other way round
// (R44).
func TestNoPageMovesByTheOtherSide(t *testing.T) {
	t.Parallel()
	b := setup(t)
	text := b.sent(t, "lina", tilleuls, b.Blog.String(), "Le vestiaire", "Je me moque des chaussures de Tom.")
	b.judged(t, "diallo", tilleuls, text, "approve", nil)
	about, err := id.Parse[id.Contribution](text)
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := b.cases.Report(t.Context(), actor.Actor{Kind: actor.KindPerson, Person: b.Noe, Tenant: b.Tilleuls, Via: "test"}, moderation.ReportInput{Contribution: about, Ground: "INJ"})
	if err != nil {
		t.Fatal(err)
	}
	b.work(t)
	dossier, report := b.latestCase(t)
	martin := b.as(t, "martin")
	martin.open(desk + "cases/" + dossier).expect(http.StatusOK)
	b.decides(t, martin, "ask_edit")
	b.work(t)

	decision := desk + "decisions/" + b.toldAs(t, dossier)
	author := func() string {
		return b.as(t, "lina").read(decision, desk+"notices", desk+"texts", desk+"texts/"+text, desk+"texts/"+text+"/history")
	}
	follow := func() string {
		return b.visitor(t).read("/s/"+receipt.Secret) + b.as(t, "noe").read(desk+"reports", desk+"reports/"+report, desk+"notices")
	}
	before := author()
	by := moderation.Follower{Secret: receipt.Secret}
	view, err := b.cases.Follow(t.Context(), by)
	if err == nil {
		err = b.cases.AppealReport(t.Context(), by, view.Version, "Ce n'est pas assez.")
	}
	if err != nil {
		t.Fatal(err)
	}
	b.work(t)
	if after := author(); after != before {
		t.Errorf("R44: an appeal of who reported has moved what the author reads:\n%s\n%s", before, after)
	}
	before = follow()
	lina := b.as(t, "lina")
	lina.open(decision).fill(`form[action$="/appeal"] button`, map[string]string{"text": "C'était pour rire."}).expect(http.StatusOK)
	b.work(t)
	if after := follow(); after != before {
		t.Errorf("R44: the author's appeal has moved what who reported reads:\n%s\n%s", before, after)
	}
}
