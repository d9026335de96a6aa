package demo

import "imprimatur/publication"

// blog is what the 5A writes on its class blog, which is read before it appears.
var blog = []line{
	{at: on(-20, 16, 5), who: "lina", do: publish, text: "musee", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Notre visite au musée",
		body: p("Mardi, toute la classe est allée au musée d'histoire naturelle. On a pris le métro, et <strong>personne ne s'est perdu</strong>, même si Mme Leroy nous a comptés au moins dix fois.",
			"Ce que j'ai préféré, c'est la salle des squelettes. Il y a une baleine suspendue au plafond : sa mâchoire est plus grande que notre tableau !") +
			"<h2>Ce qu'on a appris</h2><ul><li>Un mammouth mangeait environ 180 kg d'herbe par jour.</li><li>Les chauves-souris sont les seuls mammifères qui volent vraiment.</li><li>On ne doit pas toucher les vitrines, même avec un seul doigt.</li></ul>" +
			p("On a aussi dessiné un animal au choix. Les dessins sont affichés au fond de la salle 12, venez les voir."),
	}},
	{at: on(-20, 17, 40), who: "martin", do: open, text: "musee"},
	{at: on(-20, 17, 44), who: "martin", do: "approve", text: "musee"},
	{at: on(-19, 12, 50), who: "noe", do: publish, text: "musee-1", write: &text{
		space: "blog-5a", kind: publication.Comment, below: "musee",
		body: p("Moi j'ai préféré les papillons. Il y en avait un qui ressemblait à une feuille morte, je ne l'avais même pas vu !"),
	}},
	{at: on(-19, 17, 2), who: "martin", do: "approve", text: "musee-1"},
	{at: on(-18, 8, 10), who: "martin", do: publish, text: "musee-2", write: &text{
		space: "blog-5a", kind: publication.Comment, below: "musee",
		body: p("Très beau compte rendu, Lina. Qui retrouve le nom de la baleine ? Un indice : elle est plus petite qu'une baleine bleue."),
	}},
	{at: on(-18, 12, 30), who: "diallo", do: "approve", text: "musee-2"},

	{at: on(-17, 15, 20), who: "noe", do: publish, text: "gateau", write: &text{
		space: "blog-5a", kind: publication.Article, title: "La recette du gâteau au yaourt",
		body: p("Pour l'anniversaire de la classe on a fait un gâteau. Il faut : 1 pot de yaourt, 2 pots de sucre, 3 pots de farine, 3 œufs, un demi pot d'huile et de la levure.", "On mélange tout et on met au four. C'est prêt quand ça sent bon."),
	}},
	{at: on(-16, 9, 55), who: "martin", do: "request_changes", text: "gateau", reason: because("Bonne idée, Noé ! Il manque la température du four et le temps de cuisson : sans cela, on risque de le brûler. Peux-tu aussi présenter les ingrédients en liste ?")},
	{at: on(-16, 18, 12), who: "noe", do: revise, text: "gateau", write: &text{
		title: "La recette du gâteau au yaourt",
		body: p("Pour l'anniversaire de la classe, on a fait un gâteau avec Mme Leroy. On mesure tout avec le pot de yaourt vide, c'est ça l'astuce.") +
			"<h2>Les ingrédients</h2><ul><li>1 pot de yaourt</li><li>2 pots de sucre</li><li>3 pots de farine</li><li>3 œufs</li><li>un demi-pot d'huile</li><li>1 sachet de levure</li></ul>" +
			"<h2>La préparation</h2><ol><li>Préchauffer le four à 180 °C (avec un adulte).</li><li>Mélanger le yaourt, le sucre et les œufs.</li><li>Ajouter la farine, la levure, puis l'huile.</li><li>Verser dans un moule et laisser cuire 35 minutes.</li></ol>" +
			p("Il est prêt quand la lame d'un couteau ressort sèche."),
	}},
	{at: on(-15, 10, 3), who: "martin", do: "approve", text: "gateau"},

	{at: on(-14, 17, 5), who: "lina", do: revise, text: "musee", write: &text{
		title: "Notre visite au musée",
		body: p("Mardi, toute la classe est allée au musée d'histoire naturelle. On a pris le métro, et <strong>personne ne s'est perdu</strong>, même si Mme Leroy nous a comptés au moins dix fois.",
			"Ce que j'ai préféré, c'est la salle des squelettes. Il y a une baleine suspendue au plafond : sa mâchoire est plus grande que notre tableau ! M. Martin a demandé son nom, et c'est Jade qui a trouvé : un rorqual commun.") +
			"<h2>Ce qu'on a appris</h2><ul><li>Un mammouth mangeait environ 180 kg d'herbe par jour.</li><li>Les chauves-souris sont les seuls mammifères qui volent vraiment.</li><li>On ne doit pas toucher les vitrines, même avec un seul doigt.</li></ul>" +
			p("On a aussi dessiné un animal au choix. Les dessins sont affichés au fond de la salle 12, venez les voir."),
	}},
	{at: on(-13, 9, 5), who: "martin", do: "approve", text: "musee"},

	{at: on(-13, 14, 35), who: "camille", do: publish, text: "foot", write: &text{
		space: "blog-5a", kind: publication.Article, title: "5A contre 5B : le match",
		body: p("Jeudi midi on a joué contre la 5B sur le terrain du haut. À la mi-temps on perdait 2 à 0, mais Jade a marqué deux fois et Yanis une fois à la toute fin.",
			"Score final : <strong>3 à 2</strong>. Bravo aussi au gardien de la 5B qui a arrêté un penalty."),
	}},
	{at: on(-12, 8, 20), who: "martin", do: "approve", text: "foot"},
	{at: on(-2, 18, 30), who: "camille", do: revise, text: "foot", write: &text{
		title: "5A contre 5B : le match et la revanche",
		body: p("Jeudi midi on a joué contre la 5B sur le terrain du haut. À la mi-temps on perdait 2 à 0, mais Jade a marqué deux fois et Yanis une fois à la toute fin.",
			"Score final : <strong>3 à 2</strong>. Bravo aussi au gardien de la 5B qui a arrêté un penalty.") +
			"<h2>La revanche</h2>" + p("Cette semaine la 5B a demandé sa revanche et a gagné 1 à 0. On est donc à égalité. La belle aura lieu avant les vacances de Noël, et M. Okafor sera l'arbitre."),
	}},

	{at: on(-10, 16, 10), who: "enzo", do: publish, text: "cartes", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Cartes rares à vendre",
		body: p("J'ai des cartes en double, dont trois brillantes. Je les vends 2 euros l'une ou 5 euros les trois. Venez me voir à la récré, premier arrivé premier servi !"),
	}},
	{at: on(-9, 10, 15), who: "martin", do: "reject", text: "cartes", reason: ground("NEUT-COM", "Le blog de la classe n'est pas un endroit pour vendre des objets : la charte de l'ENT l'interdit. Tu peux en revanche écrire un article sur ta collection, ce serait intéressant.")},

	{at: on(-8, 12, 40), who: "ines", do: publish, text: "cantine", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Mon avis sur la cantine",
		body: p("Je trouve que les légumes sont meilleurs que l'an dernier, surtout le jeudi. Par contre on attend trop longtemps, et Mme Bertin ne veut jamais qu'on se resserve de pain.", "On pourrait faire un sondage dans toutes les classes."),
	}},
	{at: on(-7, 9, 30), who: "martin", do: open, text: "cantine"},
	{at: on(-7, 9, 33), who: "martin", do: "request_changes", text: "cantine", reason: because("Ton avis est intéressant et tu as le droit de le donner. Mais on ne critique pas une personne en la nommant quand elle ne peut pas répondre. Peux-tu parler du fonctionnement de la cantine sans citer de nom ? L'idée du sondage est très bonne.")},

	{at: on(-6, 15, 0), who: "jade", do: publish, text: "automne", write: &text{
		space: "blog-5a", kind: publication.Article, title: "L'automne dans la cour", due: &moment{2, 8, 0},
		body: p("Le tilleul perd ses feuilles d'or,<br>La cour devient un grand trésor.<br>On court, on glisse, on rit plus fort,<br>Et le vent nous emporte encore.",
			"Demain peut-être il fera froid,<br>On gardera les mains pour soi.<br>Mais sous le banc, au même endroit,<br>Un hérisson nous attendra."),
	}},
	{at: on(-5, 11, 20), who: "martin", do: "approve", text: "automne"},

	{at: on(-4, 17, 15), who: "louis", do: publish, text: "potager", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Des nouvelles du potager",
		body: p("Les radis sont sortis ! On les a semés fin octobre sous le châssis et il y en a déjà douze. Les fèves, elles, dorment encore.",
			"La fiche sur le semis vient du livre que nous a prêté Mme Diallo."),
		works: []publication.Attribution{{
			Authors: []publication.Author{{Name: "Jeanne Marchal", Capacity: "autrice"}}, Source: "Le potager des petits, éditions du Verger", Created: "2019",
			Adapted: true, Adaptation: "résumé par l'auteur du billet", Uses: []string{"usage pédagogique dans la classe"}, Basis: "accord de l'éditeur",
		}},
	}},
	{at: on(-3, 8, 25), who: "martin", do: "approve", text: "potager"},
	{at: on(-3, 18, 5), who: "yanis", do: publish, text: "potager-1", write: &text{
		space: "blog-5a", kind: publication.Comment, below: "potager", body: p("Est-ce qu'on pourra les goûter ?"),
	}},

	{at: on(-1, 16, 50), who: "lina", do: publish, text: "accueil", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Interview : une journée à la loge",
		body: p("Avec Noé, nous avons interviewé Mme Benali, qui s'occupe de l'accueil du collège. Elle a accepté que l'on publie ses réponses.") +
			"<p><strong>À quelle heure commencez-vous ?</strong></p>" + p("À 7 h 15. J'ouvre le portail, j'allume les couloirs, et je prépare les carnets de retard, parce qu'il y en a toujours !") +
			"<p><strong>Qu'est-ce qui vous fait le plus plaisir ?</strong></p>" + p("Quand un élève de sixième qui pleurait en septembre passe devant moi en courant en novembre, sans même me regarder, parce que tout va bien."),
	}},
	{at: on(0, 7, 30), who: "martin", do: suggest, text: "accueil", write: &text{
		title: "Interview : une journée à la loge",
		body: p("Avec Noé, nous avons interviewé Mme Benali, qui s'occupe de l'accueil du collège. Elle a relu ses réponses et accepté que nous les publiions.") +
			"<p><strong>À quelle heure commencez-vous ?</strong></p>" + p("À 7 h 15. J'ouvre le portail, j'allume les couloirs, et je prépare les carnets de retard, parce qu'il y en a toujours !") +
			"<p><strong>Qu'est-ce qui vous fait le plus plaisir ?</strong></p>" + p("Quand un élève de sixième qui pleurait en septembre passe devant moi en courant en novembre, sans même me regarder, parce que tout va bien."),
	}},
	{at: on(-1, 17, 30), who: "yanis", do: publish, text: "foyer", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Le foyer rouvre !",
		body: p("Le foyer des élèves est de nouveau ouvert le midi. Il y a un baby-foot tout neuf. Pour s'inscrire, écrivez à yanis.b@courrier.example ou appelez le 06 39 98 00 00."),
	}},
	{at: on(0, 7, 50), who: "lina", do: write, text: "abeilles", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Pourquoi les abeilles dansent",
		body: p("Quand une abeille a trouvé des fleurs, elle revient à la ruche et elle danse pour expliquer aux autres où elles sont."),
	}},
}
