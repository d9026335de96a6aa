package publication

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// How much is on a page.
const (
	pageItems   = 25 // of a space
	pageReplies = 50 // of a thread, and comments below an article
	shelfItems  = 5  // of each space on a home
	feedItems   = 20
)

// ReadingStore reads what may be read by a viewer, through the reading views alone.
// What is not there, or is not theirs to read, is [directory.ErrNotFound]. Lists
// begin after a position and are in the order of the pages that they make.
type ReadingStore interface {
	House(ctx context.Context, uai string) (House, error)
	Scopes(ctx context.Context, person id.Person, now time.Time) ([]string, error)
	Shelves(ctx context.Context, v Viewer, each int) ([]Shelf, error)
	// List reads a page of a space, and who directs its publication at that moment (R14).
	List(ctx context.Context, v Viewer, slug string, after Position, limit int, at time.Time) (Place, []Listed, error)
	// Thread reads a contribution with what answers it.
	Thread(ctx context.Context, v Viewer, c id.Contribution, after Position, limit int) (Place, Published, []Published, error)
	// Photo finds the file of a picture of a contribution, if at that moment everybody in
	// it is covered for this use, or blurred, and nothing holds it (R27, invariant 1).
	Photo(ctx context.Context, v Viewer, c id.Contribution, photo id.Photo, size imageconsent.Size, at time.Time) (imageconsent.File, error)
	// Seen lists those pictures of contributions that Photo would find.
	Seen(ctx context.Context, v Viewer, of []id.Contribution, at time.Time) ([]Seen, error)
	// Print finds the file of a picture for paper, if Photo would and everybody in it has
	// agreed to paper too (R27).
	Print(ctx context.Context, v Viewer, c id.Contribution, photo id.Photo, at time.Time) (imageconsent.File, error)
	// Classes lists the groups whose trombinoscopes the viewer may open, classes first.
	Classes(ctx context.Context, v Viewer) ([]Class, error)
	// Trombinoscope reads everybody of a group, each with the latest portrait that may be
	// seen at that moment: they are alone in it and covered for this use, and nothing holds
	// it (R35).
	Trombinoscope(ctx context.Context, v Viewer, group id.Group, at time.Time) (TrombinoscopePage, error)
	// Portrait finds the file of a portrait, if it may be seen at that moment.
	Portrait(ctx context.Context, v Viewer, group id.Group, photo id.Photo, size imageconsent.Size, at time.Time) (imageconsent.File, error)
	// Legal reads what the information pages say at that moment, and what they are made of.
	Legal(ctx context.Context, v Viewer, at time.Time) (LegalPage, error)
	// Transparency reads the transparency report of a year as it was published.
	Transparency(ctx context.Context, v Viewer, year int) (PublicReport, error)
	// Latest reads whole texts, the newest first, of one space or, without a slug,
	// of all; the place is the zero Place then.
	Latest(ctx context.Context, v Viewer, slug string, limit int) (Place, []Published, error)
}

// ReaderConfig is what a Reader is made of. Store and Clock are required.
type ReaderConfig struct {
	Store ReadingStore
	Clock func() time.Time
	Bytes int           // bound of the cache; 0 means 32 MiB
	TTL   time.Duration // how long a page is kept at most; 0 means one minute
}

// Reader is the small door through which alone public handlers read. It keeps
// pages in the process while it is told that it will hear of every change (see
// [Reader.Trust]); until then it asks the store each time.
type Reader struct {
	store ReadingStore
	clock func() time.Time
	cache *cache
}

// NewReader returns a Reader whose cache is off.
func NewReader(cfg ReaderConfig) *Reader {
	if cfg.Bytes == 0 {
		cfg.Bytes = 32 << 20
	}
	if cfg.TTL == 0 {
		cfg.TTL = time.Minute
	}
	return &Reader{cfg.Store, cfg.Clock, newCache(cfg.Bytes, cfg.TTL, cfg.Clock())}
}

// Trust lets the cache serve until then: whoever calls has just proved that every
// change committed before the proof was heard. After a lapse the cache begins empty.
func (r *Reader) Trust(until time.Time) { r.cache.trust(r.clock(), until) }

