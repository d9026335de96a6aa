package imageconsent

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// RegisterTx is what reading consents, and reminding of them, does inside a transaction.
type RegisterTx interface {
	// Register reads consents, the latest first, before the given one. Of the reader's own
	// family it takes those for unanswered that the reader has not answered.
	Register(ctx context.Context, f RegisterFilter, before id.Consent, limit int) ([]Entry, error)
	// PhotosOf lists the photos of a request in which somebody is named.
	PhotosOf(ctx context.Context, request id.Request, person id.Person) ([]id.Photo, error)
	// ConsentHistory reads the trail of a consent, the latest first.
	ConsentHistory(ctx context.Context, consent id.Consent) ([]Event, error)
	// ConsentsAround lists the consents of a person and of whom they are a guardian with
	// authority, the latest first, a hundred at most.
	ConsentsAround(ctx context.Context, who id.Person, now time.Time) ([]id.Consent, error)
	// ShownUnder lists what shows the person now in the places that the consent covers.
	ShownUnder(ctx context.Context, consent id.Consent, now time.Time) ([]Appearance, error)
	// Remindable counts a reminder of each consent of the request that still waits, was not
	// reminded since then and less often than that, and lists them.
	Remindable(ctx context.Context, request id.Request, since time.Time, most int, now time.Time) ([]id.Consent, error)
}

// RegisterFilter narrows the register; zero fields leave it wide.
type RegisterFilter struct {
	Group      id.Group
	Request    id.Request
	Person     id.Person
	Status     workflow.ConsentStatus
	Unanswered bool      // somebody's answer is missing
	AskedBy    id.Person // set for who sees their own requests alone
	Reader     id.Person // set for who reads it
	Limit      int       // of a page; 0: fifty
}

// Entry is a consent in the register.
type Entry struct {
	Consent      Consent
	Title        string // of the project
	Reference    string
	AskedBy      id.Person
	Person       string // name
	Class        string
	Until        time.Time
	Lines        int
	Covered      int
	Guardianless bool    // it waits for a guardian, and nobody is known to hold parental authority (R29)
	Waiting      []Reach // whose answer is missing, and how they were told
	Family       bool    // the reader is of it, and learns of nobody's answer but their own (R46)
}

// own leaves out who else of the reader's own family has not answered.
func (e *Entry) own(reader id.Person) {
	if e.Family {
		e.Consent.Waiting = only(reader, e.Consent.Waiting)
		e.Waiting = slices.DeleteFunc(e.Waiting, func(r Reach) bool { return r.Person != reader })
	}
}

// RegisterPage is a part of the register.
type RegisterPage struct {
	Keeps bool // the reader sees all of it, and may export it
	Items []Entry
	Next  string // After of the next page; empty on the last
	Runs  bool   // the reader runs or directs the house, and may look at what it has mailed
}

// pageRegister is how many consents are on a page unless told, and mostExported in an export.
const (
	pageRegister = 50
	mostExported = 20000
)

// Register lists consents, the latest first: all of them for the director and the consent
// officers, those that they asked for to the staff. Of their own family all of them see
// what the family sees (R46). The errors are [directory.ErrNotFound],
// a [directory.Refusal] (R09), and a [FieldError] for a place in the list that there is not.
func (s *Consents) Register(ctx context.Context, who actor.Actor, f RegisterFilter, after string) (RegisterPage, error) {
	var before id.Consent
	if after != "" {
		var err error
		if before, err = id.Parse[id.Consent](after); err != nil {
			return RegisterPage{}, fmt.Errorf("read register: %w", wrong("after", "unknown", ""))
		}
	}
	var page RegisterPage
	most := cmp.Or(f.Limit, pageRegister)
	err := s.registering(ctx, who, f, func(tx ConsentTx, who actor.Actor, f RegisterFilter) (err error) {
		page.Keeps, page.Runs = who.Roles.HasAny(keepers...), who.Roles.HasAny(actor.Admin, actor.Director)
		page.Items, err = registered(ctx, tx, f, before, most+1)
		return err
	})
	if err != nil {
		return RegisterPage{}, fmt.Errorf("read register: %w", err)
	}
	if len(page.Items) > most {
		page.Items = page.Items[:most]
		page.Next = page.Items[most-1].Consent.ID.String()
	}
	return page, nil
}

func (s *Consents) registering(ctx context.Context, who actor.Actor, f RegisterFilter, do func(ConsentTx, actor.Actor, RegisterFilter) error) error {
	return s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		who, err := housed(ctx, tx, who, s.clock())
		switch {
		case err != nil:
			return err
		case !who.Roles.HasAny(staff...):
			return &directory.Refusal{Act: "read_register", Rule: "R09", Err: directory.ErrForbidden}
		}
		f.AskedBy, f.Reader = id.Person{}, who.Person
		if !who.Roles.HasAny(keepers...) {
			f.AskedBy = who.Person
		}
		return do(tx, who, f)
	})
}

