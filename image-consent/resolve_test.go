package imageconsent_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// now is when everything in these tests is asked.
var now = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// The family of these tests: a pupil, two guardians, and one who holds no authority.
var (
	lina, samia, karim, uncle = id.New[id.Person](), id.New[id.Person](), id.New[id.Person](), id.New[id.Person]()
	names                     = map[id.Person]string{lina: "lina", samia: "samia", karim: "karim", uncle: "uncle"}
)

// majority is when the pupil comes of age.
var majority = now.AddDate(2, 0, 0)

func line(audience imageconsent.Audience) imageconsent.Line {
	return imageconsent.Line{ID: id.New[id.Use](), Medium: imageconsent.Image, Use: imageconsent.Use{Audience: audience}}
}

// The request of these tests: the class, the public web and print.
var (
	class, web, printed = line(imageconsent.ToGroup), line(imageconsent.ToPublicWeb), line(imageconsent.ToPrint)
	lines               = []imageconsent.Line{class, web, printed}
	asked               = imageconsent.Asked{Lines: lines, Valid: imageconsent.Period{From: now.AddDate(0, 0, -1), Until: now.AddDate(0, 9, 0)}}
	rules               = imageconsent.Rules{PupilHas: true, Guardians: map[imageconsent.Audience]int{
		imageconsent.ToGroup: 1, imageconsent.ToEstablishment: 1, imageconsent.ToENT: 1, imageconsent.ToPublicWeb: 2, imageconsent.ToPrint: 2,
	}}
)

func family(guardians ...id.Person) imageconsent.Family {
	f := imageconsent.Family{Person: lina, Minor: true, Majority: majority}
	for _, guardian := range guardians {
		f.Guardians = append(f.Guardians, imageconsent.Holder{Person: guardian})
	}
	return f
}

func adult() imageconsent.Family {
	return imageconsent.Family{Person: lina, Majority: now.AddDate(0, 0, -1)}
}

// says is what somebody answered an hour ago.
func says(who id.Person, accepted ...imageconsent.Line) imageconsent.Answer {
	a := imageconsent.Answer{Signatory: who, Capacity: imageconsent.AsGuardian, At: now.Add(-time.Hour)}
	if who == lina {
		a.Capacity = imageconsent.AsDepicted
	}
	for _, l := range accepted {
		a.Accepted = append(a.Accepted, l.ID)
	}
	return a
}

func yes(who id.Person) imageconsent.Answer { return says(who, lines...) }

func no(who id.Person) imageconsent.Answer { return says(who) }

// summary is a resolution in words.
type summary struct {
	Outcome workflow.Outcome
	Covers  string
	Waiting string
	Proof   bool
}

func summed(r imageconsent.Resolution) summary {
	s := summary{Outcome: r.Outcome, Proof: r.Proof}
	for _, c := range r.Covers {
		s.Covers += string(c.Audience) + " "
	}
	for _, who := range r.Waiting {
		s.Waiting += names[who] + " "
	}
	return s
}

