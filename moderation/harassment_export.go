package moderation

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
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

// initialled has initials instead of every name: longer names first, so that none is left of a
// part of another.
func initialled(text string, people []directory.Person) string {
	type naming struct{ name, initials string }
	var list []naming
	for _, p := range people {
		initials := initial(p.GivenName) + initial(p.FamilyName)
		for _, name := range []string{p.GivenName + " " + p.FamilyName, p.FamilyName + " " + p.GivenName, p.FamilyName, p.GivenName} {
			if name = strings.TrimSpace(name); utf8.RuneCountInString(name) > 1 {
				list = append(list, naming{name, initials})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b naming) int { return cmp.Compare(len(b.name), len(a.name)) })
	for _, n := range list {
		whole := regexp.MustCompile(`(?i)(^|[^\pL])` + regexp.QuoteMeta(n.name) + `($|[^\pL])`)
		for range 2 { // neighbours share what is between them
			text = whole.ReplaceAllString(text, "${1}"+n.initials+"${2}")
		}
	}
	return text
}

func initial(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if first == utf8.RuneError {
		return ""
	}
	return strings.ToUpper(string(first)) + "."
}
