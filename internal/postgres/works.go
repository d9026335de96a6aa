package postgres

import (
	"context"
	"database/sql"
	_ "embed" // the statement
	"strings"
	"time"

	"gorm.io/gorm"

	"imprimatur/internal/id"
	"imprimatur/publication"
	"imprimatur/workflow"
)

//go:embed works.sql
var worksSQL string

// workRow is what works.sql gives.
type workRow struct {
	Contribution contributionRow `gorm:"embedded"`
	SpaceTitle   string
	SpaceSlug    string
	Mode         workflow.Mode
	Title        string
	Excerpt      string
	TouchedAt    time.Time
	Draft        bool
	Suggested    bool
	Open         workflow.Editorial
	Last         workflow.Editorial
	Reviewed     bool
	TargetAt     *time.Time
	PublishAt    *time.Time
	Holds        string // kinds, separated by commas
}

func (r workRow) domain() publication.Work {
	var kinds []workflow.HoldKind
	for kind := range strings.SplitSeq(r.Holds, ",") {
		if kind != "" {
			kinds = append(kinds, workflow.HoldKind(kind))
		}
	}
	c := r.Contribution.domain()
	return publication.Work{
		Contribution: c, SpaceTitle: r.SpaceTitle, SpaceSlug: r.SpaceSlug, Mode: r.Mode, Title: r.Title, Excerpt: publication.Shorten(r.Excerpt, 140),
		TouchedAt: r.TouchedAt.UTC(), Draft: r.Draft, Suggested: r.Suggested, Open: r.Open, Last: r.Last, Reviewed: r.Reviewed,
		TargetAt: deref(r.TargetAt), PublishAt: deref(r.PublishAt),
		Exposure: workflow.Expose(c.Life == workflow.Gone, kinds, !c.Live.IsZero()),
	}
}

// Works reads what somebody has written, newest first, after a position.
func (tx *Tx) Works(ctx context.Context, author id.Person, after publication.Position, limit int) ([]publication.Work, error) {
	rows, err := gorm.G[workRow](tx.db).Raw(worksSQL,
		sql.Named("author", author), sql.Named("further", !after.IsZero()), sql.Named("at", after.At),
		sql.Named("contribution", after.ID), sql.Named("limit", limit)).Find(ctx)
	if err != nil {
		return nil, translate(err)
	}
	works := make([]publication.Work, len(rows))
	for i, row := range rows {
		works[i] = row.domain()
	}
	return works, nil
}
