package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/netip"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/auth"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/mail"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Sessions says who is at the door. auth.Service is one.
type Sessions interface {
	Middleware(next http.Handler) http.Handler
	Session(r *http.Request) (auth.Identity, error)
	Login(w http.ResponseWriter, r *http.Request, login, password string, from netip.Addr) error
	Logout(ctx context.Context) error
	Choose(ctx context.Context, who auth.Identity, tenant id.Tenant) error
	Flash(ctx context.Context, message string)
	TakeFlash(ctx context.Context) string
	Personas(ctx context.Context) ([]auth.Known, error)
	Become(ctx context.Context, external string) error
}

// Reader is the only door to what is published. publication.Reader is one.
type Reader interface {
	House(ctx context.Context, uai string) (publication.House, error)
	Home(ctx context.Context, v publication.Viewer) (publication.HomePage, error)
	Space(ctx context.Context, v publication.Viewer, slug string, after publication.Cursor) (publication.SpacePage, error)
	Contribution(ctx context.Context, v publication.Viewer, c id.Contribution) (publication.ContributionPage, error)
	Thread(ctx context.Context, v publication.Viewer, topic id.Contribution, after publication.Cursor) (publication.ThreadPage, error)
	Feed(ctx context.Context, v publication.Viewer, slug string) (publication.Feed, error)
	Legal(ctx context.Context, v publication.Viewer) (publication.LegalPage, error)
	Transparency(ctx context.Context, v publication.Viewer, year int) (publication.PublicReport, error)
	Photo(ctx context.Context, v publication.Viewer, c id.Contribution, photo id.Photo, size imageconsent.Size) (imageconsent.File, error)
	Print(ctx context.Context, v publication.Viewer, c id.Contribution, photo id.Photo) (imageconsent.File, error)
	Classes(ctx context.Context, v publication.Viewer) ([]publication.Class, error)
	Trombinoscope(ctx context.Context, v publication.Viewer, group id.Group) (publication.TrombinoscopePage, error)
	Portrait(ctx context.Context, v publication.Viewer, group id.Group, photo id.Photo, size imageconsent.Size) (imageconsent.File, error)
}

// Stops is the stop button and the emergency stop. publication.Stops is one.
type Stops interface {
	May(ctx context.Context, who actor.Actor, space id.Space) (bool, error)
	Text(ctx context.Context, who actor.Actor, c id.Contribution, text string) error
	Space(ctx context.Context, who actor.Actor, space id.Space, text string) error
	Open(ctx context.Context, who actor.Actor) ([]publication.Stopped, error)
	Release(ctx context.Context, who actor.Actor, hold id.Hold, seen id.Revision, text string) error
	Halt(ctx context.Context, who actor.Actor, space id.Space, reason string) (id.Halt, error)
	Resume(ctx context.Context, who actor.Actor, halt id.Halt) error
	Halts(ctx context.Context, who actor.Actor) ([]publication.Halt, error)
}

// Writer keeps what authors write. publication.Service is one.
type Writer interface {
	Desk(ctx context.Context, who actor.Actor, space id.Space) (publication.Writing, error)
	Answers(ctx context.Context, who actor.Actor, space id.Space) (bool, error)
	Works(ctx context.Context, who actor.Actor, after publication.Cursor) (publication.WorkPage, error)
	Create(ctx context.Context, who actor.Actor, n publication.New) (id.Contribution, error)
	SaveDraft(ctx context.Context, who actor.Actor, c id.Contribution, version int64, in publication.Input) (publication.Revision, error)
	Suggest(ctx context.Context, who actor.Actor, c id.Contribution, version int64, in publication.Input) (publication.Revision, error)
	WaitForPhotos(ctx context.Context, who actor.Actor, c id.Contribution, waits bool) error
}

// Reviewer shows what waits, carries out every act on a text, and tells. moderation.Service is one.
type Reviewer interface {
	Queue(ctx context.Context, who actor.Actor, f moderation.Filter) (moderation.Page, error)
	Counts(ctx context.Context, who actor.Actor) (moderation.Waiting, error)
	Next(ctx context.Context, who actor.Actor, after id.Contribution) (id.Contribution, error)
	Open(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.Item, error)
	Item(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.Item, error)
	Claim(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.Claim, error)
	Release(ctx context.Context, who actor.Actor, c id.Contribution) error
	Act(ctx context.Context, who actor.Actor, c id.Contribution, command publication.Command) error
	History(ctx context.Context, who actor.Actor, c id.Contribution, after string, limit int) (moderation.HistoryPage, error)
	Notices(ctx context.Context, who actor.Actor, after string, limit int) (moderation.NoticePage, error)
	MarkRead(ctx context.Context, who actor.Actor, notices ...id.Notice) error
}

