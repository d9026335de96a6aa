package settings

import (
	"time"

	"imprimatur/internal/calendar"
)

// ByZone, as a territory, means the school zone's own.
const ByZone = "by_zone"

// Territory says whose public holidays hold. The school zone and the time zone are
// the establishment's own facts, not settings.
var Territory = declare(Parameter[string]{
	key: "territory", authority: Service, initial: ByZone, form: choice(append([]string{ByZone}, words(calendar.Territories())...)...),
	about: "Whose public holidays hold, such as alsace-moselle; by_zone is those of the school zone.",
})

// How the service runs.
var (
	// ClaimExpiry is how long an item opened by a moderator is theirs alone.
	ClaimExpiry = declare(Parameter[time.Duration]{
		key: "claim_expiry", theme: ThemeSpaces, authority: Service, initial: 15 * time.Minute, form: between(time.Minute, 4*time.Hour),
		about: "An item that a moderator opened goes back to the queue after this.",
	})
	LongestTitle = declare(Parameter[int]{
		key: "longest_title", theme: ThemeLimits, authority: Service, initial: 200, form: number(50, 500),
		about: "Characters in a title, at most.",
	})
	LongestText = declare(Parameter[int]{
		key: "longest_text", theme: ThemeLimits, authority: Service, initial: 100_000, form: number(1_000, 500_000),
		about: "Characters in a text, at most.",
	})
)

func words[S ~string](of []S) []string {
	out := make([]string, len(of))
	for i, s := range of {
		out[i] = string(s)
	}
	return out
}
