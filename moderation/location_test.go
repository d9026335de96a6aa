package moderation

import (
	"testing"

	"imprimatur/internal/id"
)

const (
	aText    = "01930000-0000-7000-8000-000000000001"
	aPhoto   = "01930000-0000-7000-8000-000000000002"
	aComment = "01930000-0000-7000-8000-000000000003"
)

// R38: whatever people copy or type as the place of something is understood.
func TestLocate(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][3]string{
		"https://ent.example/e/0310000Z/club/" + aText + "-le-match":                                {aText},
		"/e/0310000Z/club/" + aText:                                                                 {aText},
		"https://ent.example/e/0310000Z/-/" + aText:                                                 {aText},
		"https://ent.example/e/0310000Z/-/report/" + aText:                                          {aText},
		"https://ent.example/e/0310000Z/club/" + aText + "-le-match/print.pdf":                      {aText},
		"https://ent.example/e/0310000Z/club/" + aText + "#m-" + aComment:                           {aComment},
		"https://ent.example/e/0310000Z/club/" + aText + "%23m-" + aComment:                         {aComment},
		"https://ent.example/e/0310000Z/club/" + aText + "#m-":                                      {aText},
		"https://ent.example/e/0310000Z/-/seen/" + aText + "/" + aPhoto + "/standard":               {aText, aPhoto},
		"https://ent.example/photos/" + aPhoto + "?size=standard":                                   {"", aPhoto},
		"https://ent.example/api/v1/published/0310000Z/club/" + aText + "/photos/" + aPhoto:         {aText, aPhoto},
		"https://ent.example/e/0310000Z/-/classes/" + aText + "/trombinoscope/" + aPhoto + "/thumb": {"", aPhoto},
		"https://ent.example/e/0310000Z/-/takedown?at=%2Fe%2F0310000Z%2F-%2F" + aText:               {aText},
		"urn:uuid:" + aText:                    {aText},
		"01930000-0000-7000-8000-00000000000A": {"01930000-0000-7000-8000-00000000000a"},
		"  " + aText + " ":                     {aText},
		"Référence D-7KQ2-M4XW":                {"", "", "D-7KQ2-M4XW"},
		"d-7kq2-m4xw":                          {"", "", "D-7KQ2-M4XW"},
		"le billet de Noé sur le match":        {},
		"":                                     {},
		"%zz":                                  {},
	} {
		got := locate(address)
		said := [3]string{"", "", got.Reference}
		if !got.Contribution.IsZero() {
			said[0] = got.Contribution.String()
		}
		if !got.Photo.IsZero() {
			said[1] = got.Photo.String()
		}
		if said != want {
			t.Errorf("%s: %v, want %v", address, said, want)
		}
	}
}

// Nothing that is typed breaks it, and an address of ours is always understood, whatever is behind it.
func FuzzLocate(f *testing.F) {
	for _, seed := range []string{"", "-le-match", "#m-" + aComment, "/photos/" + aPhoto, "%", "?x=%2F", "D-7KQ2-M4XW"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, tail string) {
		locate(tail)
		c := id.New[id.Contribution]()
		got := locate("/e/0310000Z/-/" + c.String())
		if got.Contribution != c {
			t.Errorf("%s: %v", c, got)
		}
	})
}
