package postgres_test

import (
	"testing"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func TestWorksAreTheAuthorsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lina, martin := person(b.Tilleuls, b.Lina), person(b.Tilleuls, b.Martin)
	write := func(title string) publication.New {
		return publication.New{Space: b.Blog, Kind: publication.Article, Input: publication.Input{Title: title, Body: "<p>Le texte.</p>"}}
	}
	var written []id.Contribution
	for _, title := range []string{"Le premier", "Le second"} {
		c, err := b.publish.Create(t.Context(), lina, write(title))
		if err != nil {
			t.Fatal(err)
		}
		written = append(written, c)
		if title == "Le second" {
			if err := b.act(t, c, b.Lina, publication.Command{Action: workflow.Submit}); err != nil {
				t.Fatal(err)
			}
		}
	}
	page, err := b.publish.Works(t.Context(), lina, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != 2 || page.Next != "" {
		t.Fatalf("works: %+v", page)
	}
	second, first := page.Items[0], page.Items[1]
	if first.Contribution.ID != written[0] || second.Contribution.ID != written[1] {
		t.Errorf("ids %s, %s; want %s", first.Contribution.ID, second.Contribution.ID, written)
	}
	if second.Title != "Le second" || second.Open != workflow.Submitted || second.Draft {
		t.Errorf("submitted: %+v", second)
	}
	if first.Title != "Le premier" || !first.Draft || first.Open != "" || first.Exposure != workflow.Unpublished || first.SpaceTitle != "Le blog de la 5A" {
		t.Errorf("draft: %+v", first)
	}
	if page, err = b.publish.Works(t.Context(), martin, ""); err != nil || len(page.Items) != 0 {
		t.Errorf("R24: somebody else sees %+v, %v", page.Items, err)
	}
	if _, err := b.publish.Works(t.Context(), lina, "made-up"); err == nil {
		t.Error("a made-up cursor is taken")
	}
}
