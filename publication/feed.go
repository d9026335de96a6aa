package publication

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// Feed is what is newest in a space, or in all that the viewer may read of an
// establishment, with whole texts.
type Feed struct {
	ID      uuid.UUID // of the space or the establishment: stable
	Title   string    // of the space; empty for an establishment
	Label   string    // of the space (R13), likewise
	Entries []Published
	Sheet
}

// Updated is when anything in the feed last changed; the zero time for an empty one.
func (f Feed) Updated() time.Time {
	var last time.Time
	for _, e := range f.Entries {
		if e.UpdatedAt.After(last) {
			last = e.UpdatedAt
		}
	}
	return last
}

// Feed reads the feed of a space, by its slug, or of the establishment when the
// slug is empty. The error is [directory.ErrNotFound].
func (r *Reader) Feed(ctx context.Context, v Viewer, slug string) (Feed, error) {
	k := key{tenant: v.Tenant, kind: "feed", name: slug}
	if slug == "" {
		k = key{tenant: v.Tenant, kind: "feeds", name: joined(v.Scopes)}
	}
	feed, err := cached(r, k, v, func() (Feed, shown, error) {
		place, entries, err := r.store.Latest(ctx, v, slug, feedItems)
		if err != nil {
			return Feed{}, shown{}, fmt.Errorf("read feed: %w", err)
		}
		feed := Feed{ID: v.Tenant.UUID, Entries: entries}
		s := shown{on: []subject{theTenant(v.Tenant), withinTenant(v.Tenant)}}
		if slug != "" {
			feed.ID, feed.Title, feed.Label = place.ID.UUID, place.Title, place.Label
			s.on = []subject{theTenant(v.Tenant), theSpace(place.ID), withinSpace(place.ID)}
			s.place(place)
		}
		s.bytes(feed.ID[:])
		s.published(entries...)
		feed.Sheet = s.sheet()
		return feed, s, nil
	})
	if err != nil {
		return Feed{}, err
	}
	feed.Sheet, feed.Entries, err = r.withhold(ctx, v, feed.Sheet, feed.Entries...)
	return feed, err
}

// FeedLinks are the addresses in a feed, absolute.
type FeedLinks struct {
	Self  string                 // of the feed
	Page  string                 // of the page that it follows
	Entry func(Published) string // of a contribution's page
	Photo func(Published, id.Photo, imageconsent.Size) string

	Withheld string                // in words, what stands where a picture is not shown
	Inserted func(Inserted) string // the heading of a reply (R57)
}

// Atom writes the feed as Atom (RFC 4287) under the title; since stands for the
// time of an empty feed's last change.
func (f Feed) Atom(w io.Writer, title string, links FeedLinks, since time.Time) error {
	updated := f.Updated()
	if updated.IsZero() {
		updated = since
	}
	document := atomFeed{
		ID: urn(f.ID), Title: title, Subtitle: f.Label, Updated: atomTime(updated),
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: links.Self}, {Rel: "alternate", Type: "text/html", Href: links.Page}},
	}
	for _, e := range f.Entries {
		document.Entries = append(document.Entries, newAtomEntry(e, links))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	if err := xml.NewEncoder(w).Encode(document); err != nil {
		return fmt.Errorf("write feed: %w", err)
	}
	return nil
}

type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string        `xml:"id"`
	Title     string        `xml:"title"`
	Link      atomLink      `xml:"link"`
	Published string        `xml:"published"`
	Updated   string        `xml:"updated"`
	Author    atomPerson    `xml:"author"`
	Category  *atomCategory `xml:"category"`
	Summary   string        `xml:"summary,omitempty"`
	Content   atomText      `xml:"content"`
}

// atomCategory tells what was not reviewed before it appeared (R13), in the
// establishment's words.
type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Lang string `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

func newAtomEntry(p Published, links FeedLinks) atomEntry {
	text := Illustrate(p.Words(), p.Frames, links.Withheld, func(photo id.Photo, size imageconsent.Size) string { return links.Photo(p, photo, size) })
	entry := atomEntry{
		ID: urn(p.ID.UUID), Title: p.Title, Link: atomLink{"alternate", "text/html", links.Entry(p)},
		Published: atomTime(p.PublishedAt), Updated: atomTime(p.UpdatedAt), Author: atomPerson{p.Byline},
		Summary: p.Excerpt, Content: atomText{"html", p.Language, WithInserted(text, p.Inserted, links.Inserted).safe},
	}
	if p.Label != "" {
		entry.Category = &atomCategory{"R13", p.Label}
	}
	return entry
}

func urn(u uuid.UUID) string { return "urn:uuid:" + u.String() }

func atomTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
