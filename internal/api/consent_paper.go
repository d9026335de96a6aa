package api

import (
	"bytes"
	"slices"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// paperJSON is an answer that a family signed on paper.
type paperJSON struct {
	ID          id.Paper  `json:"id"`
	Signatory   id.Person `json:"signatory"`
	Accepted    []id.Use  `json:"accepted" doc:"None is a refusal."`
	SignedOn    day       `json:"signed_on" doc:"The day beside the signature."`
	RecordedBy  id.Person `json:"recorded_by"`
	RecordedAt  time.Time `json:"recorded_at"`
	ConfirmedBy id.Person `json:"confirmed_by,omitzero" doc:"The second person, who has seen it; it counts from then on (R29)."`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	DismissedAt time.Time `json:"dismissed_at,omitzero" doc:"When it was set aside."`
}

func shownPaper(p imageconsent.Paper) paperJSON {
	return paperJSON{
		p.ID, p.Signatory, append([]id.Use{}, p.Accepted...), day(p.SignedOn), p.RecordedBy, p.RecordedAt, p.ConfirmedBy, p.ConfirmedAt, p.DismissedAt,
	}
}

// sentPaperJSON is the form that brings a paper.
type sentPaperJSON struct {
	Signatory id.Person `json:"signatory"`
	Accepted  string    `json:"accepted,omitempty" doc:"Ids of the uses accepted, with commas between them; none is a refusal."`
	SignedOn  day       `json:"signed_on" doc:"The day beside the signature: what its signatory has said on that day or since counts, not the paper (R33)."`
	Scan      upload    `json:"scan" doc:"PDF, JPEG or PNG."`
}

// postPaper records what a family signed on paper.
func (a *API) postPaper(c *call) (answer, error) {
	consent, err := pathID[id.Consent](c, "id")
	if err != nil {
		return answer{}, err
	}
	form, err := c.form("scan", "signatory", "accepted", "signed_on")
	if err != nil {
		return answer{}, err
	}
	in := imageconsent.PaperInput{}
	if in.Signatory, err = parseID[id.Person](form.fields["signatory"]); err != nil {
		return answer{}, wrong(ErrInvalid, "signatory", "not_an_id")
	}
	if text := form.fields["signed_on"]; text != "" {
		if err := (*day)(&in.SignedOn).UnmarshalText([]byte(text)); err != nil {
			return answer{}, wrong(ErrInvalid, "signed_on", "not_a_day")
		}
	}
	for _, text := range strings.FieldsFunc(form.fields["accepted"], func(r rune) bool { return r == ',' || r == ' ' }) {
		use, err := parseID[id.Use](text)
		if err != nil {
			return answer{}, wrong(ErrInvalid, "accepted", "not_an_id")
		}
		in.Accepted = append(in.Accepted, use)
	}
	switch len(form.files) {
	case 1:
		in.Scan = bytes.NewReader(form.files[0].data)
	case 0: // whoever records it is told
	default:
		return answer{}, wrong(ErrInvalid, "scan", "repeated")
	}
	paper, err := a.cfg.Consents.RecordPaper(c.Request().Context(), c.who, consent, in)
	if err != nil {
		return answer{}, err
	}
	given, err := a.consent(c, consent)
	given.location = "/api/v1/consents/" + consent.String() + "/papers/" + paper.String() + "/scan"
	return given, err
}

// pathPaper is the paper that a path names, of the consent that it names.
func (a *API) pathPaper(c *call) (id.Consent, id.Paper, error) {
	consent, err := pathID[id.Consent](c, "id")
	if err != nil {
		return consent, id.Paper{}, err
	}
	paper, err := pathID[id.Paper](c, "paper")
	if err != nil {
		return consent, paper, err
	}
	sheet, err := a.cfg.Consents.Sheet(c.Request().Context(), c.who, consent)
	if err == nil && !slices.ContainsFunc(sheet.Papers, func(p imageconsent.Paper) bool { return p.ID == paper }) {
		err = directory.ErrNotFound
	}
	return consent, paper, err
}

func (a *API) confirmPaper(c *call) (answer, error) {
	consent, paper, err := a.pathPaper(c)
	if err != nil {
		return answer{}, err
	}
	if _, err := a.cfg.Consents.ConfirmPaper(c.Request().Context(), c.who, paper); err != nil {
		return answer{}, err
	}
	return a.consentAfter(c, consent)
}

func (a *API) dismissPaper(c *call) (answer, error) {
	_, paper, err := a.pathPaper(c)
	if err != nil {
		return answer{}, err
	}
	return answer{}, a.cfg.Consents.DismissPaper(c.Request().Context(), c.who, paper)
}

// soleJSON is where the proof is.
type soleJSON struct {
	Proof string `json:"proof" doc:"Reference of the judgment or deed, which whoever records it has seen."`
}

// recordSole keeps where the proof is that one guardian holds authority alone (R30).
func (a *API) recordSole(c *call) (answer, error) {
	consent, err := pathID[id.Consent](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[soleJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Consents.RecordSole(c.Request().Context(), c.who, consent, in.Proof); err != nil {
		return answer{}, err
	}
	return a.consent(c, consent)
}

// getScan answers with the scan of a paper. Each reading of it is in the trail.
func (a *API) getScan(c *call) (answer, error) {
	_, paper, err := a.pathPaper(c)
	if err != nil {
		return answer{}, err
	}
	scan, err := a.cfg.Consents.Scan(c.Request().Context(), c.who, paper)
	if err != nil {
		return answer{}, err
	}
	return answer{file: &file{data: scan, media: anyBytes}}, nil
}
