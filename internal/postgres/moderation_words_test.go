package postgres_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/moderation"
	"imprimatur/publication"
	"imprimatur/workflow"
)

func TestWordListsAreKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	garcia := person(d.Tilleuls, d.Garcia)
	list := sample("insultes", 2, moderation.Flag, "crétin", "va te faire*")
	kept := d.keepList(t, list)
	list.ID, list.Version = kept, 1
	lists, err := d.mod.WordLists(t.Context(), garcia)
	if diff := cmp.Diff([]moderation.WordList{list}, lists); err != nil || diff != "" {
		t.Fatalf("kept (-want +got)\n%s%v", diff, err)
	}
	if _, err := d.mod.CreateWordList(t.Context(), garcia, sample("insultes", 1, moderation.Flag, "sot")); !errors.Is(err, directory.ErrTaken) {
		t.Errorf("a name in use: %v", err)
	}
	list.Words = []string{"sot"}
	if err := d.mod.UpdateWordList(t.Context(), garcia, list); err != nil {
		t.Fatal(err)
	}
	if err := d.mod.UpdateWordList(t.Context(), garcia, list); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("a version that has gone: %v", err)
	}
	if err := d.mod.DeleteWordList(t.Context(), garcia, kept, 1); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("a version that has gone: %v", err)
	}
	if err := d.mod.DeleteWordList(t.Context(), garcia, kept, 2); err != nil {
		t.Fatal(err)
	}
	rows, err := d.admin.Query(t.Context(), `SELECT action || ' ' || version FROM audit_entry WHERE subject_kind = 'word_list' AND subject_id = $1 ORDER BY entry_id`, kept)
	if err != nil {
		t.Fatal(err)
	}
	var trail []string
	for rows.Next() {
		var entry string
		if err := rows.Scan(&entry); err != nil {
			t.Fatal(err)
		}
		trail = append(trail, entry)
	}
	if diff := cmp.Diff([]string{"create_word_list 1", "update_word_list 2", "delete_word_list 2"}, trail); diff != "" {
		t.Errorf("trail (-want +got)\n%s", diff)
	}
	d.work(t) // what was promised for lists that have gone is done without them
}

func TestWordListsAreForThoseWhoKeepThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := d.keepList(t, sample("insultes", 2, moderation.Flag, "crétin"))
	d.exec(t, `UPDATE membership SET roles = '{admin}' WHERE person_id = $1`, d.Petit)
	d.exec(t, `UPDATE space SET owner_id = NULL WHERE owner_id = $1`, d.Petit)
	for who, may := range map[id.Person]bool{d.Garcia: true, d.Petit: true, d.Diallo: true, d.Martin: true, d.Lina: false, d.Haddad: false, d.Roche: false} {
		actor := person(d.Tilleuls, who)
		for call, err := range map[string]error{
			"list":   second(d.mod.WordLists(t.Context(), actor)),
			"create": second(d.mod.CreateWordList(t.Context(), actor, sample(who.String(), 1, moderation.Flag, "sot"))),
		} {
			var refusal *directory.Refusal
			if may && err != nil || !may && !(errors.As(err, &refusal) && refusal.Rule == "R09") {
				t.Errorf("%s by %s: %v", call, who, err)
			}
		}
	}
	if err := d.mod.DeleteWordList(t.Context(), person(d.Tilleuls, d.Lina), list, 1); !errors.Is(err, directory.ErrForbidden) {
		t.Errorf("a pupil deletes a list: %v", err)
	}
	if err := d.mod.DeleteWordList(t.Context(), person(d.Platanes, d.Roche), list, 1); !errors.Is(err, workflow.ErrStale) {
		t.Errorf("another establishment deletes a list: %v", err)
	}
}

func TestEveryFaultOfAListIsNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, test := range map[string]struct {
		list moderation.WordList
		want []string
	}{
		"empty": {moderation.WordList{}, []string{"name:required", "ground:unknown", "severity:out_of_range", "action:unknown", "words:required"}},
		"words": {
			sample("ok", 2, moderation.Flag, "un", "\n", "…", strings.Repeat("a", 81)),
			[]string{"words:no_word", "words:no_word", "words:too_long"},
		},
		"too many": {sample("ok", 2, moderation.Flag, slices.Repeat([]string{"mot"}, moderation.MaxWords+1)...), []string{"words:too_many"}},
		"name":     {sample(strings.Repeat("é", 121), 2, moderation.Hold, "mot"), []string{"name:too_long"}},
		"bytes":    {sample("ok", 2, moderation.Hold, "mo\x00t", "\xff"), []string{"words:no_word", "words:no_word"}},
	} {
		_, err := d.mod.CreateWordList(t.Context(), person(d.Tilleuls, d.Garcia), test.list)
		var faults []string
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, err := range joined.Unwrap() {
				var fault *directory.FieldError
				if errors.As(err, &fault) {
					faults = append(faults, fault.Field+":"+fault.Code)
				}
			}
		}
		if diff := cmp.Diff(test.want, faults); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if n := d.count(t, `SELECT count(*) FROM word_list`); n != 0 {
		t.Errorf("%d lists were written", n)
	}
}

func TestAChangedListIsUsedAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := sample("insultes", 3, moderation.Hold, "crétin")
	list.ID, list.Version = d.keepList(t, list), 1
	d.work(t)
	if c := d.write(t, d.Lina, d.Forum, publication.Topic, "Un", "<p>sot</p>"); d.status(t, c)[0] != "live" {
		t.Errorf("a word of no list: %v", d.status(t, c))
	}
	list.Words = []string{"sot"}
	if err := d.mod.UpdateWordList(t.Context(), person(d.Tilleuls, d.Garcia), list); err != nil {
		t.Fatal(err)
	}
	if c := d.write(t, d.Lina, d.Forum, publication.Topic, "Deux", "<p>sot</p>"); d.status(t, c)[0] != "in_review" {
		t.Errorf("a word of the changed list: %v", d.status(t, c))
	}
	if err := d.mod.DeleteWordList(t.Context(), person(d.Tilleuls, d.Garcia), list.ID, 2); err != nil {
		t.Fatal(err)
	}
	if c := d.write(t, d.Lina, d.Forum, publication.Topic, "Trois", "<p>sot</p>"); d.status(t, c)[0] != "live" {
		t.Errorf("a word of the list that has gone: %v", d.status(t, c))
	}
}

// exposure is what readers may see of a contribution.
func (d *desk) exposure(t *testing.T, c id.Contribution) workflow.Exposure {
	t.Helper()
	item, err := d.mod.Item(t.Context(), person(d.Tilleuls, d.Garcia), c)
	if err != nil {
		t.Fatal(err)
	}
	return item.Exposure
}

func TestLiveTextIsScreenedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	bad := d.write(t, d.Lina, d.Forum, publication.Topic, "Un", "<p>Le DANGER guette.</p>")
	fine := d.write(t, d.Lina, d.Forum, publication.Topic, "Deux", "<p>Rien à dire.</p>")
	d.keepList(t, sample("mots", 2, moderation.Hold, "danger"))
	d.work(t)
	if got := d.exposure(t, bad); got != workflow.Visible {
		t.Errorf("R21: severity 2 hides what is live: %s", got)
	}
	if got := d.queue(t, d.Diallo, moderation.Filter{}); len(got) != 2 || got[0].Contribution != bad || got[0].Severity != 2 {
		t.Errorf("the queue %+v", got)
	}
	d.keepList(t, sample("danger", 4, moderation.Hold, "le danger"))
	again := d.open(t)
	d.work(t)
	if a, b := d.exposure(t, bad), d.exposure(t, fine); a != workflow.Masked || b != workflow.Visible {
		t.Errorf("R42: severity 4 is %s, the other text %s", a, b)
	}
	if got := d.told(t, d.Lina); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "masked Détection automatique") }) {
		t.Errorf("R42: the author was told %v", got)
	}
	if got := d.told(t, d.Garcia); !slices.Equal(got, []string{"alert"}) {
		t.Errorf("the director was told %v", got)
	}
	holds, findings := `SELECT count(*) FROM hold`, `SELECT count(*) FROM finding WHERE phase = 'words'`
	before := []int{d.count(t, holds), d.count(t, findings)}
	d.exec(t, `UPDATE outbox SET status = 'waiting' WHERE message_id = $1`, again[0].ID)
	d.work(t)
	if diff := cmp.Diff(before, []int{d.count(t, holds), d.count(t, findings)}); diff != "" || before[0] != 1 || before[1] != 2 {
		t.Errorf("repeated (-before +after)\n%s", diff)
	}
}

func TestTheEstablishmentMayLeaveMaskingToHumans(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.write(t, d.Lina, d.Forum, publication.Topic, "Un", "<p>Le danger guette.</p>")
	d.exec(t, `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'auto_mask_severity_4', 'false', $2)`, d.Tilleuls, dbtest.Now)
	d.keepList(t, sample("danger", 4, moderation.Hold, "danger"))
	d.work(t)
	if got := d.exposure(t, c); got != workflow.Visible {
		t.Errorf("AutoMask is off: %s", got)
	}
	if got := d.told(t, d.Garcia); !slices.Equal(got, []string{"alert"}) {
		t.Errorf("the director was told %v", got)
	}
}

func TestRescreeningGoesThroughManyPages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.fill(t, 1200)
	d.exec(t, `SET session_replication_role = replica`)
	d.exec(t, `UPDATE revision SET html = '<p>Un danger</p>' WHERE title LIKE 'Sujet %00'`)
	d.exec(t, `SET session_replication_role = origin`)
	d.keepList(t, sample("mots", 1, moderation.Flag, "danger"))
	list := d.open(t)
	if len(list) != 1 || list[0].Kind != outbox.RescreenList {
		t.Fatalf("promised %+v", list)
	}
	d.work(t)
	if n := d.count(t, `SELECT count(*) FROM finding`); n != 12 {
		t.Errorf("%d findings of 12", n)
	}
}
