package moderation

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"

	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
)

// located is what an address or a reference names: a contribution, one picture of it or by itself,
// or a case by its reference; nothing where it is none of ours.
type located struct {
	Contribution id.Contribution
	Photo        id.Photo
	Reference    string // of a case, as its tombstone says it
}

const anyID = `[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`

var (
	// namedID finds an id in an address: by itself, before a slug, as an urn, or on a page of paper.
	namedID = regexp.MustCompile(anyID)
	// shownPhoto finds a picture in the address of its file, for readers or for those who work with it.
	shownPhoto = regexp.MustCompile(`(?:/photos|/seen/` + anyID + `[^/]*|/trombinoscope)/(` + anyID + `)`)
	// namedCase finds the reference of a case, as people type it.
	namedCase = regexp.MustCompile(`(?i)\bD-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)
)

// answering begins the part of an address that names a reply or a comment on its parent's page.
const answering = "#m-"

// locate reads an address or a reference: a comment rather than the text that it is below.
func locate(text string) located {
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	address := strings.ToLower(text)
	var at located
	if photo := shownPhoto.FindStringSubmatchIndex(address); photo != nil {
		at.Photo, _ = id.Parse[id.Photo](address[photo[2]:photo[3]]) // the expression knows what an id is
		address = address[:photo[2]]
	}
	if _, comment, found := strings.Cut(address, answering); found && namedID.MatchString(comment) {
		address = comment
	}
	at.Contribution, _ = id.Parse[id.Contribution](namedID.FindString(address))
	if strings.Contains(address, "/trombinoscope/") {
		at.Contribution = id.Contribution{} // that is the group
	}
	if at.Contribution.IsZero() && at.Photo.IsZero() {
		at.Reference = strings.ToUpper(namedCase.FindString(text))
	}
	return at
}

// find finds what is reported. Nothing is a Found without a target: the answer to whoever is not
// signed in is the same as where there is something.
func (in ReportInput) find(ctx context.Context, tx CasesTx, who actor.Actor, now time.Time) (Found, error) {
	if !in.Contribution.IsZero() {
		found, err := tx.Reported(ctx, who, in.Contribution, in.Photo, now)
		if errors.Is(err, directory.ErrNotFound) && who.Kind != actor.KindPerson {
			return Found{}, nil
		}
		return found, err
	}
	at := locate(in.Location)
	if named := at.Photo; at.Contribution.IsZero() {
		var err error
		if at.Contribution, at.Photo, err = tx.Placed(ctx, named, at.Reference); errors.Is(err, directory.ErrNotFound) && !named.IsZero() {
			return orNothing(tx.ReportedPortrait(ctx, who, named, now))
		} else if err != nil {
			return orNothing(Found{}, err)
		}
	}
	var err error
	for _, photo := range []id.Photo{at.Photo, {}} { // a picture that it does not show any more is a fault of the address
		if err != nil || at.Contribution.IsZero() {
			break
		}
		var found Found
		if found, err = tx.Reported(ctx, who, at.Contribution, photo, now); err == nil {
			return found, nil
		}
		if errors.Is(err, directory.ErrNotFound) {
			err = nil
		}
	}
	return orNothing(Found{}, err)
}

// orNothing is what was found, or a Found without a target where there is no such thing.
func orNothing(found Found, err error) (Found, error) {
	if errors.Is(err, directory.ErrNotFound) {
		return Found{}, nil
	}
	return found, err
}
