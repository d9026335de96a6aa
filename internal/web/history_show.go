package web

import (
	"cmp"
	"encoding/hex"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/moderation"
	"imprimatur/publication"
)

// HistoryPage tells who did what to a text, when and on which exact version.
type HistoryPage struct {
	Base
	Pager
	Crumbs []Crumb
	Of     string
	Events []HistoryEvent
}

// Template names the page's file.
func (*HistoryPage) Template() string { return "history" }

// HistoryEvent is one act.
type HistoryEvent struct {
	What, Text, Who, Change, Ground, Reason, Hash string
	At                                            time.Time
}

// historyItems is how many acts are on a page.
const historyItems = 50

func (s *Site) showHistory(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	ctx := v.Request().Context()
	item, err := s.cfg.Reviewer.Item(ctx, v.actor(), c)
	if err != nil {
		return err
	}
	history, err := s.cfg.Reviewer.History(ctx, v.actor(), c, v.QueryParam("after"), historyItems)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("history.title"))
	if err != nil {
		return err
	}
	last, _ := latestOf(item)
	title := cmp.Or(last.Title, publication.Excerpt(last.HTML, 60), v.Text("mine.untitled"))
	page := &HistoryPage{
		Base: base, Pager: v.pager(history.Next), Of: title,
		Crumbs: []Crumb{{v.house.work(c), title}},
	}
	for _, e := range history.Items {
		page.Events = append(page.Events, v.event(e))
	}
	return v.render(page)
}

// shortHash is enough of a fingerprint to compare by eye.
const shortHash = 8

func (v *visit) event(e moderation.Event) HistoryEvent {
	h := HistoryEvent{
		What: v.either("event."+string(e.Action), string(e.Action)), Who: v.actorName(e), Ground: v.ground(e.Ground), Reason: e.Reason, At: e.At,
	}
	if e.Number > 0 {
		h.Text = v.Text("history.number", "Number", e.Number)
	}
	if e.Machine == "revision" && e.From != e.To && e.From != "" {
		h.Change = v.Text("history.change", "From", v.Text("status."+e.From), "To", v.Text("status."+e.To))
	}
	if len(e.Hash) > shortHash {
		h.Hash = hex.EncodeToString(e.Hash[:shortHash])
	}
	return h
}

// actorName says who acted. Whose data has gone is nobody any more; the trail stays.
func (v *visit) actorName(e moderation.Event) string {
	switch e.ActorKind {
	case actor.KindSystem:
		return v.Text("history.by_machine")
	case actor.KindLink:
		return v.Text("history.by_link")
	case actor.KindService:
		return v.Text("history.by_service")
	case actor.KindAnonymous:
		return v.Text("history.by_anonymous")
	case actor.KindPerson:
	}
	return cmp.Or(e.Name, v.Text("history.by_gone"))
}
