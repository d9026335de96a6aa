package demo

import (
	"context"
	"fmt"
	"time"

	"imprimatur/publication"
)

// board is what a school of the demo says of itself on its information pages (R66), and
// its charter. Telephone numbers are of those that are given to nobody.
type board struct {
	uai, writer string
	facts       publication.LegalFacts
	charter     publication.CharterInput
}

var boards = []board{
	{uai: tilleuls, writer: "garcia", facts: publication.LegalFacts{
		Address: "Collège Les Tilleuls\n14 allée des Tilleuls\n31000 Toulouse", Email: "secretariat@tilleuls.demo.example", Phone: "05 36 49 10 20",
		ReplyName: "Marc Petit, principal adjoint", ReplyContact: "redaction@tilleuls.demo.example\nou par courrier, à l'adresse du collège",
		HostName: "Centre de données des Deux-Vallées", HostAddress: "3 quai du Canal\n31000 Toulouse", HostPhone: "05 36 49 10 99",
		Reuse:      "Entre membres du collège, chacun peut lire, citer et travailler en classe à partir de ce que les autres publient, en nommant l'auteur.\nReprendre un texte ou une image ailleurs demande l'accord de son auteur et, pour un élève mineur, celui de ses parents.",
		Protection: "Délégation à la protection des données de l'Académie des Deux-Vallées\ndpd@deux-vallees.demo.example",
		Conformity: publication.NotConforming,
		Gaps:       "Les menus de la cantine d'avant 2025 sont des images de documents, sans texte.\nLes vidéos de la fête de fin d'année n'ont pas de sous-titres. Le secrétariat raconte volontiers ce qu'elles montrent.",
	}, charter: charterOf("Charte d'usage du collège Les Tilleuls")},
	{uai: platanes, writer: "roche", facts: publication.LegalFacts{
		Address: "Lycée Les Platanes\n2 boulevard des Platanes\n31000 Toulouse", Email: "secretariat@platanes.demo.example", Phone: "05 36 49 20 20",
		ReplyName: "Hélène Roche, proviseure", ReplyContact: "proviseure@platanes.demo.example",
		HostName: "Centre de données des Deux-Vallées", HostAddress: "3 quai du Canal\n31000 Toulouse", HostPhone: "05 36 49 10 99",
		Reuse:      "Entre membres du lycée, pour apprendre et pour informer, en nommant l'auteur. Tout autre usage demande son accord.",
		Protection: "Délégation à la protection des données de l'Académie des Deux-Vallées\ndpd@deux-vallees.demo.example",
		Conformity: publication.NotConforming, Gaps: "Les anciens numéros de La Gazette sont des images de pages, sans texte.",
	}, charter: charterOf("Charte d'usage du lycée Les Platanes")},
}

// charterOf is a charter that says what the service holds people to, in plain words.
func charterOf(title string) publication.CharterInput {
	return publication.CharterInput{Title: title, Body: "" +
		"<h2>À quoi sert cet espace</h2>" +
		p("L'espace numérique sert à apprendre, à enseigner et à faire vivre l'établissement. On n'y fait ni publicité ni propagande, politique ou religieuse.") +
		"<h2>Mon compte</h2>" +
		p("Mon compte est à moi : je ne donne mon mot de passe à personne, et je me déconnecte avant de quitter un ordinateur. Si quelqu'un s'en est servi, je le dis tout de suite à l'établissement.") +
		"<h2>Ce que j'écris</h2>" +
		"<ul><li>Je signe ce que j'écris et j'en réponds.</li><li>Je respecte les personnes : ni insulte, ni moquerie, ni menace, ni propos haineux.</li>" +
		"<li>Je ne raconte pas la vie privée des autres.</li><li>Quand j'emprunte un texte, une image ou un son, je dis de qui il est et d'où il vient, et je vérifie que j'en ai le droit.</li></ul>" +
		"<h2>Les images</h2>" +
		p("Je ne publie la photo ou la voix de personne sans son accord, et celui de ses parents si la personne est mineure. Un accord peut être retiré à tout moment, sans donner de raison.") +
		"<h2>Qui relit</h2>" +
		p("Selon l'espace, un texte est relu avant ou après sa parution. Qui refuse un texte dit pourquoi. Personne ne lit mes brouillons ni mes messages privés, sauf ceux qu'on a signalés.") +
		"<h2>Si quelque chose ne va pas</h2>" +
		p("Toute personne à qui un contenu fait du tort peut demander son retrait à la personne qui s'en occupe ou au chef d'établissement. J'ai le droit de savoir pourquoi un de mes textes est retiré, et de demander qu'on le réexamine.") +
		"<h2>Mes données</h2>" +
		p("Je peux savoir ce que l'établissement garde de moi, le faire corriger ou effacer. On ne me demande rien sur ma famille, ma religion, ma santé ou mes opinions.") +
		"<h2>Et sinon</h2>" +
		p("Cette charte ne remplace pas le règlement intérieur. Qui ne la respecte pas peut perdre un temps le droit de publier, et s'expose aux sanctions du règlement et de la loi."),
	}
}

// hang writes what is not written yet: a space is open to the public web only after.
func (s *school) hang(ctx context.Context, b board) error {
	who := s.who(b.writer, b.uai)
	now, err := s.legal.Read(ctx, who)
	if err == nil && now.Version == 0 {
		_, err = s.legal.Write(ctx, who, 0, b.facts)
	}
	if err == nil && now.Charter.Version == 0 {
		b.charter.AdoptedOn = s.began.AddDate(0, -5, 0).Truncate(24 * time.Hour)
		_, err = s.legal.WriteCharter(ctx, who, 0, b.charter)
	}
	if err != nil {
		return fmt.Errorf("information pages of %s: %w", b.uai, err)
	}
	return nil
}
