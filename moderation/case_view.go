package moderation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// CaseView is a case as its page shows it to somebody who may examine it.
type CaseView struct {
	Case
	PlaceName    string
	HandlerName  string
	SpaceTitle   string // empty where an authority handles it
	AuthorName   string // the byline of the content where the person is not known here
	AssigneeName string
	DeciderName  string
	Evidence     []Evidence // what it was, the first first
	Current      *Current   // what it is; nil where an authority handles it, or nothing was found
	Tally        Tally
	Reports      []Report       // the first [MostReports]; for whoever does not judge without a name, an address or a person (R44)
	Linked       []CaseLink     // that the actor may examine as well (R51)
	GoesOn       string         // the reference of the case that goes on with it, of a merged one
	Canned       []CannedReason // of whoever handles it
	Attachments  []Attachment   // none of what is sealed (R50)
	Thread       []CaseEntry
	Events       []CaseEvent // the trail of the case, the newest first
	Rulings      []Ruling
	Letters      []CaseLetter // to the author; to who reported for whoever judges
	Clocks       []Clock
	Order        *OrderView    // nil but for an order (R48)
	Referral     *ReferralView // for whoever judges, of what is grave (R49); else nil
	Care         *CareView     // nil but for harassment (R51)
	Unfounded    []Unfounded   // for whoever judges: reports that were found manifestly so (R47)
	Markable     bool          // the actor may find one so
	Guardians    *GuardianView // for whoever judges, of what of a minor's was withdrawn (R52); else nil
	Offers       []CaseOffer
	Answerers    []Answerer // whom it can be assigned to
	Above        string     // the name of the authority it can be passed to; empty: none
	Fresh        bool       // the actor has judged neither this exact text nor this case (R45)
	Judges       bool       // the actor judges here, and may ask who reported (R44)
	Identities   bool       // who reported is shown; that it was read is logged (R44)
	Custodian    bool       // sealed evidence is shown (R50)
	Reply        *Reply     // of a case of that kind: for whoever judges here
}

// CaseOffer is an act that is open to the actor, with what it would do.
type CaseOffer struct {
	workflow.Offer
	Verdicts []workflow.Verdict // to choose from, where the act decides
}

// mostEvents bounds the trail of a case on its page.
const mostEvents = 100

// Case shows a case to somebody who may examine it. Whom it is assigned to begins to examine
// it by that, which is the first human view. The errors are [directory.ErrNotFound], for
// whoever may not know of it and for its author, and a [directory.Refusal] (R46) for
// whoever judges here and reported it or is named in it. Who reported is not shown.
func (s *Cases) Case(ctx context.Context, who actor.Actor, c id.Case) (CaseView, error) {
	return s.show(ctx, who, c, false)
}

// CaseNaming is Case with who reported, for whoever judges: that they have read it is in the
// trail (R44). To others it is the same.
func (s *Cases) CaseNaming(ctx context.Context, who actor.Actor, c id.Case) (CaseView, error) {
	return s.show(ctx, who, c, true)
}

func (s *Cases) show(ctx context.Context, who actor.Actor, c id.Case, naming bool) (CaseView, error) {
	var view CaseView
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		now := s.Clock()
		file, who, err := openFor(ctx, tx, who, c, id.Photo{}, now)
		if err != nil {
			return err
		}
		if file.Status == workflow.CaseAssigned && who.Is(file.Assignee) && file.unconcerned(who.Person) && file.fresh(who.Person) {
			if err := file.examine(ctx, tx, who, file.Version, now); err != nil {
				return err
			}
			if file, who, err = openFor(ctx, tx, who, c, id.Photo{}, now); err != nil {
				return err
			}
		}
		view, err = file.view(ctx, tx, who, naming, now)
		return err
	})
	if err != nil {
		return CaseView{}, fmt.Errorf("case %s: %w", c, err)
	}
	return view, nil
}

