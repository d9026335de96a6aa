package web

import (
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// DenialsPage lists who was refused what (R09), for whoever runs or directs the house.
type DenialsPage struct {
	Base
	Pager
	Items []DenialLine
}

// Template names the page's file.
func (*DenialsPage) Template() string { return "denials" }

// DenialLine is one refusal. Alert tells that it is part of one.
type DenialLine struct {
	Who, What, Rule string
	Alert           bool
	At              time.Time
}

// denialLines is how many refusals are on a page.
const denialLines = 50

func (s *Site) listDenials(v *visit) error {
	var before id.Denial
	if after := v.QueryParam("after"); after != "" {
		var err error
		if before, err = id.Parse[id.Denial](after); err != nil {
			return publication.ErrCursor
		}
	}
	denials, err := s.cfg.Directory.Denials(v.Request().Context(), v.actor(), before, denialLines+1)
	if err != nil {
		return err
	}
	next := ""
	if len(denials) > denialLines {
		denials = denials[:denialLines]
		next = denials[denialLines-1].ID.String()
	}
	base, err := v.base(v.Text("denials.title"))
	if err != nil {
		return err
	}
	page := &DenialsPage{Base: base, Pager: v.pager(next)}
	page.Wide = true
	for _, d := range denials {
		page.Items = append(page.Items, denialLine(d))
	}
	return v.render(page)
}

func denialLine(d directory.NamedDenial) DenialLine {
	return DenialLine{Who: d.Name, What: d.Action, Rule: d.Rule, Alert: !d.Alert.IsZero(), At: d.At}
}
