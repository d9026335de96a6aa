package web_test

import (
	"net/http"
	"strings"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/dbtest"
	"imprimatur/moderation"
)

// The page of a reported message shows the excerpt, says that there is no more, and offers to keep
// or to remind: no other way to decide (R25).
func TestThePageOfAReportedMessage(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina := actor.Actor{Kind: actor.KindPerson, Person: b.Lina, Tenant: b.Tilleuls, Via: "api:test"}
	_, err := b.cases.ReportMessage(t.Context(), lina, moderation.MessageInput{
		Message:    moderation.PrivateMessage{ID: "m-2", Author: moderation.Correspondent{ExternalID: "noe"}, SentAt: dbtest.Now, Text: "Tu es nulle.", Attachments: []moderation.AttachedName{{Name: "photo.png"}}},
		Recipients: []moderation.Correspondent{{ExternalID: "lina"}}, Ground: "INJ",
		Before: []moderation.PrivateMessage{{ID: "m-1", Author: moderation.Correspondent{ExternalID: "lina"}, SentAt: dbtest.Now, Text: "On joue ?"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.work(t)
	garcia := b.as(t, "garcia")
	garcia.open(desk + "cases").click(`table a`).expect(http.StatusOK)
	got := garcia.text("main")
	for _, want := range []string{"Seuls les messages signalés sont consultables", "Message signalé", "Tu es nulle.", "On joue ?", "photo.png"} {
		if !strings.Contains(got, want) {
			t.Errorf("R25: the page lacks %q: %s", want, got)
		}
	}
	garcia.click(`.actions a[role="button"]`).expect(http.StatusOK)
	if got := garcia.page.Find(`[name="verdict"]`).Length(); got != 2 || garcia.page.Find(`[value="remind"]`).Length() != 1 {
		t.Errorf("%d verdicts: %s", got, garcia.text("main"))
	}
	if got := garcia.text("main"); !strings.Contains(got, "Tu es nulle.") {
		t.Errorf("who decides reads %s", got)
	}
}
