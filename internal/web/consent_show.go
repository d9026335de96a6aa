package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/web/i18n"
	"imprimatur/workflow"
)

// ConsentPage is where somebody answers whether a person may be shown, and where who
// looks after it sees what has come of it.
type ConsentPage struct {
	Base
	Crumbs   []Crumb
	Status   Status
	Conflict string
	Person   string // whose consent it is
	Child    bool   // somebody else answers for them
	Photos   []PictureRow
	Facts    []Fact
	Body     string // the text that is signed
	Lines    []ConsentLine
	Mine     string // what the reader has answered, in words
	Answer   *AnswerConsent
	Revoke   string   // where it is withdrawn; empty for who may not
	Family   []Option // whose word one of the staff brings; none for who withdraws their own
	Keeper   *KeeperNote
	Papers   []SheetNote
	Record   *RecordPaper
	Print    string
	Thanks   string // what was just done by way of a link, which opens no more
	Receipt  string // where a receipt of it goes, in words
}

// Template names the page's file.
func (*ConsentPage) Template() string { return "consent" }

// Fact is one thing that a consent says (R28).
type Fact struct{ Name, Text string }

// ConsentLine is one use, and what has come of it.
type ConsentLine struct {
	ID, Text string
	Ticked   bool
	Covered  bool
}

// AnswerConsent is the form in which somebody answers.
type AnswerConsent struct {
	URL     string
	Version int64
	Folded  bool // it has been answered, and is there for a change of mind
}

// KeeperNote is what who looks after a consent sees of it.
type KeeperNote struct {
	Resend       string // where a link is sent again
	Waiting      []WaitingNote
	Answers      []string
	History      []string
	Guardianless bool   // nobody is known who could sign for a minor
	Proof        string // where the proof of sole authority is recorded; empty where none is needed
}

// WaitingNote is somebody whose answer is missing, and how they were told.
type WaitingNote struct {
	Person, Text, How string
	Mail              bool // a link can be sent to them again
}

// consentAt is where the pages of one consent are: below the establishment for whoever is
// signed in, below the link for whoever came by one.
type consentAt struct {
	who   actor.Actor
	id    id.Consent
	base  string
	photo func(id.Photo, imageconsent.Size) string
	link  bool
}

func (v *visit) consentOf() (consentAt, error) {
	consent, err := id.Parse[id.Consent](v.Param("consent"))
	if err != nil {
		return consentAt{}, directory.ErrNotFound
	}
	at := consentAt{who: v.actor(), id: consent, base: v.house.consent(consent)}
	at.photo = working
	return at, nil
}

// showConsent shows a consent to whom it concerns.
func (s *Site) showConsent(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	page, err := v.consentPage(at)
	if err != nil {
		return err
	}
	return v.render(page)
}

