package api

import (
	"context"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// Replies takes what those ask to have inserted whom a message names or designates.
// moderation.Cases is one.
type Replies interface {
	Reply(ctx context.Context, who actor.Actor, in moderation.ReplyInput) (moderation.Receipt, error)
	RecordReply(ctx context.Context, who actor.Actor, in moderation.ReplyInput) (moderation.Receipt, error)
}

// newReplyJSON is what somebody asks to have inserted, and under what (R55).
type newReplyJSON struct {
	Contribution id.Contribution `json:"contribution,omitzero" doc:"The message, where its id is known."`
	Location     string          `json:"location,omitempty" doc:"The message's exact place: its address, or a reference. At most 2,000 characters; needed without contribution."`
	Byline       string          `json:"byline,omitempty" doc:"The message's author, where it names one; at most 200 characters."`
	Designated   string          `json:"designated" doc:"How the message names or designates them; at most 1,000 characters."`
	Passages     string          `json:"passages" doc:"Of the message, that are answered; at most 5,000 characters."`
	Text         string          `json:"text" doc:"The reply, plain: shown to the letter, or not at all. Late or long, it is for the head to judge; 60,000 characters are the most that is taken."`
	Name         string          `json:"name" doc:"At most 200 characters; readers see it."`
	Email        string          `json:"email,omitempty" doc:"One of email and postal is needed."`
	Postal       string          `json:"postal,omitempty" doc:"At most 500 characters."`
	GoodFaith    bool            `json:"good_faith" doc:"Signed in good faith."`
	Language     string          `json:"language,omitempty" doc:"Of the letters: fr unless told, or en."`
	Recorded     bool            `json:"recorded,omitempty" doc:"The head's office records what came to it; for whoever judges here."`
	ReceivedAt   time.Time       `json:"received_at,omitzero" doc:"Of what is recorded: when it came; now unless told."`
}

func (in newReplyJSON) input() moderation.ReplyInput {
	return moderation.ReplyInput{
		Contribution: in.Contribution, Location: in.Location, Byline: in.Byline, Designated: in.Designated, Passages: in.Passages, Text: in.Text,
		Name: in.Name, Email: in.Email, Postal: in.Postal, GoodFaith: in.GoodFaith, Language: in.Language, ReceivedAt: in.ReceivedAt,
	}
}

// postReply takes a reply.
func (a *API) postReply(c *call) (answer, error) {
	in, err := decode[newReplyJSON](c.body)
	if err != nil {
		return answer{}, err
	}
	take := a.cfg.Replies.Reply
	if in.Recorded {
		take = a.cfg.Replies.RecordReply
	}
	given, err := take(c.Request().Context(), c.who, in.input())
	if err != nil {
		return answer{}, err
	}
	return a.receipt(given), nil
}

// placeOfReply is who somebody is to the establishment that they write to: the one that
// X-Establishment names, or the address of the message.
func (a *API) placeOfReply(c *call) (actor.Actor, error) {
	return a.placeAt(c, func() (string, error) {
		in, err := decode[newReplyJSON](c.body)
		return in.Location, err
	})
}

// replyJSON is a reply beside its case, for whoever judges.
type replyJSON struct {
	Name         string                   `json:"name"`
	Postal       string                   `json:"postal,omitempty"`
	Designated   string                   `json:"designated"`
	Byline       string                   `json:"byline,omitempty"`
	Passages     string                   `json:"passages"`
	Text         string                   `json:"text"`
	Hash         publication.Hash         `json:"hash" doc:"SHA-256 of the text's bytes."`
	Lines        int                      `json:"lines"`
	MessageLines int                      `json:"message_lines" doc:"0 where the location names nothing."`
	MostLines    int                      `json:"most_lines"`
	Late         bool                     `json:"late" doc:"It came after its time: for the head to judge."`
	Long         bool                     `json:"long" doc:"It is longer than it may be: likewise."`
	Until        time.Time                `json:"until,omitzero" doc:"The first moment that is too late."`
	ReceivedAt   time.Time                `json:"received_at"`
	Grounds      []moderation.ReplyGround `json:"grounds,omitempty" doc:"Of a refusal."`
	Reason       string                   `json:"reason,omitempty"`
	ShownFrom    time.Time                `json:"shown_from,omitzero"`
	ShownUntil   time.Time                `json:"shown_until,omitzero"`
}

func shownReply(r *moderation.Reply) *replyJSON {
	if r == nil {
		return nil
	}
	return &replyJSON{
		Name: r.Name, Postal: r.Postal, Designated: r.Designated, Byline: r.Byline, Passages: r.Passages, Text: r.Text, Hash: publication.Hash(r.Hash),
		Lines: r.Lines, MessageLines: r.MessageLines, MostLines: r.MostLines, Late: r.Late(), Long: r.Long(), Until: r.Until, ReceivedAt: r.ReceivedAt,
		Grounds: r.Grounds, Reason: r.Reason, ShownFrom: r.ShownFrom, ShownUntil: r.ShownUntil,
	}
}

// replyActs are the acts by which a reply is answered: their words are for whoever replies.
var replyActs = []workflow.Action{workflow.InsertReply, workflow.RefuseReply}
