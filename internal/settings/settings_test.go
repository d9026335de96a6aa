package settings_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/calendar"
	"imprimatur/internal/settings"
)

func raw(s string) json.RawMessage { return json.RawMessage(s) }

func set(t *testing.T, v settings.Values, key, to string) settings.Values {
	t.Helper()
	v, err := v.Set(key, raw(to))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestZeroValuesAreTheDefaultsOfRULES(t *testing.T) {
	t.Parallel()
	var v settings.Values
	days := func(n int) calendar.Duration { return calendar.Duration{Kind: calendar.CalendarDays, N: n} }
	months := func(n int) calendar.Duration { return calendar.Duration{Kind: calendar.Months, N: n} }
	hours := func(n int) calendar.Duration { return calendar.Duration{Kind: calendar.Hours, N: n} }
	school := func(n int) calendar.Duration { return calendar.Duration{Kind: calendar.SchoolDays, N: n} }
	for rule, tt := range map[string]struct{ got, want any }{
		"R02":             {settings.MajorityAge.Of(v), 18},
		"R08":             {settings.IdleAdult.Of(v), 30 * time.Minute},
		"R08, pupils":     {settings.IdlePupil.Of(v), 15 * time.Minute},
		"R10, forum":      {settings.ForumAudienceCap.Of(v), settings.AudienceENT},
		"R10, blog":       {settings.BlogAudienceCap.Of(v), settings.AudienceENT},
		"R10, page":       {settings.PageAudienceCap.Of(v), settings.AudiencePublicWeb},
		"R11, forum":      {settings.ForumMode.Of(v), settings.ModePost},
		"R11, pupils":     {settings.BlogModePupils.Of(v), settings.ModePre},
		"R11, page":       {settings.PageMode.Of(v), settings.ModePre},
		"R11, signature":  {settings.PageSignature.Of(v), true},
		"R11, press":      {settings.PressMode.Of(v), settings.ModePupilPress},
		"R12":             {settings.ReviewTarget.Of(v), calendar.Term{In: school(2)}},
		"R12, approver":   {settings.ApproverDiffers.Of(v), true},
		"R13":             {settings.PostReviewTarget.Of(v), calendar.Term{In: days(3)}},
		"R13, label":      {settings.PersonalLabel.Of(v), "Espace de contributions personnelles"},
		"R14":             {settings.PressDirectorAge.Of(v), 16},
		"R15":             {settings.Handover.Of(v), days(15)},
		"R16":             {settings.BriefingRequired.Of(v), true},
		"R16, yearly":     {settings.BriefingValidity.Of(v), months(12)},
		"R18":             {settings.EditLabel.Of(v), true},
		"R20":             {settings.PupilPostsPerHour.Of(v), 20},
		"R21":             {settings.AutoMask.Of(v), true},
		"R21, forum":      {settings.ForumHoldSeverity.Of(v), 3},
		"R26":             {settings.StopReview.Of(v), calendar.Term{In: school(1), AtMost: hours(72)}},
		"R36":             {settings.WorksAuthorisation.Of(v), true},
		"R37":             {settings.CollectiveWorks.Of(v), false},
		"R39":             {settings.AcknowledgeWithin.Of(v), hours(1)},
		"R40":             {settings.EscalationShare.Of(v), 50},
		"R41, 4":          {settings.SeverityTarget(v, 4), calendar.Term{In: hours(1)}},
		"R41, 3":          {settings.SeverityTarget(v, 3), calendar.Term{In: hours(4)}},
		"R41, 2":          {settings.SeverityTarget(v, 2), calendar.Term{In: school(1), AtMost: hours(72)}},
		"R41, 1":          {settings.SeverityTarget(v, 1), calendar.Term{In: school(5)}},
		"R41, unheard of": {settings.SeverityTarget(v, 0), calendar.Term{In: hours(1)}},
		"R42":             {settings.MaskReview.Of(v), hours(48)},
		"R42, at once":    {settings.MaskAtOnce.Of(v), 4},
		"R42, credible":   {settings.MaskWhenCredible.Of(v), 3},
		"R45":             {settings.AppealPeriod.Of(v), months(6)},
		"R45, answer":     {settings.AppealAnswer.Of(v), days(15)},
		"R48":             {settings.OrderDeadline.Of(v), hours(24)},
		"R48, terrorism":  {settings.TerrorOrderDeadline.Of(v), hours(1)},
		"R49":             {settings.ReferralDraft.Of(v), hours(24)},
		"R52":             {settings.GuardiansTold.Of(v), days(2)},
		"R46":             {settings.HeadCasesAbove.Of(v), true},
		"R47, window":     {settings.UnfoundedWindow.Of(v), months(12)},
		"R47, count":      {settings.UnfoundedReports.Of(v), 3},
		"R47, limit":      {settings.ReportsLimited.Of(v), days(30)},
		"R53":             {settings.SuspensionMax.Of(v), days(8)},
		"R53, renewals":   {settings.SuspensionRenewals.Of(v), 1},
		"R55":             {settings.ReplyWindow.Of(v), months(3)},
		"R55, lines":      {settings.ReplyLines.Of(v), 200},
		"R55, a line":     {settings.ReplyLine.Of(v), 80},
		"R56":             {settings.ReplyAnswer.Of(v), days(3)},
		"R56, alert":      {settings.ReplyAlert.Of(v), hours(24)},
		"R56, second":     {settings.ReplySecondAlert.Of(v), hours(48)},
		"R57":             {settings.ReplyDisplay.Of(v), days(1)},
		"R59":             {settings.AccessLogRetention.Of(v), months(12)},
		"R63":             {settings.WithdrawnRetention.Of(v), months(6)},
		"claims":          {settings.ClaimExpiry.Of(v), 15 * time.Minute},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}

// Every parameter that the law or the charter fixed, with the values that must be
// refused and those that may be chosen. The test below fails for one that is missing.
var bound = map[string]struct{ weaker, accepted []string }{
	"majority_age":          {nil, []string{`18`}}, // others are out of bounds
	"audience_cap_forum":    {[]string{`"public_web"`}, []string{`"ent"`, `"establishment"`, `"group"`}},
	"audience_cap_blog":     {[]string{`"public_web"`}, []string{`"ent"`, `"establishment"`, `"group"`}},
	"audience_cap_page":     {nil, []string{`"public_web"`, `"ent"`}},
	"mode_forum":            {[]string{`"PRE"`}, []string{`"POST"`}},
	"mode_page":             {[]string{`"POST"`}, []string{`"PRE"`}},
	"mode_pupil_press":      {[]string{`"PRE"`, `"POST"`}, []string{`"PUPIL_PRESS"`}},
	"press_director_age":    {nil, []string{`16`}},
	"attribution_fields":    {[]string{`["authors"]`, `["capacity","source","creation_date","adaptation","permitted_uses","rights_basis"]`}, nil},
	"approver_differs":      {[]string{`false`}, []string{`true`}},
	"forum_hold_severity":   {nil, []string{`3`}},
	"reply_window":          {[]string{`"2 MONTHS"`}, []string{`"3 MONTHS"`, `"6 MONTHS"`}},
	"reply_lines":           {[]string{`199`}, []string{`200`, `300`}},
	"reply_answer":          {nil, []string{`"3 CALENDAR_DAYS"`, `"1 CALENDAR_DAYS"`}}, // a longer one is out of bounds
	"reply_display":         {nil, []string{`"1 CALENDAR_DAYS"`, `"30 CALENDAR_DAYS"`}},
	"order_deadline":        {nil, []string{`"24 HOURS"`, `"3 HOURS"`}}, // later is out of bounds
	"terror_order_deadline": {nil, []string{`"1 HOURS"`}},
}

func TestFixedValuesAreNeverWeakened(t *testing.T) {
	t.Parallel()
	for _, p := range settings.All() {
		if p.Authority() != settings.Law && p.Authority() != settings.Charter {
			continue
		}
		tt, ok := bound[p.Key()]
		if !ok {
			t.Errorf("%s is fixed, and this test does not know it", p.Key())
			continue
		}
		for _, to := range tt.weaker {
			assertWeaker(t, p, to)
		}
		for _, to := range tt.accepted {
			if v := set(t, settings.Values{}, p.Key(), to); string(p.JSON(v)) != to {
				t.Errorf("%s: %s became %s", p.Key(), to, p.JSON(v))
			}
		}
	}
}

// assertWeaker checks both sides of the database.
func assertWeaker(t *testing.T, p settings.Definition, to string) {
	t.Helper()
	var zero settings.Values
	v, err := zero.Set(p.Key(), raw(to))
	var refusal *settings.Refusal
	if !errors.Is(err, settings.ErrWeaker) || !errors.As(err, &refusal) || refusal.Rule != p.Rule() || refusal.Key != p.Key() {
		t.Errorf("set %s to %s: %v, want a refusal that names %s", p.Key(), to, err, p.Rule())
	}
	loaded, err := settings.Load(map[string]json.RawMessage{p.Key(): raw(to)})
	if !errors.Is(err, settings.ErrWeaker) {
		t.Errorf("load %s = %s: %v", p.Key(), to, err)
	}
	for _, v := range []settings.Values{v, loaded} {
		if got, want := string(p.JSON(v)), string(p.JSON(zero)); got != want {
			t.Errorf("%s became %s, want %s", p.Key(), got, want)
		}
	}
}

func TestTypedSet(t *testing.T) {
	t.Parallel()
	var zero settings.Values
	v, err := settings.IdlePupil.Set(zero, 10*time.Minute)
	if err != nil || settings.IdlePupil.Of(v) != 10*time.Minute || settings.IdlePupil.Of(zero) != 15*time.Minute {
		t.Errorf("%v, then %v and %v", err, settings.IdlePupil.Of(v), settings.IdlePupil.Of(zero))
	}
	if _, err := settings.ApproverDiffers.Set(v, false); !errors.Is(err, settings.ErrWeaker) {
		t.Errorf("own approval: %v", err)
	}
	if _, err := settings.AttributionFields.Set(v, settings.NewSet("authors", "shoe_size")); !errors.Is(err, settings.ErrInvalid) {
		t.Errorf("an unknown field: %v", err)
	}
	want := "set approver_differs (R12 [C]): weaker than what is fixed: want true or stricter"
	if _, err := zero.Set("approver_differs", raw("false")); err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
}

func TestInvalidValues(t *testing.T) {
	t.Parallel()
	for key, values := range map[string][]string{
		"approver_differs":     {``, `null`, `"true"`, `1`, `{}`, `true false`},
		"majority_age":         {`17`, `19`, `18.5`, `"18"`, `1e400`},
		"posts_per_hour_pupil": {`0`, `-1`, `201`, `null`, `[20]`},
		"mode_forum":           {`"post"`, `""`, `null`, `3`},
		"attribution_fields":   {`null`, `[]`, `"authors"`, `["shoe_size"]`, `[null]`},
		"pupil_naming":         {`[]`},
		"personal_label":       {`""`, `" x"`, `"x\n"`, `"a\u0000b"`, `"` + strings.Repeat("é", 121) + `"`},
		"idle_pupil":           {`15`, `"15"`, `"1s"`, `"13h"`, `"-15m"`, `"5m0.5s"`, `null`},
		"handover":             {`"15 HOURS"`, `"0 CALENDAR_DAYS"`, `"61 CALENDAR_DAYS"`, `15`, `null`, `"15"`},
		"review_target":        {`"0 SCHOOL_DAYS"`, `"101 HOURS"`, `"2 WEEKS"`, `"1 HOURS, at most 0 HOURS"`, `null`},
		"access_log_retention": {`"5 MONTHS"`, `"13 MONTHS"`, `"365 CALENDAR_DAYS"`},
		"territory":            {`"bretagne"`, `null`},
	} {
		for _, to := range values {
			v, err := settings.Values{}.Set(key, raw(to))
			if !errors.Is(err, settings.ErrInvalid) {
				t.Errorf("set %s to %s: %v, want %v", key, to, err, settings.ErrInvalid)
			}
			if n := len(v.Stored()); n != 0 {
				t.Errorf("set %s to %s: %d values are set", key, to, n)
			}
		}
	}
}

func TestUnknownKeys(t *testing.T) {
	t.Parallel()
	var v settings.Values
	if _, err := v.Set("review_target ", raw(`"1 HOURS"`)); !errors.Is(err, settings.ErrUnknown) {
		t.Errorf("Set: %v", err)
	}
	if _, err := v.Reset("nothing"); !errors.Is(err, settings.ErrUnknown) {
		t.Errorf("Reset: %v", err)
	}
	if _, err := v.Patch(map[string]json.RawMessage{"nothing": raw("null")}); !errors.Is(err, settings.ErrUnknown) {
		t.Errorf("Patch: %v", err)
	}
	if _, err := settings.Find("nothing"); !errors.Is(err, settings.ErrUnknown) {
		t.Errorf("Find: %v", err)
	}
}

func TestPatchIsAllOrNothing(t *testing.T) {
	t.Parallel()
	before := set(t, settings.Values{}, "handover", `"10 CALENDAR_DAYS"`)
	after, err := before.Patch(map[string]json.RawMessage{
		"posts_per_hour_pupil": raw("30"), "mode_forum": raw(`"PRE"`), "approver": raw(`"cat"`), "zzz": raw("1"), "handover": raw(" null "),
	})
	type fault struct {
		Key, Rule string
		Err       error
	}
	var got []fault
	for _, r := range settings.Refusals(err) {
		got = append(got, fault{r.Key, r.Rule, r.Err})
	}
	want := []fault{{"approver", "R12", settings.ErrInvalid}, {"mode_forum", "R11", settings.ErrWeaker}, {"zzz", "", settings.ErrUnknown}}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b error) bool { return errors.Is(a, b) })); diff != "" {
		t.Errorf("refusals (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before.Stored(), after.Stored()); diff != "" {
		t.Errorf("something was set all the same (-before +after):\n%s", diff)
	}
	after, err = before.Patch(map[string]json.RawMessage{"posts_per_hour_pupil": raw("30"), "handover": raw("null")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]json.RawMessage{"posts_per_hour_pupil": raw("30")}, after.Stored()); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if settings.Refusals(nil) != nil || settings.Refusals(errors.New("x")) != nil {
		t.Error("refusals out of nothing")
	}
}