// Directory knows who is who, and keeps who has read the briefing and who was refused,
// and what the establishment has decided for itself.
// directory.Service is one.
type Directory interface {
	Briefing(ctx context.Context, who actor.Actor) (directory.Briefing, error)
	ReadBriefing(ctx context.Context, who actor.Actor, version string, answers map[string]bool) error
	Colleagues(ctx context.Context, who actor.Actor) ([]directory.Listed, error)
	PressPupils(ctx context.Context, who actor.Actor) ([]directory.Listed, error)
	Groups(ctx context.Context, who actor.Actor) ([]directory.GroupListing, error)
	Search(ctx context.Context, who actor.Actor, text string, limit int) ([]directory.Listed, error)
	Names(ctx context.Context, who actor.Actor, persons []id.Person) (map[id.Person]string, error)
	Parameters(ctx context.Context, who actor.Actor) (directory.Settings, error)
	ParameterChanges(ctx context.Context, who actor.Actor, key string) ([]directory.SettingChange, error)
	Configure(ctx context.Context, who actor.Actor, version int64, changes map[string]json.RawMessage) (directory.Settings, error)
	Standings(ctx context.Context, who actor.Actor) (directory.Standings, error)
	SetStanding(ctx context.Context, who actor.Actor, in directory.StandingInput) (id.Standing, error)
	EndStanding(ctx context.Context, who actor.Actor, standing id.Standing) error
	Observe(ctx context.Context, who actor.Actor, standing id.Standing, said string) error
	Denials(ctx context.Context, who actor.Actor, why directory.LogReason, before id.Denial, limit int) ([]directory.NamedDenial, error)
	Direction(ctx context.Context, who actor.Actor) (directory.Direction, error)
	Lend(ctx context.Context, who actor.Actor, l directory.Loan) ([]directory.Delegation, error)
	EndDelegation(ctx context.Context, who actor.Actor, delegation id.Delegation) error
	Establishments(ctx context.Context, who actor.Actor) ([]directory.Directed, error)
	Establishment(ctx context.Context, who actor.Actor, uai string) (directory.Directed, []directory.Listed, error)
	AppointActing(ctx context.Context, who actor.Actor, place id.Tenant, in directory.ActingHead) (id.Tenure, error)
	EndActing(ctx context.Context, who actor.Actor, place id.Tenant, tenure id.Tenure) error
}

// Authorisations records what pupils and guardians allow (R36), and that a work is
// collective (R37).
// publication.Authorisations is one.
type Authorisations interface {
	Record(ctx context.Context, who actor.Actor, c id.Contribution, in publication.AuthorisationInput) (id.Authorisation, error)
	End(ctx context.Context, who actor.Actor, c id.Contribution, a id.Authorisation) error
	Sheet(ctx context.Context, who actor.Actor, c id.Contribution) (publication.AuthorisationSheet, error)
	Awaited(ctx context.Context, who actor.Actor) ([]publication.Unauthorised, error)
	Qualify(ctx context.Context, who actor.Actor, c id.Contribution, in publication.CollectiveInput) (id.Collective, error)
	Disqualify(ctx context.Context, who actor.Actor, c id.Contribution) error
}

// Photos takes pictures in, and says who is in them. imageconsent.Photos is one.
type Photos interface {
	Limits(ctx context.Context, who actor.Actor) (imageconsent.Limits, error)
	Upload(ctx context.Context, who actor.Actor, in imageconsent.Upload) (id.Photo, error)
	Receive(ctx context.Context, who actor.Actor, in imageconsent.Incoming) (id.Photo, error)
	NewSeries(ctx context.Context, who actor.Actor, title string) (id.Series, error)
	Series(ctx context.Context, who actor.Actor) ([]imageconsent.Series, error)
	List(ctx context.Context, who actor.Actor, f imageconsent.PhotoFilter) ([]imageconsent.Photo, error)
	Photo(ctx context.Context, who actor.Actor, photo id.Photo) (imageconsent.PhotoDossier, error)
	Uses(ctx context.Context, who actor.Actor, photo id.Photo) ([]imageconsent.JudgedUse, error)
	Open(ctx context.Context, who actor.Actor, shown imageconsent.Shown, size imageconsent.Size) (imageconsent.File, io.ReadCloser, error)
	Original(ctx context.Context, who actor.Actor, photo id.Photo) (imageconsent.Photo, io.ReadCloser, error)
	Identify(ctx context.Context, who actor.Actor, photo id.Photo, in imageconsent.Identification) error
	Add(ctx context.Context, who actor.Actor, photos []id.Photo, people []id.Person) error
	Act(ctx context.Context, who actor.Actor, photo id.Photo, c imageconsent.PhotoCommand) error
}

