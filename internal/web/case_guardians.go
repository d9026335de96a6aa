package web

import (
	"net/url"

	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// KinNote is what the guardians of a minor are to be told of a breach, and were (R52).
type KinNote struct {
	URL     string
	State   string // how it stands, in a sentence
	Late    bool
	Done    []string // what the director has done
	Told    []string // who was told, and has read it
	Tell    bool     // the visitor may have them told
	Hold    bool     // and keep them from being told
	Release bool     // and end that
}

func (v *visit) kinNote(view moderation.CaseView) *KinNote {
	g := view.Guardians
	note := &KinNote{URL: v.house.dossier(view.ID, "guardians"), Late: g.Late, Tell: g.MayTell(), Hold: g.MayHold(), Release: g.MayRelease()}
	switch {
	case g.Held:
		note.State = v.Text("guardians.held")
	case len(g.Persons) == 0:
		note.State = v.Text("guardians.nobody")
	case !g.Due.IsZero():
		note.State = v.Text("guardians.due", "Due", v.Limit(g.Due))
	case !g.Confirmed:
		note.State = v.Text("guardians.not_yet", "Until", v.Moment(view.AppealUntil))
	}
	for _, a := range g.Acts {
		note.Done = append(note.Done, v.Text("guardians.did_"+a.Act, "Name", a.Name, "At", v.Moment(a.At), "Why", a.Reason))
	}
	for _, t := range g.Told {
		if t.ReadAt.IsZero() {
			note.Told = append(note.Told, v.Text("guardians.told", "Name", t.Name, "At", v.Moment(t.At)))
		} else {
			note.Told = append(note.Told, v.Text("guardians.read", "Name", t.Name, "At", v.Moment(t.ReadAt)))
		}
	}
	return note
}

// onGuardians has the guardians told, or keeps them from being told.
func (s *Site) onGuardians(v *visit) error {
	return v.besides("did.guardians", func(c id.Case, form url.Values) error {
		ctx, who := v.Request().Context(), v.actor()
		switch form.Get("do") {
		case moderation.ActHoldGuardians:
			return s.cfg.Cases.HoldGuardians(ctx, who, c, form.Get("reason"))
		case moderation.ActReleaseGuardians:
			return s.cfg.Cases.ReleaseGuardians(ctx, who, c, form.Get("reason"))
		}
		return s.cfg.Cases.TellGuardians(ctx, who, c)
	})
}
