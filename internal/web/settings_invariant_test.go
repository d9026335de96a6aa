package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/settings"
)

// wider are the audiences from the narrowest.
var wider = []string{`"group"`, `"establishment"`, `"ent"`, `"public_web"`}

func within(widest string) func(string) bool {
	return func(value string) bool {
		at := slices.Index(wider, value)
		return at >= 0 && at <= slices.Index(wider, widest)
	}
}

func exactly(want string) func(string) bool { return func(value string) bool { return value == want } }

// span takes a number of units from least to most.
func span(unit string, least, most int) func(string) bool {
	return func(value string) bool {
		var n int
		_, err := fmt.Sscanf(value, "\"%d "+unit+"\"", &n)
		return err == nil && n >= least && n <= most
	}
}

func atLeast(least int) func(string) bool {
	return func(value string) bool {
		n, err := strconv.Atoi(value)
		return err == nil && n >= least
	}
}

// strict says, of each parameter that the law or the charter fixes, which values weaken
// nothing: read off RULES, and not asked of the code that refuses.
var strict = map[string]func(value string) bool{
	"majority_age": exactly("18"), "press_director_age": exactly("16"), "mode_pupil_press": exactly(`"PUPIL_PRESS"`),
	"audience_cap_forum": within(`"ent"`), "audience_cap_blog": within(`"ent"`), "audience_cap_page": within(`"public_web"`),
	"mode_forum": exactly(`"POST"`), "mode_page": exactly(`"PRE"`), "approver_differs": exactly("true"), "forum_hold_severity": exactly("3"),
	"order_deadline": span("HOURS", 1, 24), "terror_order_deadline": exactly(`"1 HOURS"`), "reply_window": span("MONTHS", 3, 1200),
	"reply_lines": atLeast(200), "reply_answer": span("CALENDAR_DAYS", 1, 3), "reply_display": span("CALENDAR_DAYS", 1, 36500),
	"attribution_fields": exactly(`["authors","capacity","source","creation_date","adaptation","permitted_uses","rights_basis"]`),
}

// stray is what anybody may send for a value.
var stray = []string{
	"true", "false", "0", "-1", "1", "3", "4", "16", "17", "18", "2", "200", "PRE", "POST", "PUPIL_PRESS", "group", "establishment", "ent", "public_web", "authors", "x", "", "null", "08-31", "a@b.fr",
}

// house changes settings by the page and by the API.
type house struct {
	b       *bundle
	garcia  *browser
	conn    *pgx.Conn
	took    int
	refused int
}

// Invariant 8: whatever is sent, by the page and by the API, in whatever order, nothing that
// holds is weaker than what the law or the charter fixes; and a refusal names a rule.
func TestNoWayWeakensLawOrCharter(t *testing.T) {
	t.Parallel()
	for _, p := range settings.All() {
		if fixed := p.Authority() == settings.Law || p.Authority() == settings.Charter; fixed != (strict[p.Key()] != nil) {
			t.Fatalf("%s is of %s, and this test knows it otherwise", p.Key(), p.Authority())
		}
	}
	b := setup(t)
	key := sha256.Sum256([]byte("key"))
	b.exec(t, `INSERT INTO api_key (api_key_id, name, hash, tenants, scopes, created_at) VALUES (gen_random_uuid(), 'test', $1, $2, '{settings:read,settings:write}', $3)`,
		key[:], []string{b.Tilleuls.String()}, dbtest.Now)
	conn, err := pgx.Connect(t.Context(), b.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	h := &house{b: b, garcia: b.as(t, "garcia"), conn: conn}
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 3).Draw(t, "steps") {
			p := rapid.SampledFrom(settings.All()).Draw(t, "parameter")
			if rapid.Bool().Draw(t, "one that is fixed") {
				p = rapid.SampledFrom(fixed()).Draw(t, "fixed")
			}
			if rapid.Bool().Draw(t, "by the page") {
				h.byPage(t, p)
			} else {
				h.byAPI(t, p)
			}
			h.holds(t)
		}
	})
	if h.took < 10 || h.refused < 10 {
		t.Errorf("%d changes were taken and %d refused: nothing is shown by that", h.took, h.refused)
	}
}

