package directory_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

func raw(text string) map[string]json.RawMessage {
	var changes map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &changes); err != nil {
		panic(err)
	}
	return changes
}

func TestConfiguring(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, step := range []struct {
		changes string
		looked  int64
		after   int64
	}{
		{`{"idle_pupil": "10m", "posts_per_hour_pupil": 5}`, 1, 2}, {`{"idle_pupil": "10m"}`, 2, 2}, {`{"idle_pupil": null}`, 2, 3},
	} {
		kept, err := b.dir.Configure(t.Context(), b.at(b.Garcia), step.looked, raw(step.changes))
		if err != nil || kept.Version != step.after {
			t.Fatalf("%s: version %d, %v", step.changes, kept.Version, err)
		}
	}
	read, err := b.dir.Parameters(t.Context(), b.at(b.Martin))
	if err != nil || read.Version != 3 {
		t.Fatalf("version %d, %v", read.Version, err)
	}
	values := read.Values
	if posts, idle := settings.PupilPostsPerHour.Of(values), settings.IdlePupil.Of(values); posts != 5 || idle != settings.IdlePupil.Initial() {
		t.Errorf("posts %d, idle %s", posts, idle)
	}
	want := []string{
		`configure setting R08 idle_pupil="15m" idle_pupil="10m"`, `configure setting R20 posts_per_hour_pupil=20 posts_per_hour_pupil=5`,
		`configure setting R08 idle_pupil="10m" idle_pupil="15m"`,
	}
	if diff := cmp.Diff(want, b.trail(t)); diff != "" {
		t.Error(diff)
	}
	if of := look[int](t, b, `SELECT count(*)::int FROM setting WHERE tenant_id <> $1`, b.Tilleuls); of != 0 {
		t.Errorf("%d settings of others changed", of)
	}
}

