package postgres_test

import (
	"encoding/json"
	"testing"
	"time"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

// house is the directory's service of this process, which has no herald: whatever
// another process hears of its acts was announced by their transactions.
func (b *bundle) house() *directory.Service {
	return directory.NewService(directory.Config{
		InTx: postgres.Transactions[directory.ServiceTx](b.db), Clock: func() time.Time { return dbtest.Now },
	})
}

// The establishment's own words stand above what is not reviewed beforehand (R13),
// for readers, in every process, as soon as they are set.
func TestLabelIsTheEstablishmentsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	topic := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)[0]
	b.published(t, b.Blog, publication.Article, id.Contribution{}, 1)
	other := b.published(t, b.Press, publication.Article, id.Contribution{}, 1)[0]
	first, second := b.process(t, nil), b.process(t, nil)
	configure := func(version int64, label string) {
		t.Helper()
		changes := map[string]json.RawMessage{"personal_label": json.RawMessage(label)}
		if _, err := b.house().Configure(t.Context(), person(b.Tilleuls, b.Garcia), version, changes); err != nil {
			t.Fatal(err)
		}
	}
	const usual = "Espace de contributions personnelles"
	tags := map[string]string{}
	for i, step := range []struct{ set, want string }{{"", usual}, {`"Paroles d'élèves"`, "Paroles d'élèves"}, {"null", usual}} {
		if i > 0 {
			configure(int64(i), step.set)
		}
		for _, p := range []*process{first, second} {
			p.shows(t, step.want, func() (bool, error) { return p.labelled(t, b, topic, step.want, tags) })
		}
	}
	if len(tags) != 2 {
		t.Errorf("one tag for several labels: %v", tags)
	}
	zoe := b.viewer(t, second.reader, b.Zoe)
	zoe.Tenant = b.Platanes
	if page, err := second.reader.Contribution(t.Context(), zoe, other); err != nil || page.Place.Label != usual {
		t.Errorf("of the lycée: %q, %v", page.Place.Label, err)
	}
}

// labelled reports whether all that shows a label shows that one, and that what is
// reviewed beforehand has none.
func (p *process) labelled(t *testing.T, b *bundle, topic id.Contribution, want string, tags map[string]string) (bool, error) {
	t.Helper()
	v := b.viewer(t, p.reader, b.Noe)
	space, err := p.reader.Space(t.Context(), v, "club-lecture", "")
	if err != nil {
		return false, err
	}
	blog, err := p.reader.Space(t.Context(), v, "blog-5a", "")
	if err != nil || blog.Place.Label != "" {
		t.Errorf("the blog: %q, %v", blog.Place.Label, err)
	}
	thread, err := p.reader.Thread(t.Context(), v, topic, "")
	if err != nil {
		return false, err
	}
	feed, err := p.reader.Feed(t.Context(), v, "club-lecture")
	if err != nil {
		return false, err
	}
	all, err := p.reader.Feed(t.Context(), v, "")
	if err != nil {
		return false, err
	}
	var marks []string
	for _, e := range all.Entries {
		if e.Space == b.Forum {
			marks = append(marks, e.Label)
		} else if e.Label != "" {
			t.Errorf("reviewed beforehand, and labelled %q", e.Label)
		}
	}
	tags[space.Tag] = want
	met := space.Place.Label == want && thread.Place.Label == want && feed.Label == want && len(marks) == 1 && marks[0] == want
	return met, nil
}

// What is stored and is no label any more shows the default, never itself.
func TestABadLabelIsNotShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)
	for _, stored := range []string{`""`, `7`, `{"a": 1}`, `"deux\nlignes"`} {
		_, err := b.superuser(t).Exec(t.Context(), `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'personal_label', $2, now())
			ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value`, b.Tilleuls, stored)
		if err != nil {
			t.Fatal(err)
		}
		r := b.reader()
		page, err := r.Space(t.Context(), b.viewer(t, r, b.Noe), "club-lecture", "")
		if err != nil || page.Place.Label != "Espace de contributions personnelles" {
			t.Errorf("%s: %q, %v", stored, page.Place.Label, err)
		}
	}
}
