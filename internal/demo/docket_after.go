package demo

import (
	"context"
	"slices"

	"imprimatur/internal/actor"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

const (
	markUnfounded verb = moderation.ActMarkUnfounded
	tellGuardians verb = moderation.ActTellGuardians
)

// unfounded are reports that nothing spoke for (R47): somebody is warned once, and somebody who went
// on reports less for a while.
var unfounded = slices.Concat(
	groundless("juge-film", "tom", "film-1", moment{-9, 12, 40}, "Elle a tort, on regarde toujours le film après.", "Un avis sur un film n'enfreint aucune règle."),
	groundless("juge-larmes", "tom", "pleurer-1", moment{-7, 13, 5}, "C'est nul de pleurer dans le bus.", "Le message raconte une lecture, rien de plus."),
	groundless("juge-mangas", "tom", "bienvenue-1", moment{-3, 13, 0}, "Un manga n'est pas un livre.", "Un désaccord sur ce qu'est un livre n'est pas une infraction."),
	groundless("juge-cuisine", "noe", "mangas-1", moment{-2, 12, 35}, "Moi je n'aime pas le volley.", "On peut proposer un livre que d'autres n'aiment pas."),
)

// groundless is a report that is examined, comes to nothing, and is found manifestly unfounded.
func groundless(key, who, about string, at moment, words, why string) []line {
	return []line{
		{at: at, who: who, do: report, text: key, filed: &filed{about: about, ground: "PURP", words: words}},
		{at: moment{at.day, 16, 30}, who: "diallo", do: examine, text: key},
		{at: moment{at.day, 16, 34}, who: "diallo", do: decide, text: key, ruled: &ruled{
			verdict: workflow.Keep, words: "Ton message a été relu après un signalement. Il respecte la charte : il reste, et tu n'as rien à faire.",
			answer: "Le message a été relu : il respecte la charte et il reste. Tu peux dire que tu n'es pas d'accord en y répondant.",
		}},
		{at: moment{at.day, 16, 36}, who: "petit", do: markUnfounded, text: key, ruled: &ruled{words: why}},
	}
}

// breaches are withdrawals that were confirmed on appeal, so that the guardians are told (R52): of
// one they were, of the other the head has yet to say so.
var breaches = []line{
	{at: on(-9, 12, 25), who: "lina", do: publish, text: "bienvenue-7", write: reply("bienvenue",
		"Pour le goûter du club, appelez Inès, c'est elle qui fait la liste : 06 39 98 41 27.")},
	{at: on(-9, 12, 50), who: "ines", do: report, text: "numero", filed: &filed{about: "bienvenue-7", ground: "DATA", words: "C'est mon numéro, et je ne l'ai pas donné pour le forum."}},
	{at: on(-9, 13, 15), who: "diallo", do: examine, text: "numero"},
	{at: on(-9, 13, 25), who: "diallo", do: decide, text: "numero", ruled: &ruled{
		verdict: workflow.WithdrawAll, ground: "DATA", facts: "Le message donne à tout le collège le numéro de téléphone d'une élève, sans son accord.",
		words:  "Lina, ton message donnait le numéro d'Inès à tout le collège. Un numéro se donne de la main à la main, par la personne elle-même. Tu peux récrire ton message sans lui.",
		answer: "Le message n'est plus visible. Si l'on t'appelle à cause de lui, viens me le dire.",
	}},
	{at: on(-8, 17, 20), who: "lina", do: appeal, text: "numero", ruled: &ruled{words: "Inès m'avait donné son numéro pour le goûter, je croyais que je pouvais."}},
	{at: on(-7, 8, 20), who: "garcia", do: dismiss, text: "numero", ruled: &ruled{
		words: "Lina, tu ne pensais pas à mal, et je le sais. Mais Inès t'avait confié son numéro à toi, pas au forum : la décision de Mme Diallo est maintenue.",
	}},
	{at: on(-6, 8, 30), who: "garcia", do: tellGuardians, text: "numero"},

	{at: on(-5, 17, 35), who: "camille", do: publish, text: "policier-4", write: reply("policier",
		"Louis ne répondra pas avant lundi, il est encore à l'hôpital pour son diabète, c'est sa mère qui l'a dit à mon père.")},
	{at: on(-4, 8, 15), who: "louis", do: report, text: "sante", filed: &filed{about: "policier-4", ground: "PRIV", words: "Je n'avais pas envie que tout le collège le sache."}},
	{at: on(-4, 9, 40), who: "diallo", do: examine, text: "sante"},
	{at: on(-4, 9, 50), who: "diallo", do: decide, text: "sante", ruled: &ruled{
		verdict: workflow.WithdrawAll, ground: "PRIV", facts: "Le message révèle l'état de santé d'un élève à tous les lecteurs du forum.",
		words:  "Camille, la santé de quelqu'un ne regarde que lui. Tu voulais sans doute expliquer son absence, mais c'est à Louis de dire ce qu'il veut en dire.",
		answer: "Le message n'est plus visible. Bon rétablissement, et viens me voir si l'on t'en reparle.",
	}},
	{at: on(-2, 18, 0), who: "camille", do: appeal, text: "sante", ruled: &ruled{words: "Tout le monde le savait déjà dans la classe."}},
	{at: on(-1, 8, 50), who: "garcia", do: dismiss, text: "sante", ruled: &ruled{
		words: "Camille, que certains l'aient su n'autorise personne à l'écrire. Louis a demandé que cela ne se sache pas : la décision est maintenue.",
	}},
}

// follow does what comes after a decision, unless it was done.
func (s *school) follow(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened(string(l.do)); there {
		return nil
	}
	known := s.docket[l.text]
	if l.do == tellGuardians {
		return s.cases.TellGuardians(ctx, who, known.id)
	}
	return s.cases.MarkUnfounded(ctx, who, known.id, known.report, l.ruled.words)
}
