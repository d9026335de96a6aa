package archtest

import (
	"slices"
	"strings"
	"testing"
)

// floors are the house from the ground up, by path below the module. A package
// imports floors below its own; of its own floor, itself alone, unless the
// floor is open. A path stands for everything under it.
var floors = []struct {
	name     string
	open     bool // its packages may import each other
	packages []string
}{
	{"ids", false, []string{"internal/id"}},
	{"leaves", true, []string{"internal/actor", "internal/audit", "internal/outbox", "internal/settings", "internal/calendar", "internal/repeat", "internal/imaging", "internal/filetype", "internal/mail", "internal/paper"}},
	{"directory", false, []string{"internal/directory"}},
	{"workflow", false, []string{"workflow"}},
	{"image-consent", false, []string{"image-consent"}},
	{"publication", false, []string{"publication"}},
	{"moderation", false, []string{"moderation"}},
	{"schema", false, []string{"migrations"}},
	{"authentication", false, []string{"internal/auth"}},
	{"adapters", false, []string{"internal/postgres", "internal/tasks", "internal/notify", "internal/blob", "internal/clamd", "internal/embedded"}},
	{"the demo school", false, []string{"internal/demo"}},
	{"doors", false, []string{"internal/web", "internal/api"}},
	{"server", false, []string{"internal/server"}},
	{"measurement", false, []string{"internal/bench"}},
	{"configuration", false, []string{"internal/config"}},
	{"tests", true, []string{"internal/dbtest", "internal/htmltest", "internal/archtest"}},
	{"commands", false, []string{"cmd", "internal/docgen"}},
}

// closed are arrows that point down and are forbidden all the same: the doors
// know the domain and auth, and what is for tests stays with them.
var closed = map[string][]string{
	"internal/web":    {"internal/postgres", "internal/tasks", "internal/notify", "internal/blob", "internal/clamd", "internal/embedded", "internal/demo", "migrations"},
	"internal/api":    {"internal/postgres", "internal/tasks", "internal/notify", "internal/blob", "internal/clamd", "internal/embedded", "internal/demo", "migrations"},
	"internal/server": {"internal/postgres", "internal/tasks", "internal/notify", "internal/blob", "internal/embedded"},
	"cmd":             {"internal/dbtest", "internal/htmltest", "internal/archtest"},
}

// homes are the packages that may import a part, in code that is not a test.
var homes = map[string][]string{
	"gorm.io":                   {"internal/postgres"},
	"github.com/jackc/pgx":      {"internal/postgres", "internal/embedded", "internal/config", "internal/dbtest", "internal/bench", "migrations", "cmd"},
	"github.com/labstack/echo":  {"internal/web", "internal/api", "internal/server", "internal/auth", "internal/bench"},
	"github.com/hibiken/asynq":  {"internal/tasks", "internal/embedded", "internal/config", "internal/dbtest", "internal/bench", "cmd"},
	"github.com/microcosm-cc":   {"publication"},
	"github.com/pressly/goose":  {"migrations"},
	"github.com/alecthomas":     {"internal/config"},
	"gocloud.dev":               {"internal/blob"},
	"github.com/tink-crypto":    {"internal/blob"},
	"github.com/esimov/pigo":    {"internal/imaging"},
	"github.com/corona10":       {"internal/imaging"},
	"github.com/tetratelabs":    {"internal/imaging"},
	"github.com/gabriel-vasile": {"internal/filetype"},
	"github.com/wneessen":       {"internal/notify"},
	"codeberg.org/go-pdf":       {"internal/paper"},
}

// place finds a package's floor and its path there.
func place(t *testing.T, path string) (floor int, unit string) {
	t.Helper()
	for i, f := range floors {
		for _, p := range f.packages {
			if below(path, p) {
				return i, p
			}
		}
	}
	t.Errorf("%s has no place in the house: give it one in archtest's floors, and in docs/architecture.md", path)
	return -1, ""
}

// below reports whether a path is another, or under it.
func below(path, parent string) bool {
	return path == parent || strings.HasPrefix(path, parent+"/")
}

func TestArrowsPointDown(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		floor, unit := place(t, p.path)
		if floor < 0 {
			continue
		}
		for _, imported := range p.own {
			to, target := place(t, imported)
			switch {
			case to < 0 || target == unit:
			case to > floor:
				t.Errorf("%s imports %s: %s stands above %s", p.path, imported, floors[to].name, floors[floor].name)
			case to == floor && !floors[floor].open:
				t.Errorf("%s imports %s: the %s do not know each other", p.path, imported, floors[floor].name)
			case slices.ContainsFunc(closed[unit], func(c string) bool { return below(imported, c) }):
				t.Errorf("%s imports %s: that arrow is closed", p.path, imported)
			}
		}
	}
}

func TestPartsStayAtHome(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		for part, allowed := range homes {
			uses := slices.ContainsFunc(p.foreign, func(path string) bool { return strings.HasPrefix(path, part) })
			if uses && !slices.ContainsFunc(allowed, func(home string) bool { return below(p.path, home) }) {
				t.Errorf("%s imports %s, which belongs in %v", p.path, part, allowed)
			}
		}
	}
}

func TestDomainKnowsNoNetworkAndNoDatabase(t *testing.T) {
	t.Parallel()
	domain := []string{"internal/directory", "workflow", "image-consent", "publication", "moderation"}
	for _, p := range packages(t) {
		if _, unit := place(t, p.path); !slices.Contains(domain, unit) {
			continue
		}
		for _, path := range p.foreign {
			if slices.Contains([]string{"net", "net/http", "database/sql", "os"}, path) {
				t.Errorf("%s imports %s", p.path, path)
			}
		}
	}
}
