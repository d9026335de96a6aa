package moderation

import (
	"cmp"
	"strings"
	"time"

	"imprimatur/workflow"
)

// statementOf is the statement of reasons of an order that was executed (R43): not the
// establishment's own decision, but notified to it.
func (f CaseFile) statementOf() workflow.Statement {
	content := []string{"TEXT"}
	if !f.Target.Photo.IsZero() {
		content = []string{"IMAGE"}
	}
	return workflow.NewStatement(workflow.StatementInput{
		Ground: f.Ground, Facts: cmp.Or(f.Order.Reasons, f.Order.LegalBasis), Visibility: "DISABLED", ContentType: content, ContentDate: f.dated(),
		At: f.Order.ExecutedAt, Source: "TYPE_OTHER_NOTIFICATION", PUID: f.ID.String(), Redress: f.orderRedress(), RedressUntil: f.Order.ExecutedAt.AddDate(0, 2, 0),
	})
}

// orderRedress is how the order may be contested: with whoever gave it, never here.
func (f CaseFile) orderRedress() string {
	return cmp.Or(f.Order.Redress, "Recours auprès de l’autorité qui a donné l’ordre, ou devant le tribunal compétent, dans les deux mois.")
}

// orderLetter tells the author what was blocked and why.
func (f CaseFile) orderLetter(now time.Time) (CaseLetter, error) {
	language, statement := "fr", f.statementOf()
	if f.Dossier != nil {
		language = f.Dossier.Author.Person.Language
	}
	s := sheet{
		House: f.house(), Reference: f.Reference, Title: f.Target.Title, At: f.moment(f.Order.ExecutedAt, language), Rule: ruleOf(f.Ground),
		Facts: statement.Facts, Order: &orderSheet{Authority: f.Order.Authority, Basis: f.Order.LegalBasis, Redress: statement.Redress},
		Picture: !f.Target.Photo.IsZero(), Space: f.wholeSpace(),
	}
	if !f.Order.LiftedAt.IsZero() {
		s.Order.Lifted, s.Order.Silent = f.moment(f.Order.LiftedAt, language), !f.Order.SilentUntil.IsZero()
	}
	l, err := f.letter(LetterDecision, "order", language, s, now)
	l.To, l.Person, l.Cause = TheAuthor, f.Target.Author, f.ID.UUID
	return l, err
}

// orderSheet is what letters of an order say besides.
type orderSheet struct {
	Authority string
	Basis     string
	Redress   string
	Reference string // the authority's
	Received  string
	What      string // where it is
	Lifted    string // when it ended; empty while it blocks
	Silent    bool   // the authority wanted silence about it
}

// replyDraft is what may be answered to the authority: the effect given to its order, and when
// (DSA, article 9). A human changes and sends it. It is in French, as the order was.
func (f CaseFile) replyDraft(now time.Time) (string, error) {
	if f.Order.ExecutedAt.IsZero() {
		return "", nil
	}
	s := sheet{House: f.house(), Reference: f.Reference, At: f.moment(f.Order.ExecutedAt, "fr"), Order: &orderSheet{
		Authority: f.Order.Authority, Basis: f.Order.LegalBasis, Reference: f.Order.Reference, Received: f.moment(f.Order.ReceivedAt, "fr"), What: f.Location,
	}}
	l, err := f.letter(LetterAnswer, "order_reply", "fr", s, now)
	return l.Subject + "\n\n" + strings.TrimSpace(l.Body), err
}
