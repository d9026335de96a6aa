package postgres_test

import (
	"errors"
	"testing"
	"time"

	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

// jamais is what replying says.
const jamais = "Je n'ai <b>jamais</b> triché."

// replied has a reply inserted under a message.
func (d *desk) replied(t *testing.T, c id.Contribution) id.Case {
	t.Helper()
	_, about := d.asked(t, replying(c))
	d.mustOn(t, d.Tilleuls, d.Garcia, about, insertion)
	return about
}

// below is what answers a topic.
func (d *desk) below(t *testing.T, topic id.Contribution) id.Contribution {
	t.Helper()
	c := d.submit(t, d.Lina, publication.New{Space: d.Forum, Parent: topic, Kind: publication.Reply, Input: publication.Input{Body: "<p>Noé est un tricheur.</p>"}})
	d.work(t)
	return c
}

// R57: a reply has the visibility of its message, and outlives what ends that: each way in which a message
// goes, and comes back.
func TestAReplyOutlivesItsMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	insult := workflow.Reason{Ground: "INJ", Text: "Vise un élève."}
	t.Run("reverted to nothing", func(t *testing.T) {
		c := d.topic(t)
		d.replied(t, c)
		d.pass(time.Hour)
		d.mustJudge(t, d.Diallo, c, workflow.Revert, insult)
		d.wantShown(t, "once its message is reverted to nothing", c, jamais)
		page, err := d.readBy(t, d.Noe, c)
		if err != nil || page.Published.Visible() || page.Published.Title+page.Published.HTML.String() != "" || page.Published.Inserted[0].MessageUntil.IsZero() {
			t.Errorf("the place of the message: %+v, %v", page.Published, err)
		}
	})
	t.Run("masked", func(t *testing.T) {
		c := d.topic(t)
		d.replied(t, c)
		d.mustJudge(t, d.Diallo, c, workflow.Mask, insult)
		d.wantShown(t, "while its message is masked", c)
		d.restore(t, c)
		d.wantShown(t, "once its message is back", c, jamais)
		d.hushedFor(t, c.String())
		d.wantShown(t, "while its message is blocked in silence", c)
	})
	t.Run("withdrawn", func(t *testing.T) {
		c := d.topic(t)
		d.replied(t, c)
		d.mustJudge(t, d.Diallo, c, workflow.Withdraw, insult)
		d.wantShown(t, "once its message is withdrawn", c, jamais)
	})
	t.Run("below a topic", func(t *testing.T) {
		topic := d.topic(t)
		c := d.below(t, topic)
		d.replied(t, c)
		d.wantBelow(t, "under what is there", topic, 1)
		d.mustJudge(t, d.Diallo, topic, workflow.Mask, insult)
		d.wantShown(t, "while the topic is masked", c)
		d.restore(t, topic)
		d.mustJudge(t, d.Lina, c, workflow.Archive)
		d.wantBelow(t, "once what answers the topic is archived", topic, 1)
		d.wantShown(t, "by its address, too", c, jamais)
		d.mustJudge(t, d.Diallo, topic, workflow.Withdraw, insult)
		d.wantShown(t, "once the topic is withdrawn", c, jamais)
	})
	d.wantVerified(t)
}

// restore ends the one mask that a contribution has.
func (d *desk) restore(t *testing.T, c id.Contribution) {
	t.Helper()
	head := d.dossier(t, c, d.Garcia).Contribution
	command := publication.Command{Action: workflow.Restore, Version: head.Version, Revision: head.Live, Reason: workflow.Reason{Text: "Rien à redire."}}
	if err := d.publish.Act(t.Context(), person(d.Tilleuls, d.Garcia), c, command); err != nil {
		t.Fatal(err)
	}
}

// wantBelow counts the replies of the law that a reader of a topic's page sees in what answers it.
func (d *desk) wantBelow(t *testing.T, when string, topic id.Contribution, want int) {
	t.Helper()
	r := publication.NewReader(publication.ReaderConfig{Store: d.db.Door(), Clock: d.clock})
	page, err := r.Thread(t.Context(), d.viewer(t, r, d.Noe), topic, "")
	if err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, p := range page.Replies {
		got += len(p.Inserted)
	}
	if got != want {
		t.Errorf("R57: %s readers of the topic see %d replies, want %d", when, got, want)
	}
}

// R57: the time during which the message is masked, and the reply with it, is none during which readers see
// it; a mask alone never lets it be ended; and its case is kept until it is.
func TestAReplyIsEndedWhenItWasSeen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	about := d.replied(t, c)
	ending := moderation.CaseCommand{Action: workflow.EndReply}
	wantRefused := func(when string) {
		t.Helper()
		if err := d.on(t, d.Tilleuls, d.Garcia, about, ending); !errors.Is(err, workflow.ErrUnmet) || ruleOf(err) != "R57" {
			t.Errorf("R57: %s it can be ended: %v", when, err)
		}
	}
	d.mustJudge(t, d.Diallo, c, workflow.Mask, workflow.Reason{Ground: "INJ", Text: "À voir."})
	d.pass(72 * time.Hour)
	wantRefused("while its message is masked")
	d.restore(t, c)
	d.pass(time.Minute)
	d.mustJudge(t, d.Garcia, c, workflow.Withdraw, workflow.Reason{Ground: "INJ", Text: "Vise un élève."})
	d.pass(20 * time.Hour)
	wantRefused("before readers have seen it for a day")
	d.exec(t, `UPDATE case_file SET status = 'closed', closed_at = $2 WHERE case_id = $1`, about, d.clock())
	d.pass(800 * 24 * time.Hour)
	if d.count(t, `SELECT count(*) FROM case_file WHERE case_id = $1 AND case_kept(case_id)`, about) != 1 {
		t.Error("R57: a case may be forgotten whose reply readers see")
	}
	if err := d.on(t, d.Tilleuls, d.Garcia, about, ending); err != nil {
		t.Errorf("R57: after that: %v", err)
	}
	if d.count(t, `SELECT count(*) FROM case_file WHERE case_id = $1 AND case_kept(case_id)`, about) != 0 {
		t.Error("R63: a case is kept whose reply is ended")
	}
	d.wantShown(t, "in the end", c)
}

