package web

import (
	"imprimatur/internal/directory"
	"imprimatur/internal/settings"
	"imprimatur/publication"
)

func (s *Site) showChecks(v *visit) error { return v.information("checks.title", v.checksSections) }

func (v *visit) checksSections(said publication.LegalPage) []Section {
	values := said.Values
	sections := []Section{
		{ID: "when", Title: v.Text("checks.when"), Texts: []string{v.Text("checks.when_about")}, Table: v.circuits(values)},
		{ID: "people", Title: v.Text("checks.people"), Points: append(
			v.points("checks.people_", "own", "suggest", "record", "challenge"), v.Text("checks.approver_"+settings.Approver.Of(values)))},
		{ID: "times", Title: v.Text("checks.times"), Texts: []string{v.Text("checks.times_about")}, Table: v.deadlineTable(values)},
		{ID: "machine", Title: v.Text("checks.machine"), Texts: []string{v.Text("checks.machine_about")}, Points: v.screening(values)},
		{ID: "photos", Title: v.Text("checks.photos"), Points: v.points("checks.photos_", "consent", "declared", "faces", "files")},
		{ID: "never", Title: v.Text("checks.never"), Points: v.points("checks.never_", "drafts", "messages", "recognition", "profile", "trackers", "logs")},
	}
	return append(sections, v.publicReports(said.Reports)...)
}

// circuits tells when a text is read, by the kind of space, as this establishment has
// decided (R11).
func (v *visit) circuits(values settings.Values) Table {
	t := v.table("checks.head_", "space", "read", "rule")
	mode := func(m string) string { return v.Text("checks.mode_" + m) }
	t.add(v.Text("checks.space_forum"), mode(settings.ForumMode.Of(values)), "R11")
	t.add(v.Text("checks.space_blog_pupils"), mode(settings.BlogModePupils.Of(values)), "R11")
	t.add(v.Text("checks.space_blog_adults"), mode(settings.BlogModeAdults.Of(values)), "R11")
	page := mode(settings.PageMode.Of(values))
	if settings.PageSignature.Of(values) {
		page += " " + v.Text("checks.signed")
	}
	t.add(v.Text("checks.space_page"), page, "R11")
	first := func(reviewed bool) string {
		if reviewed {
			return mode(settings.ModePre)
		}
		return v.Text("checks.as_space")
	}
	t.add(v.Text("checks.space_document"), first(settings.DocumentReview.Of(values)), "R11")
	t.add(v.Text("checks.space_profile"), first(settings.ProfileReview.Of(values)), "R11")
	if v.house.Level == directory.Lycee {
		t.add(v.Text("checks.space_press"), mode(settings.PressMode.Of(values)), "R14")
	}
	return t
}

// deadlines are those of review that an establishment may set.
var deadlines = []period{
	{"receipt", settings.AcknowledgeWithin},
	{"review", settings.ReviewTarget}, {"post_review", settings.PostReviewTarget},
	{"severity_4", settings.SeverityParameter(4)}, {"severity_3", settings.SeverityParameter(3)},
	{"severity_2", settings.SeverityParameter(2)}, {"severity_1", settings.SeverityParameter(1)},
	{"order", settings.OrderDeadline}, {"terror_order", settings.TerrorOrderDeadline}, {"referral", settings.ReferralDraft}, {"guardians", settings.GuardiansTold}, {"reports_limited", settings.ReportsLimited},
	{"stop", settings.StopReview}, {"halt", settings.HaltLongest}, {"mask", settings.MaskReview}, {"appeal", settings.AppealAnswer}, {"handover", settings.Handover},
	{"reply_window", settings.ReplyWindow}, {"reply", settings.ReplyAnswer}, {"reply_alert", settings.ReplyAlert}, {"reply_second", settings.ReplySecondAlert},
	{"reply_display", settings.ReplyDisplay},
}

func (v *visit) deadlineTable(values settings.Values) Table {
	t := v.table("checks.head_", "what", "within", "rule")
	for _, p := range deadlines {
		t.add(v.Text("checks.due_"+p.key), v.term(p.term, values), p.term.Rule())
	}
	return t
}

// screening tells what the machine does before a human looks (R20, R21).
func (v *visit) screening(values settings.Values) []string {
	mask := "checks.machine_no_mask"
	if settings.AutoMask.Of(values) {
		mask = "checks.machine_mask"
	}
	return []string{
		v.Text("checks.machine_words"), v.Text("checks.machine_forum", "Severity", settings.ForumHoldSeverity.Of(values)), v.Text(mask),
		v.Text("checks.machine_first", "Count", settings.NewAuthor.Of(values)),
		v.Text("checks.machine_flood", "Count", settings.FloodPosts.Of(values), "Window", v.term(settings.FloodWindow, values)),
		v.Text("checks.machine_quota", "Pupil", settings.PupilPostsPerHour.Of(values), "Adult", settings.AdultPostsPerHour.Of(values)),
		v.Text("checks.machine_denials", "Count", settings.DenialLimit.Of(values), "Window", v.term(settings.DenialWindow, values)),
	}
}
