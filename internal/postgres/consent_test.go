package postgres_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/workflow"
)

// cupboard keeps scans in memory, and breaks when it is told to.
type cupboard struct {
	mu     sync.Mutex
	files  map[string][]byte
	broken error
}

func (c *cupboard) Put(_ context.Context, name string, r io.Reader) error {
	data, err := io.ReadAll(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.files == nil {
		c.files = map[string][]byte{}
	}
	c.files[name] = data
	return errors.Join(err, c.broken)
}

func (c *cupboard) Get(_ context.Context, name string) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return io.NopCloser(bytes.NewReader(c.files[name])), c.broken
}

func (c *cupboard) Delete(_ context.Context, name string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.files, name)
	return c.broken
}

func (d *desk) consents() *imageconsent.Consents {
	return imageconsent.NewConsents(imageconsent.ConsentsConfig{
		InTx: postgres.Transactions[imageconsent.ConsentTx](d.db), Clock: d.clock, Files: &d.scans, Links: d.db,
	})
}

// household is a desk with a photo of Lina, who has two guardians, and with people around her.
type household struct {
	*desk
	karim, uncle id.Person // her other guardian; who holds no authority
	photo        id.Photo
}

func newHousehold(t *testing.T) *household {
	t.Helper()
	h := &household{desk: newDesk(t)}
	h.karim = h.newcomer(t, "haddad-2", "Karim", "Haddad", directory.Guardian)
	h.uncle = h.newcomer(t, "oncle", "Sami", "Haddad", directory.Guardian)
	h.guardian(t, h.Lina, h.karim, true)
	h.guardian(t, h.Lina, h.uncle, false)
	h.exec(t, `UPDATE person SET email = external_id || '@example.org'`)
	h.photo = h.picture(t, h.Lina)
	return h
}

func (d *desk) newcomer(t *testing.T, external, given, family string, profile directory.Profile) id.Person {
	t.Helper()
	var who id.Person
	d.load(t, func(l postgres.Loading) (err error) {
		if who, err = l.Person(t.Context(), directory.Person{Source: "test", ExternalID: external, GivenName: given, FamilyName: family}); err != nil {
			return err
		}
		return l.Membership(t.Context(), directory.Membership{Tenant: d.Tilleuls, Person: who, Profile: profile})
	})
	return who
}

func (d *desk) guardian(t *testing.T, pupil, guardian id.Person, authority bool) {
	t.Helper()
	d.load(t, func(l postgres.Loading) error {
		return l.Guardianship(t.Context(), directory.Guardianship{Pupil: pupil, Guardian: guardian, ParentalAuthority: authority})
	})
}

// picture is a photo in which the persons are, ready to be shown.
func (d *desk) picture(t *testing.T, inside ...id.Person) id.Photo {
	t.Helper()
	photo := id.New[id.Photo]()
	d.exec(t, `INSERT INTO photo (photo_id, tenant_id, uploader_id, status, version, name, format, bytes, width, height, original, sha256, created_at, identified_at)
		VALUES ($1, $2, $3, 'identified', 2, 'x.jpg', 'jpeg', 1, 1, 1, 'x', sha256('x'), $4, $4)`, photo, d.Tilleuls, d.Martin, d.clock())
	d.exec(t, `INSERT INTO audit_entry (entry_id, tenant_id, at, actor_kind, roles, via, action, subject_kind, subject_id, version, status_from, status_to, ground, rule, entry_hash)
		VALUES (gen_random_uuid(), $1, $3, 'person', 'staff', 'test', 'identify', 'photo', $2, 2, 'unidentified', 'identified', '', '', '')`, d.Tilleuls, photo, d.clock())
	d.exec(t, `INSERT INTO rendition (rendition_id, tenant_id, photo_id, hash, created_at) VALUES (gen_random_uuid(), $1, $2, sha256('x'), $3)`, d.Tilleuls, photo, d.clock())
	for _, who := range inside {
		d.exec(t, `INSERT INTO depiction (depiction_id, tenant_id, photo_id, found, outcome, person_id) VALUES (gen_random_uuid(), $1, $2, false, 'person', $3)`, d.Tilleuls, photo, who)
	}
	return photo
}