// Distrust turns the cache off at once, until the next Trust.
func (r *Reader) Distrust() { r.cache.distrust() }

// Changed takes out what shows the contribution: its page, its parent's, and the
// lists it is in. A zero contribution means the whole space, and a zero space the
// whole establishment. When it returns, no page read before is served any more.
func (r *Reader) Changed(tenant id.Tenant, space id.Space, contribution, parent id.Contribution) {
	r.cache.stale.bump(touched(tenant, space, contribution, parent)...)
}

// Forget takes everything out.
func (r *Reader) Forget() { r.cache.forget() }

// House finds an establishment by its UAI code, in any case.
func (r *Reader) House(ctx context.Context, uai string) (House, error) {
	uai = strings.ToUpper(uai)
	return cached(r, key{kind: "house", name: uai}, Viewer{}, func() (House, shown, error) {
		h, err := r.store.House(ctx, uai)
		return h, shown{on: []subject{theTenant(h.Tenant)}, size: len(h.Name) + len(h.City)}, err
	})
}

// Viewer is a person at the door of an establishment, with the audiences that they
// belong to now, in all of their establishments. A zero person is anonymous.
func (r *Reader) Viewer(ctx context.Context, tenant id.Tenant, person id.Person) (Viewer, error) {
	if person.IsZero() {
		return Anonymous(tenant), nil
	}
	scopes, err := r.store.Scopes(ctx, person, r.clock())
	if err != nil {
		return Viewer{}, fmt.Errorf("read scopes: %w", err)
	}
	slices.Sort(scopes)
	return Viewer{tenant, scopes}, nil
}

// Home reads an establishment's home: the spaces that the viewer may read, with
// what is newest in each.
func (r *Reader) Home(ctx context.Context, v Viewer) (HomePage, error) {
	// Whoever has the same audiences sees the same home.
	k := key{tenant: v.Tenant, kind: "home", name: joined(v.Scopes)}
	return cached(r, k, v, func() (HomePage, shown, error) {
		shelves, err := r.store.Shelves(ctx, v, shelfItems)
		if err != nil {
			return HomePage{}, shown{}, fmt.Errorf("read home: %w", err)
		}
		s := shown{on: []subject{withinTenant(v.Tenant), theTenant(v.Tenant)}}
		for _, shelf := range shelves {
			s.place(shelf.Place)
			s.list(shelf.Latest, "")
		}
		s.scope = "" // the key says whose it is
		return HomePage{shelves, s.sheet()}, s, nil
	})
}

// Space reads a page of a space by its slug. The errors are [directory.ErrNotFound]
// and [ErrCursor].
func (r *Reader) Space(ctx context.Context, v Viewer, slug string, after Cursor) (SpacePage, error) {
	list := "space " + v.Tenant.String() + " " + slug
	at, err := after.position(list)
	if err != nil {
		return SpacePage{}, fmt.Errorf("read space: %w", err)
	}
	k := key{tenant: v.Tenant, kind: "space", name: slug, at: at}
	return cached(r, k, v, func() (SpacePage, shown, error) {
		place, items, err := r.store.List(ctx, v, slug, at, pageItems+1, r.clock())
		if err != nil {
			return SpacePage{}, shown{}, fmt.Errorf("read space: %w", err)
		}
		page := SpacePage{Place: place, Items: items}
		if len(items) > pageItems {
			page.Items = items[:pageItems]
			page.Next = newCursor(list, page.Items[pageItems-1].Published)
		}
		s := shown{on: []subject{withinSpace(place.ID), theSpace(place.ID), theTenant(v.Tenant)}}
		s.place(place)
		s.list(page.Items, page.Next)
		page.Sheet = s.sheet()
		return page, s, nil
	})
}

