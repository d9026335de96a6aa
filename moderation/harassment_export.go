package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// ExportCase writes a harassment case as plain text for those who work on it outside, with
// initials instead of names as far as the directory knows the names, and without anything of who
// reported (R51, invariant 12). The errors are those of [Cases.Case].
func (s *Cases) ExportCase(ctx context.Context, who actor.Actor, c id.Case) (string, error) {
	view, err := s.Case(ctx, who, c)
	if err != nil {
		return "", err
	}
	if view.Care == nil {
		return "", fmt.Errorf("export case %s: %w", c, directory.ErrNotFound)
	}
	var names []directory.Person
	err = s.InTx(ctx, who.Tenant, func(tx CasesTx) (err error) {
		names, err = tx.CaseNames(ctx, c)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("export case %s: %w", c, err)
	}
	return initialled(exported(view), names), nil
}

// exported is the case in words: neither who reported, nor what they or anybody wrote to or of
// them.
func exported(v CaseView) string {
	var b strings.Builder
	day := func(at interface{ Format(string) string }) string { return at.Format("02/01/2006 15:04 UTC") }
	fmt.Fprintf(&b, "Dossier %s\nExport sans donnée nominative (R51)\n\nOuvert le %s\n", v.Reference, day(v.OpenedAt))
	for _, e := range v.Evidence {
		if e.Sealed {
			fmt.Fprintf(&b, "\nContenu du %s : sous scellés.\n", day(e.TakenAt))
			continue
		}
		fmt.Fprintf(&b, "\nContenu du %s, dans « %s »\n%s\n%s\n", day(e.TakenAt), e.Exhibit.Space, e.Exhibit.Title, publication.PlainText(publication.StoredHTML(e.Exhibit.HTML)))
	}
	b.WriteString("\nÉtapes\n")
	for _, s := range v.Care.Steps {
		fmt.Fprintf(&b, "- %s : %s, par %s. %s\n", day(s.At), careWords[s.Step], s.Name, s.Note)
	}
	for _, r := range v.Rulings {
		fmt.Fprintf(&b, "\nDécision du %s\n%s\n", day(r.At), r.Reason)
	}
	return b.String()
}

// careWords name the steps in an export, which is in French.
var careWords = map[CareStep]string{
	StepProtect: "cible protégée", StepHear: "personnes entendues", StepInform: "responsables légaux informés", StepRefer: "autorité saisie", StepFollowUp: "suivi",
}

// initialled has initials instead of every name, however it is spelled: of two that begin in one place the
// longer, so that none is left of a part of another.
func initialled(text string, people []directory.Person) string {
	known := namingsOf(people)
	var b strings.Builder
	tokens, at := fold(text), 0
	for i := 0; i < len(tokens); {
		found := known.longest(tokens[i:])
		if len(found.words) == 0 {
			i++
			continue
		}
		b.WriteString(text[at:tokens[i].start] + found.initials)
		i += len(found.words)
		at = tokens[i-1].end
	}
	b.WriteString(text[at:])
	return b.String()
}

// naming is a name as a text may have it: its words, folded.
type naming struct {
	words    []string
	initials string
}

// namings are names by their first word.
type namings map[string][]naming

// namingsOf are all by which people are named: whole, either part, and each word of it that tells somebody.
func namingsOf(people []directory.Person) namings {
	known := namings{}
	for _, p := range people {
		given, family := folded(p.GivenName), folded(p.FamilyName)
		initials := initial(p.GivenName) + initial(p.FamilyName)
		if len(given) == 0 { // of whoever has no account, as they gave it
			initials = ""
			for _, word := range family {
				initials += initial(word)
			}
		}
		for _, words := range [][]string{slices.Concat(given, family), slices.Concat(family, given), family, given} {
			known.add(naming{words, initials}, 2)
		}
		for _, word := range slices.Concat(given, family) {
			if !slices.Contains(particles, word) {
				known.add(naming{[]string{word}, initials}, 3)
			}
		}
	}
	return known
}

// particles stand in names, and name nobody.
var particles = []string{"les", "des", "del", "della", "van", "von", "der", "den", "dos", "das", "ben", "bin", "ibn", "abd", "san", "mac", "saint", "sainte"}

// add adds a name of so many letters at least.
func (n namings) add(one naming, least int) {
	if utf8.RuneCountInString(strings.Join(one.words, "")) >= least {
		n[one.words[0]] = append(n[one.words[0]], one)
	}
}

// longest is the longest name that a text begins with; the zero naming where it begins with none.
func (n namings) longest(tokens []token) naming {
	var found naming
	for _, one := range n[tokens[0].word] {
		if len(one.words) > len(found.words) && len(one.words) <= len(tokens) &&
			slices.EqualFunc(one.words, tokens[:len(one.words)], func(word string, t token) bool { return word == t.word }) {
			found = one
		}
	}
	return found
}

func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if first == utf8.RuneError {
		return ""
	}
	return strings.ToUpper(string(first)) + "."
}
