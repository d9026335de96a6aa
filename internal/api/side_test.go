package api_test

import (
	"fmt"
	"strings"
	"testing"

	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/moderation"
)

// Nothing that the author reads by the API moves with an appeal of whoever reported, nor the other way
// round: no body, no ETag, no other header (R44).
func TestNoAnswerMovesByTheOtherSide(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.topic(t)
	about, err := id.Parse[id.Contribution](c.text("id"))
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := b.cases.Report(t.Context(), actor.Actor{Kind: actor.KindPerson, Person: b.Noe, Tenant: b.Tilleuls, Via: "test"}, moderation.ReportInput{Contribution: about, Ground: "HAR"})
	if err != nil {
		t.Fatal(err)
	}
	b.work(t)
	file := b.firstCase(t, "garcia").text("id")
	b.onCase(t, "garcia", file, thing{"action": "examine"})
	b.onCase(t, "garcia", file, thing{"action": "decide", "verdict": "ask_edit", "reason": thing{"ground": "HAR", "text": "Retire le nom."}, "answer": "Ce sera corrigé."}).want(200)
	b.work(t)
	with := b.ours()
	with["contributions"], with["contribution"], with["space"], with["spaces"] = c.text("id"), c.text("id"), "club-lecture", b.Forum.String()
	ours := b.answers(t, "lina", with)
	secret := "/follow-ups/" + receipt.Secret
	view := b.do(t, request{method: "GET", path: secret}).want(200).thing()
	b.do(t, request{method: "POST", path: secret + "/actions", body: thing{"action": "appeal", "version": view.number("version"), "reason": thing{"text": "Ce n'est pas assez."}}}).want(200)
	b.work(t)
	moved(t, ours, b.answers(t, "lina", with))

	theirs := fmt.Sprint(b.answers(t, "noe", with), b.told(t, secret))
	cases := b.do(t, request{as: "lina", method: "GET", path: "/contributions/" + c.text("id") + "/cases"}).thing().items()
	appeal := thing{"action": "appeal", "version": cases[0].number("version"), "case": cases[0].text("id"), "reason": thing{"text": "Pourquoi ?"}}
	b.do(t, request{as: "lina", method: "POST", path: "/contributions/" + c.text("id") + "/actions", body: appeal}).want(200)
	b.work(t)
	if after := fmt.Sprint(b.answers(t, "noe", with), b.told(t, secret)); after != theirs {
		t.Error("R44: the author's appeal has moved what who reported reads")
	}
}

func moved(t *testing.T, before, after map[string]string) {
	t.Helper()
	for path, was := range before {
		if after[path] != was {
			t.Errorf("R44: %s has moved:\n%s\n%s", path, was, after[path])
		}
	}
}

// answers are what somebody is answered by every GET of the document.
func (b *bundle) answers(t *testing.T, who string, with map[string]string) map[string]string {
	t.Helper()
	all := map[string]string{}
	paths, _ := document(t, b.handler)
	for path, operations := range paths {
		if _, reads := operations["get"]; reads {
			address := strings.TrimPrefix(b.filled(path, with), "/api/v1")
			all[address] = whole(b.do(t, request{as: who, method: "GET", path: address}))
		}
	}
	return all
}

func (b *bundle) told(t *testing.T, path string) string {
	t.Helper()
	return whole(b.do(t, request{method: "GET", path: path}))
}

// whole is an answer with its headers, but for what each has of its own.
func whole(r response) string {
	header := r.header.Clone()
	header.Del("X-Request-Id")
	return fmt.Sprint(r.status, header, strings.ReplaceAll(string(r.body), r.header.Get("X-Request-Id"), ""))
}
