package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imprimatur/internal/id"
)

// sample is a picture of the demo school: astronaut.png has one face, rocket.jpg none.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../demo/pictures/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// uploaded brings a picture of the demo school, and has it prepared.
func (b *bundle) uploaded(t *testing.T, as, name string) string {
	t.Helper()
	q := request{as: as, method: "POST", path: "/photos", body: form{{"photo", name, sample(t, name)}}, header: tilleuls}
	items := b.do(t, q).want(http.StatusCreated).thing().items()
	b.work(t)
	return thing(items[0]["photo"].(map[string]any)).text("id")
}

func (b *bundle) photo(t *testing.T, as, photo string) thing {
	t.Helper()
	return b.do(t, request{as: as, method: "GET", path: "/photos/" + photo}).want(http.StatusOK).thing()
}

// named says that the one face of a picture is somebody's, and that nobody else is in it.
func (b *bundle) named(t *testing.T, photo string, person id.Person) response {
	t.Helper()
	d := b.photo(t, "garcia", photo)
	people := []thing{}
	for _, one := range d["people"].([]any) {
		found := thing(one.(map[string]any))
		people = append(people, thing{"id": found["id"], "box": found["box"], "outcome": "person", "person": person})
	}
	return b.do(t, request{
		as: "garcia", method: "PUT", path: "/photos/" + photo + "/depictions", body: thing{"people": people, "complete": true},
		header: map[string]string{"If-Match": etagOf(d)},
	})
}

func etagOf(o thing) string { return fmt.Sprintf("%q", fmt.Sprint(o.number("version"))) }

// asking is a request for the class blog.
func asking(b *bundle, photos []string) thing {
	return thing{
		"title": "La sortie au planétarium", "nature": "Des photos de la sortie", "purpose": "Raconter la sortie", "place": "Toulouse",
		"taken_from": "2026-11-20", "taken_to": "2026-11-20", "operations": []string{"mise en ligne"}, "territory": "France",
		"uses": []thing{{"space": b.Blog, "media": []string{"image"}}}, "photos": photos,
	}
}

// pictured puts a photo with Lina on it, a request and a consent among the things.
func (b *bundle) pictured(t *testing.T, with things) {
	t.Helper()
	photo := b.uploaded(t, "lina", "astronaut.png")
	b.exec(t, `UPDATE membership SET roles = '{officer}' WHERE person_id = $1`, b.Garcia)
	b.named(t, photo, b.Lina).want(http.StatusOK)
	sent := b.do(t, request{as: "garcia", method: "POST", path: "/consent-requests", body: asking(b, []string{photo})}).want(http.StatusCreated).thing()
	wanted := thing(sent["persons"].([]any)[0].(map[string]any))
	series := b.do(t, request{as: "lina", method: "POST", path: "/photo-series", body: thing{"title": "La sortie"}}).want(http.StatusCreated).thing()
	with["photo-series"] = series.text("id")
	with["photos"], with["photo"], with["consent-requests"], with["consents"] = photo, photo, sent.text("id"), wanted.text("consent")
	b.work(t)
}

