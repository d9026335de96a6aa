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
		key: "claim_expiry", authority: Service, initial: 15 * time.Minute, form: between(time.Minute, 4*time.Hour),
		about: "An item that a moderator opened goes back to the queue after this.",
	})
	DraftAutosave = declare(Parameter[time.Duration]{
		key: "draft_autosave", authority: Service, initial: 20 * time.Second, form: between(5*time.Second, 10*time.Minute),
		about: "The editor saves a draft this long after a change.",
	})
	QueuePageSize = declare(Parameter[int]{
		key: "queue_page_size", authority: Service, initial: 25, form: number(5, 100),
		about: "Items on a page of the review queue.",
	})
	ThreadPageSize = declare(Parameter[int]{
		key: "thread_page_size", authority: Service, initial: 50, form: number(5, 100),
		about: "Messages on a page of a forum thread.",
	})
	ListPageSize = declare(Parameter[int]{
		key: "list_page_size", authority: Service, initial: 20, form: number(5, 100),
		about: "Articles or topics on a page of a space.",
	})
	FeedItems = declare(Parameter[int]{
		key: "feed_items", authority: Service, initial: 20, form: number(1, 100),
		about: "Entries in an Atom feed.",
	})
	LongestTitle = declare(Parameter[int]{
		key: "longest_title", authority: Service, initial: 200, form: number(50, 500),
		about: "Characters in a title, at most.",
	})
	LongestText = declare(Parameter[int]{
		key: "longest_text", authority: Service, initial: 100_000, form: number(1_000, 500_000),
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
