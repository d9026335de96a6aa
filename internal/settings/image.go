package settings

import (
	"time"

	"imprimatur/internal/calendar"
)

// Uses of pictures beside the audiences of texts: on paper, and in the trombinoscope of a
// class, for its staff or for all who work in the establishment (R35).
const (
	AudiencePrint       = "print"
	AudienceClassStaff  = "class_staff"
	AudienceSchoolStaff = "school_staff"
)

// Who signs for a picture (R29, R30).
var (
	guardiansOf = map[string]*Parameter[int]{
		AudienceGroup:         declare(guardians(AudienceGroup, 1, "the class or another group")),
		AudienceEstablishment: declare(guardians(AudienceEstablishment, 1, "the establishment")),
		AudienceENT:           declare(guardians(AudienceENT, 1, "the ENT")),
		AudiencePublicWeb:     declare(guardians(AudiencePublicWeb, 2, "the public web")),
		AudiencePrint:         declare(guardians(AudiencePrint, 2, "print")),
		AudienceClassStaff:    declare(guardians(AudienceClassStaff, 1, "the trombinoscope of a class, for its staff")),
		AudienceSchoolStaff:   declare(guardians(AudienceSchoolStaff, 1, "the trombinoscope of a class, for the establishment's staff")),
	}
	// PupilAgrees is R29's: a minor's own agreement is asked for beside a guardian's.
	PupilAgrees = declare(Parameter[bool]{
		key: "pupil_agrees", rule: "R29", authority: Default, initial: true, form: flag(),
		about: "A minor's own agreement is needed beside the guardians'; a no of theirs blocks in any case.",
	})
)

// TrombinoscopeReaders is for whom the trombinoscope of a class is made (R35). Another
// audience is another use: portraits are gone until families have agreed to it.
var TrombinoscopeReaders = declare(Parameter[string]{
	key: "trombinoscope_readers", rule: "R35", authority: Default, initial: AudienceClassStaff, form: choice(AudienceClassStaff, AudienceSchoolStaff),
	about: "Who sees the trombinoscope of a class: its staff, or all staff. The direction does in either case.",
})

func guardians(audience string, needed int, where string) Parameter[int] {
	return Parameter[int]{
		key: "guardians_" + audience, rule: "R30", authority: Default, initial: needed, form: number(1, 2),
		about: "How many guardians of a minor must agree to a picture in " + where + ".",
	}
}

// GuardiansNeeded is how many guardians of a minor must agree, for any use of it
// (R30): 2 for one that is unknown.
func GuardiansNeeded(v Values, audience string) int {
	if p, ok := guardiansOf[audience]; ok {
		return p.Of(v)
	}
	return 2
}

// How long a consent lasts, and how often a family hears of it.
var (
	// ConsentEnds is the day on which a consent ends where its request says nothing (R31).
	ConsentEnds = declare(Parameter[string]{
		key: "consent_ends", rule: "R31", authority: Default, initial: "08-31", form: yearDay(),
		about: "The last day of a consent for which no other was chosen, as month and day.",
	})
	ConsentLongest = declare(Parameter[calendar.Duration]{
		key: "consent_longest", rule: "R31", authority: Default, initial: months(36), form: span(calendar.Months, 1, 36),
		about: "No consent lasts longer.",
	})
	// ProjectLongest is how long the one event of a consent may last, first and last day
	// included: no consent is for whatever will be taken in a year (R31).
	ProjectLongest = declare(Parameter[calendar.Duration]{
		key: "project_longest", rule: "R31", authority: Default, initial: days(31), form: span(calendar.CalendarDays, 1, 31),
		about: "The pictures that one consent is asked for are taken within so many days.",
	})
	// ProjectUpload is how long after its event the pictures of a project may be brought (R31).
	ProjectUpload = declare(Parameter[calendar.Duration]{
		key: "project_upload", rule: "R31", authority: Default, initial: days(14), form: span(calendar.CalendarDays, 0, 14),
		about: "Pictures that a consent announced are brought within so many days after they were taken.",
	})
	// ConsentWarning is how long before its end those concerned are told (R34).
	ConsentWarning = declare(Parameter[calendar.Duration]{
		key: "consent_warning", rule: "R34", authority: Default, initial: days(30), form: span(calendar.CalendarDays, 1, 90),
		about: "Those concerned are told so long before a consent ends.",
	})
	// ConsentRest is how long nobody is asked again who refused or withdrew (R33).
	ConsentRest = declare(Parameter[calendar.Duration]{
		key: "consent_rest", rule: "R33", authority: Default, initial: days(90), form: span(calendar.CalendarDays, 1, 365),
		about: "Whoever refused or withdrew is not asked again for this long.",
	})
	RemindersMost = declare(Parameter[int]{
		key: "reminders_most", rule: "R33", authority: Default, initial: 3, form: number(0, 10),
		about: "A family is reminded of a request at most so many times.",
	})
	// LinkValidity is how long a link to one request opens it (R29).
	LinkValidity = declare(Parameter[calendar.Duration]{
		key: "link_validity", rule: "R29", authority: Default, initial: days(14), form: span(calendar.CalendarDays, 1, 60),
		about: "A guardian's link to a request opens it for this long.",
	})
)

// Limits of photos (R20).
var (
	PhotoMegapixels = declare(Parameter[int]{
		key: "photo_pixels", rule: "R20", authority: Default, initial: 50, form: number(1, 100),
		about: "The largest photo that is taken, in megapixels.",
	})
	PhotoMebibytes = declare(Parameter[int]{
		key: "photo_bytes", rule: "R20", authority: Default, initial: 25, form: number(1, 100),
		about: "The largest file of a photo that is taken, in MiB.",
	})
	PaperMebibytes = declare(Parameter[int]{
		key: "paper_bytes", rule: "R20", authority: Default, initial: 25, form: number(1, 50),
		about: "The largest file of a document (PDF, OpenDocument, office) that is taken, in MiB.",
	})
	PlayedMebibytes = declare(Parameter[int]{
		key: "played_bytes", rule: "R20", authority: Default, initial: 100, form: number(1, 200),
		about: "The largest file of sound or film that is taken, in MiB.",
	})
	PupilPhotosPerHour = declare(Parameter[int]{
		key: "photos_per_hour_pupil", rule: "R20", authority: Default, initial: 40, form: number(1, 500),
		about: "Photos and files that a pupil may upload in an hour.",
	})
	AdultPhotosPerHour = declare(Parameter[int]{
		key: "photos_per_hour_adult", rule: "R20", authority: Default, initial: 200, form: number(1, 2000),
		about: "Photos and files that anyone else may upload in an hour.",
	})
)

// YearDayLayout is how a day of any year is written: 08-31.
const YearDayLayout = "01-02"

// yearDay is a day that every year has.
func yearDay() form[string] {
	return form[string]{
		kind: Text, bounds: "month and day, as 08-31", decode: plain[string],
		admits: func(s string) bool {
			day, err := time.Parse(YearDayLayout, s)
			return err == nil && day.Format(YearDayLayout) == s && s != "02-29"
		},
	}
}

// NextYearDay is the end of the next such day in the place's calendar, as the midnight
// after it. The day must be one that the parameter admits.
func NextYearDay(s string, at time.Time) time.Time {
	day, err := time.Parse(YearDayLayout, s)
	if err != nil {
		return at // no accepted value comes here
	}
	end := time.Date(at.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, at.Location())
	if !end.After(at) {
		end = time.Date(at.Year()+1, day.Month(), day.Day()+1, 0, 0, 0, 0, at.Location())
	}
	return end
}
