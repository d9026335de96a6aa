package demo

import (
	"context"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// stops are what was stopped at once: a text that somebody has to look at yet (R26), the service
// for half an hour (R54), and who publishes nothing for some days (R53), or did.
var stops = []line{
	{at: on(-19, 9, 15), who: "garcia", do: suspend, text: "yanis", reason: workflow.Reason{
		Text: "Identifiants prêtés à un camarade, qui a écrit deux fois sous son nom. Mot de passe changé le jour même, entretien avec la famille.",
	}},
	{at: on(-12, 7, 0), who: "garcia", do: interrupt, reason: workflow.Reason{Text: "Incident technique : des messages paraissaient sous un autre nom."}},
	{at: on(-12, 7, 30), who: "garcia", do: resume},
	{at: on(-1, 18, 10), who: "garcia", do: suspend, text: "adam", reason: workflow.Reason{
		Text:      "Deux liens de parrainage publiés sur le forum en une semaine, le second après un avertissement.",
		Reference: "Rapport d'incident 2026-31",
	}},
	{at: on(-1, 18, 20), who: "yanis", do: publish, text: "bienvenue-9", write: reply("bienvenue",
		"Rendez-vous à 17 h derrière le gymnase pour régler ça, tout le monde vient.")},
	{at: on(-1, 18, 25), who: "martin", do: verb(workflow.Stop), text: "bienvenue-9", reason: workflow.Reason{
		Text: "Une bagarre se prépare peut-être. À voir avec la vie scolaire.",
	}},
}

// interrupt stops all writing in the collège, or lets it go on, unless that was done.
func (s *school) interrupt(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened(string(l.do)); there {
		return nil
	}
	if l.do == interrupt {
		_, err := s.stops.Halt(ctx, who, id.Space{}, l.reason.Text)
		return err
	}
	halts, err := s.stops.Halts(ctx, who)
	if err != nil {
		return err
	}
	return s.stops.Resume(ctx, who, halts[0].ID)
}