// The whole of a picture's way, by the API alone: uploaded, written about, identified,
// asked for, answered, seen, withdrawn.
func TestAPictureIsSeenAsLongAsEverybodyAgrees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	with := things{}
	b.pictured(t, with)
	c := b.write(t, "lina", b.Blog, thing{
		"kind": "article", "title": "Le planétarium", "body": "<p>Nous y étions.</p>", "submit": true,
		"photos": []thing{{"id": with["photo"], "alt": "Lina devant une fusée"}},
	})
	b.work(t)
	at := "/contributions/" + c.text("id")
	c = b.do(t, request{as: "martin", method: "GET", path: at}).want(http.StatusOK).thing()
	c = b.act(t, "martin", c, "approve", nil).want(http.StatusOK).thing()
	picture := thing(c["pictures"].([]any)[0].(map[string]any))
	missing := thing(picture["missing"].([]any)[0].(map[string]any))
	if c.text("editorial") != "awaiting_consent" || picture["clear"] != false || missing.text("lack") != "consent" ||
		missing.text("person") != b.Lina.String() || len(missing["from"].([]any)) != 2 {
		t.Fatalf("%s, %v", c.text("editorial"), picture)
	}
	seen := "/published/0310000Z/blog-5a/" + c.text("id") + "/photos/" + with["photo"]
	b.do(t, request{as: "noe", method: "GET", path: seen}).problem(404, "not-found", "")
	for _, signer := range []string{"lina", "haddad-1"} {
		b.answer(t, signer, with["consents"], thing{"action": "grant"}).want(http.StatusOK)
	}
	b.work(t)
	picturesOf := func(size, tag string) response {
		return b.do(t, request{as: "noe", method: "GET", path: seen + size, header: map[string]string{"If-None-Match": tag}})
	}
	read := picturesOf("", "").want(http.StatusOK)
	if !bytes.HasPrefix(read.body, []byte("\xff\xd8")) || read.header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%v", read.header)
	}
	picturesOf("?size=thumbnail", read.header.Get("ETag")).want(http.StatusOK)
	picturesOf("?size=original", "").problem(400, "invalid-parameter", "")
	if again := picturesOf("?size=standard", read.header.Get("ETag")).want(http.StatusNotModified); len(again.body) > 0 {
		t.Error("sent again")
	}
	b.do(t, request{as: "noe", method: "GET", path: strings.Replace(seen, "blog-5a", "site", 1)}).problem(404, "not-found", "")
	described := func(want bool) {
		t.Helper()
		read := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/blog-5a/" + c.text("id")}).want(http.StatusOK)
		shown := thing(read.thing()["contribution"].(map[string]any))["photos"].([]any)[0].(map[string]any)["shown"]
		if told := bytes.Contains(read.body, []byte("Lina devant")); told != want || shown != want {
			t.Errorf("tells who is on it %t, says that it is shown %t, want %t", told, shown, want)
		}
	}
	described(true)
	uses := b.photo(t, "garcia", with["photo"])["uses"].([]any)
	if len(uses) != 1 || uses[0].(map[string]any)["clear"] != true {
		t.Errorf("uses %v", uses)
	}
	b.answer(t, "haddad-1", with["consents"], thing{"action": "revoke", "reason": thing{"text": "non"}}).want(http.StatusOK)
	b.answer(t, "haddad-1", with["consents"], thing{"action": "revoke"}).want(http.StatusOK) // twice is once
	picturesOf("", read.header.Get("ETag")).problem(404, "not-found", "")
	described(false)
}

// answer is an answer to a consent as it is now: with grant, to all that is asked.
func (b *bundle) answer(t *testing.T, as, consent string, body thing) response {
	t.Helper()
	path := "/consents/" + consent
	sheet := b.do(t, request{as: as, method: "GET", path: path}).want(http.StatusOK).thing()
	if _, told := body["version"]; !told && body["action"] != "revoke" {
		body["version"] = sheet.number("version")
	}
	if _, told := body["uses"]; !told && body["action"] == "grant" {
		uses := []any{}
		for _, line := range sheet["lines"].([]any) {
			uses = append(uses, line.(map[string]any)["id"])
		}
		body["uses"] = uses
	}
	return b.do(t, request{as: as, method: "POST", path: path + "/actions", body: body})
}