// outing is a request about photos, for the class's blog, the public site and print.
func (d *desk) outing(photos ...id.Photo) imageconsent.AskInput {
	image := []imageconsent.Medium{imageconsent.Image}
	return imageconsent.AskInput{
		Title: "Sortie au muséum", Nature: "Photos de groupe", Purpose: "Raconter la sortie", Place: "Toulouse", Territory: "France",
		TakenFrom: d.clock().AddDate(0, 0, -2), TakenTo: d.clock().AddDate(0, 0, -1), Operations: []string{"Reproduction", "Mise en ligne"}, Photos: photos,
		Uses: []imageconsent.UseInput{{Space: d.Blog, Media: image}, {Space: d.Web, Media: image}, {Print: true, Media: image}},
	}
}

// ask sends a request, and gives the consent of each who is asked.
func (d *desk) ask(t *testing.T, in imageconsent.AskInput) (imageconsent.Request, map[id.Person]id.Consent) {
	t.Helper()
	sent, err := d.consents().Ask(t.Context(), person(d.Tilleuls, d.Martin), in)
	if err != nil {
		t.Fatal(err)
	}
	asked := map[id.Person]id.Consent{}
	for _, w := range sent.Persons {
		asked[w.Kin.Person.ID] = w.Consent
	}
	return sent.Request, asked
}

// answer has somebody accept lines, by their audience, as the consent is now.
func (d *desk) answer(t *testing.T, who id.Person, consent id.Consent, audiences ...imageconsent.Audience) error {
	t.Helper()
	sheet, err := d.consents().Sheet(t.Context(), person(d.Tilleuls, who), consent)
	if err != nil {
		return err
	}
	var in imageconsent.AnswerInput
	for _, line := range sheet.Lines {
		if slices.Contains(audiences, line.Audience) {
			in.Accepted = append(in.Accepted, line.ID)
		}
	}
	_, err = d.consents().Answer(t.Context(), person(d.Tilleuls, who), consent, sheet.Consent.Version, in)
	return err
}

func (d *desk) mustAnswer(t *testing.T, who id.Person, consent id.Consent, audiences ...imageconsent.Audience) {
	t.Helper()
	if err := d.answer(t, who, consent, audiences...); err != nil {
		t.Fatalf("answer: %v", err)
	}
}

// stands is where a consent stands: its status, the audiences that are covered, whose
// answer is missing.
func (d *desk) stands(t *testing.T, consent id.Consent) string {
	t.Helper()
	var text string
	err := d.admin.QueryRow(t.Context(), `SELECT concat_ws('; ', c.status,
			(SELECT string_agg(k.audience, ' ' ORDER BY k.audience) FROM consent_cover k WHERE k.consent_id = c.consent_id AND k.ended_at IS NULL AND k.valid @> $2::timestamptz),
			(SELECT string_agg(p.external_id, ' ' ORDER BY w.n) FROM unnest(c.waiting) WITH ORDINALITY w (person_id, n) JOIN person p USING (person_id)))
		FROM consent c WHERE c.consent_id = $1`, consent, d.clock()).Scan(&text)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (d *desk) wantStands(t *testing.T, when string, consent id.Consent, want string) {
	t.Helper()
	if diff := cmp.Diff(want, d.stands(t, consent)); diff != "" {
		t.Errorf("%s: %s", when, diff)
	}
}

// hurry makes what the database itself has promised due at the desk's time.
func (d *desk) hurry(t *testing.T) {
	t.Helper()
	d.exec(t, `UPDATE outbox SET due_at = $1 WHERE due_at > $1 AND status <> 'done' AND kind = 'consent:review'`, d.clock())
	d.work(t)
}

// wantVerified holds the invariants over what is there.
func (d *desk) wantVerified(t *testing.T) {
	t.Helper()
	if found := d.verified(t); found != "" {
		t.Error(found)
	}
}

const everywhere = "group print public_web"

var allAudiences = []imageconsent.Audience{imageconsent.ToGroup, imageconsent.ToPublicWeb, imageconsent.ToPrint}

// R29, R30: each use is covered when everybody has agreed whom it needs.
func TestAFamilyAgrees(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	_, asked := h.ask(t, h.outing(h.photo))
	lina := asked[h.Lina]
	h.wantStands(t, "asked", lina, "asked; lina haddad-2 haddad-1")
	h.mustAnswer(t, h.Lina, lina, allAudiences...)
	h.wantStands(t, "the pupil", lina, "asked; haddad-2 haddad-1")
	h.mustAnswer(t, h.Haddad, lina, allAudiences...)
	h.wantStands(t, "and one guardian", lina, "granted; group; haddad-2")
	h.mustAnswer(t, h.karim, lina, imageconsent.ToGroup, imageconsent.ToPrint)
	h.wantStands(t, "and the other, not for the web", lina, "granted; group print")
	h.mustAnswer(t, h.karim, lina, allAudiences...)
	h.wantStands(t, "who thinks again", lina, "granted; "+everywhere)
	h.work(t)
	h.wantVerified(t)
	if err := h.answer(t, h.uncle, lina, allAudiences...); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("who holds no authority: %v", err)
	}
}

