package demo

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// attach is the verb of adding a file to what was reported.
const attach verb = "attached"

const maskCase = verb(workflow.MaskCase)

// spoken is one message of a private conversation.
type spoken struct {
	by, to   string
	at       moment
	words    string
	reported bool // else it is said around the one that is
}

// privately: somebody reports a message of which only what they send can be read (R25). Who wrote it
// had insulted them before the whole club. It is of tomorrow, which is a minute before the school is
// founded: its four hours have just begun.
var privately = []line{
	{at: on(1, 7, 35), who: "rose", do: report, text: "prive", filed: &filed{
		ground: "HAR", words: "C'est le troisième soir. Je ne veux plus aller au club.",
		talk: []spoken{
			{by: "rose", to: "tom", at: on(-1, 19, 40), words: "Tu peux arrêter de m'écrire ? Mme Diallo a déjà enlevé ton message."},
			{by: "tom", to: "rose", at: on(-1, 19, 52), words: "C'est à cause de toi qu'elle l'a enlevé. Si tu reviens au club jeudi, tu vas manger toute seule jusqu'à Noël.", reported: true},
			{by: "rose", to: "tom", at: on(-1, 19, 54), words: "Laisse-moi."},
		}}},
	{at: on(1, 7, 42), who: "garcia", do: examine, text: "prive"},
}

// poster: a removal is asked for by somebody without an account, who gives a proof.
var poster = []line{
	{at: on(-2, 10, 15), do: report, text: "affiche", filed: &filed{
		about: "edito", ground: "COPY", name: "Michel Aubert", email: "m.aubert@example.org",
		words: "« Un an d'absence » reprend l'accroche de mon affiche pour la fête du journal, dont les droits me reviennent. Je joins l'affiche."}},
	{at: on(-2, 10, 18), do: attach, text: "affiche", photo: &photo{name: "affiche-fete-du-journal.jpg", drawing: drawing{picture: "astronaut.png", times: 1, from: 0, to: 1, shade: 0.9}}},
	{at: on(-2, 12, 5), who: "garcia", do: examine, text: "affiche"},
	{at: on(-2, 12, 20), who: "garcia", do: decide, text: "affiche", ruled: &ruled{
		verdict: workflow.Keep, words: "Un lecteur a reconnu une phrase de son affiche. Après comparaison, « après un an d'absence » est une tournure courante : l'article reste tel quel.",
		answer: "Merci d'avoir joint l'affiche. Les deux textes n'ont que trois mots en commun, « un an d'absence », que chacun emploie. L'article reste en ligne ; vous pouvez demander un nouvel examen.",
	}},
}

// exhibit is the conversation as the ENT would send it.
func (s *school) exhibit(f *filed) moderation.MessageInput {
	in := moderation.MessageInput{Ground: f.ground, Explanation: f.words, Language: "fr"}
	for _, m := range f.talk {
		message := moderation.PrivateMessage{
			ID: "message-" + m.at.in(s.began).Format(time.RFC3339), Author: moderation.Correspondent{ExternalID: m.by}, SentAt: m.at.in(s.began), Text: m.words,
		}
		switch {
		case m.reported:
			in.Message, in.Recipients = message, []moderation.Correspondent{{ExternalID: m.to}}
		case in.Message.ID == "":
			in.Before = append(in.Before, message)
		default:
			in.After = append(in.After, message)
		}
	}
	return in
}

// attach adds a picture to what was reported, by its follow-up address, unless that was done.
func (s *school) attach(ctx context.Context, who actor.Actor, l line) error {
	if _, there := s.happened(string(attach)); there {
		return nil
	}
	data, err := l.photo.file()
	if err != nil {
		return err
	}
	secret, err := s.cases.FollowLink(ctx, who.Tenant, s.docket[l.text].report) // as their letter has it
	if err != nil {
		return err
	}
	pieces := moderation.NewAttachments(moderation.AttachmentsConfig{Cases: s.cases, Files: s.files})
	return pieces.Attach(ctx, moderation.Follower{Secret: secret}, []moderation.AttachedFile{{Name: l.photo.name, Data: data}})
}