// registered reads a part of the register as its reader may see it.
func registered(ctx context.Context, tx ConsentTx, f RegisterFilter, before id.Consent, limit int) ([]Entry, error) {
	entries, err := tx.Register(ctx, f, before, limit)
	for i := range entries {
		entries[i].own(f.Reader)
	}
	return entries, err
}

// exportHead names the columns of an export.
var exportHead = []string{
	"projet", "référence", "personne", "classe", "état", "lignes accordées", "lignes demandées", "réponses attendues", "demandé le", "décidé le", "jusqu'au", "rappels",
}

// statusWords are the statuses on paper.
var statusWords = map[workflow.ConsentStatus]string{
	workflow.Asked: "en attente", workflow.Granted: "accordée", workflow.Refused: "refusée", workflow.Revoked: "retirée",
	workflow.ExpiredConsent: "expirée", workflow.SupersededConsent: "remplacée",
}

// ActExport is the act of taking the register away as a table, as the trail has it.
const ActExport = "export_register"

// Export gives the register as rows of a table, the head first, at most 20,000. No cell
// begins as a formula does. The director and the consent officers may, and the trail tells
// that they did. The errors are those of Register.
func (s *Consents) Export(ctx context.Context, who actor.Actor, f RegisterFilter) ([][]string, error) {
	rows := [][]string{exportHead}
	err := s.registering(ctx, who, f, func(tx ConsentTx, who actor.Actor, f RegisterFilter) error {
		if !who.Roles.HasAny(keepers...) {
			return &directory.Refusal{Act: ActExport, Rule: "R09", Err: directory.ErrForbidden}
		}
		if err := tx.Record(ctx, audit.Act(who, ActExport, audit.Subject{Kind: "register", ID: who.Tenant.UUID}, "R09", s.clock())); err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		entries, err := registered(ctx, tx, f, id.Consent{}, mostExported)
		for _, e := range entries {
			rows = append(rows, e.row(house.Calendar.Location()))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("export register: %w", err)
	}
	return rows, nil
}

func (e Entry) row(zone *time.Location) []string {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format("2006-01-02")
	}
	waiting := e.WaitingNames()
	if e.Guardianless {
		waiting = append(waiting, "aucun responsable connu")
	}
	cells := []string{
		e.Title, e.Reference, e.Person, e.Class, statusWords[e.Consent.Status], strconv.Itoa(e.Covered), strconv.Itoa(e.Lines), strings.Join(waiting, ", "),
		day(e.Consent.AskedAt), day(e.Consent.DecidedAt), day(e.Until.Add(-time.Nanosecond)), strconv.Itoa(e.Consent.Reminders),
	}
	for i := range cells {
		cells[i] = plainCell(cells[i])
	}
	return cells
}

// WaitingNames are the names of those whose answer is missing.
func (e Entry) WaitingNames() []string {
	names := make([]string, len(e.Waiting))
	for i, reach := range e.Waiting {
		names[i] = reach.Name
	}
	return names
}

// plainCell keeps a spreadsheet from taking a name for a formula: what begins as one is
// written behind an apostrophe.
func plainCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) || strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") {
		return "'" + s
	}
	return s
}

// betweenReminders is the least time between two reminders of a family.
const betweenReminders = 3 * 24 * time.Hour

// Remind tells everybody whose answer to a request is missing that it is, once in three days
// and no more often than the establishment's parameter says, and counts the consents of
// which it did. Who asked may, a consent officer, the director. The error is
// [directory.ErrNotFound].
func (s *Consents) Remind(ctx context.Context, who actor.Actor, request id.Request) (int, error) {
	count := 0
	err := s.inTx(ctx, who.Tenant, func(tx ConsentTx) error {
		now := s.clock()
		_, who, err := kept(ctx, tx, who, request, now)
		if err != nil {
			return err
		}
		house, err := tx.Here(ctx)
		if err != nil {
			return err
		}
		reminded, err := tx.Remindable(ctx, request, now.Add(-betweenReminders), settings.RemindersMost.Of(house.Values), now)
		if err != nil {
			return err
		}
		for _, consent := range reminded {
			if err := tell(ctx, tx, who, ActRemind, "R33", consent, now); err != nil {
				return err
			}
		}
		count = len(reminded)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("remind of request %s: %w", request, err)
	}
	return count, nil
}
