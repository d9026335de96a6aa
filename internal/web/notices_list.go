package web

import (
	"cmp"
	"time"

	"imprimatur/moderation"
)

// NoticesPage lists what the visitor was told.
type NoticesPage struct {
	Base
	Pager
	Unread bool
	Items  []NoticeItem
}

// Template names the page's file.
func (*NoticesPage) Template() string { return "notices" }

// NoticeItem is one notice, and where it leads.
type NoticeItem struct {
	URL, Text, Reason, More string
	Unread                  bool
	At                      time.Time
}

func (s *Site) listNotices(v *visit) error {
	told, err := s.cfg.Reviewer.Notices(v.Request().Context(), v.actor(), v.QueryParam("after"), 0)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("notices.title"))
	if err != nil {
		return err
	}
	page := &NoticesPage{Base: base, Pager: v.pager(told.Next), Unread: base.Nav.NoticeCount > 0}
	page.Path = v.house.desk("notices")
	for _, n := range told.Items {
		page.Items = append(page.Items, v.notice(n))
	}
	return v.render(page)
}

func (v *visit) notice(n moderation.Notice) NoticeItem {
	item := NoticeItem{
		Text: v.Text("notice."+string(n.Kind), "Title", cmp.Or(n.Title, v.Text("notice.untitled")), "Space", n.SpaceTitle,
			"Begins", v.DateTime(n.Begins), "Ends", v.DateTime(n.Ends)),
		Reason: n.Reason, Unread: n.ReadAt.IsZero(), At: n.At,
	}
	switch {
	case n.Kind == moderation.ToldReportAsked, n.Kind == moderation.ToldReportDecided, n.Kind == moderation.ToldUnfounded:
		item.URL = v.house.desk("reports")
	case n.Kind == moderation.ToldReplyInserted:
		item.URL = v.house.permanent(n.Contribution)
	case !n.AuthorCase.IsZero():
		item.URL = v.house.decision(n.AuthorCase)
	case n.Kind == moderation.ToldCaseInformed:
		item.URL = v.house.item(n.Contribution)
	case !n.Case.IsZero():
		item.URL = v.house.dossier(n.Case)
	case !n.Consent.IsZero():
		item.URL = v.house.consent(n.Consent)
	case !n.Contribution.IsZero() && !n.Kind.ToPress():
		item.URL = v.house.work(n.Contribution)
	case n.Kind == moderation.ToldHandover:
		item.URL = v.house.desk("spaces", n.Space.String())
	case n.Kind == moderation.ToldSpoiled:
		item.URL = v.house.desk("photos")
	case n.Kind == moderation.ToldPowerLent, n.Kind == moderation.ToldPowerEnded:
		item.URL = v.house.desk("delegations")
	case n.Kind == moderation.ToldActing:
		item.URL = v.house.desk("desk")
	case n.Kind == moderation.ToldPaused, n.Kind == moderation.ToldUnpaused:
		item.URL = v.house.desk("legal")
	case n.Kind == moderation.ToldPausedBelow:
		item.URL = v.house.desk("establishments")
	case n.Kind == moderation.ToldDenials:
		item.URL = v.house.desk("denials")
	case n.Kind == moderation.ToldSuspended, n.Kind == moderation.ToldSupervised:
		item.URL, item.More = v.house.desk("standings"), v.Text("notice.heard")
	}
	return item
}

func (s *Site) readNotices(v *visit) error {
	if err := s.cfg.Reviewer.MarkRead(v.Request().Context(), v.actor()); err != nil {
		return err
	}
	return v.done("did.read", v.house.desk("notices"))
}
