package api

import (
	"context"
	"encoding/hex"
	"io"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
)

// Consents asks families, and takes what they answer. imageconsent.Consents is one.
type Consents interface {
	Preview(ctx context.Context, who actor.Actor, in imageconsent.AskInput) (imageconsent.Preview, error)
	Ask(ctx context.Context, who actor.Actor, in imageconsent.AskInput) (imageconsent.Preview, error)
	Request(ctx context.Context, who actor.Actor, request id.Request) (imageconsent.Request, error)
	AddPhotos(ctx context.Context, who actor.Actor, request id.Request, photos []id.Photo) error
	Remind(ctx context.Context, who actor.Actor, request id.Request) (int, error)
	Resend(ctx context.Context, who actor.Actor, consent id.Consent, signatory id.Person) error
	Register(ctx context.Context, who actor.Actor, f imageconsent.RegisterFilter, after string) (imageconsent.RegisterPage, error)
	Mine(ctx context.Context, who actor.Actor) ([]imageconsent.Held, error)
	Sheet(ctx context.Context, who actor.Actor, consent id.Consent) (imageconsent.Sheet, error)
	Answer(ctx context.Context, who actor.Actor, consent id.Consent, version int64, in imageconsent.AnswerInput) (imageconsent.Answered, error)
	Export(ctx context.Context, who actor.Actor, f imageconsent.RegisterFilter) ([][]string, error)
	RecordSole(ctx context.Context, who actor.Actor, consent id.Consent, proof string) error
	Revoke(ctx context.Context, who actor.Actor, consent id.Consent, in imageconsent.RevokeInput) error
	RecordPaper(ctx context.Context, who actor.Actor, consent id.Consent, in imageconsent.PaperInput) (id.Paper, error)
	ConfirmPaper(ctx context.Context, who actor.Actor, paper id.Paper) (imageconsent.Answered, error)
	DismissPaper(ctx context.Context, who actor.Actor, paper id.Paper) error
	Scan(ctx context.Context, who actor.Actor, paper id.Paper) (io.ReadCloser, error)
}

// day is a date without a time: 2026-11-24.
type day time.Time

// UnmarshalText reads a day.
func (d *day) UnmarshalText(text []byte) error {
	read, err := time.Parse(time.DateOnly, string(text))
	*d = day(read)
	return err
}

// MarshalText writes a day.
func (d day) MarshalText() ([]byte, error) { return []byte(time.Time(d).Format(time.DateOnly)), nil }

// askJSON is what somebody asks families for (R28, R31).
type askJSON struct {
	Title      string      `json:"title" doc:"Of the one project."`
	Nature     string      `json:"nature" doc:"What is shown."`
	Purpose    string      `json:"purpose"`
	Place      string      `json:"place"`
	TakenFrom  day         `json:"taken_from" doc:"The first day of the one event."`
	TakenTo    day         `json:"taken_to" doc:"Its last day: within a month, or less by the establishment's parameter (R31)."`
	Operations []string    `json:"operations" doc:"What is done with the pictures."`
	Territory  string      `json:"territory"`
	Until      day         `json:"until,omitzero" doc:"The last day; as the establishment's parameter says unless told."`
	Uses       []askedJSON `json:"uses" doc:"Each is a box that a family ticks or leaves."`
	Photos     []id.Photo  `json:"photos,omitempty" doc:"Who is named in them is asked."`
	ToCome     bool        `json:"to_come,omitempty" doc:"Pictures of the project, which are not taken yet, may join it: those of its days, brought then or soon after (R31)."`
	Group      id.Group    `json:"group,omitzero" doc:"Its pupils are asked."`
	Persons    []id.Person `json:"persons,omitempty" doc:"Asked besides."`
}

type askedJSON struct {
	Space         id.Space              `json:"space,omitzero" doc:"To its audience as it is today."`
	Print         bool                  `json:"print,omitempty" doc:"On paper, in place of a space."`
	Trombinoscope id.Group              `json:"trombinoscope,omitzero" doc:"In the trombinoscope of this group, in place of a space; with print, on its paper. A request for one asks for nothing else (R35)."`
	Media         []imageconsent.Medium `json:"media"`
}