// Who changed what when is told of every parameter, of one that is back at its default too;
// where that person's data has gone, the change stays, and nobody is named. What another
// establishment changed is its own.
func TestWhoChangedWhichSettingWhen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_ = look[bool](t, b, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1 RETURNING true`, b.Diallo)
	change := func(who directory.SettingChange, changes string) directory.SettingChange {
		t.Helper()
		b.now = b.now.Add(time.Hour)
		read, err := b.dir.Parameters(t.Context(), b.at(who.By))
		if err == nil {
			_, err = b.dir.Configure(t.Context(), b.at(who.By), read.Version, raw(changes))
		}
		if err != nil {
			t.Fatal(err)
		}
		who.At = b.now
		return who
	}
	garcia := directory.SettingChange{Key: "idle_pupil", By: b.Garcia, Name: "Inès Garcia"}
	diallo := directory.SettingChange{Key: "idle_pupil", By: b.Diallo, Name: "Awa Diallo"}
	first := change(garcia, `{"idle_pupil": "10m", "longest_title": 100}`)
	first.From, first.To = json.RawMessage(`"15m"`), json.RawMessage(`"10m"`)
	second := change(diallo, `{"idle_pupil": "20m"}`)
	second.From, second.To = json.RawMessage(`"10m"`), json.RawMessage(`"20m"`)
	third := change(garcia, `{"idle_pupil": null}`)
	third.From, third.To = json.RawMessage(`"20m"`), json.RawMessage(`"15m"`)

	told := func() []directory.SettingChange {
		changes, err := b.dir.ParameterChanges(t.Context(), b.at(b.Martin), "idle_pupil")
		if err != nil {
			t.Fatal(err)
		}
		return changes
	}
	if diff := cmp.Diff([]directory.SettingChange{third, second, first}, told()); diff != "" {
		t.Errorf("the changes (-want +got):\n%s", diff)
	}
	read, err := b.dir.Parameters(t.Context(), b.at(b.Martin))
	if err != nil || len(read.Changed) != 2 || read.MayChange {
		t.Fatalf("changed %v, %v", read.Changed, err)
	}
	if diff := cmp.Diff(third, read.Changed["idle_pupil"]); diff != "" {
		t.Errorf("the latest (-want +got):\n%s", diff)
	}
	if last := read.Changed["longest_title"]; last.Name != garcia.Name || !last.At.Equal(first.At) {
		t.Errorf("another parameter: %+v", last)
	}
	_ = look[bool](t, b, `DELETE FROM audit_pseudonym WHERE person_id = $1 RETURNING true`, b.Diallo)
	if gone := told()[1]; !gone.By.IsZero() || gone.Name != "" || string(gone.To) != `"20m"` {
		t.Errorf("of somebody whose data has gone: %+v", gone)
	}
	theirs := actor.Actor{Kind: actor.KindPerson, Person: b.Roche, Tenant: b.Platanes, Via: "test"}
	if changes, err := b.dir.ParameterChanges(t.Context(), theirs, "idle_pupil"); err != nil || len(changes) != 0 {
		t.Errorf("the lycée reads %v, %v", changes, err)
	}
	for who, want := range map[id.Person]error{b.Lina: directory.ErrForbidden, b.Roche: directory.ErrNotFound} {
		_, err := b.dir.ParameterChanges(t.Context(), b.at(who), "idle_pupil")
		wantErr(t, err, want)
	}
}

func TestLawAndCharterAreNotWeakened(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, err := b.dir.Configure(t.Context(), b.at(b.Garcia), 1, raw(`{"majority_age": 16, "mode_forum": "PRE", "posts_per_hour_pupil": 5, "unheard_of": 1}`))
	got := map[string]string{}
	for _, refusal := range settings.Refusals(err) {
		got[refusal.Key] = refusal.Rule
	}
	if diff := cmp.Diff(map[string]string{"majority_age": "R02", "mode_forum": "R11", "unheard_of": ""}, got); diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
	if n := look[int](t, b, `SELECT count(*)::int FROM setting`); n != 0 {
		t.Errorf("refused, and %d written", n)
	}
}

func TestWhoMayConfigure(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_ = look[bool](t, b, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1 RETURNING true`, b.Diallo)
	for who, want := range map[id.Person]error{
		b.Diallo: nil, b.Garcia: nil, b.Martin: directory.ErrForbidden, b.Lina: directory.ErrForbidden, b.Roche: directory.ErrNotFound,
	} {
		_, err := b.dir.Configure(t.Context(), b.at(who), look[int64](t, b, versionOf, b.Tilleuls), raw(`{"flood_window": "2m"}`))
		wantErr(t, err, want)
		var refusal *directory.Refusal
		if errors.As(err, &refusal) && refusal.Rule != "R09" {
			t.Errorf("refused by %s: %v", refusal.Rule, refusal)
		}
	}
	_, err := b.dir.Parameters(t.Context(), b.at(b.Lina))
	wantErr(t, err, directory.ErrForbidden)
}

const versionOf = `SELECT coalesce((SELECT version FROM settings_version WHERE tenant_id = $1), 1)`

// Many change the same version of the settings, each another parameter: one wins,
// and who lost has changed nothing.
func TestOneWinnerChangesTheSettings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	changes := []string{`{"flood_window": "2m"}`, `{"idle_pupil": "10m"}`, `{"posts_per_hour_pupil": 5}`, `{"longest_title": 100}`}
	errs := make([]error, len(changes))
	var all sync.WaitGroup
	for i, change := range changes {
		all.Go(func() { _, errs[i] = b.dir.Configure(t.Context(), b.at(b.Garcia), 1, raw(change)) })
	}
	all.Wait()
	won := 0
	for i, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, directory.ErrStale) {
			t.Errorf("%s: %v", changes[i], err)
		}
	}
	if rows := look[int](t, b, `SELECT count(*)::int FROM setting`); won != 1 || rows != 1 || len(b.trail(t)) != 1 {
		t.Errorf("%d won, %d rows, the trail has %v", won, rows, b.trail(t))
	}
	if version := look[int64](t, b, versionOf, b.Tilleuls); version != 2 {
		t.Errorf("version %d", version)
	}
	if version := look[int64](t, b, versionOf, b.Platanes); version != 1 {
		t.Errorf("of the lycée: version %d", version)
	}
}