func TestLoadKeepsWhatIsGood(t *testing.T) {
	t.Parallel()
	v, err := settings.Load(map[string]json.RawMessage{
		"approver": raw(`"owner"`), "approver_differs": raw("false"), "gone_since": raw("1"), "idle_pupil": raw(`"long"`), "idle_adult": raw(`"1h"`),
	})
	if n := len(settings.Refusals(err)); n != 3 {
		t.Errorf("%d refusals, want 3: %v", n, err)
	}
	if !settings.ApproverDiffers.Of(v) || settings.Approver.Of(v) != "owner" || settings.IdlePupil.Of(v) != 15*time.Minute || settings.IdleAdult.Of(v) != time.Hour {
		t.Errorf("loaded %v", v.Stored())
	}
}

func TestCalendarOfTheEstablishment(t *testing.T) {
	t.Parallel()
	alsace := set(t, settings.Values{}, "territory", `"alsace-moselle"`)
	for _, tt := range []struct {
		v        settings.Values
		zone     calendar.Zone
		timeZone string
		want     calendar.Config
	}{
		{settings.Values{}, "C", "", calendar.Config{Zone: "C", TimeZone: "Europe/Paris", Territory: calendar.Mainland}},
		{alsace, "B", "Europe/Paris", calendar.Config{Zone: "B", TimeZone: "Europe/Paris", Territory: calendar.AlsaceMoselle}},
		{settings.Values{}, "reunion", "", calendar.Config{Zone: "reunion", TimeZone: "Indian/Reunion", Territory: calendar.Reunion}},
	} {
		c, err := tt.v.Calendar(tt.zone, tt.timeZone)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, c.Config()); diff != "" {
			t.Errorf("zone %s (-want +got):\n%s", tt.zone, diff)
		}
	}
	if _, err := alsace.Calendar("D", ""); !errors.Is(err, calendar.ErrUnknownZone) {
		t.Errorf("zone D: %v", err)
	}
}

