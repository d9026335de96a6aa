package api_test

import (
	"bytes"
	"encoding/binary"
	"net/http"
	"testing"
)

// voice is a WAV that holds nothing but silence.
func voice() []byte {
	const length, head = 4000, 36
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data")
	binary.LittleEndian.PutUint32(b[4:], length+head)
	return append(binary.LittleEndian.AppendUint32(b, length), bytes.Repeat([]byte{128}, length)...)
}

// A voice by the API alone: uploaded, written about, identified, asked for, heard,
// withdrawn.
func TestAVoiceIsHeardAsLongAsItsFamilyAgrees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sent := request{as: "martin", method: "POST", path: "/files", body: form{{"document", "bonjour.wav", voice()}}, header: tilleuls}
	taken := thing(b.do(t, sent).want(http.StatusCreated).thing().items()[0]["photo"].(map[string]any))
	photo := taken.text("id")
	if taken.text("form") != "sound" || taken.text("format") != "wav" || taken.number("width") != 0 {
		t.Errorf("it is %v", taken)
	}
	b.work(t)
	d := b.photo(t, "martin", photo)
	people := thing{"people": []thing{{"outcome": "person", "person": b.Lina, "media": []string{"voice"}}}, "complete": true}
	b.do(t, request{as: "martin", method: "PUT", path: "/photos/" + photo + "/depictions", body: people, header: map[string]string{"If-Match": etagOf(d)}}).want(http.StatusOK)
	at := b.do(t, request{as: "martin", method: "GET", path: "/photos/" + photo + "/files/file"}).want(http.StatusOK)
	if !bytes.Equal(at.body, voice()) || at.header.Get("Content-Type") != "audio/wav" || at.header.Get("Content-Disposition") != "attachment" {
		t.Errorf("%d bytes, %v", len(at.body), at.header)
	}
	b.do(t, request{as: "martin", method: "GET", path: "/photos/" + photo + "/files/standard"}).problem(404, "not-found", "")
	c := b.write(t, "martin", b.Blog, thing{"kind": "document", "title": "Bonjour", "body": "<p>On y dit bonjour.</p>", "submit": true, "photos": []thing{{"id": photo, "alt": "Lina se présente"}}})
	b.work(t)
	c = b.do(t, request{as: "diallo", method: "GET", path: "/contributions/" + c.text("id")}).want(http.StatusOK).thing()
	b.act(t, "diallo", c, "approve", nil).want(http.StatusOK)
	asked := asking(b, []string{photo})
	asked["uses"] = []thing{{"space": b.Blog, "media": []string{"voice"}}}
	b.exec(t, `UPDATE membership SET roles = '{officer}' WHERE person_id = $1`, b.Garcia)
	consents := b.do(t, request{as: "garcia", method: "POST", path: "/consent-requests", body: asked}).want(http.StatusCreated).thing()
	consent := thing(consents["persons"].([]any)[0].(map[string]any)).text("consent")
	heard := "/published/0310000Z/blog-5a/" + c.text("id") + "/photos/" + photo + "?size=file"
	b.do(t, request{as: "noe", method: "GET", path: heard}).problem(404, "not-found", "")
	for _, signer := range []string{"lina", "haddad-1"} {
		b.answer(t, signer, consent, thing{"action": "grant"}).want(http.StatusOK)
	}
	b.work(t)
	read := b.do(t, request{as: "noe", method: "GET", path: heard}).want(http.StatusOK)
	if !bytes.Equal(read.body, voice()) || read.header.Get("Content-Type") != "audio/wav" {
		t.Errorf("%d bytes, %v", len(read.body), read.header)
	}
	page := b.do(t, request{as: "noe", method: "GET", path: "/published/0310000Z/blog-5a/" + c.text("id")}).want(http.StatusOK).thing()
	published := thing(page["contribution"].(map[string]any))
	frame := thing(published["photos"].([]any)[0].(map[string]any))
	if published.text("kind") != "document" || published.text("html") != "<p>On y dit bonjour.</p>" || frame.text("format") != "wav" || frame.text("link") != "/api/v1"+heard {
		t.Errorf("published as %v", published)
	}
	b.do(t, request{as: "zoe", method: "GET", path: heard}).problem(404, "not-found", "")
	b.answer(t, "haddad-1", consent, thing{"action": "revoke"}).want(http.StatusOK)
	b.do(t, request{as: "noe", method: "GET", path: heard}).problem(404, "not-found", "")
}

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	post := func(body form) response {
		return b.do(t, request{as: "lina", method: "POST", path: "/files", body: body, header: tilleuls})
	}
	macros := form{{"document", "a.doc", append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 900)...)}}
	for code, body := range map[string]form{
		"old_office": macros, "file_type": {{"document", "a.exe", []byte("MZ\x90")}},
		"a_picture": {{"document", "a.jpg", sample(t, "rocket.jpg")}}, "damaged": {{"document", "a.wav", voice()[:500]}},
	} {
		p := post(body).problem(422, "invalid", "R20")
		if len(p.Errors) != 1 || p.Errors[0].Field != "document.0.document" || p.Errors[0].Code != code || p.Errors[0].Text == "" {
			t.Errorf("%s: %+v", code, p.Errors)
		}
	}
	items := post(append(form{{"document", "a.wav", voice()}}, macros...)).want(http.StatusCreated).thing().items()
	if items[0]["photo"] == nil || items[1]["problem"] == nil {
		t.Errorf("one good and one bad: %v", items)
	}
}
