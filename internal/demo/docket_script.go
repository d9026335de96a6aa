package demo

import (
	"slices"

	"imprimatur/publication"
	"imprimatur/workflow"
)

// docket is what was reported, and what came of it.
var docket = slices.Concat(insults, advertisements, mistakes, threats, sealedAway, rumours, theHead, pictureOfMe, outside, replies, privately, poster, unfounded, breaches)

// reply is a reply in the reading club.
func reply(below, words string) *text {
	return &text{space: "club-lecture", kind: publication.Reply, below: below, body: p(words)}
}

const (
	examine  = verb(workflow.Examine)
	inquire  = verb(workflow.Inquire)
	decide   = verb(workflow.DecideCase)
	appeal   = verb(workflow.Appeal)
	dismiss  = verb(workflow.Dismiss)
	overturn = verb(workflow.Overturn)
	escalate = verb(workflow.Escalate)
	merge    = verb(workflow.Merge)
)

// insults: withdrawn, and appealed; the head has yet to answer.
var insults = []line{
	{at: on(-4, 12, 40), who: "tom", do: publish, text: "film-3", write: reply("film",
		"Rose tu dis n'importe quoi comme d'habitude. Arrête d'écrire ici, personne te lit, grosse nulle.")},
	{at: on(-4, 13, 10), who: "rose", do: report, text: "insulte", filed: &filed{about: "film-3", ground: "INJ", words: "C'est moi qu'il insulte, devant tout le club."}},
	{at: on(-4, 16, 30), who: "diallo", do: examine, text: "insulte"},
	{at: on(-4, 16, 45), who: "diallo", do: decide, text: "insulte", ruled: &ruled{
		verdict: workflow.WithdrawAll, ground: "INJ", facts: "Dans un échange sur un film, le message traite une élève de « grosse nulle » et lui demande de ne plus écrire.",
		words:  "Tom, ton message s'en prend à Rose au lieu de parler du film. Au club, on n'est pas d'accord avec une idée, on n'insulte pas la personne. Ton avis sur l'adaptation nous intéresse : tu peux l'écrire sans cela.",
		answer: "Merci de l'avoir dit. Le message n'est plus visible. Si cela recommence, ici ou ailleurs, viens m'en parler au CDI.",
	}},
	{at: on(-1, 17, 30), who: "tom", do: appeal, text: "insulte", ruled: &ruled{
		words: "Je me suis énervé parce qu'elle avait raconté la fin. Je veux bien enlever la dernière phrase, mais pas tout mon message."}},
}

// advertisements: one withdrawn, with an appeal that was dismissed; one that nobody looked at,
// so that it was passed to the head.
var advertisements = []line{
	{at: on(-8, 17, 55), who: "adam", do: publish, text: "prix-2", write: reply("prix",
		"Pour gagner des cartes cadeaux c'est ici : <a href=\"https://cadeaux.example/parrain\">https://cadeaux.example/parrain</a>. Il faut s'inscrire avec mon code et donner son adresse.")},
	{at: on(-8, 18, 20), who: "maelys", do: report, text: "pub", filed: &filed{about: "prix-2", ground: "SPAM", words: "C'est de la pub, et ça demande notre adresse."}},
	{at: on(-7, 12, 30), who: "diallo", do: examine, text: "pub"},
	{at: on(-7, 12, 40), who: "diallo", do: decide, text: "pub", ruled: &ruled{
		verdict: workflow.WithdrawAll, ground: "SPAM", facts: "Le message renvoie vers un site de parrainage qui demande leur adresse à des mineurs.",
		words:  "Adam, ce lien est une publicité : le site promet des cadeaux pour récolter des adresses. Le forum sert à parler de lecture. Ne t'y inscris pas toi-même, et parles-en à un adulte si tu l'as déjà fait.",
		answer: "Vous avez bien fait de le signaler : le message n'est plus visible.",
	}},
	{at: on(-7, 18, 0), who: "adam", do: appeal, text: "pub", ruled: &ruled{words: "Ce n'est pas de la pub, mon cousin a vraiment gagné quelque chose."}},
	{at: on(-6, 9, 15), who: "garcia", do: dismiss, text: "pub", ruled: &ruled{
		words: "Adam, j'ai relu ton message et le site. Même si ton cousin a reçu un cadeau, le site gagne de l'argent avec les adresses qu'on lui donne. La décision de Mme Diallo est maintenue.",
	}},
	{at: on(-5, 12, 30), who: "noe", do: report, text: "video", filed: &filed{about: "film-2", ground: "PURP", words: "La vidéo commence par deux minutes de publicité."}},
}

