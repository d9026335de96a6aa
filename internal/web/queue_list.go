package web

import (
	"cmp"
	"errors"
	"strconv"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// QueuePage lists all that waits for the visitor, the most urgent first.
type QueuePage struct {
	Base
	Pager
	Moderates              bool // the visitor is of those who may
	Waiting                int
	NextURL                string
	Papers                 string // what waits for an authorisation
	Stops                  string // what was stopped at once (R26)
	Filtered               bool
	Spaces, Kinds, Reasons []Option
	Items                  []QueueItem
}

// Template names the page's file.
func (*QueuePage) Template() string { return "queue" }

// QueueItem is one text that waits.
type QueueItem struct {
	URL, Title, Kind, Excerpt, Author, Space, Reason string
	Severity                                         string // empty for nothing found
	Claim                                            string // who is at it
	Target                                           time.Time
	Overdue                                          bool
}

func (s *Site) listQueue(v *visit) error {
	filter := v.filter()
	queue, err := s.cfg.Reviewer.Queue(v.Request().Context(), v.actor(), filter)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("queue.title"))
	if err != nil {
		return err
	}
	page := &QueuePage{
		Base: base, Pager: v.pager(queue.Next), Moderates: v.works() || len(queue.Items) > 0, Waiting: base.Nav.ReviewCount, NextURL: v.house.desk("review", "next"),
		Papers: v.house.desk("authorisations"), Stops: v.house.desk("stops"),
		Filtered: filter != moderation.Filter{After: filter.After}, Spaces: v.spacesOf(queue.Items, filter.Space),
	}
	page.Wide, page.Path = true, v.house.desk("review")
	for _, kind := range publication.Kinds() {
		page.Kinds = append(page.Kinds, Option{string(kind), v.Text("kind." + string(kind)), kind == filter.Kind})
	}
	for _, wait := range moderation.Waits() {
		page.Reasons = append(page.Reasons, Option{string(wait), v.Text("wait." + string(wait)), wait == filter.Reason})
	}
	for _, e := range queue.Items {
		page.Items = append(page.Items, v.queueItem(e))
	}
	return v.render(page)
}

// filter reads the form above the list. What it does not know narrows nothing.
func (v *visit) filter() moderation.Filter {
	f := moderation.Filter{
		Kind: publication.Kind(v.QueryParam("kind")), Reason: moderation.Wait(v.QueryParam("reason")), After: v.QueryParam("after"),
	}
	if space, err := id.Parse[id.Space](v.QueryParam("space")); err == nil {
		f.Space = space
	}
	return f
}

// spacesOf are the spaces to choose from: those of the list, and the chosen one.
func (v *visit) spacesOf(items []moderation.Entry, chosen id.Space) []Option {
	var options []Option
	seen := map[id.Space]bool{}
	for _, e := range items {
		if !seen[e.Space] {
			seen[e.Space] = true
			options = append(options, Option{e.Space.String(), e.SpaceTitle, e.Space == chosen})
		}
	}
	i18n.SortBy(v.Printer, options, func(o Option) string { return o.Label })
	return options
}

func (v *visit) queueItem(e moderation.Entry) QueueItem {
	item := QueueItem{
		URL: v.house.item(e.Contribution), Title: cmp.Or(e.Title, e.Excerpt, v.Text("mine.untitled")), Kind: v.Text("kind." + string(e.Kind)),
		Author: e.AuthorName, Space: e.SpaceTitle, Reason: v.Text("wait." + string(e.Reason)), Target: e.Target, Overdue: e.Overdue,
	}
	if e.Title != "" {
		item.Excerpt = e.Excerpt
	}
	if e.Severity > 1 {
		item.Severity = v.Text("queue.severity", "Level", strconv.Itoa(int(e.Severity)))
	}
	if e.Claim != nil {
		item.Claim = v.Text("queue.claimed", "Name", e.Claim.Name)
		if v.actor().Is(e.Claim.Person) {
			item.Claim = v.Text("queue.claimed_me")
		}
	}
	return item
}

// nextItem opens the first text that nobody else is at.
func (s *Site) nextItem(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	after, err := contribution(form.Get("after"))
	if err != nil {
		after = id.Contribution{}
	}
	return v.goNext(after)
}

// goNext leads to the next text that waits, or to the queue when there is none.
func (v *visit) goNext(after id.Contribution) error {
	next, err := v.site.cfg.Reviewer.Next(v.Request().Context(), v.actor(), after)
	if errors.Is(err, directory.ErrNotFound) {
		return v.see(v.house.desk("review"))
	}
	if err != nil {
		return err
	}
	return v.see(v.house.item(next))
}
