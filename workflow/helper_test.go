package workflow_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// now is when everything in these tests happens.
var now = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)

// The persons of these tests.
var (
	author    = id.New[id.Person]()
	suggester = id.New[id.Person]()
	rejecter  = id.New[id.Person]()
	other     = id.New[id.Person]()
)

// school is the establishment of these tests.
var school = id.New[id.Tenant]()

// by returns a person who acts in the given roles.
func by(person id.Person, roles ...actor.Role) actor.Actor {
	return actor.Actor{Kind: actor.KindPerson, Person: person, Tenant: school, Roles: actor.NewRoles(roles...), Via: "web"}
}

// clock is the worker.
func clock() actor.Actor { return actor.Clock(school, "test") }

// inRole returns the actor who usually has the role, with that role alone.
func inRole(role actor.Role) actor.Actor {
	switch role {
	case actor.System:
		return clock()
	case actor.Author:
		return by(author, role)
	case actor.Suggester:
		return by(suggester, role)
	case actor.Contributor, actor.Moderator, actor.Owner, actor.Backup, actor.Director, actor.Signatory,
		actor.Judge, actor.Masker, actor.Withdrawer, actor.Stopper, actor.Admin, actor.Custodian,
		actor.Officer, actor.Staff, actor.Depicted, actor.Guardian, actor.Reporter, actor.Examiner, actor.Reader:
		return by(other, role)
	}
	return by(other, role)
}

// subject returns something new in the given status, of a contribution of its own.
func subject[S ~string](status S) workflow.Subject[S] {
	return workflow.Subject[S]{
		ID: uuid.Must(uuid.NewV7()), Tenant: school, Contribution: id.New[id.Contribution](),
		Version: 7, Status: status, Hash: []byte("sha-256 of the exact text"),
	}
}

// complete is a reason that every row accepts.
func complete() workflow.Reason {
	statement := workflow.NewStatement(input("DEF"))
	return workflow.Reason{Ground: "TERR", Text: "Ce passage nuit à une personne.", Statement: &statement, Reference: "TJ Toulouse 26/0117"}
}

// input is what a human knows of a removal on a ground.
func input(ground workflow.Ground) workflow.StatementInput {
	return workflow.StatementInput{
		Ground: ground, Facts: "Le billet accuse nommément un élève.", Visibility: "REMOVED",
		ContentType: []string{"TEXT"}, ContentDate: now.AddDate(0, 0, -2), At: now, Source: "ARTICLE_16",
		PUID: "2026-0001", Redress: "Recours auprès du chef d'établissement.", RedressUntil: now.AddDate(0, 6, 0),
	}
}

// command asks for an action on a subject as it stands, with a complete reason.
func command[S ~string](s workflow.Subject[S], action workflow.Action, who actor.Actor) workflow.Command {
	return workflow.Command{Action: action, Actor: who, Version: s.Version, Reason: complete()}
}

// ready are the facts of a revision that lacks nothing.
func ready(mode workflow.Mode) workflow.Facts {
	return workflow.Facts{
		Author: author, Mode: mode, Cleared: true, Briefed: true, Attributed: true, WithinQuota: true,
		Standing: true, SpaceOpen: true, Appeal: true, Derived: true, Due: true,
	}
}

// eachFacts calls f with every combination of the values that each field of the
// facts may have: both booleans, the values given for its type, and for a person
// nobody and the one that the field is usually about. Times stay zero.
func eachFacts[F any](t *testing.T, values map[reflect.Type][]any, f func(F)) {
	t.Helper()
	var facts F
	walk(t, reflect.ValueOf(&facts).Elem(), 0, values, func() { f(facts) })
}

func walk(t *testing.T, facts reflect.Value, at int, values map[reflect.Type][]any, visit func()) {
	t.Helper()
	if at == facts.NumField() {
		visit()
		return
	}
	field := facts.Field(at)
	for _, value := range choices(t, facts.Type().Field(at), values) {
		field.Set(reflect.ValueOf(value))
		walk(t, facts, at+1, values, visit)
	}
}

func choices(t *testing.T, field reflect.StructField, values map[reflect.Type][]any) []any {
	t.Helper()
	if list, ok := values[field.Type]; ok {
		return list
	}
	switch field.Type {
	case reflect.TypeFor[bool]():
		return []any{false, true}
	case reflect.TypeFor[id.Person]():
		usual := map[string]id.Person{"Author": author, "Suggester": suggester, "Rejecter": rejecter}
		return []any{id.Person{}, usual[field.Name]}
	case reflect.TypeFor[time.Time]():
		return []any{time.Time{}}
	}
	t.Fatalf("no values for %s: give the field some, or the enumeration is not complete", field.Name)
	return nil
}

// values are the values of the closed types in the facts, with one unknown to each.
var values = map[reflect.Type][]any{
	reflect.TypeFor[workflow.Mode]():     anyOf(append(workflow.Modes(), "")),
	reflect.TypeFor[workflow.HoldKind](): anyOf(append(workflow.HoldKinds(), "")),
	reflect.TypeFor[workflow.HoldOn]():   anyOf([]workflow.HoldOn{workflow.OnContribution, workflow.OnSpace, workflow.OnPhoto, ""}),
	reflect.TypeFor[workflow.Outcome]():  anyOf(append(workflow.Outcomes(), "")),
	reflect.TypeFor[workflow.Verdict]():  anyOf(append(workflow.Verdicts(), "")),
}

func anyOf[T any](list []T) []any {
	out := make([]any, len(list))
	for i, value := range list {
		out[i] = value
	}
	return out
}

func hours(n int) time.Duration { return time.Duration(n) * time.Hour }