func (v *visit) consentPage(at consentAt) (*ConsentPage, error) {
	sheet, err := v.site.cfg.Consents.Sheet(v.Request().Context(), at.who, at.id)
	if err != nil {
		return nil, err
	}
	base := v.plainBase(v.Text("consent.title", "Name", sheet.Person.FullName()))
	base.Path = "/" // nothing of a link's address is told
	if at.link {
		v.speak("", sheet.Location)
		base.Printer = v.Printer
	}
	if !at.link {
		if base, err = v.base(base.Title); err != nil {
			return nil, err
		}
	}
	page := &ConsentPage{
		Base: base, Status: v.consentStatus(sheet.Consent.Status), Person: sheet.Person.FullName(), Child: !at.who.Is(sheet.Consent.Person),
		Facts: v.consentFacts(sheet.Request), Body: sheet.Request.Body, Mine: v.answered(sheet),
	}
	for _, photo := range sheet.Photos {
		row := PictureRow{ID: photo.String(), Thumbnail: at.photo(photo, imageconsent.Standard)}
		if format, file := sheet.Request.Files[photo]; file {
			row.File = v.fileNote(at.photo(photo, imageconsent.AsItIs), format, 0, v.Text("consent.file", "Name", page.Person))
		}
		page.Photos = append(page.Photos, row)
	}
	for _, line := range sheet.Lines {
		ticked := sheet.Mine != nil && slices.Contains(sheet.Mine.Accepted, line.ID)
		page.Lines = append(page.Lines, ConsentLine{line.ID.String(), i18n.Typeset(line.Text), ticked, line.Covered})
	}
	if sheet.Signs {
		said := sheet.Mine != nil && !sheet.Mine.Revoked
		page.Answer = &AnswerConsent{at.base + "/answer", sheet.Consent.Version, said}
		if said && sheet.Consent.Status == workflow.Asked {
			page.Status.Label = v.Text("consent.status_others")
		}
	}
	answered := sheet.Mine != nil || len(sheet.Answers) > 0
	if sheet.Revokes && (answered || slices.ContainsFunc(page.Lines, func(l ConsentLine) bool { return l.Covered })) {
		page.Revoke = at.base + "/revoke"
		if !sheet.Signs {
			page.Family = v.family(sheet)
		}
	}
	if !at.link {
		page.keep(v, at, sheet)
	}
	return page, nil
}

// family are those whose word one of the staff may bring.
func (v *visit) family(sheet imageconsent.Sheet) []Option {
	var list []Option
	for _, signer := range sheet.Family {
		list = append(list, Option{signer.Person.String(), v.Text("consent.as_"+string(signer.Capacity), "Name", signer.Name), len(sheet.Family) == 1})
	}
	if len(list) > 1 {
		list = append(list, Option{unknown, v.Text("consent.as_unknown"), false})
	}
	return list
}

// keep adds what is for the establishment's side, and for who has a session.
func (p *ConsentPage) keep(v *visit, at consentAt, sheet imageconsent.Sheet) {
	p.Crumbs = []Crumb{{v.house.desk("consents", "mine"), v.Text("consent.mine_title")}}
	p.Print = at.base + "/print"
	if sheet.Keeps {
		p.Crumbs = []Crumb{{v.house.desk("consents"), v.Text("consent.register")}}
		p.Keeper = v.keeperNote(at, sheet)
	}
	p.Papers = v.sheetNotes(at, sheet)
	if sheet.Keeps || (v.works() && len(sheet.Papers) > 0) {
		p.Record = v.recordPaper(at, sheet, nil)
	}
}

// consentFacts are what a consent says besides its uses (R28), in short words.
func (v *visit) consentFacts(r imageconsent.Request) []Fact {
	taken := v.CivilDay(r.TakenFrom)
	if !r.TakenTo.Equal(r.TakenFrom) {
		taken = v.Text("consent.between", "From", taken, "To", v.CivilDay(r.TakenTo))
	}
	facts := []Fact{
		{v.Text("consent.project"), r.Title}, {v.Text("consent.nature"), r.Nature}, {v.Text("consent.purpose"), r.Purpose},
		{v.Text("consent.where"), r.Place + ", " + taken}, {v.Text("consent.asker"), r.Asker + ", " + r.Beneficiary},
		{v.Text("consent.until"), v.Day(lastDay(r.Valid.Until))},
	}
	for _, ent := range r.ENTs() {
		names := make([]string, len(ent.Reach))
		for i, one := range ent.Reach {
			names[i] = one.Name
		}
		facts = append(facts, Fact{v.Text("consent.reach", "Name", ent.ENTName), strings.Join(names, ", ")})
	}
	return facts
}

// answered says what the reader has said, and when.
func (v *visit) answered(sheet imageconsent.Sheet) string {
	switch mine := sheet.Mine; {
	case mine == nil:
		return ""
	case mine.Unattributed():
		return v.Text("consent.you_unattributed", "At", v.DateTime(mine.At))
	case mine.Revoked:
		return v.Text("consent.you_revoked", "At", v.DateTime(mine.At))
	case len(mine.Accepted) == 0:
		return v.Text("consent.you_refused", "At", v.DateTime(mine.At))
	default:
		return v.Text("consent.you_accepted", "At", v.DateTime(mine.At), "Count", len(mine.Accepted), "All", len(sheet.Lines))
	}
}

