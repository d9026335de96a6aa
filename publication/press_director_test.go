package publication

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
	"imprimatur/workflow"
)

// newPaper is a pupils' paper of a lycée that somebody changes.
func newPaper(t *testing.T) *plot {
	t.Helper()
	p := newPlot(t, Blog)
	p.d.Space.Mode, p.d.House.Tenant.Level = workflow.PupilPress, directory.Lycee
	return p
}

// pupil adds somebody to the pupils whom the dossier knows.
func (p *plot) pupil(born time.Time) id.Person {
	who := id.New[id.Person]()
	p.d.People, p.d.Pupils = append(p.d.People, who), append(p.d.Pupils, directory.Person{ID: who, BirthDate: born})
	return who
}

// TestFromWhichAgeAPupilDirectsAPaper holds R14 by the day, in the establishment's time zone; the age
// is the parameter's, and of whom no birth date is known is not old enough.
func TestFromWhichAgeAPupilDirectsAPaper(t *testing.T) {
	t.Parallel()
	age := settings.PressDirectorAge.Of(settings.Values{})
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	today := day(morning.Year(), morning.Month(), morning.Day())
	for name, test := range map[string]struct {
		born, now time.Time
		want      bool
	}{
		"a day short of it":            {today.AddDate(-age, 0, 1), morning, false},
		"of that age today":            {today.AddDate(-age, 0, 0), morning, true},
		"older":                        {today.AddDate(-age-2, 0, 0), morning, true},
		"of unknown age":               {time.Time{}, morning, false},
		"29 February, the day before":  {day(2012, time.February, 29), day(2012+age, time.February, 28), false},
		"29 February, on the day":      {day(2012, time.February, 29), day(2012+age, time.February, 29), true},
		"it is tomorrow already there": {today.AddDate(-age, 0, 1), today.Add(23*time.Hour + 30*time.Minute), true},
	} {
		p := newPaper(t)
		in := p.input()
		in.PressDirector = p.pupil(test.born)
		err := p.d.checkPressDirector(in, test.now)
		if (err == nil) != test.want {
			t.Errorf("%s: %v", name, err)
		}
		want := &FieldError{Field: "press_director", Code: "too_young", Limit: age, Rule: "R14"}
		if diff := cmp.Diff(error(want), err); !test.want && diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}

// TestWhoDirectsAPaper: a pupil or an adult of the establishment, of pupils' press alone; who is
// named already stays (R14).
func TestWhoDirectsAPaper(t *testing.T) {
	t.Parallel()
	old := morning.AddDate(-17, 0, 0)
	for name, test := range map[string]struct {
		change func(*plot, *SpaceInput)
		want   []string
	}{
		"nobody":             {func(*plot, *SpaceInput) {}, nil},
		"a pupil":            {func(p *plot, in *SpaceInput) { in.PressDirector = p.pupil(old) }, nil},
		"an adult":           {func(p *plot, in *SpaceInput) { in.PressDirector = p.owner }, nil},
		"a guardian":         {func(p *plot, in *SpaceInput) { in.PressDirector = p.pupil(old); p.d.Pupils = nil }, []string{"press_director unsuitable"}},
		"somebody else's":    {func(_ *plot, in *SpaceInput) { in.PressDirector = id.New[id.Person]() }, []string{"press_director not_found"}},
		"of another blog":    {func(p *plot, in *SpaceInput) { in.Mode, in.PressDirector = workflow.Post, p.pupil(old) }, []string{"press_director not_expected"}},
		"an adult of a blog": {func(p *plot, in *SpaceInput) { in.Mode, in.PressDirector = workflow.Pre, p.owner }, []string{"press_director not_expected"}},
		"who has left, as was": {func(p *plot, in *SpaceInput) {
			p.d.Space.PressDirector = id.New[id.Person]()
			in.PressDirector = p.d.Space.PressDirector
		}, nil},
		"who has left, anew": {func(p *plot, in *SpaceInput) {
			in.PressDirector = id.New[id.Person]()
			p.d.Space.PressDirector, p.d.Space.Status = in.PressDirector, workflow.NoSpace
		}, []string{"press_director not_found"}},
		"nobody any more": {func(p *plot, _ *SpaceInput) { p.d.Space.PressDirector = id.New[id.Person]() }, nil},
	} {
		p := newPaper(t)
		in := p.input()
		test.change(p, &in)
		if diff := cmp.Diff(test.want, faultsOf(in.check(p.d, morning))); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if !slices.Contains(in.candidates().Persons, in.PressDirector) {
			t.Errorf("%s: they are not asked about", name)
		}
	}
}
