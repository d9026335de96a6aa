package demo

import "imprimatur/publication"

// profiles present who makes the school's paper: Mme Leroy with her portrait, and
// M. Okafor, who has not said yet whether his may be seen.
var profiles = []line{
	{at: on(-7, 12, 10), who: "leroy", do: upload, text: "leroy", photo: &photo{name: "leroy.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0.12, to: 0.76, shade: 0.95}}},
	{at: on(-7, 12, 15), who: "leroy", do: identify, text: "leroy", photo: &photo{faces: []face{{"leroy", 0.49}}}},
	{at: on(-7, 12, 20), who: "leroy", do: request, text: "leroy", ask: &ask{
		title: "Présenter la rédaction : Sophie Leroy", nature: "Un portrait de Mme Leroy, pris un jour de carnaval", place: "Collège Les Tilleuls",
		purpose: "Que les lecteurs du journal sachent à qui s'adresser", photos: []string{"leroy"}, spaces: []string{"petit-tilleul"},
	}},
	{at: on(-7, 12, 25), who: "leroy", do: grant, text: "leroy", said: &said{person: "leroy", spaces: []string{"petit-tilleul"}}},
	{at: on(-7, 12, 40), who: "leroy", do: publish, text: "leroy-profile", write: &text{
		space: "petit-tilleul", kind: publication.Profile, title: "Sophie Leroy",
		body: p("Je suis professeure de français, et responsable du <strong>Petit Tilleul</strong>. Je relis chaque article avec son auteur, sans rien changer sans son accord.",
			"Une idée d'article, une faute à signaler ? Je suis en salle 7 le mardi midi, avec la rédaction."),
		shows: []shown{{"leroy", "Sophie Leroy sourit, en combinaison orange, devant un drapeau"}},
	}},
	{at: on(-7, 16, 5), who: "martin", do: "approve", text: "leroy-profile"},

	{at: on(-2, 12, 10), who: "leroy", do: upload, text: "arbitre", photo: &photo{name: "okafor-journal.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0.1, to: 0.75, shade: 0.7}}},
	{at: on(-2, 12, 15), who: "leroy", do: identify, text: "arbitre", photo: &photo{faces: []face{{"okafor", 0.51}}}},
	{at: on(-2, 12, 20), who: "leroy", do: publish, text: "okafor-profile", write: &text{
		space: "petit-tilleul", kind: publication.Profile, title: "Daniel Okafor",
		body:  p("M. Okafor enseigne l'éducation physique, arbitre les matchs du midi et tient la rubrique des sports. Les résultats sont à lui apporter au gymnase avant le jeudi."),
		shows: []shown{{"arbitre", "Daniel Okafor, de face, en combinaison orange"}},
	}},
	{at: on(-2, 12, 25), who: "leroy", do: request, text: "arbitre", ask: &ask{
		title: "Présenter la rédaction : Daniel Okafor", nature: "Le portrait de M. Okafor", place: "Collège Les Tilleuls",
		purpose: "Que les lecteurs du journal sachent à qui s'adresser", photos: []string{"arbitre"}, spaces: []string{"petit-tilleul"},
	}},
	{at: on(-2, 16, 30), who: "martin", do: "approve", text: "okafor-profile"},
}