func (v *visit) keeperNote(at consentAt, sheet imageconsent.Sheet) *KeeperNote {
	note := &KeeperNote{Resend: at.base + "/resend", Guardianless: sheet.Guardianless}
	for _, signer := range sheet.Waiting {
		waiting := WaitingNote{Person: signer.Person.String(), Text: v.Text("consent.as_"+string(signer.Capacity), "Name", signer.Name), How: v.Text("reach.paper")}
		if signer.Reach != nil {
			waiting.How, waiting.Mail = v.reached(*signer.Reach), signer.Reach.ByMail()
		}
		note.Waiting = append(note.Waiting, waiting)
	}
	for _, a := range sheet.Answers {
		said := "refused"
		switch {
		case a.Unattributed():
			said = "unattributed"
		case a.Revoked:
			said = "revoked"
		case len(a.Accepted) > 0:
			said = "accepted"
		}
		words := v.Text("consent.said_"+said, "Name", sheet.Names[a.Signatory], "At", v.DateTime(a.At), "Count", len(a.Accepted), "All", len(sheet.Lines))
		if a.Brought() && !a.Unattributed() {
			words += " " + v.Text("consent.said_brought")
		}
		note.Answers = append(note.Answers, words)
	}
	for _, e := range sheet.History {
		name := sheet.Names[e.Person]
		if e.Kind == actor.KindSystem {
			name = v.Text("history.by_machine")
		}
		note.History = append(note.History, v.Text("consent.event", "At", v.DateTime(e.At), "What", v.either("event."+string(e.Action), string(e.Action)), "Name", name))
	}
	if sheet.Proof {
		note.Proof = at.base + "/sole"
	}
	return note
}

// consentBadges are the looks of the statuses of a consent; a status without one is plain.
var consentBadges = map[workflow.ConsentStatus]string{
	workflow.Asked: "badge-waiting", workflow.Granted: "badge-live", workflow.Refused: "badge-rejected", workflow.Revoked: "badge-rejected",
	workflow.ExpiredConsent: "badge-hidden",
}

func (v *visit) consentStatus(s workflow.ConsentStatus) Status {
	return Status{consentBadges[s], v.Text("consent.status_" + string(s))}
}

// answerConsent takes an answer: what is ticked is accepted, and all else refused.
func (s *Site) answerConsent(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	done, _, err := v.say(at, form)
	if err != nil {
		return v.answerAgain(at, form, err)
	}
	return v.done("did.consent_"+done, at.base)
}

// say takes what the form says: "granted" or "refused". receipt is the address that a
// receipt goes to, if there is one.
func (v *visit) say(at consentAt, form url.Values) (word, receipt string, err error) {
	var in imageconsent.AnswerInput
	word = "refused"
	for _, one := range form["use"] {
		use, err := id.Parse[id.Use](one)
		if err != nil {
			return "", "", badForm(err)
		}
		if form.Get("do") != "refuse" {
			in.Accepted, word = append(in.Accepted, use), "granted"
		}
	}
	if len(in.Accepted) == 0 && form.Get("do") != "refuse" {
		return "", "", &directory.FieldError{Field: "uses", Code: "none_ticked", Rule: "R28"}
	}
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return "", "", badForm(err)
	}
	done, err := v.site.cfg.Consents.Answer(v.Request().Context(), at.who, at.id, version, in)
	return word, done.Receipt, err
}

