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

var (
	space   = id.New[id.Space]()
	onClass = imageconsent.Use{Audience: imageconsent.ToGroup, Group: id.New[id.Group](), Space: space}
	ofClass = imageconsent.Line{ID: id.New[id.Use](), Medium: imageconsent.Image, Use: onClass}
)

// depicted is somebody in a picture, by their image.
func depicted(outcome imageconsent.Outcome, who id.Person) imageconsent.Depiction {
	return imageconsent.Depiction{ID: id.New[id.Depiction](), Outcome: outcome, Person: who, Media: []imageconsent.Medium{imageconsent.Image}}
}

// picture is one that lacks nothing, with those in it.
func picture(inside ...imageconsent.Depiction) imageconsent.Picture {
	return imageconsent.Picture{
		Photo: id.New[id.Photo](), Status: workflow.Identified, Rendition: imageconsent.Rendition{ID: id.New[id.Rendition]()}, Depictions: inside,
		Covers: []imageconsent.Cover{{Person: lina, Line: ofClass, From: now.Add(-time.Hour), Until: now.Add(time.Hour)}},
	}
}

// changed is the picture with one thing different.
func changed(p imageconsent.Picture, change func(*imageconsent.Picture)) imageconsent.Picture {
	change(&p)
	return p
}

func TestClearance(t *testing.T) {
	t.Parallel()
	type lacks = []imageconsent.Lack
	in := depicted(imageconsent.IsPerson, lina)
	voice, mute := in, in
	voice.Media, mute.Media = []imageconsent.Medium{imageconsent.Image, imageconsent.Voice}, nil
	stranger, blurred := depicted(imageconsent.IsPerson, samia), depicted(imageconsent.ToBlur, id.Person{})
	blur := func(p *imageconsent.Picture) {
		p.Rendition.Blurred = []id.Depiction{stranger.ID, blurred.ID}
	}
	elsewhere := onClass
	elsewhere.Space = id.New[id.Space]()
	wider := imageconsent.Use{Audience: imageconsent.ToEstablishment, Space: space}
	for name, c := range map[string]struct {
		picture imageconsent.Picture
		use     imageconsent.Use
		at      time.Time
		want    lacks
	}{
		"nobody in it":                    {picture(), onClass, now, nil},
		"covered":                         {picture(in), onClass, now, nil},
		"covered in another space":        {picture(in), elsewhere, now, lacks{imageconsent.LacksConsent}},
		"covered for a narrower audience": {picture(in), wider, now, lacks{imageconsent.LacksConsent}},
		"in print":                        {picture(in), imageconsent.Use{Audience: imageconsent.ToPrint}, now, lacks{imageconsent.LacksConsent}},
		"as it begins":                    {picture(in), onClass, now.Add(-time.Hour), nil},
		"before it begins":                {picture(in), onClass, now.Add(-time.Hour - time.Nanosecond), lacks{imageconsent.LacksConsent}},
		"as it ends":                      {picture(in), onClass, now.Add(time.Hour), lacks{imageconsent.LacksConsent}},
		"the voice is not covered":        {picture(voice), onClass, now, lacks{imageconsent.LacksConsent}},
		"nothing of them is said":         {picture(mute), onClass, now, lacks{imageconsent.LacksIdentification}},
		"somebody else is in it":          {picture(in, stranger), onClass, now, lacks{imageconsent.LacksConsent}},
		"somebody else, blurred":          {changed(picture(in, stranger, blurred), blur), onClass, now, nil},
		"blurred, and heard":              {changed(picture(voice), func(p *imageconsent.Picture) { p.Rendition.Blurred, p.Covers = []id.Depiction{voice.ID}, nil }), onClass, now, lacks{imageconsent.LacksConsent}},
		"to be blurred, and is not":       {picture(in, blurred), onClass, now, lacks{imageconsent.LacksBlur}},
		"nobody can recognise them":       {picture(depicted(imageconsent.Unrecognisable, id.Person{})), onClass, now, nil},
		"no face":                         {picture(depicted(imageconsent.NotAFace, id.Person{})), onClass, now, nil},
		"a box that nobody has spoken of": {picture(depicted(imageconsent.Undecided, id.Person{})), onClass, now, lacks{imageconsent.LacksIdentification}},
		"a nonsense outcome":              {picture(depicted("nonsense", lina)), onClass, now, lacks{imageconsent.LacksIdentification}},
		"held":                            {changed(picture(in), func(p *imageconsent.Picture) { p.Held = true }), onClass, now, lacks{imageconsent.LacksRelease}},
		"not declared completely": {
			changed(picture(in), func(p *imageconsent.Picture) { p.Status = workflow.Unidentified }), onClass, now, lacks{imageconsent.LacksIdentification},
		},
		"no rendition": {
			changed(picture(in), func(p *imageconsent.Picture) { p.Rendition = imageconsent.Rendition{} }), onClass, now, lacks{imageconsent.LacksPreparation},
		},
		"zero": {imageconsent.Picture{}, imageconsent.Use{}, time.Time{}, lacks{imageconsent.LacksPreparation}},
		"all at once": {
			changed(picture(stranger, blurred), func(p *imageconsent.Picture) { p.Held, p.Status = true, workflow.Unidentified }), onClass, now,
			lacks{imageconsent.LacksIdentification, imageconsent.LacksRelease, imageconsent.LacksConsent, imageconsent.LacksBlur},
		},
	} {
		verdict := imageconsent.Clearance(c.picture, c.use, c.at)
		var got lacks
		for _, missing := range verdict.Missing {
			got = append(got, missing.Lack)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || verdict.Clear() != (len(c.want) == 0) {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A status that no picture is shown in keeps all of them away, an unknown one too.
func TestOnlyAnIdentifiedPictureIsClear(t *testing.T) {
	t.Parallel()
	for _, status := range append(workflow.PhotoStatuses(), "nonsense") {
		p := changed(picture(), func(p *imageconsent.Picture) { p.Status = status })
		if shown := imageconsent.Clearance(p, onClass, now).Clear(); shown != (status == workflow.Identified) {
			t.Errorf("%q: clear %t", status, shown)
		}
	}
}

// What is missing says of whom, and from whom, by the latest consent that was asked for
// exactly this.
func TestFromWhomConsentIsMissing(t *testing.T) {
	t.Parallel()
	in := depicted(imageconsent.IsPerson, samia)
	p := picture(in)
	paper := imageconsent.Line{Medium: imageconsent.Image, Use: imageconsent.Use{Audience: imageconsent.ToPrint}}
	p.Consents = []imageconsent.Standing{
		{Person: samia, Status: workflow.Refused, Lines: []imageconsent.Line{ofClass}},
		{Person: samia, Status: workflow.Asked, Waiting: []id.Person{karim}, Lines: []imageconsent.Line{ofClass}},
		{Person: samia, Status: workflow.Revoked, Lines: []imageconsent.Line{paper}},
		{Person: lina, Status: workflow.Granted, Lines: []imageconsent.Line{ofClass}},
	}
	want := []imageconsent.Missing{{
		Lack: imageconsent.LacksConsent, Depiction: in.ID, Person: samia, Medium: imageconsent.Image, Status: workflow.Asked, From: []id.Person{karim},
	}}
	if diff := cmp.Diff(want, imageconsent.Clearance(p, onClass, now).Missing); diff != "" {
		t.Error(diff)
	}
}

// Whatever is added to a picture without a cover, a blur or an outcome that needs none
// keeps it from being clear; and what takes a cover away never clears it.
func TestNobodyIsShownUncovered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := picture()
		p.Covers = nil
		everybody := []id.Person{lina, samia, karim}
		for range rapid.IntRange(0, 4).Draw(t, "covers") {
			from := now.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "from")) * time.Hour)
			p.Covers = append(p.Covers, imageconsent.Cover{
				Person: rapid.SampledFrom(everybody).Draw(t, "covered"), From: from, Until: from.Add(time.Hour),
				Line: imageconsent.Line{Medium: rapid.SampledFrom(imageconsent.Media()).Draw(t, "covered medium"), Use: rapid.SampledFrom([]imageconsent.Use{onClass, {}}).Draw(t, "covered use")},
			})
		}
		for range rapid.IntRange(0, 3).Draw(t, "depictions") {
			d := depicted(rapid.SampledFrom(append(imageconsent.Outcomes(), "", "nonsense")).Draw(t, "outcome"), rapid.SampledFrom(everybody).Draw(t, "who"))
			d.Media = []imageconsent.Medium{rapid.SampledFrom(imageconsent.Media()).Draw(t, "medium")}
			if rapid.Bool().Draw(t, "blurred") {
				p.Rendition.Blurred = append(p.Rendition.Blurred, d.ID)
			}
			p.Depictions = append(p.Depictions, d)
		}
		shown := imageconsent.Clearance(p, onClass, now).Clear()
		if want := plainly(p, onClass, now); shown != want {
			t.Fatalf("clear %t of %+v", shown, p)
		}
		p.Covers = nil
		if imageconsent.Clearance(p, onClass, now).Clear() && !shown {
			t.Fatal("clear when the covers are taken away")
		}
	})
}

// plainly asks of a picture what R27 asks, in other words than Clearance does.
func plainly(p imageconsent.Picture, use imageconsent.Use, at time.Time) bool {
	shown := map[id.Depiction]bool{}
	for _, d := range p.Depictions {
		shown[d.ID] = d.Outcome != imageconsent.Unrecognisable && d.Outcome != imageconsent.NotAFace
	}
	for _, d := range p.Depictions {
		if slices.Contains(p.Rendition.Blurred, d.ID) && d.Media[0] == imageconsent.Image { // a blur hides no name
			shown[d.ID] = false
		}
		for _, c := range p.Covers {
			if d.Outcome == imageconsent.IsPerson && c.Person == d.Person && c.Medium == d.Media[0] && c.Use == use && c.From.Compare(at) <= 0 && at.Before(c.Until) {
				shown[d.ID] = false
			}
		}
	}
	for _, in := range shown {
		if in {
			return false
		}
	}
	return true
}
