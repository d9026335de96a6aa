package publication

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"imprimatur/internal/settings"
)

// LegalPage is what anybody may read of an establishment on its information pages (R66):
// what it says of itself, and what it has decided, from which the rest is generated.
type LegalPage struct {
	Legal
	House     House
	Values    settings.Values
	Authority string // the name of the authority above; empty where none is known
	Reports   []int  // years whose transparency report is published, the latest first
	Sheet
}

// Legal reads what the information pages of the viewer's establishment say now.
func (r *Reader) Legal(ctx context.Context, v Viewer) (LegalPage, error) {
	return cached(r, key{tenant: v.Tenant, kind: "legal"}, Viewer{}, func() (LegalPage, shown, error) {
		page, err := r.store.Legal(ctx, v, r.clock())
		if err != nil {
			return LegalPage{}, shown{}, fmt.Errorf("read information pages: %w", err)
		}
		s := shown{on: []subject{theTenant(v.Tenant)}}
		s.text(page.Name, page.Director.Name, string(page.Director.Capacity), page.Authority, page.Charter.Title, page.Charter.HTML.String())
		s.number(page.Version)
		s.number(page.Charter.Version)
		for _, year := range page.Reports {
			s.number(int64(year))
		}
		for _, part := range page.Facts.Parts() {
			s.text(part.Value)
		}
		for key, value := range page.Values.Stored() {
			s.size += len(key) + len(value)
		}
		page.Sheet = s.sheet()
		return page, s, nil
	})
}

// PublicReport is the transparency report of a year, as it was published.
type PublicReport struct {
	PublishedAt time.Time
	Document    []byte // what moderation.ReadReport reads
	Sheet
}

// Transparency reads the transparency report of a year that the viewer's establishment has published. The
// error is [directory.ErrNotFound] where it has not.
func (r *Reader) Transparency(ctx context.Context, v Viewer, year int) (PublicReport, error) {
	return cached(r, key{tenant: v.Tenant, kind: "transparency", name: strconv.Itoa(year)}, Viewer{}, func() (PublicReport, shown, error) {
		report, err := r.store.Transparency(ctx, v, year)
		if err != nil {
			return PublicReport{}, shown{}, fmt.Errorf("read a transparency report: %w", err)
		}
		s := shown{on: []subject{theTenant(v.Tenant)}}
		s.text(string(report.Document))
		report.Sheet = s.sheet()
		return report, s, nil
	})
}
