package web

import (
	"net/http"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// DenialsPage lists who was refused what (R09), for whoever runs or directs the house
// and says why they look (R60). Until they have, it asks.
type DenialsPage struct {
	Base
	Pager
	Reasons []Option
	Read    bool
	Items   []DenialLine
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
	why := directory.LogReason(v.QueryParam("reason"))
	denials, err := s.cfg.Directory.Denials(v.Request().Context(), v.actor(), why, before, denialLines+1)
	if err != nil && !correctable(err) {
		return err
	}
	page, failed := v.denialsPage(why, denials)
	switch {
	case failed != nil:
		return failed
	case err == nil:
		page.Read = true
	case v.QueryParams().Has("reason"):
		page.Faults = v.faults(err, nil)
		return s.render(v.Context, http.StatusUnprocessableEntity, page)
	}
	return v.render(page)
}

func (v *visit) denialsPage(why directory.LogReason, denials []directory.NamedDenial) (*DenialsPage, error) {
	next := ""
	if len(denials) > denialLines {
		denials = denials[:denialLines]
		next = denials[denialLines-1].ID.String()
	}
	base, err := v.base(v.Text("denials.title"))
	if err != nil {
		return nil, err
	}
	page := &DenialsPage{Base: base, Pager: v.pager(next), Reasons: options(v, "log_reason.", directory.LogReasons(), why)}
	page.Path = v.house.desk("denials")
	for _, d := range denials {
		page.Items = append(page.Items, DenialLine{
			Who: d.Name, What: v.deniedAct(d.Action), Rule: d.Rule, Alert: !d.Alert.IsZero(), At: d.At,
		})
	}
	return page, nil
}

// deniedAct words the act that somebody was refused: of a machine, such as
// "space:freeze", or of the directory. An address that was refused stands for itself.
func (v *visit) deniedAct(act string) string {
	_, action, ofMachine := strings.Cut(act, ":")
	key := "denied." + act
	if ofMachine {
		key = "action." + action
	}
	if text, err := v.T(key); err == nil {
		return text
	}
	return act
}
