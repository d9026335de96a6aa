package api_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// One call says that the same people are on many pictures of a series: all or none.
func TestTheSamePeopleOnASeries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	do := func(as, method, path string, body any) response {
		return b.do(t, request{as: as, method: method, path: path, body: body, header: tilleuls})
	}
	series := do("martin", "POST", "/photo-series", thing{"title": "La sortie"}).want(http.StatusCreated).thing().text("id")
	at := "/photo-series/" + series + "/people"
	var photos []string
	for _, name := range []string{"rocket.jpg", "astronaut.png"} {
		sent := do("martin", "POST", "/photos", form{{"series", "", []byte(series)}, {"photo", name, sample(t, name)}}).want(http.StatusCreated).thing().items()
		photos = append(photos, thing(sent[0]["photo"].(map[string]any)).text("id"))
	}
	do("martin", "POST", at, thing{"persons": []string{b.Lina.String()}, "photos": photos}).problem(422, "invalid", "R27") // not prepared yet
	b.work(t)
	do("martin", "POST", at, thing{"persons": []string{}}).problem(422, "invalid", "R27")
	do("martin", "POST", at, thing{"persons": []string{b.Lina.String(), uuid.NewString()}}).problem(422, "invalid", "R27")
	do("martin", "POST", at, thing{"persons": []string{b.Lina.String()}, "photos": []string{uuid.NewString()}}).problem(422, "invalid", "R27")
	do("diallo", "POST", at, thing{"persons": []string{b.Lina.String()}}).problem(404, "not-found", "")
	wantPeople := func(when string, want int) {
		t.Helper()
		for _, photo := range photos {
			named := 0
			for _, one := range b.photo(t, "garcia", photo)["people"].([]any) {
				if one.(map[string]any)["outcome"] == "person" {
					named++
				}
			}
			if named != want {
				t.Errorf("%s, %d are on it", when, named)
			}
		}
	}
	wantPeople("refused", 0)
	do("martin", "POST", at, thing{"persons": []string{b.Lina.String(), b.Noe.String()}}).want(http.StatusNoContent)
	wantPeople("all", 2)
	version := b.photo(t, "garcia", photos[0]).number("version")
	do("martin", "POST", at, thing{"persons": []string{b.Lina.String()}, "photos": photos[:1]}).want(http.StatusNoContent)
	if again := b.photo(t, "garcia", photos[0]).number("version"); again != version {
		t.Errorf("who is in it already moves it from %v to %v", version, again)
	}
}

// The register as a table is for the director and the consent officers, without formulas.
func TestTheRegisterIsExported(t *testing.T) {
	t.Parallel()
	b := setup(t)
	asked := asking(b, nil)
	asked["to_come"], asked["group"], asked["title"] = true, b.Class, "=1+1"
	do := func(as, method, path string, body any) response {
		return b.do(t, request{as: as, method: method, path: path, body: body, header: tilleuls})
	}
	do("garcia", "POST", "/consent-requests", asked).want(http.StatusCreated)
	do("martin", "GET", "/consents.csv", nil).problem(403, "forbidden", "R09")
	do("lina", "GET", "/consents.csv", nil).problem(403, "forbidden", "R09")
	do("garcia", "GET", "/consents.csv?status=lost", nil).problem(400, "invalid-parameter", "")
	table := do("garcia", "GET", "/consents.csv?person="+b.Lina.String(), nil).want(http.StatusOK)
	if kind, kept := table.header.Get("Content-Type"), table.header.Get("Content-Disposition"); kind != "text/csv" || kept != "attachment" {
		t.Errorf("sent as %s, %s", kind, kept)
	}
	rows, err := csv.NewReader(strings.NewReader(string(table.body))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "'=1+1" || rows[1][2] != "Lina Haddad" {
		t.Errorf("%v %v", rows, err)
	}
	told := do("garcia", "GET", "/audit?reason=security", nil).want(http.StatusOK)
	if n := strings.Count(string(told.body), "export_register"); n != 1 {
		t.Errorf("the trail tells of %d exports", n)
	}
}

// The proof that one guardian holds authority alone is recorded by who looks after consents.
func TestSoleAuthority(t *testing.T) {
	t.Parallel()
	b := setup(t)
	with := things{}
	b.pictured(t, with)
	path := "/consents/" + with["consents"] + "/sole-authority"
	record := func(as string, body thing) response {
		return b.do(t, request{as: as, method: "POST", path: path, body: body, header: tilleuls})
	}
	record("garcia", thing{"proof": " "}).problem(422, "invalid", "R30")
	record("garcia", thing{"proof": strings.Repeat("x", 201)}).problem(422, "invalid", "R30")
	record("martin", thing{"proof": "Jugement"}).problem(403, "forbidden", "R30")
	record("noe", thing{"proof": "Jugement"}).problem(404, "not-found", "")
	record("garcia", thing{"proof": "Jugement du 3 mars"}).want(http.StatusOK)
}

// Who looks after a consent sees how each signatory was told, and sends one their link again:
// not who answers, not a minor, and not at will.
func TestALinkIsSentAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, `UPDATE person SET email = 'samia@example.org' WHERE person_id = $1`, b.Haddad)
	with := things{}
	b.pictured(t, with)
	path := "/consents/" + with["consents"]
	reached := func(as string) map[string]thing {
		list := map[string]thing{}
		for _, one := range b.do(t, request{as: as, method: "GET", path: path}).want(http.StatusOK).thing()["waiting"].([]any) {
			awaited := one.(map[string]any)
			if reach, told := awaited["reach"].(map[string]any); told {
				list[thing(reach).text("person")] = reach
			}
		}
		return list
	}
	told := reached("garcia")
	if samia := told[b.Haddad.String()]; len(told) != 2 || samia["by_mail"] != true || samia["mail"] != "gathering" || told[b.Lina.String()]["by_mail"] != false {
		t.Errorf("reached %v", told)
	}
	if got := reached("haddad-1"); len(got) > 0 {
		t.Errorf("a signatory reads %v", got)
	}
	register := b.do(t, request{as: "garcia", method: "GET", path: "/consents"}).want(http.StatusOK).thing().items()
	if len(register) != 1 || len(register[0]["reach"].([]any)) != 2 {
		t.Errorf("the register %v", register)
	}
	again := func(as string, signatory any) response {
		return b.do(t, request{as: as, method: "POST", path: path + "/resend", body: thing{"signatory": signatory}, header: tilleuls})
	}
	again("haddad-1", b.Haddad).problem(403, "forbidden", "R29")
	again("noe", b.Haddad).problem(404, "not-found", "")
	again("garcia", b.Lina).problem(422, "invalid", "R29")
	again("garcia", b.Noe).problem(422, "invalid", "R29")
	again("garcia", b.Haddad).want(http.StatusOK)
	p := again("garcia", b.Haddad).problem(422, "invalid", "R33")
	if p.Errors[0].Field != "signatory" || p.Errors[0].Code != "too_soon" {
		t.Errorf("%v", p.Errors)
	}
}