// answerAgain shows the form again, with what stood in the way.
func (v *visit) answerAgain(at consentAt, form url.Values, err error) error {
	stale := errors.Is(err, workflow.ErrStale)
	if !correctable(err) && !stale {
		return err
	}
	page, failed := v.consentPage(at)
	if failed != nil {
		return failed
	}
	for i := range page.Lines {
		page.Lines[i].Ticked = slices.Contains(form["use"], page.Lines[i].ID)
	}
	if page.Answer != nil {
		page.Answer.Folded = false
	}
	if stale {
		page.Conflict = v.Text("consent.stale")
		return v.site.render(v.Context, http.StatusConflict, page)
	}
	page.Faults = v.faults(err, nil)
	for _, need := range v.unmet(refusalIn(err).Unmet, time.Time{}) {
		page.Faults = append(page.Faults, Fault{"uses", need})
	}
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// revokeConsent withdraws a consent, at once and without a reason (R33).
func (s *Site) revokeConsent(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	if err := v.revoke(at); err != nil {
		return v.consentAgain(at, err, nil)
	}
	return v.done("did.consent_revoked", at.base)
}

// unknown is what the form says where nobody can tell whose word a withdrawal is.
const unknown = "unknown"

func (v *visit) revoke(at consentAt) error {
	var in imageconsent.RevokeInput
	form, err := v.form()
	if err != nil {
		return err
	}
	if text := form.Get("for"); text == unknown {
		in.Unknown = true
	} else if text != "" {
		if in.For, err = id.Parse[id.Person](text); err != nil {
			return badForm(err)
		}
	}
	return v.site.cfg.Consents.Revoke(v.Request().Context(), at.who, at.id, in)
}

// resendLink sends one whose answer is missing their link again.
func (s *Site) resendLink(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	signatory, _ := id.Parse[id.Person](form.Get("signatory")) // nobody's answer is awaited
	if err := s.cfg.Consents.Resend(v.Request().Context(), at.who, at.id, signatory); err != nil {
		return v.consentAgain(at, err, map[string]string{"signatory": "resend"}) // beside its button
	}
	return v.done("did.consent_resent", at.base)
}

// recordSole keeps where the proof is that one guardian holds authority alone (R30).
func (s *Site) recordSole(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	form, err := v.form()
	if err != nil {
		return err
	}
	err = s.cfg.Consents.RecordSole(v.Request().Context(), at.who, at.id, form.Get("proof"))
	if err == nil {
		return v.done("did.consent_sole", at.base)
	}
	return v.consentAgain(at, err, nil)
}

// consentAgain shows the page again with what is wrong with a form on it.
func (v *visit) consentAgain(at consentAt, err error, ids map[string]string) error {
	if !correctable(err) {
		return err
	}
	page, failed := v.consentPage(at)
	if failed != nil {
		return failed
	}
	page.Faults = v.faults(err, ids)
	return v.site.render(v.Context, http.StatusUnprocessableEntity, page)
}

// ConsentPrintPage is the sheet that a family signs on paper: one A4.
type ConsentPrintPage struct {
	Base
	Person    string
	Class     string
	Reference string
	Body      []string // paragraphs
	Lines     []string
	Signers   []string
	Back      string
}

// Template names the page's file.
func (*ConsentPrintPage) Template() string { return "consent_print" }

func (s *Site) printConsent(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	sheet, err := s.cfg.Consents.Sheet(v.Request().Context(), at.who, at.id)
	if err != nil {
		return err
	}
	base, err := v.base(v.Text("consent.print_title"))
	if err != nil {
		return err
	}
	page := &ConsentPrintPage{Base: base, Person: sheet.Person.FullName(), Reference: sheet.Request.Reference, Back: at.base}
	before, _, _ := strings.Cut(sheet.Request.Body, "[ ]")
	page.Body = split(before, "\n")
	for _, line := range sheet.Lines {
		page.Lines = append(page.Lines, line.Text)
	}
	_, after, _ := strings.Cut(sheet.Request.Body, "\n\nDurée")
	if after != "" {
		page.Signers = split("Durée"+after, "\n")
	}
	return v.render(page)
}
