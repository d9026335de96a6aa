package demo

import (
	"context"
	"errors"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/postgres"
)

// standIns says who stands in for a head: at the collège the deputy judges cases, so that an
// appeal of what the head decided finds somebody (R45), and masks; a colleague signs for a few
// days to come. At Les Ormes the head has left, and the académie has recorded an acting one.
func (s *school) standIns(ctx context.Context, l postgres.Loading) error {
	var failed []error
	for _, d := range []struct {
		to          string
		power       actor.Role
		from, until time.Time
	}{
		{"petit", actor.Judge, s.began.AddDate(0, -3, 0), s.began.AddDate(1, 0, 0)},
		{"petit", actor.Masker, s.began.AddDate(0, -3, 0), s.began.AddDate(1, 0, 0)},
		{"benali", actor.Signatory, day(s.began, 5), day(s.began, 10)},
	} {
		failed = append(failed, l.Delegation(ctx, directory.Delegation{
			Tenant: s.tenants[tilleuls], From: s.persons["garcia"], To: s.persons[d.to], Power: d.power, During: directory.Period{From: d.from, Until: d.until},
		}))
	}
	left := day(s.began, -20)
	return errors.Join(append(failed,
		l.Tenure(ctx, directory.Tenure{
			Tenant: s.tenants[ormes], Person: s.persons["nguyen"], Capacity: directory.Head, During: directory.Period{From: left.AddDate(-3, 0, 0), Until: left},
		}),
		l.Tenure(ctx, directory.Tenure{
			Tenant: s.tenants[ormes], Person: s.persons["blanchard"], Capacity: directory.Acting, During: directory.Period{From: day(left, 2), Until: left.AddDate(0, 4, 0)},
			RecordedBy: s.persons["rectorat"], Reference: "Arrêté rectoral 2026-118",
		}),
	)...)
}

// day is a midnight where the moment is told, some days from it.
func day(from time.Time, later int) time.Time {
	y, m, d := from.Date()
	return time.Date(y, m, d+later, 0, 0, 0, 0, from.Location())
}
