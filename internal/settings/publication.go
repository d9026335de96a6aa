package settings

import (
	"time"

	"imprimatur/internal/calendar"
)

// Audiences, modes and ways of naming a pupil, as DESIGN writes them. The packages
// that own these words convert from the strings.
const (
	AudienceGroup         = "group"
	AudienceEstablishment = "establishment"
	AudienceENT           = "ent"
	AudiencePublicWeb     = "public_web"

	ModePre        = "PRE"
	ModePost       = "POST"
	ModePupilPress = "PUPIL_PRESS"
)

// audiences runs from the narrowest to the widest.
var audiences = []string{AudienceGroup, AudienceEstablishment, AudienceENT, AudiencePublicWeb}

// Persons and sessions.
var (
	// MajorityAge is 18 by law: R02's guardian signs below it, R34's consent lapses at it.
	MajorityAge = declare(Parameter[int]{
		key: "majority_age", rule: "R02", authority: Law, initial: 18, form: number(18, 18), stricter: same[int],
		about: "Age from which a person acts alone.",
	})
	// IdleAdult is how long an adult's session stays open unused (R08).
	IdleAdult = declare(Parameter[time.Duration]{
		key: "idle_adult", rule: "R08", authority: Default, initial: 30 * time.Minute, form: between(5*time.Minute, 12*time.Hour),
		about: "An adult's session ends after this long without a request.",
	})
	// IdlePupil is how long a pupil's session stays open unused (R08).
	IdlePupil = declare(Parameter[time.Duration]{
		key: "idle_pupil", rule: "R08", authority: Default, initial: 15 * time.Minute, form: between(5*time.Minute, 12*time.Hour),
		about: "A pupil's session ends after this long without a request.",
	})
)

// Audience caps (R10): forums and blogs stay inside the ENT by the charter, and only
// web pages reach the public web. An establishment may keep each narrower.
var (
	ForumAudienceCap = declare(Parameter[string]{
		key: "audience_cap_forum", rule: "R10", authority: Charter, initial: AudienceENT, form: choice(audiences...), stricter: narrower,
		about: "The widest audience that a forum may have.",
	})
	BlogAudienceCap = declare(Parameter[string]{
		key: "audience_cap_blog", rule: "R10", authority: Charter, initial: AudienceENT, form: choice(audiences...), stricter: narrower,
		about: "The widest audience that a blog may have.",
	})
	PageAudienceCap = declare(Parameter[string]{
		key: "audience_cap_page", rule: "R10", authority: Charter, initial: AudiencePublicWeb, form: choice(audiences...), stricter: narrower,
		about: "The widest audience that web pages may have.",
	})
)

// Moderation modes (R11). PRE is not a stricter POST: pre-moderation makes the director
// answer for what was read beforehand, and a lycée's pupils are free of it by law. So
// what is fixed here is fixed, in both directions.
var (
	ForumMode = declare(Parameter[string]{
		key: "mode_forum", rule: "R11", authority: Charter, initial: ModePost, form: choice(ModePre, ModePost), stricter: same[string],
		about: "The mode of forums.",
	})
	// BlogModePupils is the mode that a blog starts with where pupils write.
	BlogModePupils = declare(Parameter[string]{
		key: "mode_blog_pupils", rule: "R11", authority: Default, initial: ModePre, form: choice(ModePre, ModePost),
		about: "The mode that a blog starts with where pupils write.",
	})
	// BlogModeAdults is the mode that a blog starts with where adults alone write.
	BlogModeAdults = declare(Parameter[string]{
		key: "mode_blog_adults", rule: "R11", authority: Default, initial: ModePost, form: choice(ModePre, ModePost),
		about: "The mode that a blog starts with where adults alone write.",
	})
	// PageMode is PRE: what R11 leaves to the establishment is PageSignature.
	PageMode = declare(Parameter[string]{
		key: "mode_page", rule: "R11", authority: Charter, initial: ModePre, form: choice(ModePre, ModePost), stricter: same[string],
		about: "The mode of web pages.",
	})
	// DocumentReview has documents reviewed before they appear, where other texts appear
	// first: a file is not skimmed like a message. Pupils' press is judged as R14 says.
	DocumentReview = declare(Parameter[bool]{
		key: "document_review", rule: "R11", authority: Default, initial: true, form: flag(),
		about: "Documents are reviewed before they appear, in a space of a posteriori moderation too.",
	})
	// ProfileReview has profiles reviewed before they appear, where other texts appear
	// first: they say who somebody is. Pupils' press is judged as R14 says.
	ProfileReview = declare(Parameter[bool]{
		key: "profile_review", rule: "R11", authority: Default, initial: true, form: flag(),
		about: "Profiles are reviewed before they appear, in a space of a posteriori moderation too.",
	})
	PageSignature = declare(Parameter[bool]{
		key: "page_signature", rule: "R11", authority: Default, initial: true, form: flag(),
		about: "Web pages wait for the director's signature after approval.",
	})
	// PressMode is the mode of a lycée pupils' publication (R11, R14).
	PressMode = declare(Parameter[string]{
		key: "mode_pupil_press", rule: "R11", authority: Law, initial: ModePupilPress, form: choice(ModePre, ModePost, ModePupilPress), stricter: same[string],
		about: "The mode of lycée pupils' publications: no prior approval.",
	})
	// PressDirectorAge is the age from which a pupil may direct one (R14).
	PressDirectorAge = declare(Parameter[int]{
		key: "press_director_age", rule: "R14", authority: Law, initial: 16, form: number(16, 16), stricter: same[int],
		about: "Age from which a lycée pupil may direct a publication.",
	})
)

