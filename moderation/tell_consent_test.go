package moderation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// Who hears of a consent, and of what it does to their texts.
func TestWhoHearsOfAConsent(t *testing.T) {
	t.Parallel()
	asker, lina, samia, author, owner := id.New[id.Person](), id.New[id.Person](), id.New[id.Person](), id.New[id.Person](), id.New[id.Person]()
	names := map[id.Person]string{asker: "asker", lina: "lina", samia: "samia", author: "author", owner: "owner"}
	text := []Showing{{Contribution: id.New[id.Contribution](), Author: author, Owner: owner}}
	const asked, granted, refused, revoked, expired = workflow.Asked, workflow.Granted, workflow.Refused, workflow.Revoked, workflow.ExpiredConsent
	for name, c := range map[string]struct {
		action   workflow.Action
		from, to workflow.ConsentStatus
		want     string
	}{
		"asked":                 {workflow.Ask, "", asked, "consent_asked: samia"},
		"reminded":              {imageconsent.ActRemind, "", "", "consent_reminder: samia"},
		"ends soon":             {imageconsent.ActWarn, "", "", "consent_ending: lina samia asker"},
		"a first yes":           {workflow.Grant, asked, asked, ""},
		"granted":               {workflow.Grant, asked, granted, "consent_granted: asker"},
		"another yes":           {workflow.Grant, granted, granted, ""},
		"refused":               {workflow.Refuse, asked, refused, "consent_refused: author; consent_refused: asker"},
		"refused after a yes":   {workflow.Refuse, granted, refused, "picture_gone: author owner; consent_refused: author; consent_refused: asker"},
		"revoked":               {workflow.Revoke, granted, revoked, "picture_gone: author owner; consent_refused: author; consent_revoked: asker"},
		"expired":               {workflow.Expire, granted, expired, "picture_gone: author owner; consent_refused: author; consent_expired: asker"},
		"authority taken away":  {workflow.Reassess, granted, asked, "picture_gone: author owner"},
		"superseded, unshown":   {workflow.Succeed, asked, workflow.SupersededConsent, ""},
		"expired, never agreed": {workflow.Expire, asked, expired, "consent_refused: author; consent_expired: asker"},
	} {
		o := ConsentOccurrence{
			Action: c.action, From: c.from, To: c.to, Asker: asker, Family: []id.Person{lina, samia}, Waiting: []id.Person{samia}, Expected: text, Live: text,
		}
		got := ""
		for _, n := range o.tell() {
			for _, telling := range n.tellings {
				if got != "" {
					got += "; "
				}
				got += string(telling.Kind) + ":"
				for _, who := range telling.Persons {
					got += " " + names[who]
				}
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A no to some uses stops texts and hides pictures as any other does.
func TestWhoHearsOfANoToSomeUses(t *testing.T) {
	t.Parallel()
	author, owner := id.New[id.Person](), id.New[id.Person]()
	text := []Showing{{Contribution: id.New[id.Contribution](), Author: author, Owner: owner}}
	for _, to := range []workflow.ConsentStatus{workflow.Asked, workflow.Granted} {
		o := ConsentOccurrence{Action: workflow.Grant, From: to, To: to, Stopped: text, Gone: text}
		var got []Telling
		for _, n := range o.tell() {
			got = append(got, n.tellings...)
		}
		want := []Telling{{Kind: ToldPictureGone, Persons: []id.Person{author, owner}}, {Kind: ToldConsentRefused, Persons: []id.Person{author}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", to, diff)
		}
	}
}