func TestJSONShowsEveryParameter(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(set(t, settings.Values{}, "approver", `"any"`))
	if err != nil {
		t.Fatal(err)
	}
	var shown map[string]json.RawMessage
	if err := json.Unmarshal(text, &shown); err != nil {
		t.Fatal(err)
	}
	if len(shown) != len(settings.All()) || string(shown["approver"]) != `"any"` || string(shown["idle_pupil"]) != `"15m"` {
		t.Errorf("shown: %s", text)
	}
	if _, err := settings.Load(shown); err != nil {
		t.Errorf("what is shown cannot be set: %v", err)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	rows := map[string]settings.Row{}
	for i, row := range settings.Table() {
		if row.About == "" || row.Bounds == "" || row.Default == "" && row.Form != settings.Mail {
			t.Errorf("row %d is incomplete: %+v", i, row)
		}
		rows[row.Key] = row
	}
	if first, last := settings.Table()[0], settings.Table()[len(rows)-1]; first.Rule != "R02" || last.Authority != settings.Service {
		t.Errorf("from %s to %s, want R02 to the service's own", first.Key, last.Key)
	}
	want := settings.Row{
		Key: "stop_review", Rule: "R26", Authority: settings.Default, Form: settings.Target,
		Default: "1 SCHOOL_DAYS, at most 72 HOURS", Change: settings.Freely,
		Theme: settings.ThemeSpaces, Sources: []settings.Source{{Work: settings.CharterB, At: "4-6"}},
	}
	got := rows["stop_review"]
	got.About, got.Bounds, got.Range = "", "", settings.Range{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stop_review (-want +got):\n%s", diff)
	}
	for key, change := range map[string]settings.Change{
		"majority_age": settings.Never, "mode_forum": settings.Never, "mode_pupil_press": settings.Never, "attribution_fields": settings.Never,
		"approver_differs": settings.Never, "audience_cap_forum": settings.StricterOnly, "approver": settings.Freely,
	} {
		if rows[key].Change != change {
			t.Errorf("%s changes %s, want %s", key, rows[key].Change, change)
		}
	}
}

// A list of the parameters is divided as RULES divides its rules.
func TestThemesAndSources(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]struct {
		theme   settings.Theme
		sources string
	}{
		"idle_pupil": {settings.ThemeAccounts, "A2, B5-2-2"}, "approver": {settings.ThemeSpaces, "B4-3-2, 82-652 93-3"},
		"photos_per_hour_pupil": {settings.ThemeLimits, "B4-3-3, B5-2-1"}, "pupil_agrees": {settings.ThemeImages, "A3, CC 372-1"},
		"mask_review": {settings.ThemeReports, "B4-1, A3"}, "access_log_retention": {settings.ThemeRecords, "CNIL-2021-122"},
		"contact_mail": {settings.ThemeMail, ""}, "territory": {settings.ThemeService, ""}, "guardians_print": {settings.ThemeImages, "unsettled"},
	} {
		p, err := settings.Find(key)
		if err != nil {
			t.Fatal(err)
		}
		row := p.Row()
		var cited []string
		for _, source := range row.Sources {
			cited = append(cited, source.String())
		}
		if got := strings.Join(cited, ", "); row.Theme != want.theme || got != want.sources {
			t.Errorf("%s is of %s, from %q; want %s and %q", key, row.Theme, got, want.theme, want.sources)
		}
	}
	for _, row := range settings.Table() {
		if !slices.Contains(settings.Themes(), row.Theme) {
			t.Errorf("%s is of no theme that is listed: %q", row.Key, row.Theme)
		}
		for _, source := range row.Sources {
			if !slices.Contains(settings.Works(), source.Work) {
				t.Errorf("%s comes from %s, which is not listed", row.Key, source.Work)
			}
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	s := settings.NewSet("b", "a", "b")
	if diff := cmp.Diff([]string{"b", "a"}, s.Members()); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	s.Members()[0] = "x"
	if !s.Has("b") || s.Len() != 2 || !s.Contains(settings.NewSet("a")) || s.Contains(settings.NewSet("c")) {
		t.Errorf("set %v", s.Members())
	}
	if text, err := json.Marshal(settings.Set{}); err != nil || string(text) != "[]" {
		t.Errorf("the empty set: %s, %v", text, err)
	}
	// However it is written, it is read in the order of the choices.
	v := set(t, settings.Values{}, "pupil_naming", `["pseudonym","first_name","pseudonym"]`)
	if got := string(settings.PupilNaming.JSON(v)); got != `["first_name","pseudonym"]` {
		t.Errorf("pupil_naming is %s", got)
	}
}
