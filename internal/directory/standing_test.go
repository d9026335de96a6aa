package directory_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

func suspension(b *bundle, who id.Person, days int) directory.StandingInput {
	return directory.StandingInput{Person: who, Kind: directory.Suspended, Until: b.now.Add(time.Duration(days) * day), Reason: "Propos répétés malgré deux rappels."}
}

// standing is what an author's dossier says of their right to publish.
func (b *bundle) standing(t *testing.T) directory.Standing {
	t.Helper()
	write := publication.NewService(publication.Config{InTx: postgres.Transactions[publication.Tx](b.db), Clock: func() time.Time { return b.now }})
	c, err := write.Create(t.Context(), b.at(b.Lina), publication.New{
		Space: b.Blog, Kind: publication.Article, Input: publication.Input{Title: "Titre", Body: "<p>Texte</p>"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var standing directory.Standing
	err = b.db.InTx(t.Context(), b.Tilleuls, func(tx *postgres.Tx) error {
		d, err := tx.Dossier(t.Context(), c, b.Lina, b.now)
		standing = d.Author.Standing
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return standing
}

func TestASuspensionEndsByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), suspension(b, b.Lina, 8)); err != nil {
		t.Fatal(err)
	}
	until := b.now.Add(8 * day)
	if s := b.standing(t); s.Kind != directory.Suspended || !s.Until.Equal(until) {
		t.Errorf("standing %+v", s)
	}
	b.now = until
	if s := b.standing(t); s.Kind != directory.Clear {
		t.Errorf("standing %+v after its end", s)
	}
	if diff := cmp.Diff([]string{"set_standing standing R53 clear suspended"}, b.trail(t)); diff != "" {
		t.Error(diff)
	}
}

func TestAStandingCanBeEndedSooner(t *testing.T) {
	t.Parallel()
	b := setup(t)
	set, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), directory.StandingInput{
		Person: b.Lina, Kind: directory.Supervised, Until: b.now.Add(20 * day), Reason: "À relire.",
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := b.standing(t); s.Kind != directory.Supervised {
		t.Errorf("standing %+v", s)
	}
	b.now = b.now.Add(day)
	for who, want := range map[id.Person]error{b.Martin: directory.ErrForbidden, b.Lina: directory.ErrForbidden, b.Roche: directory.ErrNotFound} {
		wantErr(t, b.dir.EndStanding(t.Context(), b.at(who), set), want)
	}
	if err := b.dir.EndStanding(t.Context(), b.at(b.Garcia), set); err != nil {
		t.Fatal(err)
	}
	if s := b.standing(t); s.Kind != directory.Clear {
		t.Errorf("standing %+v", s)
	}
	wantErr(t, b.dir.EndStanding(t.Context(), b.at(b.Garcia), set), directory.ErrNotFound)
	wantErr(t, b.dir.EndStanding(t.Context(), b.at(b.Garcia), id.New[id.Standing]()), directory.ErrNotFound)
}

func TestRefusedStandings(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, tt := range []struct {
		name   string
		change func(*directory.StandingInput)
		want   []string
	}{
		{"nine days", func(in *directory.StandingInput) { in.Until = b.now.Add(8*day + time.Second) }, []string{"until too_late"}},
		{"no end", func(in *directory.StandingInput) { in.Until = time.Time{} }, []string{"until not_after_now"}},
		{"an end before now", func(in *directory.StandingInput) { in.Until = b.now }, []string{"until not_after_now"}},
		{"a supervision for a year", func(in *directory.StandingInput) { in.Kind, in.Until = directory.Supervised, b.now.Add(365*day) }, []string{"until too_late"}},
		{"no reason", func(in *directory.StandingInput) { in.Reason = " \n" }, []string{"reason required"}},
		{"a reason of control characters", func(in *directory.StandingInput) { in.Reason = "a\x00" }, []string{"reason not_text"}},
		{"too long a reason", func(in *directory.StandingInput) { in.Reason = strings.Repeat("é", 2001) }, []string{"reason too_long"}},
		{"clear", func(in *directory.StandingInput) { in.Kind = directory.Clear }, []string{"kind unknown"}},
		{"of oneself", func(in *directory.StandingInput) { in.Person = b.Garcia }, []string{"person oneself"}},
	} {
		in := suspension(b, b.Lina, 8)
		tt.change(&in)
		_, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), in)
		if diff := cmp.Diff(tt.want, faults(err)); diff != "" {
			t.Errorf("%s: %v %s", tt.name, err, diff)
		}
	}
	for who, want := range map[id.Person]error{b.Martin: directory.ErrForbidden, b.Diallo: directory.ErrForbidden, b.Roche: directory.ErrNotFound} {
		_, err := b.dir.SetStanding(t.Context(), b.at(who), suspension(b, b.Lina, 1))
		wantErr(t, err, want)
	}
	_, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), suspension(b, b.Zoe, 1)) // of the lycée
	wantErr(t, err, directory.ErrNotFound)
}

func TestASuspensionIsRenewedOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		pause time.Duration // after the first's end, and after the second's
		third bool
	}{
		{"at once", 0, false},
		{"while it runs", -7 * day, false},
		{"after a week", 7 * day, false},
		{"after a longer pause it is another", 9 * day, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			for n := 1; n <= 3; n++ {
				_, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), suspension(b, b.Lina, 8))
				if allowed := n < 3 || tt.third; allowed != (err == nil) {
					t.Fatalf("number %d: %v", n, err)
				}
				if err != nil {
					if diff := cmp.Diff([]string{"until renewed_enough"}, faults(err)); diff != "" {
						t.Error(diff)
					}
				}
				b.now = b.now.Add(8*day + tt.pause)
			}
		})
	}
}

// TestTwoDecisionsAtOnceRenewOnce: both count what the other decides.
func TestTwoDecisionsAtOnceRenewOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := suspension(b, b.Lina, 8)
	var wait sync.WaitGroup
	var mu sync.Mutex
	decided := 0
	for range 6 {
		wait.Go(func() {
			if _, err := b.dir.SetStanding(t.Context(), b.at(b.Garcia), in); err == nil {
				mu.Lock()
				decided++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if decided != 2 {
		t.Errorf("%d of six decided, want one and its renewal", decided)
	}
}
