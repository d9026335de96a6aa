package web_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
)

// family is what the directory says of somebody, as the test has told it.
type family struct {
	who       id.Person
	pupil     bool
	born      time.Time // a day at midnight UTC; zero: unknown
	guardians map[id.Person]tie
}

// tie is that of a guardian to a child.
type tie struct {
	authority bool
	until     time.Time // the first day without, at midnight UTC; zero: open
}

// project is one request for consent.
type project struct {
	id     id.Request
	photos []id.Photo
	toCome bool
	from   time.Time
	until  time.Time
	lines  []imageconsent.Line
}

// pledge is one person's consent to one project, with the last word of each who spoke.
type pledge struct {
	id      id.Consent
	person  id.Person
	project *project
	words   map[id.Person]word
	sole    bool // it is proved that one guardian holds authority alone
	over    bool // expired by the clock, or superseded: what was said in it counts no more
}

// word is what somebody said: the lines accepted. A withdrawal accepts none.
type word struct {
	lines []id.Use
	at    time.Time
}

// mark is one person in a photo, or one box, as it was last said.
type mark struct {
	box     imageconsent.Box
	outcome imageconsent.Outcome
	person  id.Person
	media   []imageconsent.Medium
}

// picture is a photo as the test knows it.
type picture struct {
	id       id.Photo
	marks    []mark
	declared bool // that nobody is missing
	held     int
}

// oracle says what readers may see, from RULES alone: it calls nothing of the program
// that decides.
type oracle struct {
	zone     *time.Location
	families map[id.Person]*family
	pledges  []*pledge
	pictures map[id.Photo]*picture
	needed   map[imageconsent.Audience]int // guardians, by audience (R30)
	pupilHas bool                          // R29
	use      imageconsent.Use              // of the text's pictures: its space as it is read now
	masked   bool                          // the text
}

// majority is midnight of the eighteenth birthday; zero when it is not known.
func (o *oracle) majority(f *family) time.Time {
	if f.born.IsZero() {
		return time.Time{}
	}
	return time.Date(f.born.Year()+18, f.born.Month(), f.born.Day(), 0, 0, 0, 0, o.zone)
}

// minor: a pupil of unknown age is one.
func (o *oracle) minor(f *family, now time.Time) bool {
	if f.born.IsZero() {
		return f.pupil
	}
	return now.Before(o.majority(f))
}

// holders are the guardians who hold parental authority now.
func (o *oracle) holders(f *family, now time.Time) []id.Person {
	var list []id.Person
	for who, tie := range f.guardians {
		end := time.Date(tie.until.Year(), tie.until.Month(), tie.until.Day(), 0, 0, 0, 0, o.zone)
		if tie.authority && (tie.until.IsZero() || now.Before(end)) {
			list = append(list, who)
		}
	}
	return list
}

// agreed reports whether a line of a pledge is covered (R29, R30, R34).
func (o *oracle) agreed(p *pledge, line imageconsent.Line, now time.Time) bool {
	if p.over || now.Before(p.project.from) || !now.Before(p.project.until) {
		return false
	}
	for _, w := range p.words { // any known objection blocks
		if !slices.Contains(w.lines, line.ID) {
			return false
		}
	}
	f := o.families[p.person]
	self, spoke := p.words[p.person]
	if !o.minor(f, now) {
		return spoke && !self.at.Before(o.majority(f))
	}
	if o.pupilHas && !spoke {
		return false
	}
	holders, have := o.holders(f, now), 0
	for _, who := range holders {
		if _, spoke := p.words[who]; spoke {
			have++
		}
	}
	need := o.needed[line.Audience]
	if p.sole && len(holders) == 1 {
		need = 1
	}
	return have >= need
}

// covered reports whether somebody may be seen so in a photo.
func (o *oracle) covered(photo id.Photo, person id.Person, medium imageconsent.Medium, now time.Time) bool {
	for _, p := range o.pledges {
		if p.person != person || !slices.Contains(p.project.photos, photo) {
			continue
		}
		for _, line := range p.project.lines {
			if line.Medium == medium && line.Use == o.use && o.agreed(p, line, now) && !o.objected(photo, p, line, now) {
				return true
			}
		}
	}
	return false
}

// objected reports whether somebody has said no to this use of the photo in another
// project, and has not agreed in this one since (R30, R33). What guardians said counts no
// more once the person is of age.
func (o *oracle) objected(photo id.Photo, in *pledge, line imageconsent.Line, now time.Time) bool {
	for _, p := range o.pledges {
		if p == in || p.person != in.person || !slices.Contains(p.project.photos, photo) {
			continue
		}
		for _, other := range p.project.lines {
			if other.Medium != line.Medium || other.Use != line.Use {
				continue
			}
			for who, w := range p.words {
				counts := who == p.person || o.minor(o.families[p.person], now)
				since, spoke := in.words[who]
				if !slices.Contains(w.lines, other.ID) && counts && !(spoke && since.at.After(w.at)) {
					return true
				}
			}
		}
	}
	return false
}

// shows reports whether a photo of the text may be seen, as a picture in which these
// boxes cannot be made out (R27, R32).
func (o *oracle) shows(photo id.Photo, blurred []imageconsent.Box, now time.Time) bool {
	p := o.pictures[photo]
	if o.masked || !p.declared || p.held > 0 {
		return false
	}
	for _, m := range p.marks {
		hidden := m.box != imageconsent.Box{} && slices.Contains(blurred, m.box)
		switch {
		case hidden && m.outcome != imageconsent.IsPerson, m.outcome == imageconsent.Unrecognisable, m.outcome == imageconsent.NotAFace:
		case m.outcome == imageconsent.IsPerson:
			for _, medium := range m.media {
				if covered := hidden && medium == imageconsent.Image || o.covered(photo, m.person, medium, now); !covered { // a blur hides a face, not a name
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// tell says what the oracle knows of a photo, for whoever has to find out why.
func (o *oracle) tell(photo id.Photo) string {
	var text strings.Builder
	fmt.Fprintf(&text, "use %+v, needed %v, pupil %t, photo %+v\n", o.use, o.needed, o.pupilHas, *o.pictures[photo])
	for _, p := range o.pledges {
		if !slices.Contains(p.project.photos, photo) {
			continue
		}
		fmt.Fprintf(&text, "consent %s of %s until %s, over %t, sole %t, born %s\n", p.id, p.person, p.project.until, p.over, p.sole, o.families[p.person].born)
		for _, line := range p.project.lines {
			fmt.Fprintf(&text, "  line %s: %s, %+v\n", line.ID, line.Medium, line.Use)
		}
		for who, word := range p.words {
			fmt.Fprintf(&text, "  %s at %s: %v (%+v)\n", who, word.at, word.lines, o.families[p.person].guardians[who])
		}
	}
	return text.String()
}
