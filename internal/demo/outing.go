package demo

import "imprimatur/publication"

// photo is what an upload or an identification says.
type photo struct {
	name  string
	album string // key of the series; empty: by itself
	sound bool   // it is no picture
	drawing
	faces []face // who is in it, from left to right
}

// face is somebody in a photo, and where: in shares of its width.
type face struct {
	who string
	at  float64
}

// ask is what families are asked for.
type ask struct {
	title, nature, purpose string
	place                  string
	photos                 []string
	persons                []string // besides those in the photos
	voice                  bool     // is what is asked for, in place of the image
	spaces                 []string // slugs
}

// said is an answer: whose consent, and to which spaces they agree.
type said struct {
	person, signer string
	spaces         []string
}

// outing is the class trip to the planetarium: one text that readers see with its photo,
// one that waits for Lina's family, and a request with answers of every sort.
var outing = []line{
	{at: on(-9, 8, 30), who: "martin", do: series, text: "planetarium"},
	{at: on(-9, 8, 35), who: "martin", do: upload, text: "fusee", photo: &photo{name: "fusee.jpg", album: "planetarium", drawing: drawing{picture: "rocket.jpg"}}},
	{at: on(-9, 8, 36), who: "martin", do: upload, text: "pas-de-tir", photo: &photo{name: "pas-de-tir.jpg", album: "planetarium", drawing: drawing{picture: "rocket.jpg", times: 1, from: 0.25, to: 0.75, shade: 1}}},
	{at: on(-9, 8, 37), who: "martin", do: upload, text: "guide", photo: &photo{name: "guide.png", album: "planetarium", drawing: drawing{picture: "astronaut.png"}}},
	{at: on(-9, 8, 38), who: "martin", do: upload, text: "duo", photo: &photo{name: "duo.jpg", album: "planetarium", drawing: drawing{picture: "astronaut.png", times: 2, from: 0.1, to: 0.9, shade: 0.85}}},
	{at: on(-9, 8, 50), who: "martin", do: identify, text: "fusee", photo: &photo{}},
	{at: on(-9, 8, 51), who: "martin", do: identify, text: "pas-de-tir", photo: &photo{}},
	{at: on(-9, 8, 52), who: "martin", do: identify, text: "guide", photo: &photo{faces: []face{{"okafor", 0.434}}}},
	{at: on(-9, 8, 53), who: "martin", do: identify, text: "duo", photo: &photo{faces: []face{{"enzo", 0.209}, {"camille", 0.791}}}},
	{at: on(-9, 9, 0), who: "martin", do: request, text: "guide", ask: &ask{
		title: "Préparer la sortie au planétarium", nature: "Le portrait de M. Okafor dans la combinaison du planétarium",
		place: "Planétarium, Toulouse", purpose: "Annoncer la sortie aux familles", photos: []string{"guide"}, spaces: []string{"blog-5a"},
	}},
	{at: on(-9, 10, 5), who: "okafor", do: grant, text: "guide", said: &said{person: "okafor", spaces: []string{"blog-5a"}}},
	{at: on(-9, 12, 0), who: "martin", do: publish, text: "depart", write: &text{
		space: "blog-5a", kind: publication.Article, title: "En route pour le planétarium",
		body: p("Vendredi, toute la 5A part au planétarium. M. Okafor est allé y essayer la combinaison pour nous, et il a promis de la prêter.",
			"Rendez-vous devant la loge à 8 h, avec un pique-nique."),
		shows: []shown{{"guide", "M. Okafor en combinaison orange, devant une maquette de navette"}, {"fusee", "Une fusée sur son pas de tir, au crépuscule"}},
	}},
	{at: on(-9, 13, 30), who: "leroy", do: "approve", text: "depart"},

	{at: on(-8, 8, 35), who: "martin", do: upload, text: "signal", photo: &photo{name: "signal.wav", sound: true}},
	{at: on(-8, 8, 50), who: "martin", do: identify, text: "signal", photo: &photo{faces: []face{{who: "okafor"}}}},
	{at: on(-8, 9, 0), who: "martin", do: request, text: "signal", ask: &ask{
		title: "Faire entendre le signal du planétarium", nature: "La voix de M. Okafor, qui annonce le signal",
		place: "Planétarium, Toulouse", purpose: "Que la classe reconnaisse le signal pendant la sortie", photos: []string{"signal"}, spaces: []string{"blog-5a"}, voice: true,
	}},
	{at: on(-8, 10, 5), who: "okafor", do: grant, text: "signal", said: &said{person: "okafor", spaces: []string{"blog-5a"}}},
	{at: on(-8, 12, 0), who: "martin", do: publish, text: "signal-document", write: &text{
		space: "blog-5a", kind: publication.Document, title: "Le signal du planétarium",
		body:  p("Quand vous entendrez ce signal, rejoignez M. Okafor près de la porte. Ce qu'on entend : trois notes qui montent."),
		shows: []shown{{"signal", "Trois notes qui montent, annoncées par M. Okafor"}},
	}},
	{at: on(-8, 13, 30), who: "leroy", do: "approve", text: "signal-document"},

	{at: on(-3, 16, 40), who: "lina", do: upload, text: "groupe", photo: &photo{name: "IMG_2031.jpg", drawing: drawing{picture: "astronaut.png", times: 2, from: 0, to: 1, shade: 1}}},
	{at: on(-3, 16, 55), who: "lina", do: publish, text: "planetarium", write: &text{
		space: "blog-5a", kind: publication.Article, title: "Sortie au planétarium",
		body: p("Vendredi nous sommes allés au planétarium. On s'est assis dans des fauteuils qui se couchent, la lumière s'est éteinte, et il y avait <strong>plus d'étoiles que je n'en avais jamais vu</strong>.",
			"Après, on a pu essayer une combinaison. Avec Noé, on n'arrivait plus à tourner la tête !"),
		shows: []shown{{"groupe", "Lina et Noé en combinaison orange"}},
	}},
	{at: on(-3, 17, 30), who: "martin", do: identify, text: "groupe", photo: &photo{faces: []face{{"lina", 0.217}, {"noe", 0.783}}}},
	{at: on(-3, 17, 35), who: "martin", do: "approve", text: "planetarium"},
	{at: on(-3, 17, 45), who: "martin", do: request, text: "planetarium", ask: &ask{
		title: "Sortie au planétarium", nature: "Des photos de la classe pendant la sortie, par deux ou trois",
		place: "Planétarium, Toulouse", purpose: "Raconter la sortie à la classe et au collège", photos: []string{"groupe", "duo"}, persons: []string{"ines"}, spaces: []string{"blog-5a", "petit-tilleul"},
	}},
	{at: on(-3, 18, 20), who: "noe", do: grant, text: "planetarium", said: &said{person: "noe", spaces: []string{"blog-5a", "petit-tilleul"}}},
	{at: on(-3, 19, 10), who: "perrin-1", do: grant, text: "planetarium", said: &said{person: "noe", spaces: []string{"blog-5a"}}},
	{at: on(-2, 7, 50), who: "moreau-1", do: refuse, text: "planetarium", said: &said{person: "enzo"}},
	{at: on(-1, 9, 20), who: "leroy", do: sheet, text: "planetarium", said: &said{person: "camille", signer: "roux-1", spaces: []string{"blog-5a"}}},
}
