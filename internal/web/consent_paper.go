package web

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// SheetNote is a signed sheet on record.
type SheetNote struct {
	Text             string
	Scan             string
	Confirm, Dismiss string // empty where it was decided, and for who may not
}

// RecordPaper is the form in which staff record a signed sheet, with its scan.
type RecordPaper struct {
	URL      string
	Signers  []Option
	SignedOn string
	Lines    []ConsentLine
}

func (v *visit) sheetNotes(at consentAt, sheet imageconsent.Sheet) []SheetNote {
	var notes []SheetNote
	for _, p := range sheet.Papers {
		words := "consent.paper_pending"
		switch {
		case !p.ConfirmedAt.IsZero():
			words = "consent.paper_confirmed"
		case !p.DismissedAt.IsZero():
			words = "consent.paper_dismissed"
		}
		base := at.base + "/papers/" + p.ID.String()
		note := SheetNote{Scan: base + "/scan", Text: v.Text(words, "Name", sheet.Names[p.Signatory], "By", sheet.Names[p.RecordedBy],
			"At", v.DateTime(p.RecordedAt), "On", v.CivilDay(p.SignedOn), "Second", sheet.Names[p.ConfirmedBy], "Count", len(p.Accepted), "All", len(sheet.Lines))}
		if p.Pending() {
			note.Dismiss = base + "/dismiss"
			if !at.who.Is(p.RecordedBy) && !at.who.Is(p.Signatory) {
				note.Confirm = base + "/confirm"
			}
		}
		notes = append(notes, note)
	}
	return notes
}

// recordPaper offers those whose answer is missing, and those who have answered.
func (v *visit) recordPaper(at consentAt, sheet imageconsent.Sheet, form url.Values) *RecordPaper {
	r := &RecordPaper{URL: at.base + "/papers", SignedOn: form.Get("signed_on")}
	add := func(person id.Person, name string) {
		for _, known := range r.Signers {
			if known.Code == person.String() {
				return
			}
		}
		r.Signers = append(r.Signers, Option{person.String(), name, form.Get("signatory") == person.String()})
	}
	for _, signer := range sheet.Waiting {
		add(signer.Person, signer.Name)
	}
	for _, a := range sheet.Answers {
		add(a.Signatory, sheet.Names[a.Signatory])
	}
	for _, line := range sheet.Lines {
		r.Lines = append(r.Lines, ConsentLine{ID: line.ID.String(), Text: line.Text})
	}
	return r
}

// recordConsentPaper keeps what a family has signed, for a second person to confirm (R29).
func (s *Site) recordConsentPaper(v *visit) error {
	at, err := v.consentOf()
	if err != nil {
		return err
	}
	if _, err := s.cfg.Consents.Sheet(v.Request().Context(), at.who, at.id); err != nil {
		return err
	}
	r := v.Request()
	r.Body = http.MaxBytesReader(v.Response(), r.Body, largestScanForm)
	form := url.Values{}
	var scan []byte
	parts, err := r.MultipartReader()
	if err != nil {
		return badForm(err)
	}
	left := int64(maxForm)
	for range mostParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return badForm(err)
		}
		if part.FormName() == "scan" {
			scan, err = io.ReadAll(part)
		} else {
			d := delivery{form: form}
			err = d.field(part, &left)
		}
		if err != nil {
			return badForm(err)
		}
	}
	r.PostForm, r.Form = form, form
	if err := legibleForm(form); err != nil {
		return err
	}
	in := imageconsent.PaperInput{Scan: bytes.NewReader(scan)}
	if text := strings.TrimSpace(form.Get("signed_on")); text != "" {
		if in.SignedOn, err = time.Parse(time.DateOnly, text); err != nil {
			return v.consentAgain(at, &directory.FieldError{Field: "signed_on", Code: "not_a_day", Rule: "R29"}, nil)
		}
	}
	if in.Signatory, err = id.Parse[id.Person](form.Get("signatory")); err != nil {
		return v.consentAgain(at, &directory.FieldError{Field: "signatory", Code: "required", Rule: "R29"}, nil)
	}
	for _, one := range form["use"] {
		use, err := id.Parse[id.Use](one)
		if err != nil {
			return badForm(err)
		}
		in.Accepted = append(in.Accepted, use)
	}
	if _, err := s.cfg.Consents.RecordPaper(r.Context(), at.who, at.id, in); err != nil {
		return v.consentAgain(at, err, nil)
	}
	return v.done("did.record_paper", at.base)
}

// largestScanForm is a scan with the fields around it.
const largestScanForm = 11 << 20

func (v *visit) paperOf() (consentAt, id.Paper, error) {
	at, err := v.consentOf()
	if err != nil {
		return at, id.Paper{}, err
	}
	paper, err := id.Parse[id.Paper](v.Param("paper"))
	if err != nil {
		err = directory.ErrNotFound
	}
	return at, paper, err
}

func (s *Site) confirmPaper(v *visit) error {
	at, paper, err := v.paperOf()
	if err != nil {
		return err
	}
	if _, err := s.cfg.Consents.ConfirmPaper(v.Request().Context(), at.who, paper); err != nil {
		return err
	}
	return v.done("did.confirm_paper", at.base)
}

func (s *Site) dismissPaper(v *visit) error {
	at, paper, err := v.paperOf()
	if err != nil {
		return err
	}
	if err := s.cfg.Consents.DismissPaper(v.Request().Context(), at.who, paper); err != nil {
		return err
	}
	return v.done("did.dismiss_paper", at.base)
}

// showScan gives the scan of a signed sheet to keep: each opening is on record.
func (s *Site) showScan(v *visit) error {
	at, paper, err := v.paperOf()
	if err != nil {
		return err
	}
	scan, err := s.cfg.Consents.Scan(v.Request().Context(), at.who, paper)
	if err != nil {
		return err
	}
	defer scan.Close()
	v.guardFile("no-store")
	v.Response().Header().Set("Content-Disposition", `attachment; filename="autorisation-signee"`)
	return v.Stream(http.StatusOK, "application/octet-stream", scan)
}