// Consents asks families and takes what they answer. imageconsent.Consents is one.
type Consents interface {
	Preview(ctx context.Context, who actor.Actor, in imageconsent.AskInput) (imageconsent.Preview, error)
	Ask(ctx context.Context, who actor.Actor, in imageconsent.AskInput) (imageconsent.Preview, error)
	Request(ctx context.Context, who actor.Actor, request id.Request) (imageconsent.Request, error)
	AddPhotos(ctx context.Context, who actor.Actor, request id.Request, photos []id.Photo) error
	Projects(ctx context.Context, who actor.Actor) ([]imageconsent.Project, error)
	Register(ctx context.Context, who actor.Actor, f imageconsent.RegisterFilter, after string) (imageconsent.RegisterPage, error)
	Export(ctx context.Context, who actor.Actor, f imageconsent.RegisterFilter) ([][]string, error)
	Remind(ctx context.Context, who actor.Actor, request id.Request) (int, error)
	Sheet(ctx context.Context, who actor.Actor, consent id.Consent) (imageconsent.Sheet, error)
	Mine(ctx context.Context, who actor.Actor) ([]imageconsent.Held, error)
	Answer(ctx context.Context, who actor.Actor, consent id.Consent, version int64, in imageconsent.AnswerInput) (imageconsent.Answered, error)
	Revoke(ctx context.Context, who actor.Actor, consent id.Consent, in imageconsent.RevokeInput) error
	Resend(ctx context.Context, who actor.Actor, consent id.Consent, signatory id.Person) error
	RecordSole(ctx context.Context, who actor.Actor, consent id.Consent, proof string) error
	RecordPaper(ctx context.Context, who actor.Actor, consent id.Consent, in imageconsent.PaperInput) (id.Paper, error)
	ConfirmPaper(ctx context.Context, who actor.Actor, paper id.Paper) (imageconsent.Answered, error)
	DismissPaper(ctx context.Context, who actor.Actor, paper id.Paper) error
	Scan(ctx context.Context, who actor.Actor, paper id.Paper) (io.ReadCloser, error)
	OpenLink(ctx context.Context, token string) (actor.Actor, id.Consent, error)
}

// Trombinoscopes makes the trombinoscopes of classes. imageconsent.Trombinoscopes is one.
type Trombinoscopes interface {
	Album(ctx context.Context, who actor.Actor, group id.Group) (imageconsent.Album, error)
	Add(ctx context.Context, who actor.Actor, group id.Group, in imageconsent.PortraitInput) (id.Photo, error)
	Confirm(ctx context.Context, who actor.Actor, group id.Group, photos []id.Photo) error
	Ask(ctx context.Context, who actor.Actor, group id.Group, onPaper bool) (imageconsent.Preview, error)
	AskForPaper(ctx context.Context, who actor.Actor, group id.Group) (imageconsent.Preview, error)
}