func TestResolve(t *testing.T) {
	t.Parallel()
	const (
		all      = "group public_web print "
		open     = workflow.Unanswered
		covered  = workflow.Covered
		objected = workflow.Objected
	)
	alone, both, none := family(samia), family(samia, karim), family()
	proved, overtaken := family(samia), family(samia, karim)
	proved.Sole, overtaken.Sole = true, true
	unknown := family(samia, karim)
	unknown.Majority = time.Time{}
	early := yes(lina) // as a minor
	early.At = now.AddDate(-1, 0, 0)
	ofAge := imageconsent.Family{Person: lina, Majority: now.AddDate(0, -1, 0), Guardians: both.Guardians}
	without := imageconsent.Rules{Guardians: rules.Guardians}
	type answers = []imageconsent.Answer
	for name, c := range map[string]struct {
		family  imageconsent.Family
		rules   imageconsent.Rules
		answers answers
		want    summary
	}{
		"nobody has answered":                 {both, rules, nil, summary{open, "", "lina samia karim ", false}},
		"the pupil":                           {both, rules, answers{yes(lina)}, summary{open, "", "samia karim ", false}},
		"a guardian":                          {both, rules, answers{yes(samia)}, summary{open, "", "lina karim ", false}},
		"the pupil and a guardian":            {both, rules, answers{yes(lina), yes(samia)}, summary{covered, "group ", "karim ", false}},
		"the pupil and both":                  {both, rules, answers{yes(lina), yes(samia), yes(karim)}, summary{covered, all, "", false}},
		"both, without the pupil":             {both, rules, answers{yes(samia), yes(karim)}, summary{open, "", "lina ", false}},
		"both, the pupil is not asked":        {both, without, answers{yes(samia), yes(karim)}, summary{covered, all, "", false}},
		"the pupil is not asked, and says no": {both, without, answers{no(lina), yes(samia), yes(karim)}, summary{objected, "", "", false}},
		"the two disagree":                    {both, rules, answers{yes(lina), yes(samia), no(karim)}, summary{objected, "", "", false}},
		"the two disagree about the web":      {both, rules, answers{yes(lina), yes(samia), says(karim, class, printed)}, summary{covered, "group print ", "", false}},
		"each refuses what the others accept": {both, rules, answers{says(lina, class), says(samia, web), says(karim, printed)}, summary{objected, "", "", false}},
		"some refused, the rest waits":        {both, rules, answers{yes(lina), says(samia, web, printed)}, summary{open, "", "karim ", false}},
		"one guardian":                        {alone, rules, answers{yes(lina), yes(samia)}, summary{covered, "group ", "", true}},
		"one guardian, the pupil is wanted":   {alone, rules, answers{yes(samia)}, summary{open, "", "lina ", true}},
		"one guardian, nobody has answered":   {alone, rules, nil, summary{open, "", "lina samia ", true}},
		"one guardian who holds it alone":     {proved, rules, answers{yes(lina), yes(samia)}, summary{covered, all, "", false}},
		"proved, and another is known now":    {overtaken, rules, answers{yes(lina), yes(samia)}, summary{covered, "group ", "karim ", false}},
		"no guardian":                         {none, rules, answers{yes(lina)}, summary{open, "", "", false}},
		"no guardian, and proof of one":       {imageconsent.Family{Person: lina, Minor: true, Sole: true}, rules, answers{yes(lina)}, summary{open, "", "", false}},
		"who holds no authority agrees":       {both, rules, answers{yes(lina), yes(uncle)}, summary{open, "", "samia karim ", false}},
		"who holds no authority objects":      {both, rules, answers{yes(lina), yes(samia), yes(karim), no(uncle)}, summary{objected, "", "", false}},
		"an adult":                            {adult(), rules, answers{yes(lina)}, summary{covered, all, "", false}},
		"an adult has not answered":           {adult(), rules, nil, summary{open, "", "lina ", false}},
		"of age, only guardians have agreed":  {ofAge, rules, answers{yes(samia), yes(karim)}, summary{open, "", "lina ", false}},
		"of age, agreed as a minor":           {ofAge, rules, answers{early, yes(samia)}, summary{open, "", "lina ", false}},
		"of age, agreed since":                {ofAge, rules, answers{yes(lina), yes(samia)}, summary{covered, all, "", false}},
		"no birth date":                       {unknown, rules, answers{yes(lina), yes(samia), yes(karim)}, summary{covered, all, "", false}},
		"an audience without a parameter":     {both, imageconsent.Rules{}, answers{yes(samia)}, summary{open, "", "karim ", false}},
	} {
		got := imageconsent.Resolve(c.family, asked, c.answers, c.rules, now)
		if diff := cmp.Diff(c.want, summed(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if nobody := c.family.Minor && len(c.family.Guardians) == 0; got.Guardianless != nobody {
			t.Errorf("%s: no guardian is known: %t", name, got.Guardianless)
		}
	}
}

// R31, R34: a cover begins when it is made, and ends with the request, at majority to
// the instant, or when the authority ends that it rests on.
func TestHowLongACoverLasts(t *testing.T) {
	t.Parallel()
	both := []imageconsent.Answer{yes(lina), yes(samia), yes(karim)}
	soon := family(samia, karim)
	soon.Majority = now.AddDate(0, 1, 0)
	until := family(samia, karim)
	until.Guardians[1].Until = now.AddDate(0, 0, 3)
	later := asked
	later.Valid.From = now.AddDate(0, 0, 10)
	over := asked
	over.Valid.Until = now
	for name, c := range map[string]struct {
		family imageconsent.Family
		asked  imageconsent.Asked
		want   []imageconsent.Period // of the line for the web, which rests on both
	}{
		"the request's":         {family(samia, karim), asked, []imageconsent.Period{{From: now, Until: asked.Valid.Until}}},
		"until majority":        {soon, asked, []imageconsent.Period{{From: now, Until: soon.Majority}}},
		"an authority ends":     {until, asked, []imageconsent.Period{{From: now, Until: until.Guardians[1].Until}}},
		"it begins later":       {family(samia, karim), later, []imageconsent.Period{later.Valid}},
		"the request is over":   {family(samia, karim), over, nil},
		"an adult of yesterday": {adult(), asked, []imageconsent.Period{{From: now, Until: asked.Valid.Until}}},
	} {
		var got []imageconsent.Period
		for _, cover := range imageconsent.Resolve(c.family, c.asked, both, rules, now).Covers {
			if cover.Line == web {
				got = append(got, cover.Period)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	at := majority
	r := imageconsent.Resolve(family(samia, karim), imageconsent.Asked{Lines: lines, Valid: imageconsent.Period{From: now, Until: majority.AddDate(1, 0, 0)}}, both, rules, at)
	if len(r.Covers) > 0 || r.Outcome != workflow.Unanswered {
		t.Errorf("at the instant of majority: %+v", summed(r))
	}
}

// A cover rests on as many guardians as it needs, of those who agreed to its line: those
// who hold authority longest.
func TestWhatACoverRestsOn(t *testing.T) {
	t.Parallel()
	leaving := family(samia, karim)
	leaving.Guardians[0].Until = now.AddDate(0, 1, 0)
	for _, c := range imageconsent.Resolve(leaving, asked, []imageconsent.Answer{yes(samia), yes(lina), yes(karim)}, rules, now).Covers {
		want := []id.Person{karim, samia}
		if c.Line == class {
			want = want[:1]
		}
		if !slices.Equal(c.RestsOn, want) {
			t.Errorf("%s rests on %d", c.Audience, len(c.RestsOn))
		}
	}
	r := imageconsent.Resolve(family(samia, karim), asked, []imageconsent.Answer{yes(karim), yes(lina), yes(uncle)}, rules, now)
	if len(r.Covers) != 1 || !slices.Equal(r.Covers[0].RestsOn, []id.Person{karim}) {
		t.Errorf("%+v", r.Covers)
	}
	r = imageconsent.Resolve(adult(), asked, []imageconsent.Answer{yes(lina)}, rules, now)
	if len(r.Covers) != 3 || len(r.Covers[0].RestsOn) != 0 {
		t.Errorf("an adult's: %+v", r.Covers)
	}
}

// drawn is any family with any answers.
type drawn struct {
	family  imageconsent.Family
	answers []imageconsent.Answer
	rules   imageconsent.Rules
	at      time.Time
}

func draw(t *rapid.T) drawn {
	flip := rapid.Bool()
	day := rapid.IntRange(-900, 900)
	d := drawn{
		family: imageconsent.Family{Person: lina, Minor: flip.Draw(t, "minor"), Sole: flip.Draw(t, "sole")},
		rules:  imageconsent.Rules{PupilHas: flip.Draw(t, "pupil has"), Guardians: map[imageconsent.Audience]int{}},
		at:     now.AddDate(0, 0, day.Draw(t, "at")),
	}
	if flip.Draw(t, "birth date known") {
		d.family.Majority = now.AddDate(0, 0, day.Draw(t, "majority"))
	}
	for _, guardian := range []id.Person{samia, karim} {
		if flip.Draw(t, "authority") {
			holder := imageconsent.Holder{Person: guardian}
			if flip.Draw(t, "authority ends") {
				holder.Until = d.at.AddDate(0, 0, rapid.IntRange(1, 900).Draw(t, "for days"))
			}
			d.family.Guardians = append(d.family.Guardians, holder)
		}
	}
	for _, audience := range imageconsent.Audiences() {
		if flip.Draw(t, "set") {
			d.rules.Guardians[audience] = rapid.IntRange(1, 2).Draw(t, "needed")
		}
	}
	for _, who := range []id.Person{lina, samia, karim, uncle} {
		if flip.Draw(t, "answers") {
			var accepted []imageconsent.Line
			for _, l := range lines {
				if flip.Draw(t, "accepts") {
					accepted = append(accepted, l)
				}
			}
			answer := says(who, accepted...)
			answer.At = now.AddDate(0, 0, day.Draw(t, "answered"))
			d.answers = append(d.answers, answer)
		}
	}
	return d
}

func (d drawn) resolve(answers []imageconsent.Answer) imageconsent.Resolution {
	return imageconsent.Resolve(d.family, asked, answers, d.rules, d.at)
}

// The order in which a family answers changes nothing.
func TestOrderOfAnswersDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		shuffled := rapid.Permutation(d.answers).Draw(t, "in another order")
		if diff := cmp.Diff(d.resolve(d.answers), d.resolve(shuffled)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// R30: what anyone has said no to is not covered, whoever they are and whatever the others say.
func TestAnObjectionNeverCovers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		for _, cover := range d.resolve(d.answers).Covers {
			for _, answer := range d.answers {
				if !slices.Contains(answer.Accepted, cover.ID) {
					t.Fatalf("covered, and %s has said no", names[answer.Signatory])
				}
			}
		}
	})
}

// Another yes never takes away what was covered, nor shortens it.
func TestAnotherYesNeverUncovers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		before := d.resolve(d.answers).Covers
		silent := slices.DeleteFunc([]id.Person{lina, samia, karim, uncle}, func(who id.Person) bool {
			return slices.ContainsFunc(d.answers, func(a imageconsent.Answer) bool { return a.Signatory == who })
		})
		if len(silent) == 0 {
			return
		}
		more := yes(rapid.SampledFrom(silent).Draw(t, "who"))
		more.At = d.at
		after := d.resolve(append(slices.Clone(d.answers), more)).Covers
		for _, cover := range before {
			if !slices.ContainsFunc(after, func(c imageconsent.Resolved) bool { return c.Line == cover.Line && !c.Until.Before(cover.Until) }) {
				t.Fatalf("a yes of %s took a cover away, or shortened it", names[more.Signatory])
			}
		}
	})
}

