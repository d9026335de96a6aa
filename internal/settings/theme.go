package settings

// Theme divides the parameters as RULES divides its rules, for a list of them.
type Theme string

// The themes, with their rules. What no rule asks for says its own.
const (
	ThemeAccounts Theme = "accounts" // R01 to R09
	ThemeSpaces   Theme = "spaces"   // R10 to R26: spaces, publication, moderation
	ThemeImages   Theme = "images"   // R27 to R37: image, voice, works
	ThemeReports  Theme = "reports"  // R38 to R54: reports and takedown
	ThemeReplies  Theme = "replies"  // R55 to R57: right of reply
	ThemeRecords  Theme = "records"  // R58 to R68
	ThemeMail     Theme = "mail"     // what is written outside
	ThemeLimits   Theme = "limits"   // R20: how much and how often
	ThemeService  Theme = "service"  // how the service runs
)

// Themes lists the themes in the order of their rules.
func Themes() []Theme {
	return []Theme{
		ThemeAccounts, ThemeSpaces, ThemeImages, ThemeReports, ThemeReplies, ThemeRecords, ThemeMail, ThemeLimits, ThemeService,
	}
}

// lastRule is the last rule of each theme that has rules.
var lastRule = []struct {
	theme Theme
	rule  int
}{{ThemeAccounts, 9}, {ThemeSpaces, 26}, {ThemeImages, 37}, {ThemeReports, 54}, {ThemeReplies, 57}, {ThemeRecords, 68}}

// limitsRule is the rule of all limits, whichever theme it stands in.
const limitsRule = "R20"

// themeOf is the theme of a rule; the service's own where there is none.
func themeOf(rule string) Theme {
	if rule == limitsRule {
		return ThemeLimits
	}
	for _, last := range lastRule {
		if ruleNumber(rule) <= last.rule {
			return last.theme
		}
	}
	return ThemeService
}
