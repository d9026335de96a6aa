package settings

import (
	"time"

	"imprimatur/internal/calendar"
)

// Who may approve besides a moderator (R12).
const (
	ApproverModerator = "moderator" // moderators of the space; owner and backup where none is left
	ApproverOwner     = "owner"     // moderators, owner and backup alike
	ApproverAny       = "any"       // any adult who contributes to the space, besides
)

// Review.
var (
	// ReviewTarget is the age at which a submission is late in the queue (R12).
	ReviewTarget = declare(Parameter[calendar.Term]{
		key: "review_target", rule: "R12", authority: Default, initial: calendar.Term{In: school(2)}, form: target(),
		about: "A submission to a pre-moderated space should be reviewed within this. Delay alone never publishes.",
	})
	// ApproverDiffers is R12's [C]: nobody approves what they wrote or suggested.
	ApproverDiffers = declare(Parameter[bool]{
		key: "approver_differs", rule: "R12", authority: Charter, initial: true, form: flag(), stricter: whenTrue,
		about: "The approver neither wrote nor suggested the text.",
	})
	// Approver is R12's [D]: which other person.
	Approver = declare(Parameter[string]{
		key: "approver", rule: "R12", authority: Default, initial: ApproverModerator, form: choice(ApproverModerator, ApproverOwner, ApproverAny),
		about: "Which other person approves.",
	})
	// PostReviewTarget is the age at which a live, unreviewed text is late (R13).
	PostReviewTarget = declare(Parameter[calendar.Term]{
		key: "post_review_target", rule: "R13", authority: Default, initial: calendar.Term{In: days(3)}, form: target(),
		about: "What went live unreviewed should be reviewed within this.",
	})
	// StopReview is when the review of a stopped space or content is due (R26).
	StopReview = declare(Parameter[calendar.Term]{
		key: "stop_review", rule: "R26", authority: Default, initial: calendar.Term{In: school(1), AtMost: hours(72)}, form: target(),
		about: "What the stop button stopped is reviewed within this; overdue, it escalates and stays stopped.",
	})
	// HaltLongest is how long an emergency stop lasts before it is decided anew (R54).
	HaltLongest = declare(Parameter[calendar.Duration]{
		key: "halt_longest", rule: "R54", authority: Default, initial: hours(24), form: span(calendar.Hours, 1, 72),
		about: "An emergency stop of a space or of the whole service ends by itself after this.",
	})
	// AcknowledgeWithin is R39's hour.
	AcknowledgeWithin = declare(Parameter[calendar.Duration]{
		key: "acknowledge_within", rule: "R39", authority: Default, initial: hours(1), form: span(calendar.Hours, 1, 24),
		about: "The receipt of a report is acknowledged at once; whoever judges is told when it is not within this.",
	})
	// HeadCasesAbove sends what concerns the head to the authority above (R46).
	HeadCasesAbove = declare(Parameter[bool]{
		key: "head_cases_above", rule: "R46", authority: Default, initial: true, form: flag(),
		about: "A case that concerns the head goes to the authority above. Otherwise whoever stands in for the head judges it, unless whoever reports asks for the authority or its author is under age; the head never does.",
	})
	MaskReview = declare(Parameter[calendar.Duration]{
		key: "mask_review", rule: "R42", authority: Default, initial: hours(48), form: span(calendar.Hours, 1, 168),
		about: "An interim mask is reviewed within this; overdue, it escalates and stays masked.",
	})
	// MaskAtOnce and MaskWhenCredible are when the machine masks what is reported (R42).
	MaskAtOnce = declare(Parameter[int]{
		key: "mask_at_once", rule: "R42", authority: Default, initial: 4, form: number(1, 4),
		about: "What is reported as of this severity, or a higher one, is masked at once, until a human has looked.",
	})
	MaskWhenCredible = declare(Parameter[int]{
		key: "mask_when_credible", rule: "R42", authority: Default, initial: 3, form: number(1, 4),
		about: "Likewise of this severity, or a higher one, on one credible report, where somebody under age may see it.",
	})
	AppealPeriod = declare(Parameter[calendar.Duration]{
		key: "appeal_period", rule: "R45", authority: Default, initial: months(6), form: span(calendar.Months, 1, 24),
		about: "A decision may be appealed for this long.",
	})
	// OrderDeadline is R48's: an authority's order is executed within this, or by its own date
	// where that is earlier.
	OrderDeadline = declare(Parameter[calendar.Duration]{
		key: "order_deadline", rule: "R48", authority: Law, initial: hours(24), form: span(calendar.Hours, 1, 24), stricter: sooner,
		about: "An authority's order is executed within this from its receipt.",
	})
	TerrorOrderDeadline = declare(Parameter[calendar.Duration]{
		key: "terror_order_deadline", rule: "R48", authority: Law, initial: hours(1), form: span(calendar.Hours, 1, 1), stricter: sooner,
		about: "An order about terrorist content is executed within this from its receipt.",
	})
	// ReferralDraft is when what is grave should have been referred, or not, with reasons (R49).
	ReferralDraft = declare(Parameter[calendar.Duration]{
		key: "referral_draft", rule: "R49", authority: Default, initial: hours(24), form: span(calendar.Hours, 1, 72),
		about: "What is of severity 3 or 4 is referred to an authority within this, or it is said why not.",
	})
	// GuardiansTold is when the guardians of a minor should have been told of a confirmed breach (R52).
	GuardiansTold = declare(Parameter[calendar.Duration]{
		key: "guardians_told", rule: "R52", authority: Default, initial: days(2), form: span(calendar.CalendarDays, 1, 15),
		about: "Guardians are told of a minor's confirmed breach within this, once the head has validated it.",
	})
	// UnfoundedReports within UnfoundedWindow limit the reports of whoever made them, for ReportsLimited (R47).
	UnfoundedReports = declare(Parameter[int]{
		key: "unfounded_reports", rule: "R47", authority: Default, initial: 3, form: number(3, 20),
		about: "So many manifestly unfounded reports by one person within unfounded_window, the last after a warning, limit their reports.",
	})
	UnfoundedWindow = declare(Parameter[calendar.Duration]{
		key: "unfounded_window", rule: "R47", authority: Default, initial: months(12), form: span(calendar.Months, 3, 12),
		about: "A manifestly unfounded report counts for this long.",
	})
	ReportsLimited = declare(Parameter[calendar.Duration]{
		key: "reports_limited", rule: "R47", authority: Default, initial: days(30), form: span(calendar.CalendarDays, 1, 90),
		about: "Their reports of what is not grave are limited for this long; of severity 3 and 4, never.",
	})
	// ReportsPerHour bounds the reports of one person, of what is not grave (R47).
	ReportsPerHour = declare(Parameter[int]{
		key: "reports_per_hour", rule: "R47", authority: Default, initial: 20, form: number(1, 200),
		about: "Reports that one person may make in an hour; of severity 3 and 4, any number.",
	})
	// MessageContext is how much of a private conversation goes with a report of one message.
	MessageContext = declare(Parameter[int]{
		key: "message_context", rule: "R25", authority: Default, initial: 2, form: number(0, 5),
		about: "With a reported private message the ENT may send so many before it, and as many after it; nothing else is readable.",
	})
	// Attachments and AttachmentSize bound what is attached to a report (R20).
	Attachments = declare(Parameter[int]{
		key: "report_attachments", rule: "R20", authority: Default, initial: 3, form: number(0, 10),
		about: "Pictures and PDF files that may be attached to a report, and again to each answer.",
	})
	AttachmentSize = declare(Parameter[int]{
		key: "report_attachment_size", rule: "R20", authority: Default, initial: 10, form: number(1, 20),
		about: "How large each of them may be, in mebibytes.",
	})
	AppealAnswer = declare(Parameter[calendar.Duration]{
		key: "appeal_answer", rule: "R45", authority: Default, initial: days(15), form: span(calendar.CalendarDays, 1, 60),
		about: "An appeal is answered within this.",
	})
)

