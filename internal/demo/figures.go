package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/postgres"
	"imprimatur/moderation"
)

// An ordinary month of the collège: what is kept of it once the cases are erased.
var ordinaryMonth = moderation.Counts{
	moderation.TextStatus:   {"live": 96, "superseded": 22, "in_review": 4, "changes_requested": 17, "rejected": 11, "abandoned": 12},
	moderation.TextScreened: {"flag:live": 21, "flag:changes_requested": 12, "hold:rejected": 11, "hold:live": 14},
	moderation.TextLook:     {"12": 14, "45": 22, "110": 30, "360": 24, "1400": 28, "2900": 15, "4300": 9},
	moderation.TextLookKept: {"in_time": 126, "late": 16},
	moderation.TextDecision: {"25": 12, "90": 28, "240": 33, "1400": 35, "2900": 21, "5800": 8},

	moderation.TextDecisionKept: {"in_time": 119, "late": 18},
	moderation.ReportGround:     {"INJ": 21, "HAR": 12, "DEF": 6, "IMG": 14, "PRIV": 5, "PURP": 10, "NEUT-COM": 3},
	moderation.CaseOpened:       {"report": 34, "takedown": 13, "appeal": 5, "order": 1, "reply": 2},
	moderation.CaseLook:         {"15": 11, "70": 18, "300": 14, "1400": 12},
	moderation.CaseDecision:     {"50": 9, "180": 16, "700": 13, "1400": 10, "3600": 5},
	moderation.CaseDecisionKept: {"in_time": 42, "late": 11},
	moderation.CaseVerdict:      {"keep": 26, "ask_edit": 12, "withdraw": 10, "withdraw_picture": 4, "stand": 1},
	moderation.AppealLodged:     {"all": 12}, moderation.AppealAnswered: {"upheld": 4, "dismissed": 8},
	moderation.AutoMasked:   {"withdraw": 3, "keep": 2},
	moderation.ConsentAsked: {"all": 64}, moderation.ConsentAnswered: {"granted": 47, "refused": 12, "revoked": 2},

	"decision_visibility": {"DISABLED": 18}, "decision_ground": {"ILLEGAL_CONTENT": 13, "INCOMPATIBLE_CONTENT": 5},
	"category":     {"ILLEGAL_OR_HARMFUL_SPEECH": 7, "CYBER_VIOLENCE": 3, "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": 3, "OTHER_VIOLATION_TC": 5},
	"content_type": {"TEXT": 14, "IMAGE": 4}, "source_type": {"ARTICLE_16": 16, "VOLUNTARY": 2},
	"automated_detection": {"false": 16, "true": 2}, "automated_decision": {"NOT_AUTOMATED": 18},
}

// liveliness is how much of an ordinary month happens in each, in hundredths: nothing in August.
var liveliness = [12]int{92, 78, 104, 70, 88, 96, 18, 0, 110, 84, 116, 81}

// remembered is a month as the collège had it.
func remembered(m moderation.Month) moderation.Counts {
	share := liveliness[m.Month-1]
	if share > 0 {
		share += m.Year % 3 * 4 // no year is like another
	}
	counts := moderation.Counts{}
	for measure, codes := range ordinaryMonth {
		counts[measure] = dealt(codes, share)
	}
	return counts
}

// dealt is a share, in hundredths, of what there is: rounded in all, so that breakdowns of the
// same things come to the same, and what is left over is of what there is most of.
func dealt(codes map[string]int, share int) map[string]int {
	part, all, given, most := map[string]int{}, 0, 0, ""
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if all += codes[code]; codes[code] > codes[most] {
			most = code
		}
		if n := codes[code] * share / 100; n > 0 {
			part[code], given = n, given+n
		}
	}
	if left := all*share/100 - given; left > 0 {
		part[most] += left
	}
	return part
}

// recall keeps the months before the script's: a whole year with its transparency report, and
// the one that goes on (R67).
func (s *school) recall(ctx context.Context) error {
	inTx := postgres.Transactions[moderation.FiguresTx](s.db)
	last := moderation.MonthOf(s.began.AddDate(0, 0, -35), time.UTC)
	err := inTx(ctx, s.tenants[tilleuls], func(tx moderation.FiguresTx) error {
		for m := (moderation.Month{Year: s.began.Year() - 1, Month: time.January}); m.Before(last); m = m.Next() {
			if err := tx.KeepFigures(ctx, m, remembered(m), m.Next().Day().Add(time.Hour)); err != nil {
				return fmt.Errorf("keep %s: %w", m, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	return s.publishReport(ctx)
}

// publishReport has anybody read the report of the year before, unless they do.
func (s *school) publishReport(ctx context.Context) error {
	figures := moderation.NewFigures(moderation.FiguresConfig{
		InTx: postgres.Transactions[moderation.FiguresTx](s.db), Tenants: s.db.Tenants, Clock: func() time.Time { return s.clock },
	})
	var field *directory.FieldError
	err := figures.Publish(ctx, s.who("garcia", tilleuls), s.began.Year()-1)
	if errors.As(err, &field) && field.Code == "published" {
		return nil
	}
	return err
}