func (in askJSON) input() imageconsent.AskInput {
	out := imageconsent.AskInput{
		Title: in.Title, Nature: in.Nature, Purpose: in.Purpose, Place: in.Place, TakenFrom: time.Time(in.TakenFrom), TakenTo: time.Time(in.TakenTo),
		Operations: in.Operations, Territory: in.Territory, Until: time.Time(in.Until), Photos: in.Photos, ToCome: in.ToCome, Group: in.Group, Persons: in.Persons,
	}
	for _, use := range in.Uses {
		out.Uses = append(out.Uses, imageconsent.UseInput(use))
	}
	return out
}

// lineJSON is one use that a request asks for.
type lineJSON struct {
	ID       id.Use                `json:"id" doc:"To be named by a grant."`
	Medium   imageconsent.Medium   `json:"medium"`
	Audience imageconsent.Audience `json:"audience"`
	Group    id.Group              `json:"group,omitzero"`
	ENT      id.ENT                `json:"ent,omitzero"`
	Space    id.Space              `json:"space,omitzero" doc:"Absent for print and for a trombinoscope."`
	Reach    []id.Tenant           `json:"reach,omitempty" doc:"Of an ENT: the establishments that the text names. One that joins the ENT later does not see the pictures (R28)."`
	Text     string                `json:"text" doc:"As families read it, in French."`
}

// requestJSON is a request as it was sent: it never changes.
type requestJSON struct {
	ID          id.Request `json:"id"`
	Title       string     `json:"title"`
	Beneficiary string     `json:"beneficiary"`
	Nature      string     `json:"nature"`
	Purpose     string     `json:"purpose"`
	Place       string     `json:"place"`
	TakenFrom   day        `json:"taken_from"`
	TakenTo     day        `json:"taken_to"`
	Operations  []string   `json:"operations"`
	Territory   string     `json:"territory"`
	From        time.Time  `json:"from"`
	Until       time.Time  `json:"until" doc:"Pictures are not shown from then on."`
	ToCome      bool       `json:"to_come"`
	Lines       []lineJSON `json:"lines"`
	Photos      []id.Photo `json:"photos"`
	Body        string     `json:"body" doc:"The text that families sign, in French."`
	Hash        string     `json:"hash" doc:"SHA-256 of body."`
	Reference   string     `json:"reference" doc:"On paper."`
	AskedBy     personJSON `json:"asked_by"`
	AskedAt     time.Time  `json:"asked_at"`
}

// sentJSON is a request with whom it goes to, and why.
type sentJSON struct {
	requestJSON
	Persons []wantedJSON `json:"persons"`
}

// wantedJSON is one person who is to be asked, with who must answer.
type wantedJSON struct {
	Person          personJSON                    `json:"person"`
	Consent         id.Consent                    `json:"consent,omitzero" doc:"Absent in a preview, and of whoever is not asked now."`
	Minor           bool                          `json:"minor"`
	OwnWord         bool                          `json:"own_word" doc:"The person's own answer is needed (R29)."`
	Guardians       map[imageconsent.Audience]int `json:"guardians" doc:"How many of them must agree, for each audience (R30)."`
	Signatories     []personJSON                  `json:"signatories" doc:"Who may answer."`
	ProofNeeded     bool                          `json:"proof_needed,omitempty" doc:"A second guardian is needed, and not known (R30)."`
	GuardianUnknown bool                          `json:"guardian_unknown,omitempty" doc:"A guardian is needed, and nobody is known to hold parental authority: the directory has to name one (R29)."`
	RestingUntil    time.Time                     `json:"resting_until,omitzero" doc:"Somebody refused or withdrew lately: not asked again before (R33)."`
	Supersedes      []id.Consent                  `json:"supersedes,omitempty"`
}

