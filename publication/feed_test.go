package publication

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// parsedFeed is what a feed reader sees.
type parsedFeed struct {
	XMLName xml.Name
	ID      string `xml:"http://www.w3.org/2005/Atom id"`
	Title   string `xml:"http://www.w3.org/2005/Atom title"`
	Updated string `xml:"http://www.w3.org/2005/Atom updated"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	} `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID        string `xml:"http://www.w3.org/2005/Atom id"`
		Title     string `xml:"http://www.w3.org/2005/Atom title"`
		Published string `xml:"http://www.w3.org/2005/Atom published"`
		Updated   string `xml:"http://www.w3.org/2005/Atom updated"`
		Author    string `xml:"http://www.w3.org/2005/Atom author>name"`
		Summary   string `xml:"http://www.w3.org/2005/Atom summary"`
		Link      struct {
			Href string `xml:"href,attr"`
		} `xml:"http://www.w3.org/2005/Atom link"`
		Content struct {
			Type string `xml:"type,attr"`
			Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
			Text string `xml:",chardata"`
		} `xml:"http://www.w3.org/2005/Atom content"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

var feedLinks = FeedLinks{
	Self: "https://ent.example/e/0310000Z/blog/atom.xml", Page: "https://ent.example/e/0310000Z/blog",
	Entry: func(p Published) string { return "https://ent.example/e/0310000Z/blog/" + p.ID.String() + "-" + p.Slug },
	Photo: func(p Published, photo id.Photo, size imageconsent.Size) string {
		return "https://ent.example/seen/" + p.ID.String() + "/" + photo.String() + "/" + string(size)
	},
}

func parseFeed(t *testing.T, f Feed, title string) parsedFeed {
	t.Helper()
	var b bytes.Buffer
	if err := f.Atom(&b, title, feedLinks, epoch); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Errorf("begins %.60q", b.String())
	}
	var parsed parsedFeed
	if err := xml.Unmarshal(b.Bytes(), &parsed); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	return parsed
}

func TestAtomHasWhatRFC4287Requires(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	first := r.lib.publish(r.blog, Article, id.Contribution{}, "L'été & <l'hiver>")
	second := r.lib.publish(r.blog, Article, id.Contribution{}, "Fin ]]> de \"mois\"")
	r.lib.publish(r.blog, Comment, first.ID, "Un commentaire")
	f, err := r.Feed(t.Context(), r.lib.lina(), "blog")
	if err != nil {
		t.Fatal(err)
	}
	got := parseFeed(t, f, f.Title)
	if got.XMLName != (xml.Name{Space: "http://www.w3.org/2005/Atom", Local: "feed"}) {
		t.Errorf("the root is %v", got.XMLName)
	}
	head := []string{got.ID, got.Title, got.Updated, got.Links[0].Rel, got.Links[0].Href, got.Links[1].Rel, got.Links[1].Href}
	want := []string{"urn:uuid:" + r.blog.ID.String(), "Blog", "2026-11-24T09:31:00Z", "self", feedLinks.Self, "alternate", feedLinks.Page}
	if diff := cmp.Diff(want, head); diff != "" {
		t.Errorf("head: %s", diff)
	}
	if len(got.Entries) != 2 {
		t.Fatalf("%d entries", len(got.Entries))
	}
	for i, p := range []Published{second, first} {
		e := got.Entries[i]
		fields := []string{e.ID, e.Title, e.Published, e.Updated, e.Author, e.Summary, e.Link.Href, e.Content.Type, e.Content.Lang, e.Content.Text}
		stamp := p.PublishedAt.Format(time.RFC3339)
		want := []string{"urn:uuid:" + p.ID.String(), p.Title, stamp, stamp, "Lina H.", p.Excerpt, feedLinks.Entry(p), "html", "fr", p.HTML.String()}
		if diff := cmp.Diff(want, fields); diff != "" {
			t.Errorf("entry %d: %s", i, diff)
		}
	}
}

func TestEmptyFeedIsAFeed(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	f, err := r.Feed(t.Context(), r.lib.zoe(), "")
	if err != nil {
		t.Fatal(err)
	}
	got := parseFeed(t, f, "Collège Les Tilleuls")
	if got.ID != "urn:uuid:"+r.lib.house.Tenant.String() || got.Updated != "2026-11-24T09:30:00Z" || len(got.Entries) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestFeedOfTheSchoolMixesItsSpaces(t *testing.T) {
	t.Parallel()
	r := newReading(t, time.Hour)
	for range 15 {
		r.lib.publish(r.blog, Article, id.Contribution{}, "Un")
		r.lib.publish(r.forum, Topic, id.Contribution{}, "Deux")
	}
	f, err := r.Feed(t.Context(), r.lib.lina(), "")
	if err != nil || len(f.Entries) != 20 || f.Entries[0].Title != "Deux" || f.Entries[1].Title != "Un" {
		t.Fatalf("%d entries, %v", len(f.Entries), err)
	}
	if updated := f.Entries[0].UpdatedAt; !f.Updated().Equal(updated) {
		t.Errorf("updated %s, want %s", f.Updated(), updated)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func TestAtomReportsAFailedWrite(t *testing.T) {
	t.Parallel()
	if err := (Feed{}).Atom(fullDisk{}, "Blog", feedLinks, epoch); err == nil {
		t.Error("wrote to a full disk")
	}
}
