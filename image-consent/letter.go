package imageconsent

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"
)

// letter is what a family signs: everything that R28 asks for, in plain words.
var letter = template.Must(template.New("letter").Parse(`DEMANDE D’AUTORISATION : {{.Title}}

{{.Beneficiary}} demande l’autorisation de montrer une personne : son image, sa voix ou son nom. La personne concernée est celle dont le nom figure sur la feuille de réponse.

Le projet : {{.Title}}
Ce qui est montré : {{.Nature}}
Pourquoi : {{.Purpose}}
Lieu : {{.Place}}
Dates des prises de vue : {{.Taken}}{{if .ToCome}} (des photos prises à ces dates pour ce projet, et aucune autre, pourront être ajoutées){{end}}
Ce qui est fait des images : {{.Operations}}
Territoire : {{.Territory}}
Demandé par : {{.Asker}}, pour {{.Beneficiary}}

Vous répondez à chaque ligne séparément. Une ligne que vous n’acceptez pas est refusée. Accepter une ligne n’en autorise aucune autre.
{{range .Lines}}
[ ] {{.}}{{end}}

Durée : du {{.From}} au {{.Until}}. Ensuite, les images ne sont plus montrées.
{{range .ENTs}}Établissements de « {{.ENTName}} » : {{range $i, $one := .Reach}}{{if $i}} ; {{end}}{{$one.Name}}{{end}}. Un établissement qui rejoint « {{.ENTName}} » plus tard ne voit pas les images.
{{end}}Prix : l’autorisation est gratuite. Personne n’est payé et personne ne paie.
Refuser n’a aucune conséquence : ni sur les notes, ni sur les activités, ni sur la vie à l’école.
Vous pouvez changer d’avis à tout moment, sans dire pourquoi : sur la page de l’autorisation, par un mot à l’établissement, ou au secrétariat. L’image n’est alors plus montrée. Chacun des responsables et la personne elle-même peuvent le faire seuls.
Pour un mineur, seuls répondent l’élève et ses responsables qui ont l’autorité parentale.

Référence : {{.Reference}}
`))

// compose writes the text that is signed, and its hash.
func (r *Request) compose(zone *time.Location) error {
	last := r.Valid.Until.In(zone).Add(-time.Nanosecond)
	taken := "le " + frenchDate(r.TakenFrom)
	if !r.TakenTo.Equal(r.TakenFrom) {
		taken = "du " + frenchDate(r.TakenFrom) + " au " + frenchDate(r.TakenTo)
	}
	lines := make([]string, len(r.Lines))
	for i, line := range r.Lines {
		lines[i] = r.Describe(line)
	}
	var b strings.Builder
	err := letter.Execute(&b, map[string]any{
		"Title": r.Title, "Beneficiary": r.Beneficiary, "Nature": r.Nature, "Purpose": r.Purpose, "Place": r.Place, "Taken": taken, "ToCome": r.ToCome,
		"Operations": strings.Join(r.Operations, " ; "), "Territory": r.Territory, "Asker": r.Asker, "Lines": lines, "ENTs": r.ENTs(),
		"From": frenchDate(r.Valid.From.In(zone)), "Until": frenchDate(last), "Reference": r.Reference,
	})
	if err != nil {
		return fmt.Errorf("compose request: %w", err)
	}
	r.Body = b.String()
	r.Hash = sha256.Sum256([]byte(r.Body))
	return nil
}

// Describe says a line in words: what is shown, where, and who sees it.
func (r Request) Describe(l Line) string {
	if !l.Trombinoscope().IsZero() {
		return "Son portrait, " + r.album(l.Audience)
	}
	what := map[Medium]string{Image: "Son image", Voice: "Sa voix", Name: "Son nom"}[l.Medium]
	place, found := r.place(l)
	if !found {
		return what + ", sur papier : affiches, journal, documents imprimés par l’établissement"
	}
	return what + ", dans « " + place.Title + " » : " + place.readers()
}

// album says which trombinoscope, and who sees it.
func (r Request) album(a Audience) string {
	switch a {
	case ToClassStaff:
		return "dans le trombinoscope de « " + r.Class + " » : vu par les adultes qui travaillent avec cette classe et par la direction"
	case ToSchoolStaff:
		return "dans le trombinoscope de « " + r.Class + " » : vu par tous les adultes qui travaillent dans l’établissement"
	case ToPrint, ToGroup, ToEstablishment, ToENT, ToPublicWeb:
	}
	return "sur le trombinoscope imprimé de « " + r.Class + " » : une feuille pour les mêmes adultes"
}

// ENTs are the places of the request that the establishments of an ENT see, one of each ENT.
func (r Request) ENTs() []Place {
	var list []Place
	for _, p := range r.Places {
		if p.Audience == ToENT && !slices.ContainsFunc(list, func(other Place) bool { return other.ENT == p.ENT }) {
			list = append(list, p)
		}
	}
	return list
}

// readers says who sees what is shown in the place.
func (p Place) readers() string {
	switch p.Audience {
	case ToGroup:
		return "vu par les élèves, les responsables et les adultes de « " + p.GroupName + " »"
	case ToEstablishment:
		return "vu par toutes les personnes de l’établissement et les responsables"
	case ToENT:
		return fmt.Sprintf("vu par toutes les personnes des établissements de « %s », qui sont %d et que cette demande nomme", p.ENTName, len(p.Reach))
	case ToPublicWeb:
		return "vu par tout le monde, sur internet"
	case ToPrint, ToClassStaff, ToSchoolStaff:
	}
	return ""
}

var months = []string{
	"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
}

// frenchDate writes 1er mars 2026.
func frenchDate(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return fmt.Sprintf("%s %s %d", day, months[t.Month()-1], t.Year())
}
