package demo

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

const recordOrder = verb(workflow.RecordOrder)

// commanded is what an authority orders, or what is done of its order.
type commanded struct {
	in    moderation.OrderInput // its location is the text
	about string                // key of the text
	act   moderation.CaseCommand
}

// orders: one was executed and answered, and blocks; one was lifted.
var orders = []line{
	{at: on(-8, 19, 5), who: "tom", do: publish, text: "prix-4", write: reply("prix", "Les gens de ce quartier ne savent même pas lire, qu'ils rentrent chez eux.")},
	{at: on(-7, 10, 5), who: "garcia", do: recordOrder, text: "ordre-haine", order: &commanded{about: "prix-4", in: moderation.OrderInput{
		Ground: "HATE", Authority: "Tribunal judiciaire de Toulouse", LegalBasis: "LCEN, art. 6-3", Reference: "RG 26/01187",
		Reasons: "Le message vise un groupe de personnes à raison de leur origine supposée et appelle à leur exclusion.",
	}}},
	{at: on(-7, 10, 20), who: "garcia", do: verb(workflow.Authenticate), text: "ordre-haine", order: &commanded{act: moderation.CaseCommand{
		Means: string(moderation.CalledBack), Text: "Greffe rappelé au numéro de l'annuaire du ministère : l'ordre vient bien d'eux."}}},
	{at: on(-7, 10, 22), who: "garcia", do: verb(workflow.ExecuteOrder), text: "ordre-haine", order: &commanded{}},
	{at: on(-7, 11, 0), who: "garcia", do: verb(workflow.AnswerOrder), text: "ordre-haine", order: &commanded{act: moderation.CaseCommand{
		Means: string(moderation.ByMail), Text: "Votre ordre RG 26/01187 a été exécuté ce jour à 10 h 22. Le message n'est plus visible et il est conservé comme preuve."}}},

	{at: on(-7, 17, 40), who: "adam", do: publish, text: "prix-5", write: reply("prix", "Le roman raconte un vrai procès, avec les vrais noms, c'est ça qui est fort.")},
	{at: on(-6, 9, 0), who: "garcia", do: recordOrder, text: "ordre-proces", order: &commanded{about: "prix-5", in: moderation.OrderInput{
		Ground: "PRIV", Authority: "Tribunal judiciaire d'Albi, juge des référés", LegalBasis: "Code civil, art. 9", Reference: "ORD 26/00412",
		Reasons: "Le message renverrait à une procédure dont la publicité est restreinte.",
	}}},
	{at: on(-6, 9, 30), who: "garcia", do: verb(workflow.Authenticate), text: "ordre-proces", order: &commanded{act: moderation.CaseCommand{
		Means: string(moderation.OfficialChannel), Text: "Remis par huissier, carte professionnelle vue à l'accueil."}}},
	{at: on(-6, 9, 32), who: "garcia", do: verb(workflow.ExecuteOrder), text: "ordre-proces", order: &commanded{}},
	{at: on(-3, 14, 10), who: "garcia", do: verb(workflow.LiftOrder), text: "ordre-proces", order: &commanded{act: moderation.CaseCommand{
		Reference: "ORD 26/00431", Text: "Le juge a rétracté son ordonnance : le roman est public depuis des années."}}},
}

// command carries out a line about an order, unless it was done.
func (s *school) command(ctx context.Context, who actor.Actor, l line) error {
	_, there := s.happened(string(l.do))
	if l.do == recordOrder {
		return s.receive(ctx, who, l, there)
	}
	if there {
		return nil
	}
	view, err := s.cases.Case(ctx, who, s.docket[l.text].id)
	if err != nil {
		return err
	}
	act := l.order.act
	act.Action, act.Version = workflow.Action(l.do), view.Version
	return s.cases.ActOn(ctx, who, view.ID, act)
}

// receive records an order; by a start before this one, it is found again by its text.
func (s *school) receive(ctx context.Context, who actor.Actor, l line, there bool) error {
	about := s.texts[l.order.about]
	if there {
		return s.find(ctx, who, l.text, about)
	}
	in := l.order.in
	in.Location, in.OrderedOn = "/e/"+tilleuls+"/-/"+about.String(), s.clock.AddDate(0, 0, -1).Truncate(24*time.Hour)
	made, err := s.cases.RecordOrder(ctx, who, in)
	s.docket[l.text] = file{id: made}
	return err
}

func (s *school) find(ctx context.Context, who actor.Actor, key string, about id.Contribution) error {
	for _, over := range []bool{false, true} {
		page, err := s.cases.Cases(ctx, who, moderation.CaseFilter{Kind: moderation.OfOrder, Done: over, Limit: moderation.MaxLimit})
		if err != nil {
			return err
		}
		for _, c := range page.Items {
			if c.Target.Contribution == about {
				s.docket[key] = file{id: c.ID}
			}
		}
	}
	return nil
}