// Contribution reads one contribution, an article with its first comments. The error
// is [directory.ErrNotFound].
func (r *Reader) Contribution(ctx context.Context, v Viewer, c id.Contribution) (ContributionPage, error) {
	k := key{tenant: v.Tenant, kind: "contribution", id: c}
	page, err := cached(r, k, v, func() (ContributionPage, shown, error) {
		t, s, err := r.thread(ctx, v, c, Position{})
		if err != nil {
			return ContributionPage{}, shown{}, fmt.Errorf("read contribution %s: %w", c, err)
		}
		page := ContributionPage{Place: t.Place, Published: t.Topic, Sheet: t.Sheet}
		if t.Topic.Kind == Article {
			page.Comments, page.Next = t.Replies, t.Next
		}
		return page, s, nil
	})
	if err != nil {
		return ContributionPage{}, err
	}
	sheet, texts, err := r.withhold(ctx, v, page.Sheet, append([]Published{page.Published}, page.Comments...)...)
	if err != nil {
		return ContributionPage{}, err
	}
	page.Sheet, page.Published, page.Comments = sheet, texts[0], texts[1:]
	return page, nil
}

// Thread reads a topic with a page of its replies, or an article with a page of its
// comments. The errors are [directory.ErrNotFound] and [ErrCursor].
func (r *Reader) Thread(ctx context.Context, v Viewer, topic id.Contribution, after Cursor) (ThreadPage, error) {
	at, err := after.position(threadList(topic))
	if err != nil {
		return ThreadPage{}, fmt.Errorf("read thread %s: %w", topic, err)
	}
	k := key{tenant: v.Tenant, kind: "thread", id: topic, at: at}
	page, err := cached(r, k, v, func() (ThreadPage, shown, error) {
		page, s, err := r.thread(ctx, v, topic, at)
		if err == nil && page.Topic.Kind != Topic && page.Topic.Kind != Article {
			err = directory.ErrNotFound
		}
		if err != nil {
			return ThreadPage{}, shown{}, fmt.Errorf("read thread %s: %w", topic, err)
		}
		return page, s, nil
	})
	if err != nil {
		return ThreadPage{}, err
	}
	sheet, texts, err := r.withhold(ctx, v, page.Sheet, append([]Published{page.Topic}, page.Replies...)...)
	if err != nil {
		return ThreadPage{}, err
	}
	page.Sheet, page.Topic, page.Replies = sheet, texts[0], texts[1:]
	return page, nil
}

// Photo finds the file of a picture of a contribution. It is asked of the store each
// time, and never kept: a consent may have ended just now (R33). The error is
// [directory.ErrNotFound].
func (r *Reader) Photo(ctx context.Context, v Viewer, c id.Contribution, photo id.Photo, size imageconsent.Size) (imageconsent.File, error) {
	file, err := r.store.Photo(ctx, v, c, photo, size, r.clock())
	if err != nil {
		return imageconsent.File{}, fmt.Errorf("read photo %s of %s: %w", photo, c, err)
	}
	return file, nil
}

// Print finds the file of a picture of a contribution for paper. That is a use of its own,
// and the picture must be one that may be seen here besides: whoever reads the text keeps
// the paper. It is asked each time. The error is [directory.ErrNotFound].
func (r *Reader) Print(ctx context.Context, v Viewer, c id.Contribution, photo id.Photo) (imageconsent.File, error) {
	file, err := r.store.Print(ctx, v, c, photo, r.clock())
	if err != nil {
		return imageconsent.File{}, fmt.Errorf("print photo %s of %s: %w", photo, c, err)
	}
	return file, nil
}

func threadList(topic id.Contribution) string { return "thread " + topic.String() }

func (r *Reader) thread(ctx context.Context, v Viewer, c id.Contribution, at Position) (ThreadPage, shown, error) {
	place, topic, replies, err := r.store.Thread(ctx, v, c, at, pageReplies+1)
	if err != nil {
		return ThreadPage{}, shown{}, err
	}
	page := ThreadPage{Place: place, Topic: topic, Replies: replies}
	if len(replies) > pageReplies {
		page.Replies = replies[:pageReplies]
		page.Next = newCursor(threadList(c), page.Replies[pageReplies-1])
	}
	s := shown{on: []subject{theContribution(c), theContribution(topic.Parent), theSpace(place.ID), theTenant(v.Tenant)}}
	s.place(place)
	s.published(topic)
	s.published(page.Replies...)
	s.text(string(page.Next))
	page.Sheet = s.sheet()
	return page, s, nil
}
