package postgres

import (
	"context"
	_ "embed" // the statement
	"encoding/json"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/calendar"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

var _ imageconsent.ConsentTx = (*Tx)(nil)

//go:embed consent.sql
var consentSQL string

// consentRow is a row of consent.
type consentRow struct {
	ConsentID  id.Consent             `json:"consent_id"`
	TenantID   id.Tenant              `json:"tenant_id"`
	RequestID  id.Request             `json:"request_id"`
	PersonID   id.Person              `json:"person_id"`
	Generation int                    `json:"generation"`
	Status     workflow.ConsentStatus `json:"status"`
	Version    int64                  `json:"version"`
	Waiting    []id.Person            `json:"waiting"`
	AskedAt    time.Time              `json:"asked_at"`
	DecidedAt  *time.Time             `json:"decided_at"`
	RemindedAt *time.Time             `json:"reminded_at"`
	Reminders  int                    `json:"reminders"`
	WarnedAt   *time.Time             `json:"warned_at"`
	SoleProof  string                 `json:"sole_proof"`
	Owed       *json.RawMessage       `json:"owed"`
}

func (r consentRow) domain() imageconsent.Consent {
	return imageconsent.Consent{
		ID: r.ConsentID, Tenant: r.TenantID, Request: r.RequestID, Person: r.PersonID, Generation: r.Generation, Status: r.Status, Version: r.Version,
		Waiting: r.Waiting, AskedAt: r.AskedAt.UTC(), DecidedAt: deref(r.DecidedAt).UTC(), RemindedAt: deref(r.RemindedAt).UTC(), Reminders: r.Reminders,
		WarnedAt: deref(r.WarnedAt).UTC(), SoleProof: r.SoleProof, Owing: r.Owed != nil,
	}
}

// requestRow is what request_document gives.
type requestRow struct {
	RequestID   id.Request          `json:"request_id"`
	TenantID    id.Tenant           `json:"tenant_id"`
	Title       string              `json:"title"`
	Beneficiary string              `json:"beneficiary"`
	Nature      string              `json:"nature"`
	Purpose     string              `json:"purpose"`
	Place       string              `json:"place"`
	TakenFrom   day                 `json:"taken_from"`
	TakenTo     day                 `json:"taken_to"`
	Operations  []string            `json:"operations"`
	Territory   string              `json:"territory"`
	From        time.Time           `json:"from"`
	Until       time.Time           `json:"until"`
	ToCome      bool                `json:"to_come"`
	Body        string              `json:"body"`
	Hash        bytea               `json:"hash"`
	Reference   string              `json:"reference"`
	AskedBy     id.Person           `json:"asked_by"`
	Asker       string              `json:"asker"`
	AskedAt     time.Time           `json:"asked_at"`
	Lines       []lineRow           `json:"lines"`
	Class       string              `json:"class"`
	Places      []placeRow          `json:"places"`
	Photos      []id.Photo          `json:"photos"`
	Files       map[id.Photo]string `json:"files"`
}

func (r requestRow) domain() imageconsent.Request {
	request := imageconsent.Request{
		ID: r.RequestID, Tenant: r.TenantID, Title: r.Title, Beneficiary: r.Beneficiary, Nature: r.Nature, Purpose: r.Purpose, Place: r.Place,
		TakenFrom: time.Time(r.TakenFrom), TakenTo: time.Time(r.TakenTo), Operations: r.Operations, Territory: r.Territory,
		Valid: imageconsent.Period{From: r.From.UTC(), Until: r.Until.UTC()}, ToCome: r.ToCome, Body: r.Body, Reference: r.Reference,
		AskedBy: r.AskedBy, Asker: r.Asker, AskedAt: r.AskedAt.UTC(), Class: r.Class, Photos: r.Photos, Files: r.Files,
	}
	copy(request.Hash[:], r.Hash)
	for _, l := range r.Lines {
		request.Lines = append(request.Lines, l.domain())
	}
	for _, p := range r.Places {
		request.Places = append(request.Places, p.domain())
	}
	return request
}

// lineRow is a row of consent_use.
type lineRow struct {
	UseID         id.Use                `json:"use_id"`
	Ordinal       int                   `json:"ordinal"`
	Medium        imageconsent.Medium   `json:"medium"`
	Audience      imageconsent.Audience `json:"audience"`
	AudienceGroup *id.Group             `json:"audience_group"`
	AudienceENT   *id.ENT               `json:"audience_ent"`
	SpaceID       *id.Space             `json:"space_id"`
	Reach         []id.Tenant           `json:"reach"`
}

func newLineRow(l imageconsent.Line, ordinal int) lineRow {
	return lineRow{l.ID, ordinal, l.Medium, l.Audience, nullable(l.Group), nullable(l.ENT), nullable(l.Space), nil}
}

func (r lineRow) domain() imageconsent.Line {
	return imageconsent.Line{ID: r.UseID, Medium: r.Medium, Use: imageconsent.Use{
		Audience: r.Audience, Group: deref(r.AudienceGroup), ENT: deref(r.AudienceENT), Space: deref(r.SpaceID),
	}}
}

// placeRow is a space with the names of its audience.
type placeRow struct {
	SpaceID       id.Space              `json:"space_id"`
	Title         string                `json:"title"`
	Slug          string                `json:"slug"`
	Kind          string                `json:"kind"`
	Status        workflow.SpaceStatus  `json:"status"`
	Audience      imageconsent.Audience `json:"audience"`
	AudienceGroup *id.Group             `json:"audience_group"`
	AudienceENT   *id.ENT               `json:"audience_ent"`
	GroupName     string                `json:"group_name"`
	ENTName       string                `json:"ent_name"`
	Reach         []struct {
		ID   id.Tenant `json:"id"`
		Name string    `json:"name"`
	} `json:"reach"`
}

func (r placeRow) domain() imageconsent.Place {
	place := imageconsent.Place{
		Space: r.SpaceID, Title: r.Title, Slug: r.Slug, Kind: r.Kind, Open: r.Status == workflow.SpaceOpen, Audience: r.Audience,
		Group: deref(r.AudienceGroup), GroupName: r.GroupName, ENT: deref(r.AudienceENT), ENTName: r.ENTName,
	}
	for _, one := range r.Reach {
		place.Reach = append(place.Reach, imageconsent.Establishment(one))
	}
	return place
}

// kinRow is what kin_document gives.
type kinRow struct {
	Person    personRow `json:"person"`
	Child     bool      `json:"child"`
	Guardians []struct {
		Guardian  id.Person  `json:"guardian_id"`
		Person    *personRow `json:"person"`
		Authority bool       `json:"authority"`
		Until     *day       `json:"until"`
	} `json:"guardians"`
	Family []id.Person `json:"family"`
}

func (r kinRow) domain() imageconsent.Kin {
	kin := imageconsent.Kin{Person: r.Person.domain(), Child: r.Child, Family: r.Family}
	for _, g := range r.Guardians {
		relative := imageconsent.Relative{Person: directory.Person{ID: g.Guardian}, Authority: g.Authority, Until: time.Time(deref(g.Until))}
		if g.Person != nil {
			relative.Person = g.Person.domain()
		}
		kin.Guardians = append(kin.Guardians, relative)
	}
	return kin
}

// answerRow is a row of consent_answer.
type answerRow struct {
	AnswerID    id.Answer             `json:"answer_id"`
	SignatoryID id.Person             `json:"signatory_id"`
	Capacity    imageconsent.Capacity `json:"capacity"`
	Accepted    []id.Use              `json:"accepted"`
	Revoked     bool                  `json:"revoked"`
	Via         string                `json:"via"`
	PaperID     *id.Paper             `json:"paper_id"`
	AnsweredAt  time.Time             `json:"answered_at"`
}

func (r answerRow) domain() imageconsent.Given {
	return imageconsent.Given{ID: r.AnswerID, Revoked: r.Revoked, Via: r.Via, Paper: deref(r.PaperID), Answer: imageconsent.Answer{
		Signatory: r.SignatoryID, Capacity: r.Capacity, Accepted: r.Accepted, At: r.AnsweredAt.UTC(),
	}}
}

// coverRow is a row of consent_cover.
type coverRow struct {
	CoverID id.Cover    `json:"cover_id"`
	UseID   id.Use      `json:"use_id"`
	RestsOn []id.Person `json:"rests_on"`
	From    time.Time   `json:"from"`
	Until   time.Time   `json:"until"`
}

// consentDocument is what consent.sql gives.
type consentDocument struct {
	Consent consentRow   `json:"consent"`
	Request requestRow   `json:"request"`
	Kin     kinRow       `json:"kin"`
	Answers []answerRow  `json:"answers"`
	Covers  []coverRow   `json:"covers"`
	Papers  []paperRow   `json:"papers"`
	Roles   []actor.Role `json:"roles"`
}

// ConsentDossier locks a consent and reads it with all that acting on it needs. The lock
// leaves children free to be written by others' hands: no child waits for it.
func (tx *Tx) ConsentDossier(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (imageconsent.ConsentDossier, error) {
	d, err := tx.consentDossier(ctx, consent, who, now)
	if err == nil {
		d.House, err = tx.Here(ctx)
	}
	return d, err
}

// WithdrawalDossier is ConsentDossier that goes on without the establishment's parameters.
func (tx *Tx) WithdrawalDossier(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (imageconsent.ConsentDossier, error) {
	d, err := tx.consentDossier(ctx, consent, who, now)
	if err != nil {
		return d, err
	}
	err = tx.attempt(ctx, func() (err error) {
		d.House, err = tx.Here(ctx)
		return err
	})
	if err != nil {
		d.House, err = newHouse(nil, calendar.ZoneC, "")
	}
	return d, err
}

func (tx *Tx) consentDossier(ctx context.Context, consent id.Consent, who id.Person, now time.Time) (imageconsent.ConsentDossier, error) {
	var locked int
	err := tx.conn.QueryRowContext(ctx, `SELECT 1 FROM consent WHERE consent_id = $1 FOR NO KEY UPDATE`, consent).Scan(&locked)
	if err != nil {
		return imageconsent.ConsentDossier{}, translate(err)
	}
	var doc consentDocument
	if err := tx.document(ctx, &doc, consentSQL, consent, nullable(who), now.UTC()); err != nil {
		return imageconsent.ConsentDossier{}, err
	}
	d := imageconsent.ConsentDossier{
		Consent: doc.Consent.domain(), Request: doc.Request.domain(), Kin: doc.Kin.domain(), Roles: actor.NewRoles(doc.Roles...),
	}
	for _, a := range doc.Answers {
		d.Answers = append(d.Answers, a.domain())
	}
	for _, c := range doc.Covers {
		d.Covers = append(d.Covers, imageconsent.OpenCover{
			ID: c.CoverID, Use: c.UseID, RestsOn: c.RestsOn, Period: imageconsent.Period{From: c.From.UTC(), Until: c.Until.UTC()},
		})
	}
	for _, p := range doc.Papers {
		d.Papers = append(d.Papers, p.domain())
	}
	return d, nil
}

// RequestOf reads a request.
func (tx *Tx) RequestOf(ctx context.Context, request id.Request) (imageconsent.Request, error) {
	var row *requestRow
	if err := tx.document(ctx, &row, `SELECT coalesce(request_document($1), 'null')`, request); err != nil {
		return imageconsent.Request{}, err
	}
	if row == nil {
		return imageconsent.Request{}, directory.ErrNotFound
	}
	return row.domain(), nil
}