// R31, R34: no cover reaches past the request's end, nor past majority or an authority's
// end where it rests on guardians; and none begins before it is made.
func TestCoversStayWithinTheirTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		for _, c := range d.resolve(d.answers).Covers {
			if c.Until.After(asked.Valid.Until) || c.From.Before(asked.Valid.From) || c.From.Before(d.at) || !c.Until.After(c.From) {
				t.Fatalf("from %s to %s", c.From, c.Until)
			}
			minor := d.family.Majority.After(d.at)
			if minor && c.Until.After(d.family.Majority) {
				t.Fatalf("until %s, of age %s", c.Until, d.family.Majority)
			}
			for _, guardian := range d.family.Guardians {
				if slices.Contains(c.RestsOn, guardian.Person) && !guardian.Until.IsZero() && c.Until.After(guardian.Until) {
					t.Fatalf("until %s, the authority that it rests on ends %s", c.Until, guardian.Until)
				}
			}
		}
	})
}

// R29: nothing of a minor's is covered without a guardian who holds authority, nor
// without the minor where their word is asked for; nobody waits for a stranger.
func TestNobodyElseAgreesForAMinor(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		r := d.resolve(d.answers)
		minor := d.family.Minor
		if !d.family.Majority.IsZero() {
			minor = d.at.Before(d.family.Majority)
		}
		said := func(who id.Person) bool {
			return slices.ContainsFunc(d.answers, func(a imageconsent.Answer) bool { return a.Signatory == who })
		}
		for _, c := range r.Covers {
			switch {
			case minor && (len(c.RestsOn) == 0 || d.rules.PupilHas && !said(lina)):
				t.Fatalf("covered without who must agree: %+v", c)
			case !minor && (len(c.RestsOn) > 0 || !said(lina)):
				t.Fatalf("an adult is covered by others: %+v", c)
			}
			for _, who := range c.RestsOn {
				if !said(who) || !slices.ContainsFunc(d.family.Guardians, func(h imageconsent.Holder) bool { return h.Person == who }) {
					t.Fatalf("rests on %s", names[who])
				}
			}
		}
		for _, who := range r.Waiting {
			if who == uncle || said(who) && minor {
				t.Fatalf("waits for %s", names[who])
			}
		}
	})
}