// Several files at once: each is a photo, or has its problem, and nothing is half kept.
func TestFilesAreTakenOneByOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rocket := sample(t, "rocket.jpg")
	sent := form{
		{"photo", "fusée.jpg", rocket}, {"photo", "virus.exe", []byte("MZ\x90\x00")}, {"photo", "coupée.jpg", rocket[:200]},
		{"photo", "", nil}, {"photo", "double.jpg", append(append([]byte{}, rocket...), "PK\x03\x04 zip"...)},
	}
	got := map[string]string{}
	for _, item := range b.do(t, request{as: "lina", method: "POST", path: "/photos", body: sent}).want(http.StatusCreated).thing().items() {
		got[item.text("name")] = "kept"
		if problem, refused := item["problem"].(map[string]any); refused {
			got[item.text("name")] = problem["errors"].([]any)[0].(map[string]any)["code"].(string)
		}
	}
	want := map[string]string{"fusée.jpg": "kept", "virus.exe": "not_a_picture", "coupée.jpg": "damaged", "": "not_a_picture", "double.jpg": "something_else"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := b.count(t, `SELECT count(*) FROM photo`); n != 1 {
		t.Errorf("%d photos", n)
	}
	p := b.do(t, request{as: "lina", method: "POST", path: "/photos", body: sent[1:3]}).problem(422, "invalid", "R20")
	if len(p.Errors) != 2 || p.Errors[1].Field != "photo.1.file" || p.Errors[1].Text == "" {
		t.Errorf("%+v", p.Errors)
	}
}

func TestHostileForms(t *testing.T) {
	t.Parallel()
	b := setup(t)
	rocket := sample(t, "rocket.jpg")
	whole, media := form{{"photo", "a.jpg", rocket}}.encode(t)
	var cut bytes.Buffer
	if _, err := cut.ReadFrom(whole); err != nil {
		t.Fatal(err)
	}
	post := func(body any, media string) response {
		q := request{as: "lina", method: "POST", path: "/photos", body: body}
		if media != "" {
			q.header = map[string]string{"Content-Type": media}
		}
		return b.do(t, q)
	}
	post(cut.String()[:5000], media).problem(400, "malformed", "")
	post("", media).problem(422, "invalid", "")
	post("{}", "").problem(415, "unsupported-media-type", "")
	post("x", "multipart/form-data").problem(415, "unsupported-media-type", "")
	post(strings.Repeat("x", 64<<20+1), media).problem(413, "too-large", "")
	post(form{{"series", "", []byte("x")}}, "").problem(422, "invalid", "")
	for _, test := range []struct {
		more form
		code string
	}{
		{form{{"series", "", []byte("x")}}, "not_an_id"},
		{form{{"series", "", []byte("a\x00")}}, "not_text"},
		{form{{"series", "", nil}, {"series", "", nil}}, "repeated"},
		{form{{"owner", "", []byte("me")}}, "unknown"},
		{form{{"series", "", []byte(id.New[id.Series]().String())}}, "not_found"},
		{form{{"series", "", bytes.Repeat([]byte("x"), 70<<10)}}, "too_long"},
	} {
		p := post(append(test.more, part{"photo", "a.jpg", rocket}), "")
		if p.want(422); !strings.Contains(string(p.body), `"`+test.code+`"`) {
			t.Errorf("%s: %s", test.code, p.body)
		}
	}
	many := form{}
	for range 70 {
		many = append(many, part{"photo", "a.jpg", nil})
	}
	post(many, "").problem(422, "invalid", "")
	if n := b.count(t, `SELECT count(*) FROM photo`); n != 0 {
		t.Errorf("%d photos", n)
	}
}

// The same form again, which a client words with another boundary, is the same request.
func TestUploadsAreRepeatedSafely(t *testing.T) {
	t.Parallel()
	b := setup(t)
	q := request{as: "lina", method: "POST", path: "/photos", body: form{{"photo", "a.jpg", sample(t, "rocket.jpg")}}, header: named("once")}
	first := b.do(t, q).want(http.StatusCreated)
	again := b.do(t, q).want(http.StatusCreated)
	if !bytes.Equal(first.body, again.body) || again.header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s\n%s", first.body, again.body)
	}
	q.body = form{{"photo", "b.jpg", sample(t, "rocket.jpg")}}
	b.do(t, q).problem(422, "idempotency-key-reused", "")
	if n := b.count(t, `SELECT count(*) FROM photo`); n != 1 {
		t.Errorf("%d photos", n)
	}
}

