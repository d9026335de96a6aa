package demo

import "imprimatur/publication"

// forum is the reading club, where messages appear at once and are read after.
var forum = []line{
	{at: on(-21, 12, 15), who: "diallo", do: publish, text: "bienvenue", write: &text{
		space: "club-lecture", kind: publication.Topic, title: "Bienvenue au club lecture",
		body: p("Ce forum est le vôtre : on y parle des livres que l'on a aimés, de ceux que l'on a lâchés page 12, et de ceux que l'on voudrait voir au CDI.",
			"Une seule règle en plus de la charte : on prévient avant de raconter la fin !"),
	}},
	{at: on(-21, 13, 2), who: "jade", do: publish, text: "bienvenue-1", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "bienvenue", body: p("Super idée ! Est-ce qu'on peut parler de mangas aussi ?"),
	}},
	{at: on(-21, 16, 30), who: "diallo", do: publish, text: "bienvenue-2", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "bienvenue", body: p("Bien sûr, Jade. Un manga est un livre, et le rayon du CDI attend vos propositions."),
	}},
	{at: on(-19, 17, 20), who: "lina", do: publish, text: "pleurer", write: &text{
		space: "club-lecture", kind: publication.Topic, title: "Quel livre vous a fait pleurer ?",
		body: p("Moi c'est un roman sur un chien qui attend son maître à la gare pendant des années. J'ai dû m'arrêter au milieu tellement j'étais triste. Et vous ?"),
	}},
	{at: on(-19, 18, 44), who: "maelys", do: publish, text: "pleurer-1", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "pleurer", body: p("Un roman sur deux sœurs pendant la guerre. Je l'ai fini dans le bus et le chauffeur m'a demandé si ça allait."),
	}},
	{at: on(-18, 12, 35), who: "tom", do: publish, text: "pleurer-2", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "pleurer", body: p("Aucun. Je ne pleure jamais en lisant. (Bon, une fois, pour un dragon.)"),
	}},
	{at: on(-18, 12, 52), who: "rose", do: publish, text: "pleurer-3", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "pleurer", body: p("Le dragon, je vois très bien lequel. C'est injuste ce qui lui arrive."),
	}},
	{at: on(-16, 13, 5), who: "louis", do: publish, text: "policier", write: &text{
		space: "club-lecture", kind: publication.Topic, title: "Un roman policier court ?",
		body: p("Je cherche un roman policier de moins de cent pages pour l'exposé de français. Vous avez des idées ?"),
	}},
	{at: on(-16, 17, 10), who: "noe", do: publish, text: "policier-1", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "policier", body: p("Il y a un recueil d'énigmes au CDI, étagère du bas. Chaque histoire fait dix pages et la solution est à l'envers à la fin."),
	}},
	{at: on(-15, 12, 20), who: "enzo", do: publish, text: "policier-2", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "policier", body: p("Louis il sait même pas lire de toute façon, quel bouffon."),
	}},
	{at: on(-15, 14, 2), who: "diallo", do: "mask", text: "policier-2", reason: ground("INJ", "Message moqueur envers un camarade, masqué le temps de m'entretenir avec Enzo.")},
	{at: on(-14, 9, 40), who: "diallo", do: "withdraw", text: "policier-2", reason: ground("INJ", "Le message traite un élève de la classe de « bouffon » et se moque de ses capacités de lecture. Après entretien, Enzo reconnaît que c'était blessant et a présenté ses excuses.")},
	{at: on(-14, 13, 15), who: "louis", do: publish, text: "policier-3", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "policier", body: p("Merci Noé, j'ai trouvé le recueil. La troisième énigme est géniale."),
	}},
	{at: on(-11, 17, 25), who: "jade", do: publish, text: "film", write: &text{
		space: "club-lecture", kind: publication.Topic, title: "Le livre ou le film ?",
		body: p("Débat : quand un livre est adapté au cinéma, vous regardez le film avant ou après ? Moi je dis toujours après, sinon on a déjà les visages dans la tête."),
	}},
	{at: on(-11, 18, 1), who: "rose", do: publish, text: "film-1", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "film", body: p("Avant ! Comme ça, si le livre est mieux, c'est une bonne surprise."),
	}},
	{at: on(-10, 12, 45), who: "maelys", do: publish, text: "film-2", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "film", body: p("J'ai trouvé une vidéo qui compare les deux : <a href=\"https://video.example/livre-ou-film\">https://video.example/livre-ou-film</a>"),
	}},
	{at: on(-8, 16, 20), who: "diallo", do: publish, text: "prix", write: &text{
		space: "club-lecture", kind: publication.Topic, title: "Prix des lecteurs : votez avant les vacances",
		body: p("Les cinq livres en lice sont sur la table ronde du CDI. Vous pouvez en emprunter un à la fois pendant une semaine.") +
			"<ol><li>Lisez-en au moins trois.</li><li>Notez chacun de 1 à 5 sur le bulletin.</li><li>Déposez le bulletin dans l'urne avant le vendredi qui précède les vacances.</li></ol>",
	}},
	{at: on(-8, 18, 30), who: "noe", do: publish, text: "prix-1", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "prix", body: p("J'en ai déjà lu deux, et je sais pour lequel je vote !"),
	}},
	{at: on(-7, 12, 10), who: "diallo", do: "review", text: "prix-1"},
	{at: on(-5, 13, 20), who: "tom", do: publish, text: "mangas", write: &text{
		space: "club-lecture", kind: publication.Topic, title: "Mangas : votre liste pour le CDI",
		body: p("Mme Diallo a dit qu'on pouvait proposer cinq séries. Je commence : une série de cuisine, parce que ça donne faim et qu'on apprend des recettes."),
	}},
	{at: on(-4, 12, 30), who: "adam", do: publish, text: "mangas-1", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "mangas", body: p("Une série de volley ! Même ceux qui n'aiment pas le sport adorent."),
	}},
	{at: on(-2, 17, 50), who: "enzo", do: publish, text: "mangas-2", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "mangas", body: p("Pardon encore pour l'autre fois. Je propose une série sur le jeu de go, c'est mon grand frère qui me l'a prêtée."),
	}},
	{at: on(-1, 12, 25), who: "rose", do: publish, text: "mangas-3", write: &text{
		space: "club-lecture", kind: publication.Reply, below: "mangas", body: p("D'accord pour le volley, et j'ajoute une série avec une sorcière apothicaire. On arrive à combien ?"),
	}},
}