// Cases takes reports and has them examined. moderation.Cases is one.
type Cases interface {
	Report(ctx context.Context, who actor.Actor, in moderation.ReportInput) (moderation.Receipt, error)
	Follow(ctx context.Context, f moderation.Follower) (moderation.FollowUp, error)
	Respond(ctx context.Context, f moderation.Follower, version int64, text string) error
	Claim(ctx context.Context, f moderation.Follower, mine bool) error
	AppealReport(ctx context.Context, f moderation.Follower, version int64, text string) error
	ReportsBy(ctx context.Context, who actor.Actor, after string, limit int) (moderation.FiledPage, error)
	Cases(ctx context.Context, who actor.Actor, f moderation.CaseFilter) (moderation.CasePage, error)
	CountCases(ctx context.Context, who actor.Actor) (int, error)
	Desk(ctx context.Context, who actor.Actor) (moderation.Desk, error)
	LentActs(ctx context.Context, who actor.Actor, delegate id.Person, after string, limit int) (moderation.LentActPage, error)
	Case(ctx context.Context, who actor.Actor, c id.Case) (moderation.CaseView, error)
	CannedReasons(ctx context.Context, who actor.Actor) ([]moderation.CannedReason, error)
	KeepCanned(ctx context.Context, who actor.Actor, r moderation.CannedReason) (moderation.CannedReason, error)
	DropCanned(ctx context.Context, who actor.Actor, reason id.Canned, version int64) error
	CaseNaming(ctx context.Context, who actor.Actor, c id.Case) (moderation.CaseView, error)
	ActOn(ctx context.Context, who actor.Actor, c id.Case, command moderation.CaseCommand) error
	AddNote(ctx context.Context, who actor.Actor, c id.Case, text string) error
	Link(ctx context.Context, who actor.Actor, c, other id.Case, reason string) error
	Unlink(ctx context.Context, who actor.Actor, c, other id.Case) error
	PreviewDecision(ctx context.Context, who actor.Actor, c id.Case, command moderation.CaseCommand) (moderation.Preview, error)
	AuthorView(ctx context.Context, who actor.Actor, c id.AuthorCase) (moderation.AuthorView, error)
	Contest(ctx context.Context, who actor.Actor, of moderation.Contested, text string) (id.AuthorCase, moderation.Receipt, error)
	AboutWork(ctx context.Context, who actor.Actor, c id.Contribution) (moderation.WorkCases, error)
	AppealCase(ctx context.Context, who actor.Actor, c id.AuthorCase, version int64, text string) error
	Reply(ctx context.Context, who actor.Actor, in moderation.ReplyInput) (moderation.Receipt, error)
	RecordReply(ctx context.Context, who actor.Actor, in moderation.ReplyInput) (moderation.Receipt, error)
	MayRecordReply(ctx context.Context, who actor.Actor) error
	PreviewReply(ctx context.Context, who actor.Actor, c id.Case, command moderation.CaseCommand) (moderation.CaseLetter, error)
	Refer(ctx context.Context, who actor.Actor, c id.Case, to moderation.Recipient, body string) error
	LiftReferral(ctx context.Context, who actor.Actor, c id.Case, referral id.Entry, reason string) error
	TakeCareStep(ctx context.Context, who actor.Actor, c id.Case, step moderation.CareStep, note string) error
	MarkUnfounded(ctx context.Context, who actor.Actor, c id.Case, report id.Report, reason string) error
	LiftUnfounded(ctx context.Context, who actor.Actor, c id.Case, report id.Report, reason string) error
	LimitedUntil(ctx context.Context, who actor.Actor) (time.Time, error)
	TellGuardians(ctx context.Context, who actor.Actor, c id.Case) error
	HoldGuardians(ctx context.Context, who actor.Actor, c id.Case, reason string) error
	ReleaseGuardians(ctx context.Context, who actor.Actor, c id.Case, reason string) error
	ExportCase(ctx context.Context, who actor.Actor, c id.Case) (string, error)
	MayRecordOrder(ctx context.Context, who actor.Actor) error
	RecordOrder(ctx context.Context, who actor.Actor, in moderation.OrderInput) (id.Case, error)
}

// Figures counts what happens, and reports on a year. moderation.Figures is one.
type Figures interface {
	Month(ctx context.Context, who actor.Actor, m moderation.Month) (moderation.MonthFigures, error)
	ReportOn(ctx context.Context, who actor.Actor, year int) (moderation.YearReport, error)
	Publish(ctx context.Context, who actor.Actor, year int) error
}

// Pictures opens the files that the Reader has found. imageconsent.Remembered is one.
type Pictures interface {
	Get(ctx context.Context, name string) (io.ReadCloser, error)
}

// Post shows what was told by mail. notify.Service is one.
type Post interface {
	Mailbox(ctx context.Context, who actor.Actor, after string) (mail.Page, error)
}

// Spaces creates and keeps spaces. publication.Spaces is one.
type Spaces interface {
	List(ctx context.Context, who actor.Actor) ([]publication.KnownSpace, error)
	View(ctx context.Context, who actor.Actor, space id.Space) (publication.SpaceDossier, []workflow.Offer, error)
	Prospect(ctx context.Context, who actor.Actor) (publication.SpaceDossier, error)
	Create(ctx context.Context, who actor.Actor, in publication.SpaceInput) (id.Space, error)
	Configure(ctx context.Context, who actor.Actor, space id.Space, version int64, in publication.SpaceInput) error
	Act(ctx context.Context, who actor.Actor, space id.Space, c publication.SpaceCommand) error
}

// LegalPages keeps the information pages and the charter. publication.LegalPages is one.
type LegalPages interface {
	File(ctx context.Context, who actor.Actor) (publication.LegalFile, error)
	Write(ctx context.Context, who actor.Actor, version int64, facts publication.LegalFacts) (publication.Legal, error)
	WriteCharter(ctx context.Context, who actor.Actor, version int64, in publication.CharterInput) (publication.Charter, error)
}
