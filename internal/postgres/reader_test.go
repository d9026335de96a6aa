package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func containsSecret(err error) bool { return strings.Contains(err.Error(), "secret") }

func (b *bundle) viewer(t testing.TB, r *publication.Reader, who id.Person) publication.Viewer {
	t.Helper()
	v, err := r.Viewer(t.Context(), b.Tilleuls, who)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// reader is a Reader that asks the database each time.
func (b *bundle) reader() *publication.Reader {
	return publication.NewReader(publication.ReaderConfig{Store: b.db.Door(), Clock: func() time.Time { return dbtest.Now }})
}

// hold places a hold behind the application's back.
func (b *bundle) hold(t *testing.T, column string, target fmt.Stringer, kind string, sealed bool) {
	t.Helper()
	_, err := b.superuser(t).Exec(t.Context(), `INSERT INTO hold (hold_id, tenant_id, `+column+`, kind, status, sealed, placed_at, statement, reference)
		VALUES (gen_random_uuid(), $1, $2, $3, 'open', $4, now(), '{}', 'PV 12')`, b.Tilleuls, target.String(), kind, sealed)
	if err != nil {
		t.Fatal(err)
	}
}

func TestReaderShowsAnArticle(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.live(t, "La sortie au musée")
	r := b.reader()
	v := b.viewer(t, r, b.Noe)
	page, err := r.Contribution(t.Context(), v, c)
	if err != nil {
		t.Fatal(err)
	}
	p := page.Published
	want := publication.Published{
		ID: c, Space: b.Blog, Kind: publication.Article, Exposure: workflow.Visible, Number: 1, Slug: "la-sortie-au-musee",
		Title: "La sortie au musée", HTML: p.HTML, Excerpt: "Un texte de Lina.", Byline: p.Byline, Language: "fr", Hash: p.Hash,
		Reviewed: true, PublishedAt: dbtest.Now, UpdatedAt: dbtest.Now,
	}
	if diff := cmp.Diff(want, p, cmp.Comparer(func(a, b publication.HTML) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
	if p.HTML.String() != "<p>Un <strong>texte</strong> de Lina.</p>" || p.Hash == (publication.Hash{}) || p.Byline == "" {
		t.Errorf("html %q, hash %s, byline %q", p.HTML, p.Hash, p.Byline)
	}
	place := publication.Place{
		ID: b.Blog, Slug: "blog-5a", Title: "Le blog de la 5A", Kind: publication.Blog, Mode: workflow.Pre,
		Audience: publication.ToGroup, Status: workflow.SpaceOpen, Scope: "group:" + b.Class.String(),
	}
	if diff := cmp.Diff(place, page.Place); diff != "" {
		t.Error(diff)
	}
}

func TestReaderHouse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h, err := b.reader().House(t.Context(), "0310000z")
	want := publication.House{Tenant: b.Tilleuls, UAI: "0310000Z", Name: "Collège Les Tilleuls", City: "Toulouse", TimeZone: "Europe/Paris", Level: directory.College}
	if h != want || err != nil {
		t.Errorf("%+v, %v", h, err)
	}
	if _, err := b.reader().House(t.Context(), "0319999X"); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("no such school: %v", err)
	}
}

func TestViewersScopes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	house, class, ent := "establishment:"+b.Tilleuls.String(), "group:"+b.Class.String(), "ent:"+b.ENT.String()
	blog, forum, web := "space:"+b.Blog.String(), "space:"+b.Forum.String(), "space:"+b.Web.String()
	staff, adults := "class_staff:"+b.Class.String(), "school_staff:"+b.Tilleuls.String()
	other, theirs := "establishment:"+b.Platanes.String(), "group:"+b.ClassOfPlatanes.String()
	for name, test := range map[string]struct {
		who  id.Person
		want []string
	}{
		"a pupil":      {b.Lina, []string{"public_web", house, class, ent}},
		"her guardian": {b.Haddad, []string{"public_web", house, ent}},
		"the owner, of two": {b.Martin, []string{"public_web", house, other, class, theirs, ent, blog, forum, "space:" + b.Press.String(),
			staff, "class_staff:" + b.ClassOfPlatanes.String(), adults, "school_staff:" + b.Platanes.String()}},
		"the backup of the class": {b.Diallo, []string{"public_web", house, ent, blog, forum, web, adults}},
		"the director":            {b.Garcia, []string{"public_web", house, class, ent, adults, "direction:" + b.Tilleuls.String()}},
		"somebody unknown":        {id.New[id.Person](), []string{"public_web"}},
		"nobody":                  {id.Person{}, []string{"public_web"}},
	} {
		slices.Sort(test.want)
		if diff := cmp.Diff(test.want, b.viewer(t, b.reader(), test.who).Scopes); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestReaderHomeListAndFeeds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	articles := b.published(t, b.Blog, publication.Article, id.Contribution{}, 60)
	topics := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 3)
	replies := b.published(t, b.Forum, publication.Reply, topics[2], 7)
	b.hold(t, "contribution_id", replies[0], "mask", false)
	r := b.reader()
	v := b.viewer(t, r, b.Lina)

	home, err := r.Home(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	var shelves []string
	for _, s := range home.Shelves {
		shelves = append(shelves, fmt.Sprint(s.Place.Slug, " ", len(s.Latest)))
	}
	if diff := cmp.Diff([]string{"club-lecture 3", "blog-5a 5", "site 0"}, shelves); diff != "" || home.Shelves[1].Latest[0].ID != articles[0] {
		t.Errorf("home: %s", diff)
	}

	var got []id.Contribution
	for after, more := publication.Cursor(""), true; more; more = after != "" {
		page, err := r.Space(t.Context(), v, "blog-5a", after)
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			got = append(got, item.ID)
		}
		after = page.Next
	}
	if diff := cmp.Diff(articles, got); diff != "" {
		t.Errorf("blog: %s", diff)
	}

	forum, err := r.Space(t.Context(), v, "club-lecture", "")
	if err != nil {
		t.Fatal(err)
	}
	last := forum.Items[2]
	if last.ID != topics[2] || last.Replies != 6 || !last.LastAt.Equal(dbtest.Now.Add(-time.Minute)) || forum.Items[0].Replies != 0 {
		t.Errorf("forum: %+v", forum.Items)
	}

	feed, err := r.Feed(t.Context(), v, "blog-5a")
	if err != nil || len(feed.Entries) != 20 || feed.Entries[0].ID != articles[0] || feed.Entries[0].HTML.IsZero() || feed.Title != "Le blog de la 5A" {
		t.Errorf("feed: %d entries of %q, %v", len(feed.Entries), feed.Title, err)
	}
	all, err := r.Feed(t.Context(), v, "")
	if err != nil || len(all.Entries) != 20 {
		t.Errorf("feed of the school: %d entries, %v", len(all.Entries), err)
	}
	if anyone, err := r.Feed(t.Context(), publication.Anonymous(b.Tilleuls), ""); err != nil || len(anyone.Entries) != 0 {
		t.Errorf("the public feed has %d entries, %v", len(anyone.Entries), err)
	}
	for _, missing := range []string{"gazette", "nowhere"} {
		_, list := r.Space(t.Context(), v, missing, "")
		_, feed := r.Feed(t.Context(), v, missing)
		if !errors.Is(list, directory.ErrNotFound) || !errors.Is(feed, directory.ErrNotFound) {
			t.Errorf("%s: %v, %v", missing, list, feed)
		}
	}
}

func TestThreadPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	topic := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)[0]
	replies := b.published(t, b.Forum, publication.Reply, topic, 120)
	slices.Reverse(replies)
	r := b.reader()
	v := b.viewer(t, r, b.Haddad)
	var got []id.Contribution
	var sizes []int
	for after, more := publication.Cursor(""), true; more; more = after != "" {
		page, err := r.Thread(t.Context(), v, topic, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, reply := range page.Replies {
			got = append(got, reply.ID)
		}
		sizes, after = append(sizes, len(page.Replies)), page.Next
	}
	if diff := cmp.Diff(replies, got); diff != "" || !slices.Equal(sizes, []int{50, 50, 20}) {
		t.Errorf("pages of %v: %s", sizes, diff)
	}
}

// exposures places what hides on a topic and says what is left to read of it, and
// of a reply below.
func TestEveryExposure(t *testing.T) {
	t.Parallel()
	type hold struct {
		on     string // topic, reply, space
		kind   string
		sealed bool
	}
	const gone = workflow.Exposure("not there")
	tests := []struct {
		name         string
		holds        []hold
		purge        string
		topic, reply workflow.Exposure
	}{
		{"nothing", nil, "", workflow.Visible, workflow.Visible},
		{"a frozen space", []hold{{"space", "freeze", false}}, "", workflow.Visible, workflow.Visible},
		{"the reply masked", []hold{{"reply", "mask", false}}, "", workflow.Visible, workflow.Masked},
		{"the reply withdrawn over a mask", []hold{{"reply", "mask", false}, {"reply", "withdraw", false}}, "", workflow.Visible, workflow.Withdrawn},
		{"the reply blocked over all", []hold{{"reply", "withdraw", false}, {"reply", "block", false}, {"reply", "mask", false}}, "", workflow.Visible, workflow.Blocked},
		{"the reply archived", []hold{{"reply", "archive", false}}, "", workflow.Visible, gone},
		{"the reply archived and blocked", []hold{{"reply", "archive", false}, {"reply", "block", false}}, "", workflow.Visible, gone},
		{"the reply sealed", []hold{{"reply", "mask", true}}, "", workflow.Visible, gone},
		{"the reply purged", nil, "reply", workflow.Visible, workflow.Purged},
		{"the reply archived, then purged", []hold{{"reply", "archive", false}}, "reply", workflow.Visible, workflow.Purged},
		{"the reply sealed, then purged", []hold{{"reply", "mask", true}}, "reply", workflow.Visible, gone},
		{"the topic masked", []hold{{"topic", "mask", false}}, "", workflow.Masked, gone},
		{"the topic withdrawn", []hold{{"topic", "withdraw", false}}, "", workflow.Withdrawn, gone},
		{"the topic archived", []hold{{"topic", "archive", false}}, "", gone, gone},
		{"the topic sealed", []hold{{"topic", "mask", true}}, "", gone, gone},
		{"the topic purged", nil, "topic", workflow.Purged, workflow.Visible},
		{"the space masked", []hold{{"space", "mask", false}}, "", gone, gone},
		{"the space sealed", []hold{{"space", "mask", true}}, "", gone, gone},
	}
	b := setup(t)
	r := b.reader()
	v := b.viewer(t, r, b.Lina)
	conn := b.superuser(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	read := func(c id.Contribution) workflow.Exposure {
		page, err := r.Contribution(t.Context(), v, c)
		if errors.Is(err, directory.ErrNotFound) {
			return gone
		}
		if err != nil {
			t.Fatal(err)
		}
		p := page.Published
		content := p.Title + p.HTML.String() + p.Excerpt + p.Byline + p.Slug
		if p.Visible() != (content != "") || p.Visible() == (p.Hash == publication.Hash{}) {
			t.Errorf("%s: %q is left", p.Exposure, content)
		}
		return p.Exposure
	}
	for _, test := range tests {
		topic := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)[0]
		reply := b.published(t, b.Forum, publication.Reply, topic, 1)[0]
		targets := map[string]id.Contribution{"topic": topic, "reply": reply}
		for _, h := range test.holds {
			if h.on == "space" {
				b.hold(t, "space_id", b.Forum, h.kind, h.sealed)
			} else {
				b.hold(t, "contribution_id", targets[h.on], h.kind, h.sealed)
			}
		}
		if test.purge != "" {
			exec(`UPDATE snapshot SET revision_id = NULL, hash = NULL, slug = '', title = '', html = '', excerpt = '', byline = '' WHERE contribution_id = $1`, targets[test.purge])
		}
		if gotTopic, gotReply := read(topic), read(reply); gotTopic != test.topic || gotReply != test.reply {
			t.Errorf("%s: topic %s, want %s; reply %s, want %s", test.name, gotTopic, test.topic, gotReply, test.reply)
		}
		thread, err := r.Thread(t.Context(), v, topic, "")
		if below := len(thread.Replies) == 1; err == nil && below != (test.reply != gone) {
			t.Errorf("%s: the thread has %d replies", test.name, len(thread.Replies))
		}
		exec(`UPDATE hold SET status = 'released', released_at = now(), release_reference = 'PV 13'`)
	}
}