// Refusals: so many within the window raise an alert (R09).
var (
	DenialLimit = declare(Parameter[int]{
		key: "denial_limit", rule: "R09", authority: Default, initial: 5, form: number(2, 100),
		about: "So many refusals of one person within denial_window raise an alert.",
	})
	DenialWindow = declare(Parameter[time.Duration]{
		key: "denial_window", rule: "R09", authority: Default, initial: 10 * time.Minute, form: between(time.Minute, 24*time.Hour),
		about: "The window in which denial_limit refusals are counted.",
	})
)

// Spaces and what is written in them.
var (
	// Handover is how long a space without an owner stays open (R15).
	Handover = declare(Parameter[calendar.Duration]{
		key: "handover", rule: "R15", authority: Default, initial: days(15), form: span(calendar.CalendarDays, 1, 60),
		about: "A space without an owner is frozen after this.",
	})
	BriefingRequired = declare(Parameter[bool]{
		key: "briefing_required", rule: "R16", authority: Default, initial: true, form: flag(),
		about: "Nobody publishes before reading the briefing.",
	})
	// BriefingValidity is how long a briefing holds: a year (R16).
	BriefingValidity = declare(Parameter[calendar.Duration]{
		key: "briefing_validity", rule: "R16", authority: Default, initial: months(12), form: span(calendar.Months, 1, 36),
		about: "The briefing is read again after this.",
	})
	// AttributionFields is what a borrowed work must say (R17): all of it.
	AttributionFields = declare(Parameter[Set]{
		key: "attribution_fields", rule: "R17", authority: Charter, initial: NewSet(attributionFixed...),
		form: some(attributionFixed...), stricter: superset,
		about: "What the attribution of a borrowed work must say.",
	})
	EditLabel = declare(Parameter[bool]{
		key: "edit_label", rule: "R18", authority: Default, initial: true, form: flag(),
		about: "A text that took a moderator's suggestion says so.",
	})
	// PersonalLabel marks post-moderated spaces (R13). It is shown as it is written.
	PersonalLabel = declare(Parameter[string]{
		key: "personal_label", rule: "R13", authority: Default, initial: "Espace de contributions personnelles", form: text(120),
		about: "The label of post-moderated spaces.",
	})
	// WorksAuthorisation is R36: works seen outside the class wait for it.
	WorksAuthorisation = declare(Parameter[bool]{
		key: "works_authorisation", rule: "R36", authority: Default, initial: true, form: flag(),
		about: "A pupil's article, page, document or profile wider than their groups needs the pupil's and a guardian's authorisation.",
	})
	// CollectiveWorks is R37: whether an adult may say that a work is collective.
	CollectiveWorks = declare(Parameter[bool]{
		key: "collective_works", rule: "R37", authority: Default, initial: false, form: flag(),
		about: "An adult may decide, with a justification, that a work is collective: the establishment holds the rights in it, and its contributors are listed.",
	})
	// AuthorisedChange is how far a correction goes: beyond it the text is another,
	// and R36 asks again.
	AuthorisedChange = declare(Parameter[int]{
		key: "authorised_change", rule: "R36", authority: Default, initial: 10, form: number(0, 50),
		about: "An authorisation holds for the text as it was and for corrections of at most so many percent of it; beyond, another is asked for. 0: for that text alone.",
	})
	// PupilNaming is how a pupil may choose to be named on a work (R36).
	PupilNaming = declare(Parameter[Set]{
		key: "pupil_naming", rule: "R36", authority: Default, initial: NewSet(pupilNames...), form: some(pupilNames...),
		about: "How a pupil may choose to be named on a work.",
	})
)

var (
	attributionFixed = []string{"authors", "capacity", "source", "creation_date", "adaptation", "permitted_uses", "rights_basis"}
	pupilNames       = []string{"first_name", "first_name_initial", "full_name", "pseudonym", "class", "unnamed"}
)

func days(n int) calendar.Duration   { return calendar.Duration{Kind: calendar.CalendarDays, N: n} }
func months(n int) calendar.Duration { return calendar.Duration{Kind: calendar.Months, N: n} }
func hours(n int) calendar.Duration  { return calendar.Duration{Kind: calendar.Hours, N: n} }
func school(n int) calendar.Duration { return calendar.Duration{Kind: calendar.SchoolDays, N: n} }
