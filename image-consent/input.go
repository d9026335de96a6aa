package imageconsent

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/settings"
)

// UseInput is a use to ask for: a space as it is read today, print, or the trombinoscope
// of a group, on screen or, with Print, on paper. Who asks for a trombinoscope asks for
// nothing else (R35).
type UseInput struct {
	Space         id.Space
	Print         bool
	Trombinoscope id.Group
	Media         []Medium
}

// AskInput is what somebody asks for. Persons are those in the photos, the pupils of the
// group, and whoever is named.
type AskInput struct {
	Title      string
	Nature     string
	Purpose    string
	Place      string
	TakenFrom  time.Time // days
	TakenTo    time.Time
	Operations []string
	Territory  string
	Until      time.Time // the last day; zero: as the establishment's parameter says
	Uses       []UseInput
	Photos     []id.Photo
	ToCome     bool
	Group      id.Group
	Persons    []id.Person
}

// The bounds of what is typed, in characters, and of what is listed.
const (
	longestTitle = 120
	longestText  = 500
	mostUses     = 12
	mostPhotos   = 200
	mostPersons  = 500
	mostDoings   = 10
)

// blanket are words of an authorisation for everything and for ever, which is none (R31).
var blanket = []string{
	"tout usage", "tous usages", "tous les usages", "tous supports", "tous les supports", "tout support", "tous les projets", "tout projet",
	"toutes les photos", "toute photo", "toute la scolarité", "toute sa scolarité", "sans limite", "durée illimitée", "autorisation générale",
}

func wrong(field, code, rule string) error { return &FieldError{Field: field, Code: code, Rule: rule} }

// trim takes spaces from what was typed.
func (in AskInput) trim() AskInput {
	for _, field := range []*string{&in.Title, &in.Nature, &in.Purpose, &in.Place, &in.Territory} {
		*field = strings.TrimSpace(*field)
	}
	doings := make([]string, 0, len(in.Operations))
	for _, doing := range in.Operations {
		if doing = strings.TrimSpace(doing); doing != "" {
			doings = append(doings, doing)
		}
	}
	in.Operations = doings
	return in
}

// check names every field at fault: what R28 asks for is there, what R31 forbids is not.
func (in AskInput) check() error {
	faults := []error{
		checkWords("title", in.Title, longestTitle), checkWords("nature", in.Nature, longestText), checkWords("purpose", in.Purpose, longestText),
		checkWords("place", in.Place, longestTitle), checkWords("territory", in.Territory, longestTitle), in.checkOperations(), in.checkTaken(),
	}
	for i, use := range in.Uses {
		faults = append(faults, use.check("uses."+strconv.Itoa(i)))
	}
	switch {
	case slices.ContainsFunc(in.Uses, func(u UseInput) bool { return u.Trombinoscope != in.trombinoscope() }):
		faults = append(faults, wrong("uses", "own_purpose", "R35"))
	case len(in.Uses) == 0:
		faults = append(faults, wrong("uses", "required", "R28"))
	case len(in.Uses) > mostUses:
		faults = append(faults, &FieldError{Field: "uses", Code: "too_many", Limit: mostUses})
	}
	if len(in.Photos) > mostPhotos {
		faults = append(faults, &FieldError{Field: "photos", Code: "too_many", Limit: mostPhotos})
	}
	if len(in.Photos) == 0 && !in.ToCome { // a consent to no picture at all, or to any
		faults = append(faults, wrong("photos", "required", "R31"))
	}
	return errors.Join(faults...)
}

// trombinoscope is the group whose trombinoscope is asked for; zero where none is.
func (in AskInput) trombinoscope() id.Group {
	if len(in.Uses) == 0 {
		return id.Group{}
	}
	return in.Uses[0].Trombinoscope
}

// checkWords refuses what is no text of that length, and an authorisation for everything.
func checkWords(field, text string, limit int) error {
	if fault := checkText(field, text, limit, "R28"); fault != nil {
		return fault
	}
	folded := strings.ToLower(text)
	for _, words := range blanket {
		if strings.Contains(folded, words) {
			return wrong(field, "blanket", "R31")
		}
	}
	return nil
}