// A topic whose only revision was reverted is not published any more: neither is
// what answered it.
func TestNothingBelowWhatIsNotPublished(t *testing.T) {
	t.Parallel()
	b := setup(t)
	topic := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)[0]
	reply := b.published(t, b.Forum, publication.Reply, topic, 1)[0]
	if _, err := b.superuser(t).Exec(t.Context(), `DELETE FROM snapshot WHERE contribution_id = $1`, topic); err != nil {
		t.Fatal(err)
	}
	r := b.reader()
	if _, err := r.Contribution(t.Context(), b.viewer(t, r, b.Lina), reply); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("the reply is there: %v", err)
	}
}

func TestHoldsThroughTheHouseAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.live(t, "Le musée")
	p := b.process(t, nil)
	v := b.viewer(t, p.reader, b.Noe)
	b.db.AfterCommit(func(c postgres.Committed) {
		for _, r := range c.Readings {
			p.reader.Changed(r.Tenant, r.Space, r.Contribution, r.Parent)
		}
	})
	exposure := func() workflow.Exposure {
		page, err := p.reader.Contribution(t.Context(), v, c)
		if err != nil {
			t.Fatal(err)
		}
		return page.Published.Exposure
	}
	for round := range 200 {
		if got := exposure(); got != workflow.Visible {
			t.Fatalf("round %d: %s before", round, got)
		}
		var fills sync.WaitGroup
		for range 2 {
			fills.Go(func() { _, _ = p.reader.Contribution(t.Context(), v, c) })
		}
		b.withdraw(t, c)
		if got := exposure(); got != workflow.Withdrawn {
			t.Fatalf("round %d: %s after the withdrawal", round, got)
		}
		fills.Wait()
		if got := exposure(); got != workflow.Withdrawn {
			t.Fatalf("round %d: %s after the fills", round, got)
		}
		restore := publication.Command{Action: workflow.Restore, Revision: b.dossier(t, c, b.Martin).Live.ID, Reason: workflow.Reason{Text: "L'auteur a retiré le nom."}}
		if err := b.act(t, c, b.Martin, restore); err != nil {
			t.Fatal(err)
		}
	}
}

