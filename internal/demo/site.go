package demo

import "imprimatur/publication"

// site is the collège's public pages, which the director signs, and the school
// paper, whose pupils' articles leave the class and so wait for an authorisation.
var site = []line{
	{at: on(-20, 9, 0), who: "petit", do: publish, text: "college", write: &text{
		space: "site", kind: publication.Page, title: "Le collège en bref",
		body: p("Le collège Les Tilleuls accueille 412 élèves dans seize classes, de la sixième à la troisième. Il est ouvert du lundi au vendredi, de 7 h 45 à 18 h.") +
			"<table><thead><tr><th scope=\"col\">Sonnerie</th><th scope=\"col\">Heure</th></tr></thead><tbody><tr><td>Première heure</td><td>8 h 00</td></tr><tr><td>Récréation du matin</td><td>10 h 00</td></tr><tr><td>Pause de midi</td><td>12 h 00</td></tr><tr><td>Reprise</td><td>13 h 30</td></tr></tbody></table>" +
			p("Le secrétariat répond au téléphone de 8 h 30 à 12 h et de 14 h à 17 h."),
	}},
	{at: on(-20, 10, 10), who: "diallo", do: "approve", text: "college"},
	{at: on(-20, 14, 0), who: "garcia", do: "sign", text: "college"},
	{at: on(-15, 9, 30), who: "petit", do: publish, text: "restauration", write: &text{
		space: "site", kind: publication.Page, title: "La restauration",
		body: p("Les menus sont affichés chaque vendredi pour la semaine suivante. Deux repas végétariens sont proposés chaque semaine, et le pain vient de la boulangerie du quartier.",
			"Pour signaler une allergie, adressez-vous à l'infirmière : un projet d'accueil individualisé sera établi avec la famille."),
	}},
	{at: on(-15, 11, 0), who: "diallo", do: "approve", text: "restauration"},
	{at: on(-14, 8, 30), who: "garcia", do: "sign", text: "restauration"},
	{at: on(-6, 15, 45), who: "martin", do: publish, text: "portes", write: &text{
		space: "site", kind: publication.Page, title: "Portes ouvertes le 30 janvier",
		body: p("Les futurs élèves de sixième et leurs familles sont attendus le samedi 30 janvier, de 9 h à 12 h. Les élèves de cinquième feront visiter les salles de sciences et le CDI.") +
			"<ul><li>9 h 30 : présentation par la principale</li><li>10 h : visites par petits groupes</li><li>11 h 30 : goûter dans le hall</li></ul>",
	}},
	{at: on(-5, 9, 15), who: "diallo", do: "approve", text: "portes"},
	{at: on(-1, 14, 30), who: "petit", do: write, text: "conseil", write: &text{
		space: "site", kind: publication.Page, title: "Le conseil d'administration",
		body: p("Le conseil se réunit trois fois par an. Ordre du jour de la prochaine séance : à compléter avec la gestionnaire."),
	}},

	{at: on(-16, 10, 20), who: "leroy", do: publish, text: "edito", write: &text{
		space: "petit-tilleul", kind: publication.Article, title: "Le Petit Tilleul reprend ses publications",
		body: p("Après un an d'absence, le journal du collège revient. Il paraîtra tous les quinze jours et chaque classe peut proposer un article. La salle 7 est ouverte à la rédaction le mardi midi."),
	}},
	{at: on(-16, 12, 5), who: "martin", do: "approve", text: "edito"},
	{at: on(-12, 16, 40), who: "maelys", do: publish, text: "chorale", write: &text{
		space: "petit-tilleul", kind: publication.Article, title: "La chorale prépare Noël",
		body: p("Nous sommes trente-deux à chanter le jeudi midi dans la salle de musique. Le concert aura lieu la dernière semaine avant les vacances, et il reste des places chez les basses (oui, surtout chez les basses)."),
	}},
	{at: on(-11, 9, 10), who: "leroy", do: "approve", text: "chorale"},
	{at: on(-10, 9, 5), who: "leroy", do: record, text: "chorale", paper: &paper{
		guardian: "delmas-1", naming: publication.FirstName,
		reference: "Formulaire papier signé par Maëlys et sa mère, classeur de la vie scolaire, fiche 14",
	}},
	{at: on(-5, 12, 50), who: "noe", do: publish, text: "velo", write: &text{
		space: "petit-tilleul", kind: publication.Article, title: "Venir au collège à vélo",
		body: p("J'ai compté : il y a 41 vélos au garage le lundi et seulement 9 quand il pleut. J'ai demandé aux élèves pourquoi. Le plus souvent, c'est parce que le garage n'a pas de toit.",
			"On pourrait écrire à la mairie pour demander un abri."),
	}},
	{at: on(-4, 10, 30), who: "leroy", do: "approve", text: "velo"},
	{at: on(-3, 13, 10), who: "tom", do: publish, text: "sondage", write: &text{
		space: "petit-tilleul", kind: publication.Article, title: "Sondage : que faites-vous à la récré ?",
		body: p("J'ai posé la question à soixante élèves. Vingt-deux jouent au ballon, dix-neuf discutent, onze vont au CDI et huit ne savaient pas quoi répondre."),
	}},
	{at: on(-3, 15, 0), who: "tom", do: "abandon", text: "sondage"},
}

// gazette is the lycée's pupils' paper, without prior approval (R14), and a forum
// that the whole ENT reads.
var gazette = []line{
	{at: on(-18, 18, 0), who: "zoe", do: publish, text: "gazette-1", write: &text{
		space: "la-gazette", kind: publication.Article, title: "Pourquoi une gazette ?",
		body: p("Parce qu'un lycée sans journal, c'est un couloir sans fenêtres. Nous publierons ce que nous avons vérifié, nous signerons nos articles et nous publierons les réponses.",
			"La rédaction se réunit le mercredi à 13 h. Tout le monde peut venir avec une question."),
	}},
	{at: on(-12, 20, 10), who: "malik", do: publish, text: "gazette-2", write: &text{
		space: "la-gazette", kind: publication.Article, title: "Bac blanc : mode d'emploi",
		body: p("Les convocations arrivent la dernière semaine de novembre. Nous avons demandé à la vie scolaire ce qui se passe en cas de retard, de panne de bus ou d'ordinateur vide. Les réponses sont plus souples qu'on ne le croit."),
	}},
	{at: on(-4, 19, 30), who: "elsa", do: publish, text: "gazette-3", write: &text{
		space: "la-gazette", kind: publication.Article, title: "La salle d'étude ferme trop tôt",
		body: p("Depuis la rentrée, la salle d'étude ferme à 17 h. Or le dernier car part à 18 h 10. Quarante élèves attendent dehors tous les soirs. Nous avons transmis une proposition au conseil de la vie lycéenne."),
	}},
	{at: on(-9, 11, 30), who: "martin", do: publish, text: "liaison", write: &text{
		space: "liaison", kind: publication.Topic, title: "Liaison collège-lycée : vos questions sur la seconde",
		body: p("Les élèves de troisième et leurs professeurs peuvent poser ici leurs questions ; les lycéens de première y répondent. Le fil est ouvert à tout l'ENT."),
	}},
	{at: on(-8, 17, 15), who: "zoe", do: publish, text: "liaison-1", write: &text{
		space: "liaison", kind: publication.Reply, below: "liaison", body: p("La question que tout le monde m'a posée : oui, on peut changer d'option après les premières semaines, mais mieux vaut en parler tôt à son professeur principal."),
	}},
}
