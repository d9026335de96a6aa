package audit_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/audit"
	"imprimatur/internal/id"
)

// TestAnActSaysWhoWhatAndWhen: an entry is of the establishment that its actor
// acts in, and moves no status unless somebody says so.
func TestAnActSaysWhoWhatAndWhen(t *testing.T) {
	t.Parallel()
	who := actor.Actor{Kind: actor.KindPerson, Person: id.New[id.Person](), Tenant: id.New[id.Tenant](), Via: "web"}
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	subject := audit.Subject{Kind: "word_list", ID: uuid.New()}
	want := audit.Entry{Tenant: who.Tenant, At: at, Actor: who, Action: "create_word_list", Subject: subject, Rule: "R21"}
	got := audit.Act(who, "create_word_list", subject, "R21", at)
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(actor.Roles{})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestTheTrailHoldsNoContent: ids, hashes and codes (R58). A new part of an entry
// is content until somebody says here what it is.
func TestTheTrailHoldsNoContent(t *testing.T) {
	t.Parallel()
	known := []string{"ID", "Tenant", "At", "Actor", "Action", "Subject", "Version", "From", "To", "Hash", "Ground", "Rule"}
	entry := reflect.TypeFor[audit.Entry]()
	for i := range entry.NumField() {
		if name := entry.Field(i).Name; !slices.Contains(known, name) {
			t.Errorf("the trail has a %s", name)
		}
	}
}
