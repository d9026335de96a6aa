package demo

import (
	"imprimatur/moderation"
	"imprimatur/workflow"
)

const insertReply = verb(workflow.InsertReply)

// replies are rights of reply: one that stands under its text and was reported since, one that waits
// for the head, and one that is longer than its message, which is theirs to judge.
var replies = []line{
	{at: on(-4, 11, 20), do: report, text: "droit-pain", filed: &filed{
		about: "restauration", name: "Sophie Delmas", email: "s.delmas@example.org", reply: &moderation.ReplyInput{ //nolint:gosec // passages are no passwords
			Byline: "M. Petit", Designated: "Je tiens la boulangerie du quartier, et il n'y en a qu'une.", Passages: "« le pain vient de la boulangerie du quartier »",
			Text: "La boulangerie du quartier ne livre plus le collège depuis la rentrée. Le pain que l'on y sert n'est pas le mien, et je n'en réponds pas.",
		}}},
	{at: on(-3, 8, 40), who: "garcia", do: insertReply, text: "droit-pain", ruled: &ruled{}},
	{at: on(1, 7, 38), who: "perrin-1", do: report, text: "pain", filed: &filed{replied: "droit-pain", ground: "DEF",
		words: "La réponse laisse croire que le collège a menti. Un boulanger le livre bien : ce n'est simplement plus le même."}},
	{at: on(-1, 18, 40), do: report, text: "droit-foot", filed: &filed{
		about: "foot", name: "Daniel Okafor", email: "d.okafor@example.org", reply: &moderation.ReplyInput{ //nolint:gosec // passages are no passwords
			Byline: "Camille", Designated: "L'article me nomme.", Passages: "« M. Okafor sera l'arbitre »",
			Text: "L'article annonce que j'arbitrerai la belle. Personne ne me l'a demandé, et je serai en déplacement cette semaine-là. Cherchez un autre arbitre, et bon match !",
		}}},
	{at: on(-1, 20, 45), do: report, text: "droit-potager", filed: &filed{
		about: "potager", name: "Jeanne Marchal", email: "j.marchal@example.org", reply: &moderation.ReplyInput{ //nolint:gosec // passages are no passwords
			Byline: "Louis", Designated: "L'article cite mon nom : je suis l'autrice du livre.", Passages: "« La fiche sur le semis vient du livre »",
			Text: "Je suis l'autrice du Potager des petits, et je suis heureuse que la classe s'en serve.\n\n" +
				"La fiche sur le semis a pourtant été raccourcie, et ce qu'il en reste n'est plus ce que j'ai écrit. Dans le livre, les radis se sèment en mars, et les fèves seules à l'automne. Semés fin octobre, les radis lèvent, mais ils ne feront pas de racine avant le printemps.\n\n" +
				"Je ne voudrais pas que des élèves croient que mon livre leur a promis des radis à Noël.\n\nLe reste de l'article est très juste. Je viendrais volontiers semer avec eux en mars.",
		}}},
}