func (in AskInput) checkOperations() error {
	if len(in.Operations) == 0 {
		return wrong("operations", "required", "R28")
	}
	if len(in.Operations) > mostDoings {
		return &FieldError{Field: "operations", Code: "too_many", Limit: mostDoings}
	}
	for _, doing := range in.Operations {
		if err := checkWords("operations", doing, longestTitle); err != nil {
			return err
		}
	}
	return nil
}

// lasts refuses a project that is no one event but many: what will be taken in a term or a
// year, nobody can agree to beforehand (R31).
func (in AskInput) lasts(most int) error {
	if in.checkTaken() == nil && in.TakenTo.After(in.TakenFrom.AddDate(0, 0, most-1)) {
		return &FieldError{Field: "taken", Code: "too_long_event", Limit: most, Rule: "R31"}
	}
	return nil
}

func (in AskInput) checkTaken() error {
	switch {
	case in.TakenFrom.IsZero() || in.TakenTo.IsZero():
		return wrong("taken", "required", "R28")
	case in.TakenTo.Before(in.TakenFrom):
		return wrong("taken", "order", "R28")
	}
	return nil
}

func (u UseInput) check(field string) error {
	if trombinoscope := !u.Trombinoscope.IsZero(); u.Space.IsZero() != (u.Print || trombinoscope) {
		return wrong(field+".space", "required", "R28")
	} else if trombinoscope && !slices.Equal(u.Media, []Medium{Image}) { // the name is there without being asked for
		return wrong(field+".media", "only_image", "R35")
	}
	if len(u.Media) == 0 {
		return wrong(field+".media", "required", "R28")
	}
	for _, medium := range u.Media {
		if medium != Image && medium != Voice && medium != Name {
			return wrong(field+".media", "unknown", "R28")
		}
	}
	return nil
}

// period is from now to the end of the last day: the one named, or the next one on which
// the establishment's consents end (R31).
func (in AskInput) period(house directory.House, now time.Time) (Period, error) {
	zone := house.Calendar.Location()
	longest := house.Calendar.Add(now, settings.ConsentLongest.Of(house.Values))
	if in.Until.IsZero() {
		until := settings.NextYearDay(settings.ConsentEnds.Of(house.Values), now.In(zone))
		if until.After(longest) {
			until = longest
		}
		return Period{now, until}, nil
	}
	year, month, day := in.Until.Date()
	until := time.Date(year, month, day+1, 0, 0, 0, 0, zone)
	switch {
	case !until.After(now):
		return Period{}, wrong("until", "past", "R31")
	case until.After(longest):
		return Period{}, &FieldError{Field: "until", Code: "too_late", Limit: settings.ConsentLongest.Of(house.Values).N, Rule: "R31"}
	}
	return Period{now, until}, nil
}

// lines makes one line of each medium in each place. places holds those that there are;
// readers is for whom trombinoscopes are made.
func (in AskInput) lines(places []Place, readers Audience) ([]Line, error) {
	var lines []Line
	var faults []error
	seen := map[Line]bool{}
	for i, asked := range in.Uses {
		use := Use{Audience: ToPrint, Group: asked.Trombinoscope}
		switch {
		case asked.Print:
		case !asked.Trombinoscope.IsZero():
			use.Audience = readers
		default:
			found := false
			for _, place := range places {
				if place.Space == asked.Space && place.Open {
					use, found = place.use(), true
				}
			}
			if !found {
				if !asked.Space.IsZero() { // or it is missing, and said to be
					faults = append(faults, wrong("uses."+strconv.Itoa(i)+".space", "unknown", "R28"))
				}
				continue
			}
		}
		for _, medium := range asked.Media {
			if line := (Line{Medium: medium, Use: use}); !seen[line] {
				seen[line] = true
				line.ID = id.New[id.Use]()
				lines = append(lines, line)
			}
		}
	}
	return lines, errors.Join(faults...)
}