func fixed() []settings.Definition {
	return slices.DeleteFunc(settings.All(), func(p settings.Definition) bool { return strict[p.Key()] == nil })
}

// value draws what is sent: one of the parameter's choices, or anything.
func value(t *rapid.T, p settings.Definition) string {
	return rapid.SampledFrom(append(p.Row().Choices, stray...)).Draw(t, "value")
}

func (h *house) byPage(t *rapid.T, p settings.Definition) {
	units := []string{"h", "m", "s", "HOURS", "MONTHS", "SCHOOL_DAYS", "2", "12", ""}
	form := url.Values{
		"value": rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return value(t, p) }), 0, 3).Draw(t, "values"),
		"unit":  {rapid.SampledFrom(units).Draw(t, "unit")}, "do": {rapid.SampledFrom([]string{"save", "save", "save", "reset", "preview"}).Draw(t, "do")},
		"version": {strconv.Itoa(h.version(t))},
	}
	h.garcia.send(http.MethodPost, parameter(p.Key()), form, nil)
	h.answered(t, p, h.garcia.status, h.garcia.text("main"))
}

func (h *house) byAPI(t *rapid.T, p settings.Definition) {
	sent := value(t, p)
	var to any = sent
	switch rapid.IntRange(0, 2).Draw(t, "how it is written") {
	case 0:
		to = []string{sent}
	case 1:
		if json.Valid([]byte(sent)) {
			to = json.RawMessage(sent)
		}
	}
	body, err := json.Marshal(map[string]any{p.Key(): to})
	if err != nil {
		t.Fatal(err)
	}
	header := map[string]string{
		"Authorization": "Bearer key", "X-On-Behalf-Of": "garcia", "X-Establishment": tilleuls, "Content-Type": "application/json",
		"If-Match": `"` + strconv.Itoa(h.version(t)) + `"`,
	}
	api := h.b.visitor(h.garcia.t)
	api.request(http.MethodPatch, "/api/v1/settings", strings.NewReader(string(body)), header)
	h.answered(t, p, api.status, string(api.raw))
}

// answered counts what was taken and refused. What is fixed is refused by its rule.
func (h *house) answered(t *rapid.T, p settings.Definition, status int, text string) {
	switch {
	case status == http.StatusOK:
		h.took++
	case status != http.StatusUnprocessableEntity:
		t.Fatalf("%s is answered with %d: %s", p.Key(), status, text)
	case strict[p.Key()] != nil && !strings.Contains(text, p.Rule()):
		t.Fatalf("%s is refused without %s: %s", p.Key(), p.Rule(), text)
	default:
		h.refused++
	}
}

func (h *house) version(t *rapid.T) int {
	var version int
	err := h.conn.QueryRow(context.Background(), `SELECT coalesce((SELECT version FROM settings_version WHERE tenant_id = $1), 1)`, h.b.Tilleuls).Scan(&version)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

// holds looks at all that is stored, as it is read back.
func (h *house) holds(t *rapid.T) {
	var stored map[string]json.RawMessage
	err := h.conn.QueryRow(context.Background(), `SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM setting WHERE tenant_id = $1`, h.b.Tilleuls).Scan(&stored)
	if err != nil {
		t.Fatal(err)
	}
	values, err := settings.Load(stored)
	if err != nil {
		t.Fatalf("something is stored that may not be: %v", err)
	}
	for _, p := range fixed() {
		if holds := string(p.JSON(values)); !strict[p.Key()](holds) {
			t.Fatalf("%s [%s] is %s", p.Key(), p.Authority(), holds)
		}
	}
}