func TestWhoIsInAPhotoIsSaidAtTheVersionThatWasSeen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "lina", "astronaut.png")
	path := "/photos/" + photo + "/depictions"
	put := func(as, match string, body thing) response {
		q := request{as: as, method: "PUT", path: path, body: body, header: map[string]string{"If-Match": match}}
		if match == "" {
			q.header = nil
		}
		return b.do(t, q)
	}
	d := b.photo(t, "lina", photo)
	if d.number("faces") != 1 || len(d["people"].([]any)) != 1 {
		t.Fatalf("%v", d)
	}
	nobody := thing{"people": []thing{}, "complete": true, "nobody": true}
	put("lina", "", nobody).problem(428, "precondition-required", "")
	put("lina", etagOf(d), nobody).problem(403, "forbidden", "R27") // a pupil declares nothing
	b.do(t, request{as: "martin", method: "GET", path: "/photos/" + photo}).problem(404, "not-found", "")
	b.exec(t, `UPDATE membership SET roles = '{officer}' WHERE person_id = $1`, b.Garcia)
	put("garcia", `"99"`, nobody).problem(412, "precondition-failed", "R19")
	put("garcia", etagOf(d), nobody).problem(422, "unmet", "R27") // a face is not nobody
	bad := []thing{
		{"outcome": "blur"}, {"outcome": "person"}, {"outcome": "angel"}, {"outcome": "unrecognisable"},
		{"outcome": "blur", "box": thing{"x": 0.9, "y": 0, "width": 0.9, "height": 0.1}},
		{"outcome": "person", "person": b.Zoe}, {"outcome": "person", "person": b.Lina, "media": []string{"smell"}},
		{"outcome": "person", "outsider": thing{"given_name": "A", "family_name": "B", "email": "nowhere"}},
		{"outcome": "blur", "box": thing{"x": 0.5, "y": 0.5, "width": 0.002, "height": 0.002}}, // a pixel
	}
	p := put("garcia", etagOf(d), thing{"people": bad}).problem(422, "invalid", "R32")
	var got []string
	for _, fault := range p.Errors {
		got = append(got, strings.TrimPrefix(fault.Field, "people.")+" "+fault.Code)
	}
	want := []string{
		"0.box required", "1.person required", "2.outcome unknown", "3.reason required", "4.box outside", "5.person not_found",
		"6.media unknown", "7.outsider.email not_an_address", "8.box too_small",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	b.named(t, photo, b.Lina).want(http.StatusOK)
	if d = b.photo(t, "lina", photo); d.text("status") != "identified" {
		t.Errorf("%v", d)
	}
}