// R57: what is below a topic that was reverted to nothing is gone with it, and so its reply can be ended.
func TestAReplyBelowNothingIsEnded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	topic := d.topic(t)
	c := d.below(t, topic)
	about := d.replied(t, c)
	d.pass(time.Hour)
	d.mustJudge(t, d.Diallo, topic, workflow.Revert, workflow.Reason{Ground: "INJ", Text: "Vise un élève."})
	d.wantShown(t, "once the topic is reverted to nothing", c, jamais)
	ending := moderation.CaseCommand{Action: workflow.EndReply}
	if err := d.on(t, d.Tilleuls, d.Garcia, about, ending); !errors.Is(err, workflow.ErrUnmet) || ruleOf(err) != "R57" {
		t.Errorf("R57: before a day is over it can be ended: %v", err)
	}
	d.pass(24 * time.Hour)
	d.mustOn(t, d.Tilleuls, d.Garcia, about, ending)
	d.wantShown(t, "in the end", c)
}

// R57: a moment in which readers did not see a reply counts once, however many masks there were, and not at
// all where its message was withdrawn beneath, which leaves the reply to be seen.
func TestTheHiddenTimeOfAReplyCountsOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	about := d.replied(t, c)
	from := d.clock()
	for _, h := range []struct {
		kind       string
		begin, end int
	}{{"mask", 1, 5}, {"mask", 3, 7}, {"mask", 10, 14}, {"withdraw", 12, 20}, {"block", 16, 18}} {
		d.exec(t, `INSERT INTO hold (hold_id, tenant_id, contribution_id, kind, status, version, placed_at, released_at, ground, reason, statement, reference, release_reference)
			VALUES (gen_random_uuid(), $1, $2, $3, 'released', 2, $4, $5, 'INJ', 'x', '{}', 'TJ 1', 'TJ 2')`, d.Tilleuls, c, h.kind, from.Add(time.Duration(h.begin)*time.Hour), from.Add(time.Duration(h.end)*time.Hour))
	}
	d.exec(t, `INSERT INTO hold (hold_id, tenant_id, space_id, kind, status, version, placed_at, released_at, ground, reason, statement)
		VALUES (gen_random_uuid(), $1, $2, 'withdraw', 'released', 2, $3, $4, 'INJ', 'x', '{}')`, d.Tilleuls, d.Forum, from.Add(22*time.Hour), from.Add(25*time.Hour))
	const hidden = 6 + 2 + 2 + 3 // hours: both masks at once, the third until the withdrawal, the block beneath that, and all of the space
	if _, err := d.admin.Exec(t.Context(), `SELECT set_config('imprimatur.tenant', $1, false)`, d.Tilleuls.String()); err != nil {
		t.Fatal(err)
	}
	var seconds int
	if err := d.admin.QueryRow(t.Context(), `SELECT (reply_shown($1)->>'hidden')::int`, about).Scan(&seconds); err != nil || seconds != hidden*3600 {
		t.Errorf("R57: hidden for %d s, want %d h (%v)", seconds, hidden, err)
	}
}

// R48, R57: a reply's own text can be reported, and an order can be about it, by the reference under which
// readers see it: what it said is sealed with its message, and is hidden with it, since it is not removed alone.
func TestACaseIsAboutAReply(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.topic(t)
	reference := d.seeCase(t, d.Garcia, d.replied(t, c)).Reference
	report := d.file(t, anonymous(d.Tilleuls), moderation.ReportInput{
		Location: reference, Ground: "THREAT", Explanation: "La réponse menace ma sœur.", Name: "Jeanne Perrin", Email: "jeanne@exemple.fr", GoodFaith: true,
	})
	d.work(t)
	view := d.seeCase(t, d.Garcia, d.caseOf(t, report))
	if view.Target.Contribution != c || len(view.Evidence) != 1 || len(view.Evidence[0].Exhibit.Replies) != 1 || view.Evidence[0].Exhibit.Replies[0].Text != jamais {
		t.Fatalf("R57: the case is about %+v, with %+v", view.Target, view.Evidence)
	}
	d.wantShown(t, "while a grave report of it is examined", c)
	d.mustOn(t, d.Tilleuls, d.Garcia, view.ID, showing)
	d.wantShown(t, "once somebody has looked", c, jamais)
	order := d.ordered(t, d.Garcia, judicial("Droit de réponse "+reference))
	if got := d.seeCase(t, d.Garcia, order); got.Target.Contribution != c || len(got.Evidence[0].Exhibit.Replies) != 1 {
		t.Errorf("R48: the order is about %+v", got.Target)
	}
	d.mustOn(t, d.Tilleuls, d.Garcia, order, calledBack)
	d.mustOn(t, d.Tilleuls, d.Garcia, order, execution)
	d.wantShown(t, "under an order about it", c)
	there := judicial("Droit de réponse " + reference)
	if _, err := d.cases.RecordOrder(t.Context(), person(d.Platanes, d.Roche), there); err == nil {
		t.Error("another establishment finds it by its reference")
	}
}
