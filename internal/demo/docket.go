package demo

import (
	"context"
	"errors"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/moderation"
	"imprimatur/workflow"
)

// report is the verb of cases that is no action of their table: something is reported, or a
// removal asked for.
const report verb = "reported"

// filed is what somebody reports.
type filed struct {
	about    string // key of the contribution; empty where the location is all there is
	photo    string // of one picture of it
	location string
	replied  string // key of the case whose inserted reply it is about
	ground   workflow.Ground
	words    string
	name     string // of somebody without an account
	email    string
	above    bool // the authority is to examine it

	reply *moderation.ReplyInput // it is a reply that is asked to be inserted (R55)
	talk  []spoken               // it is a private message, with what was said around it
}

// ruled is what an examiner says and does.
type ruled struct {
	verdict workflow.Verdict
	ground  workflow.Ground
	facts   string
	words   string // to the author or, where nothing is decided, why it moves and what is asked
	answer  string // to who reported
	into    string // key of the case that goes on
	sealed  bool   // nobody may look any more (R50)
}

// ofCase reports whether a line is about a case.
func (l line) ofCase() bool {
	return l.order != nil || l.filed != nil || l.ruled != nil || l.do == examine || l.do == attach || l.do == tellGuardians
}

// file is what is known of a case while the school is loaded.
type file struct {
	id     id.Case
	report id.Report       // the first
	about  id.Contribution // zero where the location is all there is
}

// house is where somebody acts on a case.
func house(l line) string {
	if l.who == "rectorat" {
		return academie
	}
	return tilleuls
}

// proceed carries out a line about a case, unless it was done.
func (s *school) proceed(ctx context.Context, who actor.Actor, l line) error {
	if l.do == report {
		return s.report(ctx, who, l)
	}
	if _, there := s.happened(string(l.do)); there {
		return nil
	}
	known := s.docket[l.text]
	switch action := workflow.Action(l.do); action {
	case workflow.Respond, workflow.Appeal:
		return s.speak(ctx, who, l, known)
	case workflow.Examine:
		_, err := s.cases.Case(ctx, who, known.id) // whom it is assigned to examines it by that
		return err
	default:
		view, err := s.cases.Case(ctx, who, known.id)
		if err != nil {
			return err
		}
		command := moderation.CaseCommand{
			Action: action, Version: view.Version, Verdict: l.ruled.verdict, Ground: l.ruled.ground, Facts: l.ruled.facts, Answer: l.ruled.answer,
			Sealed: l.ruled.sealed, Into: s.docket[l.ruled.into].id,
		}
		if l.ruled.verdict != "" || action == workflow.Dismiss {
			command.Reason = l.ruled.words
		} else {
			command.Text = l.ruled.words
		}
		return s.cases.ActOn(ctx, who, known.id, command)
	}
}

// appeal is an author's, of what was decided last of their text.
func (s *school) appeal(ctx context.Context, who actor.Actor, text id.Contribution, words string) error {
	about, err := s.cases.AboutWork(ctx, who, text)
	if err != nil {
		return err
	}
	for _, view := range about.Items {
		if view.MayAppeal {
			return s.cases.AppealCase(ctx, who, view.Case, view.Version, words)
		}
	}
	return directory.ErrNotFound
}

// report has something reported; by a start before this one, it is found again.
func (s *school) report(ctx context.Context, who actor.Actor, l line) error {
	var made id.Report
	if earlier, there := s.happened(string(report)); there {
		made = id.Report(earlier)
	} else {
		if l.who == "" {
			who = actor.Anonymous(who.Tenant, who.Via)
		}
		in := moderation.ReportInput{
			Contribution: s.texts[l.filed.about], Photo: s.photos[l.filed.photo], Location: l.filed.location, Ground: l.filed.ground,
			Explanation: l.filed.words, Name: l.filed.name, Email: l.filed.email, GoodFaith: true, Authority: l.filed.above, Language: "fr",
		}
		if l.filed.replied != "" {
			view, err := s.cases.Case(ctx, s.who("garcia", tilleuls), s.docket[l.filed.replied].id)
			if err != nil {
				return err
			}
			in.Location = view.Reference // as readers see it below the reply
		}
		receipt, err := s.take(ctx, who, in, l.filed)
		if err != nil {
			return err
		}
		made = receipt.Report
	}
	place, err := s.db.PlaceOfReport(ctx, made)
	if _, known := s.docket[l.text]; !known {
		s.docket[l.text] = file{place.Case, made, s.texts[l.filed.about]}
	}
	return err
}

// take is a report, of a private message where there is one, or a reply to the same.
func (s *school) take(ctx context.Context, who actor.Actor, in moderation.ReportInput, f *filed) (moderation.Receipt, error) {
	switch {
	case f.talk != nil:
		return s.cases.ReportMessage(ctx, who, s.exhibit(f))
	case f.reply == nil:
		return s.cases.Report(ctx, who, in)
	}
	asked := *f.reply
	asked.Contribution, asked.Location, asked.Name, asked.Email, asked.GoodFaith, asked.Language = in.Contribution, in.Location, in.Name, in.Email, true, in.Language
	return s.cases.Reply(ctx, who, asked)
}

// speak is a party's word: who reported answers a question; who reported and the author
// appeal.
func (s *school) speak(ctx context.Context, who actor.Actor, l line, known file) error {
	by := moderation.Follower{Who: who, Report: known.report}
	view, err := s.cases.Follow(ctx, by)
	switch {
	case errors.Is(err, directory.ErrNotFound): // it is not their report: the text is theirs
		return s.appeal(ctx, who, known.about, l.ruled.words)
	case err != nil:
		return err
	case workflow.Action(l.do) == workflow.Respond:
		return s.cases.Respond(ctx, by, view.Version, l.ruled.words)
	}
	return s.cases.AppealReport(ctx, by, view.Version, l.ruled.words)
}