// mistakes: reported, and kept.
var mistakes = []line{
	{at: on(-10, 13, 0), who: "louis", do: report, text: "dragon", filed: &filed{about: "pleurer-3", ground: "PURP", words: "Elle raconte la fin du livre !"}},
	{at: on(-10, 16, 0), who: "diallo", do: examine, text: "dragon"},
	{at: on(-10, 16, 10), who: "diallo", do: decide, text: "dragon", ruled: &ruled{
		verdict: workflow.Keep,
		words:   "Ton message a été relu parce qu'il pouvait en dire trop sur la fin d'un livre. Il n'en dit rien de précis : il reste, et tu n'as rien à faire.",
		answer:  "Merci d'avoir pensé à ceux qui n'ont pas fini le livre. Le message ne dit pas ce qui arrive au dragon : il reste en ligne.",
	}},
	{at: on(-3, 9, 10), who: "rose", do: report, text: "plagiat", filed: &filed{
		about: "chorale", ground: "COPY", words: "La phrase sur les basses est recopiée de l'affiche d'une autre chorale."}},
	{at: on(-3, 12, 30), who: "martin", do: examine, text: "plagiat"},
	{at: on(-3, 12, 40), who: "martin", do: decide, text: "plagiat", ruled: &ruled{
		verdict: workflow.AskEdit, ground: "COPY",
		words:  "Maëlys, la phrase sur les basses se trouve déjà, mot pour mot, sur l'affiche d'une autre chorale. Cite-la entre guillemets avec sa source, ou redis-la avec tes mots, et renvoie l'article : il reste en ligne d'ici là.",
		answer: "Bien vu : une phrase doit être citée ou réécrite. Une nouvelle version est demandée.",
	}},
}

// threats: hidden at once, withdrawn, and restored on appeal by somebody else.
var threats = []line{
	{at: on(-7, 9, 50), who: "jade", do: publish, text: "pleurer-4", write: reply("pleurer",
		"Ma réplique préférée, c'est quand le chevalier noir dit : « Demain à l'aube, je te chercherai dans tout le royaume, et personne ne racontera ton histoire. » J'en ai eu des frissons une semaine.")},
	{at: on(-7, 10, 10), who: "tom", do: report, text: "chevalier", filed: &filed{about: "pleurer-4", ground: "THREAT", words: "On dirait une menace."}},
	{at: on(-7, 10, 40), who: "garcia", do: examine, text: "chevalier"},
	{at: on(-7, 11, 0), who: "garcia", do: decide, text: "chevalier", ruled: &ruled{
		verdict: workflow.WithdrawAll, ground: "THREAT", facts: "Le message contient une phrase qui menace de mort une personne, sans dire d'où elle vient.",
		words:  "Jade, ton message contient une phrase qui menace quelqu'un, et rien ne dit à ceux qui le lisent de quel livre elle vient.",
		answer: "Merci de l'avoir signalé. Le message n'est plus visible.",
	}},
	{at: on(-6, 12, 40), who: "jade", do: appeal, text: "chevalier", ruled: &ruled{words: "C'est une citation ! Il y a les guillemets, et j'ai écrit que c'était ma réplique préférée."}},
	{at: on(-6, 16, 20), who: "petit", do: overturn, text: "chevalier", ruled: &ruled{
		verdict: workflow.Keep,
		words:   "Jade, tu as raison : la phrase est entre guillemets et c'est un personnage qui parle. Ton message est de nouveau visible, à sa date. La prochaine fois, ajoute le titre du livre : on voudra le lire.",
		answer:  "Après un nouvel examen, le message est revenu : c'est la citation d'un roman, et elle ne menace personne.",
	}},
}

// sealedAway: hidden and sealed at once, by what somebody without an account has said; then
// withdrawn.
var sealedAway = []line{
	{at: on(-6, 16, 0), who: "yanis", do: publish, text: "bienvenue-3", write: reply("bienvenue",
		"Il y a un dossier qui tourne avec des photos de quelqu'un du collège. Demandez-moi le lien.")},
	{at: on(-6, 16, 10), do: report, text: "dossier", filed: &filed{
		about: "bienvenue-3", ground: "INTIM", words: "Une élève m'en a parlé en pleurant. Il ne faut pas que cela circule."}},
	{at: on(-6, 16, 18), who: "garcia", do: examine, text: "dossier"},
	{at: on(-6, 16, 28), who: "garcia", do: decide, text: "dossier", ruled: &ruled{
		verdict: workflow.WithdrawAll, ground: "INTIM", sealed: true,
		facts:  "Le message propose des images intimes d'une élève. Rien n'a été ouvert ni téléchargé. Famille et référent harcèlement prévenus le jour même.",
		words:  "Proposer les images intimes de quelqu'un est un délit, et fait un mal immense. La famille et l'infirmière sont prévenues.",
		answer: "Merci : grâce à vous, le message n'est resté visible que quelques minutes. L'élève n'est pas seule, nous sommes avec elle. Le 3018 peut aussi faire retirer des images ailleurs.",
	}},
}