// Age targets by severity (R41), which also order the review queue.
var (
	severity4 = declare(severityTarget(4, calendar.Term{In: hours(1)}, prompt(24)))
	severity3 = declare(severityTarget(3, calendar.Term{In: hours(4)}, prompt(48)))
	severity2 = declare(severityTarget(2, calendar.Term{In: school(1), AtMost: hours(72)}, target()))
	severity1 = declare(severityTarget(1, calendar.Term{In: school(5)}, target()))
)

// EscalationShare is how much of R41's time is over when an undecided case goes higher (R40).
var EscalationShare = declare(Parameter[int]{
	key: "escalation_share", rule: "R40", authority: Default, initial: 50, form: number(10, 90),
	about: "A case that is not decided goes higher when so many percent of its time are over.",
})

func severityTarget(severity int, within calendar.Term, f form[calendar.Term]) Parameter[calendar.Term] {
	digit := string(rune('0' + severity))
	return Parameter[calendar.Term]{
		key: "target_severity_" + digit, rule: "R41", authority: Default, initial: within, form: f,
		about: "What is of severity " + digit + " is decided within this.",
	}
}

// SeverityTarget returns R41's target for a severity from 1 to 4. Anything else takes
// the shortest, as the severest.
func SeverityTarget(v Values, severity int) calendar.Term { return SeverityParameter(severity).Of(v) }