// A box whose digits put it just outside of the picture is cut to it, and what is in it is
// blurred (R32).
func TestABoxAtTheEdgeIsBlurred(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE membership SET roles = '{officer}' WHERE person_id = $1`, b.Garcia)
	photo := b.uploaded(t, "lina", "rocket.jpg")
	shown := func() []byte {
		return b.do(t, request{as: "lina", method: "GET", path: "/photos/" + photo + "/files/standard"}).want(http.StatusOK).body
	}
	plain := shown()
	edge := []thing{
		{"outcome": "blur", "box": thing{"x": 0.9, "y": 0.8, "width": 0.10004, "height": 0.20004}},
		{"outcome": "blur", "box": thing{"x": 0.7, "y": 0.69999, "width": 0.30003, "height": 0.30006}},
	}
	b.do(t, request{
		as: "garcia", method: "PUT", path: "/photos/" + photo + "/depictions", body: thing{"people": edge, "complete": true},
		header: map[string]string{"If-Match": etagOf(b.photo(t, "garcia", photo))},
	}).want(http.StatusOK)
	b.work(t)
	if bytes.Equal(shown(), plain) {
		t.Error("nothing is blurred")
	}
}

func TestFilesOfAPhoto(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "lina", "rocket.jpg")
	at := func(as, size, tag string) response {
		return b.do(t, request{as: as, method: "GET", path: "/photos/" + photo + "/files/" + size, header: map[string]string{"If-None-Match": tag}})
	}
	for _, size := range []string{"thumbnail", "standard", "double", "original"} {
		read := at("lina", size, "").want(http.StatusOK)
		if !bytes.HasPrefix(read.body, []byte("\xff\xd8")) || read.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s: %v", size, read.header)
		}
		at("lina", size, read.header.Get("ETag")).want(http.StatusNotModified)
		at("noe", size, "").problem(404, "not-found", "")
	}
	if !bytes.Equal(at("lina", "original", "").body, sample(t, "rocket.jpg")) {
		t.Error("the original is another")
	}
	at("garcia", "standard", "").want(http.StatusOK)
	at("garcia", "original", "").problem(404, "not-found", "") // the director, and no consent officer
	at("lina", "huge", "").problem(404, "not-found", "")
}

func TestActsOnAPhoto(t *testing.T) {
	t.Parallel()
	b := setup(t)
	photo := b.uploaded(t, "lina", "rocket.jpg")
	act := func(as string, body thing) response {
		return b.do(t, request{as: as, method: "POST", path: "/photos/" + photo + "/actions", body: body})
	}
	version := b.photo(t, "lina", photo).number("version")
	act("lina", thing{"action": "erase", "version": version + 1}).problem(409, "stale", "R19")
	act("lina", thing{"action": "approve", "version": version}).problem(409, "impossible", "")
	act("garcia", thing{"action": "mask", "version": version, "reason": thing{"ground": "IMG", "text": "À vérifier."}}).want(http.StatusOK)
	held := b.photo(t, "garcia", photo)
	if holds := held["holds"].([]any); len(holds) != 1 || holds[0].(map[string]any)["on"] != "photo" {
		t.Errorf("%v", held)
	}
	act("lina", thing{"action": "erase", "version": held.number("version")}).problem(422, "unmet", "R63")
	act("garcia", thing{"action": "restore", "version": held.number("version"), "reason": thing{"text": "Vérifié."}}).want(http.StatusOK)
	gone := act("lina", thing{"action": "erase", "version": held.number("version")}).want(http.StatusOK).thing()
	if gone.text("status") != "erased" {
		t.Errorf("%v", gone)
	}
	b.do(t, request{as: "lina", method: "GET", path: "/photos/" + photo + "/files/standard"}).problem(404, "not-found", "")
}

func TestSeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	begin := func(as, title string) response {
		return b.do(t, request{as: as, method: "POST", path: "/photo-series", body: thing{"title": title}})
	}
	begin("lina", "").problem(422, "invalid", "")
	series := begin("lina", "La sortie").want(http.StatusCreated).thing().text("id")
	rocket := sample(t, "rocket.jpg")
	for _, as := range []string{"lina", "noe"} {
		r := b.do(t, request{as: as, method: "POST", path: "/photos", body: form{{"series", "", []byte(series)}, {"photo", "a.jpg", rocket}}})
		if r.want(map[string]int{"lina": 201, "noe": 422}[as]); as == "noe" && !strings.Contains(string(r.body), "not_found") {
			t.Errorf("%s", r.body)
		}
	}
	b.uploaded(t, "lina", "astronaut.png")
	for path, want := range map[string]int{"/photos": 2, "/photos?series=" + series: 1, "/photos?limit=1": 1, "/photo-series": 1} {
		if items := b.do(t, request{as: "lina", method: "GET", path: path}).want(http.StatusOK).thing().items(); len(items) != want {
			t.Errorf("%s: %d items", path, len(items))
		}
	}
	b.do(t, request{as: "lina", method: "GET", path: "/photos?after=x"}).problem(400, "invalid-cursor", "")
}