// R30: where two guardians disagree nothing is shown, whoever speaks last.
func TestTwoGuardiansDisagree(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	_, asked := h.ask(t, h.outing(h.photo))
	lina := asked[h.Lina]
	h.mustAnswer(t, h.Lina, lina, allAudiences...)
	h.mustAnswer(t, h.Haddad, lina, allAudiences...)
	h.mustAnswer(t, h.karim, lina)
	h.wantStands(t, "one refuses", lina, "refused")
	h.mustAnswer(t, h.Haddad, lina, allAudiences...)
	h.wantStands(t, "the other insists", lina, "refused")
	h.mustAnswer(t, h.karim, lina, imageconsent.ToGroup)
	h.wantStands(t, "the first thinks again", lina, "granted; group")
	h.work(t)
	h.wantVerified(t)
}

// R28, R31: every field that is missing or says too much is named.
func TestARequestSaysEverything(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	nothing := []string{
		"nature required R28", "operations required R28", "photos required R31", "place required R28", "purpose required R28", "taken required R28",
		"territory required R28", "title required R28", "uses required R28",
	}
	for name, c := range map[string]struct {
		change func(*imageconsent.AskInput)
		want   []string
	}{
		"nothing":         {func(in *imageconsent.AskInput) { *in = imageconsent.AskInput{} }, nothing},
		"blanket":         {func(in *imageconsent.AskInput) { in.Purpose = "Pour tous les usages" }, []string{"purpose blanket R31"}},
		"too long":        {func(in *imageconsent.AskInput) { in.Until = h.clock().AddDate(3, 0, 1) }, []string{"until too_late R31"}},
		"36 months":       {func(in *imageconsent.AskInput) { in.Until = h.clock().AddDate(3, 0, -1) }, nil},
		"over":            {func(in *imageconsent.AskInput) { in.Until = h.clock().AddDate(0, 0, -1) }, []string{"until past R31"}},
		"no such space":   {func(in *imageconsent.AskInput) { in.Uses[1].Space = h.Press }, []string{"uses.1.space unknown R28"}},
		"no such photo":   {func(in *imageconsent.AskInput) { in.Photos = []id.Photo{id.New[id.Photo]()} }, []string{"photos unknown R27"}},
		"no medium":       {func(in *imageconsent.AskInput) { in.Uses[0].Media = nil }, []string{"uses.0.media required R28"}},
		"nobody in it":    {func(in *imageconsent.AskInput) { in.Photos = []id.Photo{h.picture(t)} }, []string{"persons required R28"}},
		"backwards":       {func(in *imageconsent.AskInput) { in.TakenTo = in.TakenFrom.AddDate(0, 0, -1) }, []string{"taken order R28"}},
		"a foreign group": {func(in *imageconsent.AskInput) { in.Group = h.ClassOfPlatanes }, []string{"group unknown "}},
	} {
		in := h.outing(h.photo)
		c.change(&in)
		_, err := h.consents().Preview(t.Context(), person(h.Tilleuls, h.Martin), in)
		if diff := cmp.Diff(c.want, askFaults(err)); diff != "" {
			t.Errorf("%s: %s (%v)", name, diff, err)
		}
	}
	r, _ := h.ask(t, h.outing(h.photo))
	for _, says := range []string{"Sortie au muséum", "Collège Les Tilleuls", "Toulouse", "« Le blog de la 5A »", "tout le monde, sur internet", "31 août 2027", "gratuite", "Refuser n’a aucune conséquence", r.Reference} {
		if !strings.Contains(r.Body, says) {
			t.Errorf("the text does not say %q:\n%s", says, r.Body)
		}
	}
	if strings.ContainsAny(r.Reference, "01OIL") || len(r.Reference) != 9 {
		t.Errorf("reference %s", r.Reference)
	}
	if n := h.count(t, `SELECT count(*) FROM consent_request WHERE sha256(convert_to(body, 'UTF8')) = hash`); n != 1 {
		t.Errorf("%d requests with the hash of their text", n)
	}
}