// SeverityParameter is the parameter that [SeverityTarget] reads.
func SeverityParameter(severity int) *Parameter[calendar.Term] {
	switch severity {
	case 1:
		return severity1
	case 2:
		return severity2
	case 3:
		return severity3
	}
	return severity4
}

// Screening and limits.
var (
	// PupilPostsPerHour is R20's limit for pupils. That every profile has one is the
	// charter's: none can be switched off.
	PupilPostsPerHour = declare(Parameter[int]{
		key: "posts_per_hour_pupil", rule: "R20", authority: Default, initial: 20, form: number(1, 200),
		about: "Submissions that a pupil may make in an hour.",
	})
	AdultPostsPerHour = declare(Parameter[int]{
		key: "posts_per_hour_adult", rule: "R20", authority: Default, initial: 60, form: number(1, 500),
		about: "Submissions that anyone else may make in an hour.",
	})
	// FloodPosts within FloodWindow is a flood, which screening may hold (R20).
	FloodPosts = declare(Parameter[int]{
		key: "flood_posts", rule: "R20", authority: Default, initial: 5, form: number(2, 50),
		about: "So many submissions by one person within flood_window are a flood.",
	})
	FloodWindow = declare(Parameter[time.Duration]{
		key: "flood_window", rule: "R20", authority: Default, initial: time.Minute, form: between(10*time.Second, time.Hour),
		about: "The window in which flood_posts are counted.",
	})
	// AutoMask lets re-screening mask live text of severity 4, and no other (R21).
	AutoMask = declare(Parameter[bool]{
		key: "auto_mask_severity_4", rule: "R21", authority: Default, initial: true, form: flag(),
		about: "Live text in which a word list of severity 4 matches is masked at once; below that, never.",
	})
	// ForumHoldSeverity is the least severity at which a word list may hold in a forum,
	// where POST is the charter's.
	ForumHoldSeverity = declare(Parameter[int]{
		key: "forum_hold_severity", rule: "R21", authority: Charter, initial: 3, form: number(3, 3), stricter: same[int],
		about: "In a forum a word list holds from this severity; below, it flags.",
	})
	// NewAuthor is how many first contributions of a person are flagged (R21).
	NewAuthor = declare(Parameter[int]{
		key: "new_author_contributions", rule: "R21", authority: Default, initial: 3, form: number(0, 20),
		about: "So many first contributions of a person are flagged.",
	})
	// SuspensionMax is the longest conservatory suspension of publishing (R53).
	SuspensionMax = declare(Parameter[calendar.Duration]{
		key: "suspension_max", rule: "R53", authority: Default, initial: days(8), form: span(calendar.CalendarDays, 1, 31),
		about: "A conservatory suspension of publishing lasts no longer.",
	})
	// SupervisionMax is the longest supervision: screening holds what the person submits (R53).
	SupervisionMax = declare(Parameter[calendar.Duration]{
		key: "supervision_max", rule: "R53", authority: Default, initial: days(30), form: span(calendar.CalendarDays, 1, 180),
		about: "A supervision of what somebody submits lasts no longer.",
	})
	SuspensionRenewals = declare(Parameter[int]{
		key: "suspension_renewals", rule: "R53", authority: Default, initial: 1, form: number(0, 3),
		about: "It may be renewed so many times.",
	})
)

// What is kept, and for how long.
var (
	// AccessLogRetention is R59's: twelve months, and nothing outside six to twelve.
	AccessLogRetention = declare(Parameter[calendar.Duration]{
		key: "access_log_retention", rule: "R59", authority: Default, initial: months(12), form: span(calendar.Months, 6, 12),
		about: "The access log is deleted after this.",
	})
	// CaseRetention is how long the evidence of a case is kept after it was closed (R63).
	CaseRetention = declare(Parameter[calendar.Duration]{
		key: "case_retention", rule: "R63", authority: Default, initial: months(12), form: span(calendar.Months, 1, 60),
		about: "A closed case is kept for this long, and with it what it was about.",
	})
	WithdrawnRetention = declare(Parameter[calendar.Duration]{
		key: "withdrawn_retention", rule: "R63", authority: Default, initial: months(6), form: span(calendar.Months, 1, 60),
		about: "Withdrawn content is kept as evidence for this long before it may be purged.",
	})
)
