package publication

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// library is a ReadingStore in memory, with an establishment's spaces and texts.
type library struct {
	mu    sync.Mutex
	house House
	place []Place
	works []Published
	asked int
	pause func() // after a read, before its answer
}

var epoch = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// newLibrary has a blog for a group and a forum for the establishment.
func newLibrary() *library {
	l := &library{house: House{Tenant: id.New[id.Tenant](), UAI: "0310000Z", Name: "Collège Les Tilleuls"}, pause: func() {}}
	l.add(Place{Slug: "blog", Title: "Blog", Kind: Blog, Mode: workflow.Pre, Audience: ToGroup, Scope: "group:5a"})
	l.add(Place{Slug: "forum", Title: "Forum", Kind: Forum, Mode: workflow.Post, Audience: ToEstablishment, Scope: "establishment:1"})
	return l
}

func (l *library) add(p Place) {
	p.ID = id.New[id.Space]()
	l.place = append(l.place, p)
}

func (l *library) lina() Viewer {
	return Viewer{l.house.Tenant, []string{"establishment:1", "group:5a", PublicWeb}}
}
func (l *library) zoe() Viewer { return Viewer{l.house.Tenant, []string{"establishment:2", PublicWeb}} }

// publish puts a text into the space, a minute after the one before.
func (l *library) publish(in Place, kind Kind, parent id.Contribution, title string) Published {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := epoch.Add(time.Duration(len(l.works)) * time.Minute)
	p := Published{
		ID: id.New[id.Contribution](), Space: in.ID, Parent: parent, Kind: kind, Exposure: workflow.Visible, Number: 1, Slug: Slug(title),
		Title: title, HTML: HTML{"<p>" + title + "</p>"}, Excerpt: title, Byline: "Lina H.", Language: "fr", PublishedAt: at, UpdatedAt: at,
	}
	p.Hash[0] = byte(len(l.works))
	l.works = append(l.works, p)
	return p
}

// expose is what a hold placed or released does.
func (l *library) expose(c id.Contribution, e workflow.Exposure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.works {
		if l.works[i].ID == c {
			l.works[i].Exposure = e
		}
	}
}

func (l *library) calls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

func (l *library) read(do func() error) error {
	l.mu.Lock()
	l.asked++
	err := do()
	l.mu.Unlock()
	l.pause()
	return err
}

func (l *library) space(v Viewer, found func(Place) bool) (Place, error) {
	for _, p := range l.place {
		if found(p) && v.reads(p.Scope, "space:"+p.ID.String()) && v.Tenant == l.house.Tenant {
			return p, nil
		}
	}
	return Place{}, directory.ErrNotFound
}

// below gives what is in a space, or answers a contribution, in that order.
func (l *library) below(space id.Space, parent id.Contribution, order int, after Position, limit int) []Published {
	var all []Published
	for _, w := range l.works {
		beyond := after.IsZero() || order*w.PublishedAt.Compare(after.At) > 0
		if w.Space == space && w.Parent == parent && beyond {
			if w.Exposure != workflow.Visible {
				w.Title, w.HTML, w.Excerpt = "", HTML{}, ""
			}
			all = append(all, w)
		}
	}
	slices.SortFunc(all, func(a, b Published) int { return order * a.PublishedAt.Compare(b.PublishedAt) })
	return all[:min(limit, len(all))]
}

func listed(all []Published) []Listed {
	var out []Listed
	for _, p := range all {
		out = append(out, Listed{Published: p, LastAt: p.PublishedAt})
	}
	return out
}

func (l *library) House(_ context.Context, uai string) (h House, err error) {
	err = l.read(func() error {
		if uai != l.house.UAI {
			return directory.ErrNotFound
		}
		h = l.house
		return nil
	})
	return h, err
}

func (l *library) Scopes(context.Context, id.Person, time.Time) ([]string, error) {
	return []string{PublicWeb, "group:5a", "establishment:1"}, nil
}

func (l *library) Shelves(_ context.Context, v Viewer, each int) (shelves []Shelf, err error) {
	err = l.read(func() error {
		for _, p := range l.place {
			if v.reads(p.Scope, "space:"+p.ID.String()) {
				shelves = append(shelves, Shelf{p, listed(l.below(p.ID, id.Contribution{}, -1, Position{}, each))})
			}
		}
		return nil
	})
	return shelves, err
}

func (l *library) List(_ context.Context, v Viewer, slug string, after Position, limit int, _ time.Time) (p Place, items []Listed, err error) {
	err = l.read(func() (err error) {
		p, err = l.space(v, func(p Place) bool { return p.Slug == slug })
		items = listed(l.below(p.ID, id.Contribution{}, -1, after, limit))
		return err
	})
	return p, items, err
}

func (l *library) Thread(_ context.Context, v Viewer, c id.Contribution, after Position, limit int) (p Place, top Published, below []Published, err error) {
	err = l.read(func() (err error) {
		at := slices.IndexFunc(l.works, func(w Published) bool { return w.ID == c })
		if at < 0 {
			return directory.ErrNotFound
		}
		top = l.works[at]
		if top.Exposure != workflow.Visible {
			top.Title, top.HTML, top.Excerpt = "", HTML{}, ""
		}
		below = l.below(top.Space, c, 1, after, limit)
		p, err = l.space(v, func(p Place) bool { return p.ID == top.Space })
		return err
	})
	return p, top, below, err
}

func (l *library) Latest(_ context.Context, v Viewer, slug string, limit int) (p Place, all []Published, err error) {
	err = l.read(func() (err error) {
		if slug != "" {
			p, err = l.space(v, func(p Place) bool { return p.Slug == slug })
		}
		for _, in := range l.place {
			if v.reads(in.Scope, "space:"+in.ID.String()) && (slug == "" || in.Slug == slug) {
				all = append(all, l.below(in.ID, id.Contribution{}, -1, Position{}, limit)...)
			}
		}
		slices.SortFunc(all, func(a, b Published) int { return cmp.Or(b.PublishedAt.Compare(a.PublishedAt)) })
		return err
	})
	return p, all[:min(limit, len(all))], err
}

// Photo has none: pictures are asked of the database, whose tests know them.
func (l *library) Print(context.Context, Viewer, id.Contribution, id.Photo, time.Time) (imageconsent.File, error) {
	return imageconsent.File{}, directory.ErrNotFound
}

func (l *library) Classes(context.Context, Viewer) ([]Class, error) { return nil, nil }

func (l *library) Trombinoscope(context.Context, Viewer, id.Group, time.Time) (TrombinoscopePage, error) {
	return TrombinoscopePage{}, directory.ErrNotFound
}

func (l *library) Portrait(context.Context, Viewer, id.Group, id.Photo, imageconsent.Size, time.Time) (imageconsent.File, error) {
	return imageconsent.File{}, directory.ErrNotFound
}

func (l *library) Photo(context.Context, Viewer, id.Contribution, id.Photo, imageconsent.Size, time.Time) (imageconsent.File, error) {
	return imageconsent.File{}, directory.ErrNotFound
}

func (l *library) Transparency(context.Context, Viewer, int) (PublicReport, error) {
	return PublicReport{}, directory.ErrNotFound
}

func (l *library) Legal(context.Context, Viewer, time.Time) (LegalPage, error) {
	return LegalPage{Legal: Legal{Name: l.house.Name}}, nil
}

func (l *library) Seen(context.Context, Viewer, []id.Contribution, time.Time) ([]Seen, error) {
	return nil, nil
}