// previewRequest shows what would be sent, and to whom. It writes nothing.
func (a *API) previewRequest(c *call) (answer, error) {
	in, err := decode[askJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	preview, err := a.cfg.Consents.Preview(c.Request().Context(), c.who, in.input())
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownPreview(preview)}, nil
}

func (a *API) postRequest(c *call) (answer, error) {
	in, err := decode[askJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	sent, err := a.cfg.Consents.Ask(c.Request().Context(), c.who, in.input())
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownPreview(sent), location: "/api/v1/consent-requests/" + sent.Request.ID.String()}, nil
}

func (a *API) getRequest(c *call) (answer, error) {
	request, err := pathID[id.Request](c, "id")
	if err != nil {
		return answer{}, err
	}
	read, err := a.cfg.Consents.Request(c.Request().Context(), c.who, request)
	if err != nil {
		return answer{}, err
	}
	return answer{body: shownRequest(read)}, nil
}

type addedPhotosJSON struct {
	Photos []id.Photo `json:"photos"`
}

// addRequestPhotos adds pictures to a request that was sent before they were taken.
func (a *API) addRequestPhotos(c *call) (answer, error) {
	request, err := pathID[id.Request](c, "id")
	if err != nil {
		return answer{}, err
	}
	in, err := decode[addedPhotosJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	if err := a.cfg.Consents.AddPhotos(c.Request().Context(), c.who, request, in.Photos); err != nil {
		return answer{}, err
	}
	return a.getRequest(c)
}

type remindedJSON struct {
	Reminded int `json:"reminded" doc:"Of how many consents; who was reminded lately is not."`
}

func (a *API) postReminders(c *call) (answer, error) {
	request, err := pathID[id.Request](c, "id")
	if err != nil {
		return answer{}, err
	}
	count, err := a.cfg.Consents.Remind(c.Request().Context(), c.who, request)
	if err != nil {
		return answer{}, err
	}
	return answer{body: remindedJSON{count}}, nil
}

func shownPreview(p imageconsent.Preview) sentJSON {
	out := sentJSON{requestJSON: shownRequest(p.Request), Persons: make([]wantedJSON, len(p.Persons))}
	for i, w := range p.Persons {
		one := wantedJSON{
			Person: personJSON{w.Kin.Person.ID, w.Kin.Person.FullName()}, Consent: w.Consent, Minor: w.Minor, OwnWord: !w.Minor || w.Pupil,
			Guardians: w.Needed, Signatories: []personJSON{}, ProofNeeded: w.Proof, GuardianUnknown: w.Guardianless, RestingUntil: w.Resting, Supersedes: w.Overtook,
		}
		for _, signer := range w.Sign {
			one.Signatories = append(one.Signatories, personJSON{signer.ID, signer.FullName()})
		}
		out.Persons[i] = one
	}
	return out
}

func shownRequest(r imageconsent.Request) requestJSON {
	out := requestJSON{
		ID: r.ID, Title: r.Title, Beneficiary: r.Beneficiary, Nature: r.Nature, Purpose: r.Purpose, Place: r.Place,
		TakenFrom: day(r.TakenFrom), TakenTo: day(r.TakenTo), Operations: r.Operations, Territory: r.Territory, From: r.Valid.From, Until: r.Valid.Until,
		ToCome: r.ToCome, Lines: []lineJSON{}, Photos: append([]id.Photo{}, r.Photos...), Body: r.Body, Hash: hex.EncodeToString(r.Hash[:]),
		Reference: r.Reference, AskedBy: personJSON{r.AskedBy, r.Asker}, AskedAt: r.AskedAt,
	}
	for _, line := range r.Lines {
		out.Lines = append(out.Lines, shownLine(r, line))
	}
	return out
}

func shownLine(r imageconsent.Request, l imageconsent.Line) lineJSON {
	return lineJSON{l.ID, l.Medium, l.Audience, l.Group, l.ENT, l.Space, r.Reach(l), r.Describe(l)}
}
