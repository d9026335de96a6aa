package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"imprimatur/internal/directory"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// ProblemPage says why something was not done, by which rule, and what to do.
type ProblemPage struct {
	Base
	What    string
	Missing []string
	Do      string
	Rule    string
	Kept    string // what was typed
	Ways    []Crumb
}

// Template names the page's file.
func (*ProblemPage) Template() string { return "problem" }

// Problem answers a request that ended in an error, whose status the server's
// error table found. Nothing of an unknown error is shown. Who has to sign in is
// brought to where they can, and back. A script that asks for JSON gets that.
func (s *Site) Problem(c echo.Context, status int, err error) error {
	v, ok := c.Get(visitKey).(*visit)
	if !ok {
		v = &visit{Context: c, site: s}
		v.speak("", time.UTC)
	}
	r := c.Request()
	if strings.Contains(r.Header.Get("Accept"), "problem+json") {
		return v.problemJSON(status, err)
	}
	if status == http.StatusUnauthorized && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		return v.see("/login?next=" + url.QueryEscape(r.URL.RequestURI()))
	}
	page := v.problem(status, err)
	c.Response().Header().Set("Cache-Control", "no-store")
	body, err := s.templates.execute(page)
	if err != nil {
		return err
	}
	return c.HTMLBlob(status, body)
}

func (v *visit) problemJSON(status int, err error) error {
	body := map[string]any{"type": "about:blank", "status": status, "title": v.problemText(status, "title")}
	faults := v.faults(err, nil)
	refusal := refusalIn(err)
	for _, unmet := range v.unmet(refusal.Unmet, refusal.Until) {
		faults = append(faults, Fault{Text: unmet})
	}
	if len(faults) > 0 {
		body["errors"] = faults
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	v.Response().Header().Set("Cache-Control", "no-store")
	return v.Blob(status, "application/problem+json", text)
}

// problemText is a message of a status, or of the nearest that there are words for.
func (v *visit) problemText(status int, part string) string {
	nearest := map[int]int{http.StatusPreconditionFailed: http.StatusConflict, http.StatusUnavailableForLegalReasons: http.StatusGone}
	if other, ok := nearest[status]; ok {
		status = other
	}
	otherwise := "400"
	if status >= http.StatusInternalServerError {
		otherwise = "500"
	}
	return v.either("problem."+strconv.Itoa(status)+"_"+part, "problem."+otherwise+"_"+part)
}

func (v *visit) problem(status int, err error) *ProblemPage {
	page := &ProblemPage{Base: v.plainBase(v.problemText(status, "title")), What: v.problemText(status, "what"), Do: v.problemText(status, "do")}
	if text, err := v.T("problem." + strconv.Itoa(status) + "_do_known"); err == nil && v.known() {
		page.Do = text
	}
	page.Kept = v.typed()
	v.refused(page, err)
	claimed := new(moderation.ClaimedError)
	if errors.As(err, &claimed) {
		page.What = v.Text("problem.409_claimed", "Name", claimed.Claim.Name, "Until", v.Hour(claimed.Claim.Expires))
	}
	for _, fault := range v.faults(err, nil) {
		page.Missing = append(page.Missing, fault.Text)
	}
	if page.Kept != "" && v.known() {
		page.Ways = append(page.Ways, Crumb{v.asked(), v.Text("problem.to_form")})
	}
	page.Ways = append(page.Ways, v.ways(status)...)
	return page
}

// refused says by which rule, and what is missing.
func (v *visit) refused(page *ProblemPage, err error) {
	refusal, plain := new(workflow.Refusal), new(directory.Refusal)
	switch {
	case errors.As(err, &refusal):
		page.Rule = refusal.Rule
	case errors.As(err, &plain):
		page.Rule = plain.Rule
		if key, ok := map[string]string{"R46": "problem.403_concerned", "R47": "problem.403_reports", "R52": "problem.403_head"}[plain.Rule]; ok {
			page.What = v.Text(key)
		}
		if plain.Rule == "R47" && !plain.Until.IsZero() {
			page.What = v.Text("problem.403_reports_until", "Until", v.Day(plain.Until))
		}
	default:
		return
	}
	page.Missing = v.unmet(refusal.Unmet, refusal.Until)
	if errors.Is(err, workflow.ErrImpossible) {
		page.What = v.Text("problem.409_impossible")
	}
	for _, unmet := range refusal.Unmet {
		if unmet.Name == "briefing" && v.house.UAI != "" {
			page.Ways = append(page.Ways, Crumb{v.house.desk("briefing"), v.Text("problem.to_briefing")})
		}
	}
}

// ways lead on from a problem: never a dead end.
func (v *visit) ways(status int) []Crumb {
	var ways []Crumb
	if !v.known() {
		ways = append(ways, Crumb{"/login?next=" + url.QueryEscape(v.asked()), v.Text("problem.to_login")})
	}
	if v.house.UAI == "" {
		return append(ways, Crumb{"/", v.Text("problem.to_home")})
	}
	if v.belongs() && status != http.StatusNotFound {
		ways = append(ways, Crumb{v.house.desk("texts"), v.Text("problem.to_mine")})
	}
	return append(ways, Crumb{v.house.home(), v.Text("problem.to_home")})
}

// typed is what was sent with the request, so that it can be given back: its title
// and its text, as one reads them. A request that was refused before anybody looked at
// its form is read here.
func (v *visit) typed() string {
	form := v.Request().PostForm
	if form == nil {
		var err error
		if form, err = v.fieldsOnly(); err != nil {
			return ""
		}
	}
	text, _, _ := shown(form, "", bodyOf(delivery{form: form}, "", publication.HTML{}))
	return strings.TrimSpace(strings.ToValidUTF8(form.Get("title"), "") + "\n\n" + text)
}

// acts end the addresses of forms that stand on the page above.
var acts = []string{"act", "next", "claim", "release", "authorisations", "end", "series", "same", "wait", "answer", "revoke", "sole", "papers", "remind", "respond", "appeal", "note", "reporters"}

// asked is the page to come back to: the one that was asked for, or that of the form
// which was sent.
func (v *visit) asked() string {
	u := *v.Request().URL
	if here := v.here(); here == "/" {
		return here
	}
	if v.Request().Method != http.MethodPost {
		return u.RequestURI()
	}
	for slices.Contains(acts, path.Base(u.Path)) {
		u.Path = path.Dir(u.Path)
	}
	u.RawPath = ""
	return u.RequestURI()
}