// rumours: two cases that became one, for the head; and one that is hidden by hand (R42) while something is asked.
var rumours = []line{
	{at: on(-1, 17, 10), who: "camille", do: publish, text: "bienvenue-4", write: reply("bienvenue",
		"Il paraît que M. Okafor va être renvoyé parce qu'il a perdu toutes nos copies.")},
	{at: on(-1, 17, 32), who: "louis", do: publish, text: "bienvenue-5", write: reply("bienvenue", "Mon frère dit que M. Okafor les a jetées exprès.")},
	{at: on(-1, 18, 5), who: "louis", do: publish, text: "mangas-4", write: reply("mangas",
		"Pour échanger des tomes : j'habite au 3 rue des Lilas, il suffit de sonner.")},
	{at: on(0, 7, 20), who: "okafor", do: report, text: "rumeur", filed: &filed{about: "bienvenue-4", ground: "DEF", words: "Rien de cela n'est vrai : les copies sont rendues jeudi."}},
	{at: on(0, 7, 25), who: "leroy", do: report, text: "rumeur-2", filed: &filed{about: "bienvenue-5", ground: "DEF"}},
	{at: on(0, 7, 30), who: "diallo", do: examine, text: "rumeur"},
	{at: on(0, 7, 31), who: "diallo", do: merge, text: "rumeur-2", ruled: &ruled{into: "rumeur", words: "La même rumeur, vingt minutes plus tard."}},
	{at: on(0, 7, 33), who: "diallo", do: escalate, text: "rumeur", ruled: &ruled{words: "Il s'agit d'un collègue : je préfère que la direction décide."}},
	{at: on(1, 7, 40), who: "perrin-1", do: report, text: "adresse", filed: &filed{about: "mangas-4", ground: "DATA", words: "Un enfant donne son adresse à tout le collège."}},
	{at: on(1, 7, 44), who: "diallo", do: examine, text: "adresse"},
	{at: on(1, 7, 46), who: "diallo", do: maskCase, text: "adresse", ruled: &ruled{words: "Masqué le temps de joindre la famille."}},
	{at: on(1, 7, 48), who: "diallo", do: inquire, text: "adresse", ruled: &ruled{
		words: "Merci de votre vigilance. Savez-vous si c'est bien l'adresse d'un élève du collège ? J'appelle la famille dès que j'en suis sûre."}},
}

// theHead: about the head of establishment, so that the académie has it in hand.
var theHead = []line{
	{at: on(-6, 12, 15), who: "adam", do: publish, text: "bienvenue-6", write: reply("bienvenue",
		"Mme Garcia avait promis que la cantine serait moins chère, et elle a menti. C'est mon père qui le dit.")},
	{at: on(-5, 19, 0), who: "delmas-1", do: report, text: "cantine", filed: &filed{
		about: "bienvenue-6", ground: "DEF", above: true, words: "Ce n'est pas à la principale de juger ce qui est écrit d'elle."}},
}

// pictureOfMe: somebody recognises themselves where nobody had seen them.
var pictureOfMe = []line{
	{at: on(0, 7, 50), who: "yanis", do: report, text: "reflet", filed: &filed{
		about: "depart", photo: "guide", ground: "IMG", words: "Dans la visière du casque on voit mon reflet. Je n'ai pas dit oui."}},
}

// outside: asked by somebody without an account, of something that is not here; closed since.
var outside = []line{
	{at: on(-215, 9, 0), do: report, text: "reseau", filed: &filed{
		location: "Une vidéo du compte « tilleuls_fails », sur un réseau social", ground: "PRIV", name: "Odile Marchand", email: "odile.marchand@demo.example",
		words: "Mon fils y est filmé dans la cour, à son insu."}},
	{at: on(-215, 11, 0), who: "garcia", do: examine, text: "reseau"},
	{at: on(-215, 11, 20), who: "garcia", do: decide, text: "reseau", ruled: &ruled{
		verdict: workflow.Keep, words: "Rien n'est publié ici.",
		answer: "Cette vidéo n'est pas dans notre espace de travail : nous ne pouvons pas la retirer. Le réseau social doit le faire si vous le lui demandez, et le 3018 vous y aide, gratuitement. L'élève qui filmait a été reçu avec sa famille.",
	}},
}