func askFaults(err error) []string {
	var list []string
	var walk func(error)
	walk = func(err error) {
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, one := range many.Unwrap() {
				walk(one)
			}
			return
		}
		if field, ok := err.(*imageconsent.FieldError); ok { //nolint:errorlint // the tree is walked here
			list = append(list, field.Field+" "+field.Code+" "+field.Rule)
			return
		}
		if one := errors.Unwrap(err); one != nil {
			walk(one)
		}
	}
	walk(err)
	slices.Sort(list)
	return list
}

// Each person sees their own, and nobody of another establishment anything.
func TestWhoSeesAConsent(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	both := h.picture(t, h.Lina, h.Noe)
	r, asked := h.ask(t, h.outing(h.photo, both))
	for name, c := range map[string]struct {
		who   actor.Actor
		of    id.Person
		found bool
		keeps bool
	}{
		"the pupil":                       {person(h.Tilleuls, h.Lina), h.Lina, true, false},
		"a guardian":                      {person(h.Tilleuls, h.Haddad), h.Lina, true, false},
		"of another child":                {person(h.Tilleuls, h.Haddad), h.Noe, false, false},
		"a classmate":                     {person(h.Tilleuls, h.Noe), h.Lina, false, false},
		"without authority":               {person(h.Tilleuls, h.uncle), h.Lina, false, false},
		"who asked":                       {person(h.Tilleuls, h.Martin), h.Lina, true, true},
		"the director":                    {person(h.Tilleuls, h.Garcia), h.Lina, true, true},
		"a colleague":                     {person(h.Tilleuls, h.Diallo), h.Lina, false, false},
		"a neighbour's head":              {person(h.Platanes, h.Roche), h.Lina, false, false},
		"who asked, from the neighbour's": {person(h.Platanes, h.Martin), h.Lina, false, false},
		"anonymous":                       {actor.Anonymous(h.Tilleuls, "web"), h.Lina, false, false},
		"a service":                       {actor.Actor{Kind: actor.KindService, Tenant: h.Tilleuls}, h.Lina, false, false},
		"a link out of thin air":          {actor.Actor{Kind: actor.KindLink, Person: h.Haddad, Tenant: h.Tilleuls, Via: "link:" + uuid.NewString()}, h.Lina, false, false},
	} {
		sheet, err := h.consents().Sheet(t.Context(), c.who, asked[c.of])
		if (err == nil) != c.found || err != nil && !errors.Is(err, directory.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		waiting, events := 1, 0 // their own, and who asked is nobody of them
		if c.keeps {
			waiting, events = 3, 1
		}
		if err == nil && (len(sheet.Photos) != 2 || len(sheet.Lines) != 3 || len(sheet.Waiting) != waiting || len(sheet.History) != events || sheet.Waiting[0].Name == "") {
			t.Errorf("%s: %+v", name, sheet)
		}
	}
	for name, who := range map[string]actor.Actor{"a pupil": person(h.Tilleuls, h.Lina), "a neighbour": person(h.Platanes, h.Roche)} {
		if _, err := h.consents().Ask(t.Context(), who, h.outing(h.photo)); err == nil {
			t.Errorf("%s asks", name)
		}
	}
	if err := h.consents().AddPhotos(t.Context(), person(h.Platanes, h.Roche), r.ID, []id.Photo{both}); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a neighbour adds photos: %v", err)
	}
}

// R29: nobody of the staff answers for a family by ticking a box.
func TestNobodyOfTheStaffAnswers(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	_, asked := h.ask(t, h.outing(h.photo))
	for name, who := range map[string]id.Person{"who asked": h.Martin, "the director": h.Garcia, "a colleague": h.Diallo} {
		for _, accepted := range []bool{true, false} {
			var in imageconsent.AnswerInput
			if accepted {
				sheet, err := h.consents().Sheet(t.Context(), person(h.Tilleuls, h.Lina), asked[h.Lina])
				if err != nil {
					t.Fatal(err)
				}
				in.Accepted = []id.Use{sheet.Lines[0].ID}
			}
			_, err := h.consents().Answer(t.Context(), person(h.Tilleuls, who), asked[h.Lina], 1, in)
			var refusal *workflow.Refusal
			if !errors.As(err, &refusal) || !errors.Is(err, workflow.ErrUnmet) || refusal.Rule != "R29" {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	h.wantStands(t, "after that", asked[h.Lina], "asked; lina haddad-2 haddad-1")
}
