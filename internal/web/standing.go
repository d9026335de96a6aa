package web

import (
	"time"

	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// standing is where a text is, for its author: from its dossier or from a list.
type standing struct {
	exposure  workflow.Exposure
	suggested bool
	draft     bool
	open      workflow.Editorial // on its way; empty for nothing
	last      workflow.Editorial // of the last version submitted
	reviewed  bool
	live      bool
	target    time.Time
	publishAt time.Time
}

func standingOfWork(w publication.Work) standing {
	return standing{
		exposure: w.Exposure, suggested: w.Suggested, draft: w.Draft, open: w.Open, last: w.Last, reviewed: w.Reviewed,
		live: !w.Contribution.Live.IsZero(), target: w.TargetAt, publishAt: w.PublishAt,
	}
}

func standingOfItem(item moderation.Item) standing {
	st := standing{exposure: item.Exposure, suggested: item.Suggestion != nil, draft: item.Draft != nil, live: item.Live != nil}
	if item.Live != nil {
		st.reviewed, st.last = !item.Live.ReviewedAt.IsZero(), item.Live.Status
	}
	if r := item.Refused; r != nil && (item.Live == nil || r.Number > item.Live.Number) {
		st.last = r.Status
	}
	if r := item.Open; r != nil {
		st.open, st.last, st.target, st.publishAt = r.Status, r.Status, r.TargetAt, r.PublishAt
	}
	return st
}

// statuses are the badges of a text, what hides it first.
func (v *visit) statuses(st standing) []Status {
	list := v.hidden(st.exposure)
	if st.suggested {
		list = append(list, Status{"badge-changes", v.Text("status.suggested")})
	}
	if st.open != "" {
		list = append(list, v.status(st.open))
	} else if st.last == workflow.Rejected || st.last == workflow.Abandoned {
		list = append(list, v.status(st.last))
	}
	if st.live {
		list = append(list, v.status(workflow.Live))
		if !st.reviewed {
			list = append(list, Status{"badge-waiting", v.Text("status.unreviewed")})
		}
	}
	if st.draft {
		list = append(list, v.status(workflow.Draft))
	}
	return list
}

// next says what happens next to a text and who acts, to its author.
func (v *visit) next(st standing, now time.Time) string {
	hidden := st.exposure != workflow.Visible && st.exposure != workflow.Unpublished && st.exposure != ""
	switch {
	case hidden:
		return v.Text("next." + string(st.exposure))
	case st.suggested:
		return v.Text("next.suggested")
	case st.open == workflow.InReview && st.target.After(now):
		return v.Text("next.in_review_by", "Target", v.Limit(st.target))
	case st.open == workflow.Scheduled && st.publishAt.After(now):
		return v.Text("next.scheduled_at", "At", v.DateTime(st.publishAt))
	case st.open != "":
		return v.Text("next." + string(st.open))
	case st.last == workflow.Rejected:
		return v.Text("next.rejected")
	case st.live && !st.reviewed:
		return v.Text("next.live_unreviewed")
	case st.live:
		return v.Text("next.live")
	case st.draft:
		return v.Text("next.draft")
	}
	return v.Text("next.abandoned")
}
