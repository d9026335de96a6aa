package web

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// TakedownPage is where anybody asks for a removal: no account, no puzzle, nothing of a
// third party (R38).
type TakedownPage struct {
	Base
	Send                        string
	Location, Explanation       string
	Common, Others              []GroundGroup
	PriorContact, LegalGround   string
	Named, Email                string
	GoodFaith, Authority, Extra bool   // Extra: what is optional was filled in
	Stamp                       string // of the moment at which the form was opened
	Reply                       string // where they reply instead (R55)
	Before                      string // it was sent before, with something else in it: what came of that
	Again                       bool   // it was sent as machines send forms: the person sends it once more
}

// Template names the page's file.
func (*TakedownPage) Template() string { return "takedown" }

// TakedownWherePage asks which establishment's page it is about, where no address says so.
type TakedownWherePage struct {
	Base
	At string
}

// Template names the page's file.
func (*TakedownWherePage) Template() string { return "takedown_where" }

// schoolCode finds an establishment's code in the address of a page, or by itself.
var schoolCode = regexp.MustCompile(`(?:^|/e/)([0-9]{7}[A-Za-z])(?:$|[/?#])`)

// findTakedown leads to the form of the establishment that an address is of.
func (s *Site) findTakedown(v *visit) error {
	at := strings.TrimSpace(v.QueryParam("at"))
	if code := schoolCode.FindStringSubmatch(at); code != nil {
		found, err := s.cfg.Reader.House(v.Request().Context(), strings.ToUpper(code[1]))
		if err == nil {
			return v.see(house{House: found}.takedown(at))
		}
		if !errors.Is(err, directory.ErrNotFound) {
			return err
		}
	}
	page := &TakedownWherePage{Base: v.plainBase(v.Text("takedown.title")), At: strings.ToValidUTF8(at, "")}
	if at == "" {
		return v.render(page)
	}
	page.Faults = Faults{{"at", v.Text("takedown.unknown_address")}}
	return s.render(v.Context, http.StatusUnprocessableEntity, page)
}

func (s *Site) newTakedown(v *visit) error {
	page, err := v.takedownPage(url.Values{"location": {v.located(v.QueryParam("at"))}})
	if err != nil {
		return err
	}
	page.Stamp = s.stamp(opening)
	return v.render(page)
}

// located is the address of a page of ours as one copies it from a browser; what is none is
// left as it is.
func (v *visit) located(at string) string {
	if strings.HasPrefix(at, "/") && !strings.HasPrefix(at, "//") {
		return v.site.cfg.BaseURL + at
	}
	return strings.ToValidUTF8(at, "")
}

// takedownPage is the form, with what was typed.
func (v *visit) takedownPage(form url.Values) (*TakedownPage, error) {
	base, err := v.base(v.Text("takedown.title"))
	if err != nil {
		return nil, err
	}
	place, err := v.placeOf(form.Get("location"))
	if err != nil {
		return nil, err
	}
	base.Path = v.house.desk("takedown")
	chosen := workflow.Ground(form.Get("ground"))
	return &TakedownPage{
		Base: base, Send: base.Path, Location: form.Get("location"), Explanation: form.Get("explanation"),
		Common: v.plainGrounds(commonGrounds, chosen), Others: v.plainGrounds(otherGrounds, chosen),
		PriorContact: form.Get("prior_contact"), LegalGround: form.Get("legal_ground"), Named: form.Get("name"), Email: form.Get("email"),
		GoodFaith: form.Get("good_faith") != "", Authority: form.Get("authority") != "",
		Reply: place.replyTo(form.Get("location")), Extra: form.Get("prior_contact") != "" || form.Get("legal_ground") != "",
	}, nil
}

// takedown takes a request of anybody, whoever they are: also of somebody signed in it is
// kept as of the name that they give.
func (s *Site) takedown(v *visit) error {
	form, err := v.form()
	if err != nil {
		return err
	}
	if !s.human(form) {
		return v.takedownAgain(form, nil)
	}
	in := moderation.ReportInput{
		Location: form.Get("location"), Ground: workflow.Ground(form.Get("ground")), LegalGround: form.Get("legal_ground"), Explanation: form.Get("explanation"),
		PriorContact: form.Get("prior_contact"), Name: form.Get("name"), Email: form.Get("email"), GoodFaith: form.Get("good_faith") != "",
		Authority: form.Get("authority") != "", Language: v.Lang(), Sending: s.sending(form),
	}
	place, err := v.placeOf(in.Location)
	if err != nil {
		return err
	}
	receipt, err := s.cfg.Cases.Report(v.Request().Context(), actor.Anonymous(place.Tenant, auth.ViaWeb), in)
	if err == nil {
		return v.see(followUp + receipt.Secret + "?sent=1")
	}
	if !reworded(err) && v.sentBefore(err) == "" {
		return err
	}
	return v.takedownAgain(form, err)
}

// placeOf is the establishment that an address names, rather than the one whose form was at hand: what
// is asked of the wrong one would find nothing there.
func (v *visit) placeOf(location string) (house, error) {
	code := schoolCode.FindStringSubmatch(strings.TrimSpace(location))
	if code == nil || strings.EqualFold(code[1], v.house.UAI) {
		return v.house, nil
	}
	found, err := v.site.cfg.Reader.House(v.Request().Context(), strings.ToUpper(code[1]))
	if errors.Is(err, directory.ErrNotFound) {
		return v.house, nil
	}
	return house{House: found}, err
}

// sentBefore says that what was sent first with a form has come, and as what; it is empty of any other error.
func (v *visit) sentBefore(err error) string {
	if first, ok := errors.AsType[*moderation.SentError](err); ok {
		return v.Text("takedown.before", "Reference", first.Reference, "At", v.DateTime(first.At))
	}
	return ""
}

// takedownAgain shows the form with all that was typed: for what is wrong with it, or to be
// sent once more.
func (v *visit) takedownAgain(form url.Values, wrong error) error {
	page, err := v.takedownPage(form)
	if err != nil {
		return err
	}
	page.Stamp, page.Before, page.Again = v.site.stamp(again), v.sentBefore(wrong), wrong == nil
	if page.Before == "" {
		page.Faults = v.faults(wrong, nil)
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}
