package demo

import (
	"context"
	"slices"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// paper is what a signed authorisation says (R36).
type paper struct {
	guardian, reference string
	naming              publication.Naming
}

// wordLists are the first lists of the collège: short, and of words that seldom
// mean anything else (R21).
var wordLists = []moderation.WordList{
	{Name: "Insultes", Ground: "INJ", Severity: 2, Action: moderation.Flag, Words: []string{
		"abruti*", "bouffon*", "connard*", "conne", "crétin*", "débile*", "imbécile*", "ta gueule", "sale type",
	}},
	{Name: "Menaces", Ground: "THREAT", Severity: 3, Action: moderation.Hold, Words: []string{
		"je vais te tuer", "je vais te frapper", "tu vas le regretter", "on va te retrouver", "je sais où tu habites",
	}},
	{Name: "Détresse", Ground: "SUI", Severity: 4, Action: moderation.Hold, Words: []string{
		"suicide*", "me suicider", "envie de mourir", "me tuer", "me scarifie*", "me faire du mal", "en finir avec la vie",
	}},
}

// keepLists creates the lists that are not there yet. Where all are, an interrupted start has
// come further, and what it left is for its own time.
func (s *school) keepLists(ctx context.Context) error {
	head := s.who("garcia", tilleuls)
	known, err := s.moderation.WordLists(ctx, head)
	if err != nil {
		return err
	}
	made := false
	for _, list := range wordLists {
		if slices.ContainsFunc(known, func(l moderation.WordList) bool { return l.Name == list.Name }) {
			continue
		}
		if _, err := s.moderation.CreateWordList(ctx, head, list); err != nil {
			return err
		}
		made = true
	}
	if !made {
		return nil
	}
	return s.work(ctx)
}

// record writes down a signed authorisation, unless it was.
func (s *school) record(ctx context.Context, l line) error {
	if _, there := s.happened("record"); there {
		return nil
	}
	papers := publication.NewAuthorisations(postgres.Transactions[publication.AuthorisationTx](s.db), func() time.Time { return s.clock })
	_, err := papers.Record(ctx, s.who(l.who, tilleuls), s.texts[l.text], publication.AuthorisationInput{
		Guardian: s.persons[l.paper.guardian], Naming: l.paper.naming, Reference: l.paper.reference,
	})
	return err
}

// supervision is how long what Enzo submits is read first (R53), in days.
const supervision = 21

// suspension is how long Adam publishes nothing (R53), in days.
const suspension = 5

// supervise has what somebody of the collège submits read before it appears, or keeps them
// from submitting anything.
func (s *school) supervise(ctx context.Context, l line) error {
	if _, there := s.happened("supervise"); there {
		return nil
	}
	house := directory.NewService(directory.Config{InTx: postgres.Transactions[directory.ServiceTx](s.db), Clock: func() time.Time { return s.clock }})
	in := directory.StandingInput{
		Person: s.persons[l.text], Kind: directory.Supervised, Until: s.clock.AddDate(0, 0, supervision), Reason: l.reason.Text, Reference: l.reason.Reference,
	}
	if l.do == suspend {
		in.Kind, in.Until = directory.Suspended, s.clock.AddDate(0, 0, suspension)
	}
	_, err := house.SetStanding(ctx, s.who(l.who, tilleuls), in)
	return err
}

// measures are what the head decides about somebody's right to publish.
var measures = []line{
	{at: on(-14, 10, 30), who: "garcia", do: supervise, text: "enzo", reason: workflow.Reason{
		Text: "Message moqueur envers un camarade sur le forum du club lecture, retiré le jour même. Entretien avec l'élève : ses textes sont relus avant parution pendant trois semaines.",
	}},
}
