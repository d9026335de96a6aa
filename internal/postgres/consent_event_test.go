package postgres_test

import (
	"slices"
	"testing"
	"time"

	"imprimatur/internal/id"
)

// R31: a project is one event of a month at most, or of less where the establishment says so.
func TestAProjectIsOneEvent(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	for name, c := range map[string]struct {
		setting string
		days    int
		want    []string
	}{
		"one day":               {"", 1, nil},
		"a month":               {"", 31, nil},
		"a day more":            {"", 32, []string{"taken too_long_event R31"}},
		"a year":                {"", 365, []string{"taken too_long_event R31"}},
		"what the house allows": {"3 CALENDAR_DAYS", 3, nil},
		"and a day more":        {"3 CALENDAR_DAYS", 4, []string{"taken too_long_event R31"}},
	} {
		h.exec(t, `DELETE FROM setting`)
		if c.setting != "" {
			h.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'project_longest', to_jsonb($2::text), now())`, h.Tilleuls, c.setting)
		}
		in := h.outing()
		in.ToCome, in.Group, in.TakenTo = true, h.Class, in.TakenFrom.AddDate(0, 0, c.days-1)
		_, err := h.consents().Preview(t.Context(), person(h.Tilleuls, h.Martin), in)
		if got := askFaults(err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// R31: what a family agrees to beforehand is for pictures of those days: none joins that its
// file says is of another, or that was there before or comes long after. The families'
// other way is a request that shows it.
func TestOnlyPicturesOfItsDaysJoinAProject(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	in := h.outing() // of the day before yesterday and of yesterday
	in.ToCome, in.Group = true, h.Class
	r, _ := h.ask(t, in)
	day := 24 * time.Hour
	event := in.TakenFrom
	for name, c := range map[string]struct {
		taken    string
		uploaded time.Time
		want     []string
	}{
		"brought on the day":                {"", event, nil},
		"brought two weeks after":           {"", in.TakenTo.Add(14 * day), nil},
		"brought later":                     {"", in.TakenTo.Add(15 * day), []string{"photos other_event R31"}},
		"there before":                      {"", event.Add(-day), []string{"photos other_event R31"}},
		"taken on the day":                  {"2026-11-22", h.clock(), nil},
		"taken on the last":                 {"2026-11-23", h.clock(), nil},
		"taken on the day before":           {"2026-11-21", h.clock(), []string{"photos other_event R31"}},
		"taken the year before":             {"2025-11-22", h.clock(), []string{"photos other_event R31"}},
		"taken after":                       {"2026-11-24", h.clock(), []string{"photos other_event R31"}},
		"a camera that knows no better day": {"2000-01-01", event, []string{"photos other_event R31"}},
	} {
		photo := h.picture(t, h.Lina)
		h.exec(t, `UPDATE photo SET created_at = $2, taken_on = nullif($3, '')::date WHERE photo_id = $1`, photo, c.uploaded, c.taken)
		err := h.consents().AddPhotos(t.Context(), person(h.Tilleuls, h.Martin), r.ID, []id.Photo{h.photo, photo})
		if got := askFaults(err); !slices.Equal(got, c.want) || len(c.want) == 0 && err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if joined := h.count(t, `SELECT count(*) FROM request_photo WHERE photo_id = $1`, photo); joined != 1-len(c.want) {
			t.Errorf("%s: in %d requests", name, joined)
		}
		if _, err := h.consents().Preview(t.Context(), person(h.Tilleuls, h.Martin), h.outing(photo)); err != nil {
			t.Errorf("%s: shown to the family: %v", name, err)
		}
	}
	projects := func(want int) {
		t.Helper()
		list, err := h.consents().Projects(t.Context(), person(h.Tilleuls, h.Martin))
		if err != nil || len(list) != want {
			t.Errorf("on %s: %v, %v", h.clock(), list, err)
		}
	}
	projects(1)
	h.pass(13 * day)
	projects(1)
	h.pass(day)
	projects(0)
}