func TestChangedAudienceIsHeard(t *testing.T) {
	t.Parallel()
	b := setup(t)
	h := newHeard()
	b.process(t, h)
	martin := person(b.Tilleuls, b.Martin)
	in := b.readingClub()
	space, err := b.spaces().Create(t.Context(), martin, in)
	if err != nil {
		t.Fatal(err)
	}
	in.Audience = publication.Audience{Kind: publication.ToEstablishment}
	if err := b.spaces().Configure(t.Context(), martin, space, 1, in); err != nil {
		t.Fatal(err)
	}
	want := postgres.Reading{Tenant: b.Tilleuls, Space: space}
	h.await(t, "both changes are heard", func() bool {
		n := 0
		for _, r := range h.changes {
			if r == want {
				n++
			}
		}
		return n >= 2
	})
}

// As imprimatur_reader, with SQL of one's own: what shows through each view.
func TestWallsOfTheReadingDoor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.published(t, b.Blog, publication.Article, id.Contribution{}, 2)
	topic := b.published(t, b.Forum, publication.Topic, id.Contribution{}, 1)[0]
	b.published(t, b.Forum, publication.Reply, topic, 1)
	b.published(t, b.Web, publication.Page, id.Contribution{}, 1)
	hidden := b.published(t, b.Web, publication.Page, id.Contribution{}, 1)[0]
	b.hold(t, "contribution_id", hidden, "withdraw", false)
	conn := b.connect(t, b.URL("imprimatur_reader"))
	views := []string{"reading_tenant", "reading_space", "reading_contribution", "reading_list", "reading_below"}
	house, class := "establishment:"+b.Tilleuls.String(), "group:"+b.Class.String()
	for _, test := range []struct {
		name   string
		tenant string
		scopes string
		want   []int // rows of each view
	}{
		{"nothing set", "", "", []int{0, 0, 0, 0, 0}},
		{"no scope", b.Tilleuls.String(), "", []int{1, 0, 0, 0, 0}},
		{"anybody", b.Tilleuls.String(), "public_web", []int{1, 1, 2, 2, 0}},
		{"the school", b.Tilleuls.String(), "public_web," + house, []int{1, 2, 4, 3, 1}},
		{"the class", b.Tilleuls.String(), "public_web," + house + "," + class, []int{1, 3, 6, 5, 1}},
		{"another school", b.Platanes.String(), "public_web," + house + "," + class, []int{1, 0, 0, 0, 0}},
	} {
		if _, err := conn.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, false), set_config('imprimatur.scopes', $2, false)`, test.tenant, test.scopes); err != nil {
			t.Fatal(err)
		}
		got := make([]int, len(views))
		for i, view := range views {
			if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM `+view).Scan(&got[i]); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
	if _, err := b.superuser(t).Exec(t.Context(), `UPDATE snapshot SET title = 'Secret', slug = 'Secret' WHERE space_id <> $1 OR contribution_id = $2`, b.Web, hidden); err != nil {
		t.Fatal(err)
	}
	for tenant, scopes := range map[id.Tenant]string{b.Tilleuls: "public_web", b.Platanes: "public_web," + house + "," + class} {
		if _, err := conn.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, false), set_config('imprimatur.scopes', $2, false)`, tenant.String(), scopes); err != nil {
			t.Fatal(err)
		}
		leaks(t, conn)
	}
}

// leaks tries to make an error of what may not be seen, which would quote it.
func leaks(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for _, view := range []string{"reading_contribution", "reading_list", "reading_below"} {
		rows, err := conn.Query(t.Context(), `SELECT title FROM `+view+` WHERE CASE WHEN title LIKE 'Texte%' OR title = '' THEN true ELSE title::int > 0 END`)
		if err != nil {
			t.Fatal(err)
		}
		titles, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil || slices.Contains(titles, "Secret") {
			t.Errorf("%s tells %v, %v", view, titles, err)
		}
	}
}

// Whatever the schema has, the reading door opens on its views alone.
func TestReaderRoleSeesViewsAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	conn := b.connect(t, b.URL("imprimatur_reader"))
	rows, err := conn.Query(t.Context(), `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'S')
		AND has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"reading_authority", "reading_below", "reading_charter", "reading_class", "reading_classmate", "reading_collective", "reading_contribution", "reading_director", "reading_frame", "reading_frozen", "reading_halt", "reading_house", "reading_label", "reading_legal", "reading_list", "reading_photo", "reading_portrait", "reading_press_director", "reading_print", "reading_reference", "reading_replied", "reading_reply", "reading_setting", "reading_space", "reading_suggested", "reading_tenant", "reading_transparency"}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("open to imprimatur_reader: %s", diff)
	}
	var plain []string
	rows, err = conn.Query(t.Context(), `SELECT relname FROM pg_class WHERE relname LIKE 'reading\_%' AND relkind = 'v' AND NOT coalesce('security_barrier=true' = ANY (reloptions), false)`)
	if err == nil {
		plain, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil || len(plain) > 0 {
		t.Errorf("without a barrier: %v, %v", plain, err)
	}
}