// Evidence shows what the content was when it was reported, the first first, to somebody who
// may examine the case; it does not begin the examination. What is sealed is left out but for
// the evidence custodian (R50). The errors are those of [Cases.Case].
func (s *Cases) Evidence(ctx context.Context, who actor.Actor, c id.Case) ([]Evidence, error) {
	var view CaseView
	err := s.InTx(ctx, who.Tenant, func(tx CasesTx) error {
		file, _, err := openFor(ctx, tx, who, c, id.Photo{}, s.Clock())
		if err != nil {
			return err
		}
		parts, err := tx.CaseParts(ctx, c, id.Report{})
		view = CaseView{Case: file.Case, Tally: file.Tally, Rulings: file.Rulings, Evidence: parts.Evidence, Custodian: file.Roles.Has(actor.Custodian)}
		view.redact()
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("evidence of case %s: %w", c, err)
	}
	return view.Evidence, nil
}

// view gathers what the page shows.
func (f CaseFile) view(ctx context.Context, tx CasesTx, who actor.Actor, naming bool, now time.Time) (CaseView, error) {
	parts, err := tx.CaseParts(ctx, f.ID, id.Report{})
	if err != nil {
		return CaseView{}, err
	}
	events, err := tx.CaseTrail(ctx, f.ID, mostEvents)
	if err != nil {
		return CaseView{}, err
	}
	view := CaseView{
		Case: f.Case, PlaceName: parts.Place, HandlerName: f.house(), SpaceTitle: parts.Space, AuthorName: parts.Names[f.Target.Author],
		AssigneeName: parts.Names[f.Assignee], DeciderName: parts.Names[f.DecidedBy], Evidence: parts.Evidence, Current: f.current(parts.Evidence),
		Tally: f.Tally, Reports: slices.Clone(f.Reports), Thread: parts.Entries, Events: events, Rulings: f.Rulings, Letters: parts.Letters, Clocks: f.clocks(now),
		Offers: f.offers(who, now), Answerers: f.suitable(), Fresh: f.fresh(who.Person), Judges: f.judges(), Identities: (naming || f.Reply != nil) && f.judges(), Custodian: f.Roles.Has(actor.Custodian),
	}
	if f.judges() {
		view.Reply = f.Reply
	}
	if f.Kind == OfOrder {
		order, err := f.orderView(parts.Names, now)
		if err != nil {
			return CaseView{}, err
		}
		view.Order = &order
	}
	if f.referable() && f.judges() {
		if view.Referral, err = f.referralView(ctx, tx, parts, now); err != nil {
			return CaseView{}, err
		}
	}
	if f.Ground == harassment && f.Kind != OfOrder {
		if view.Care, err = f.careView(ctx, tx, who, now); err != nil {
			return CaseView{}, err
		}
	}
	if err := view.duties(ctx, tx, f, now); err != nil {
		return CaseView{}, err
	}
	if !f.Above.IsZero() {
		view.Above = f.AboveName
	}
	if err := view.relate(ctx, tx, f, who, now); err != nil {
		return view, err
	}
	for i, r := range view.Rulings {
		view.Rulings[i].Name = parts.Names[r.Person]
	}
	for i, r := range view.Reports {
		view.Reports[i].Name = cmp.Or(r.Name, parts.Names[r.Person])
	}
	if view.Canned, err = tx.CannedReasons(ctx); err != nil {
		return CaseView{}, err
	}
	if !f.sensitive() {
		view.Attachments = parts.Attachments
	}
	view.redact()
	if !view.Identities || !identified(view.Reports) || f.Reply != nil { // readers are to see who replies
		return view, nil
	}
	return view, tx.Record(ctx, audit.Act(who, ActReadReporters, audit.Subject{Kind: workflow.CaseTable.Name, ID: f.ID.UUID}, "R44", now))
}

// duties fills in what whoever judges may owe besides: to guardians (R52), and of misuse (R47).
func (v *CaseView) duties(ctx context.Context, tx CasesTx, f CaseFile, now time.Time) error {
	if !f.judges() {
		return nil
	}
	kin, err := f.guardianView(ctx, tx, now)
	if err != nil {
		return err
	}
	if kin.Minor {
		v.Guardians = &kin
	}
	v.Markable = f.markable()
	v.Unfounded, err = tx.UnfoundedIn(ctx, f.ID)
	return err
}

// relate fills in the other cases that belong with this one.
func (v *CaseView) relate(ctx context.Context, tx CasesTx, f CaseFile, who actor.Actor, now time.Time) error {
	var err error
	if v.Linked, err = f.linked(ctx, tx, who, now); err != nil || f.MergedInto.IsZero() {
		return err
	}
	into, err := tx.CaseTarget(ctx, f.MergedInto)
	if errors.Is(err, directory.ErrNotFound) {
		return nil // it is in another house
	}
	v.GoesOn = into.Reference
	return err
}

// ActReadReporters is the act of reading who has reported something, in the trail (R44).
const ActReadReporters = "read_reporters"

func identified(reports []Report) bool {
	return slices.ContainsFunc(reports, func(r Report) bool { return !r.Person.IsZero() || r.Name != "" || r.Email != "" })
}

// redact takes out what is not the actor's to know: who reported (R44), and what is sealed
// (R50).
func (v *CaseView) redact() {
	sealed := false
	for i, e := range v.Evidence {
		if v.AuthorName == "" {
			v.AuthorName = e.Exhibit.Byline
		}
		if e.Sealed = e.Sealed || ruledSealed(v.Rulings) || v.Target.Message != "" && anySeals(v.Case, v.Tally); e.Sealed && !v.Custodian {
			v.Evidence[i].Sealed = true
			v.Evidence[i].Exhibit, sealed = Exhibit{Kind: e.Exhibit.Kind, Space: e.Exhibit.Space, Audience: e.Exhibit.Audience, Number: e.Exhibit.Number, TextHash: e.Exhibit.TextHash}, true
		}
	}
	if sealed && v.Current != nil && v.Current.Sealed {
		v.Current.Live = nil
	}
	if v.Identities {
		return
	}
	for i := range v.Reports {
		v.Reports[i].Person, v.Reports[i].Name, v.Reports[i].Email, v.Reports[i].PriorContact = id.Person{}, "", "", ""
	}
	for i := range v.Letters {
		if v.Letters[i].To == TheReporter {
			v.Letters[i].Person = id.Person{}
		}
	}
	if !v.Judges {
		v.Letters = slices.DeleteFunc(v.Letters, func(l CaseLetter) bool { return l.To == TheReporter })
	}
}

// current is what the content is now; nil where it is in another house.
func (f CaseFile) current(evidence []Evidence) *Current {
	if f.Dossier == nil {
		return nil
	}
	d := f.Dossier.Disclosed()
	now := &Current{Contribution: d.Contribution, Exposure: d.Exposure(), Live: d.Live, Holds: d.Holds, Sealed: sealed(*f.Dossier)}
	if now.Sealed && !f.Roles.Has(actor.Custodian) {
		now.Live = nil
	}
	if len(evidence) > 0 && d.Live != nil {
		now.Changed = !slices.ContainsFunc(evidence, func(e Evidence) bool { return e.Revision == d.Live.ID })
	}
	return now
}

// clocks are the times that run.
func (f CaseFile) clocks(now time.Time) []Clock {
	var list []Clock
	add := func(kind ClockKind, due time.Time, legal bool) {
		if !due.IsZero() {
			list = append(list, Clock{Kind: kind, Due: due, Late: !now.Before(due), Legal: legal})
		}
	}
	if f.Status == workflow.CaseReceived {
		add(ClockReceipt, acknowledgeBy(f.House, f.OpenedAt), false)
	}
	switch {
	case f.Reply != nil:
		f.replyClocks(add, now)
	case f.Kind == OfOrder:
		if f.Status == workflow.CaseOrdered {
			add(ClockOrder, f.DueAt, true)
		}
		if f.Order.ToldAt.IsZero() && !f.Order.ExecutedAt.IsZero() {
			add(ClockSilence, f.Order.SilentUntil, false)
		}
	case f.Status == workflow.CaseAppealed:
		add(ClockAnswer, f.DueAt, true)
	case f.Status.Open():
		if f.Escalated.IsZero() {
			add(ClockEscalation, f.EscalateAt, false)
		}
		add(ClockDecision, f.DueAt, f.Severity >= severe)
	case f.Status == workflow.CaseDecided:
		add(ClockAppeal, f.AppealUntil, true)
	}
	if f.Dossier == nil {
		return list
	}
	for _, h := range f.Dossier.CaseHolds(f.ID) {
		if h.Kind == workflow.MaskHold {
			add(ClockMask, h.Until, true)
		}
	}
	return list
}

// offers are the acts that are open to the actor.
func (f CaseFile) offers(who actor.Actor, now time.Time) []CaseOffer {
	if f.Kind == OfOrder {
		return f.orderOffers(who)
	}
	facts := f.facts(who, now)
	facts.Verdict, facts.Continued = workflow.Keep, true
	var list []CaseOffer
	for _, o := range f.machine().Offers(f.subject(), facts, who) {
		if !slices.Contains(CaseActions(), o.Action) || o.Action == workflow.Escalate && f.directs(f.Assignee) {
			continue
		}
		offer := CaseOffer{Offer: o}
		if o.Action == workflow.DecideCase || o.Action == workflow.Overturn {
			offer.Verdicts = f.verdicts(o.Action)
			if f.sealedMask() && !f.Roles.Has(actor.Director) {
				offer.Unmet = append(offer.Unmet, workflow.Unmet{Name: "director_unseals", Rule: "R50"})
			}
		}
		list = append(list, offer)
	}
	return list
}

// verdicts are those that there is something to carry out of.
func (f CaseFile) verdicts(action workflow.Action) []workflow.Verdict {
	var list []workflow.Verdict
	for _, v := range workflow.Verdicts() {
		r := Ruling{Appeal: action == workflow.Overturn}
		c := CaseCommand{Action: action, Verdict: v}
		if v == workflow.WithdrawPicture && f.Picture().IsZero() && len(f.Photos) > 0 {
			c.Photo = f.Photos[0]
		}
		if f.sensible(&r, c) == nil {
			list = append(list, v)
		}
	}
	return list
}
