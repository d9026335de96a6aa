package web_test

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// reworked is a picture cropped by so much of each side, from a corner or mirrored.
func reworked(t *testing.T, data []byte, percent int, mirror bool) []byte {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	out := image.NewRGBA(image.Rect(0, 0, size.X-size.X*percent/100, size.Y-size.Y*percent/100))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	if mirror {
		whole := out
		out = image.NewRGBA(whole.Rect)
		for x := range whole.Rect.Dx() {
			draw.Draw(out, image.Rect(x, 0, x+1, whole.Rect.Dy()), whole, image.Pt(whole.Rect.Dx()-1-x, 0), draw.Src)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, out, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What was taken away does not come back cropped, mirrored or recompressed, until somebody
// has looked (R42); another picture does.
func TestAReworkedCopyIsHeld(t *testing.T) {
	t.Parallel()
	b := setup(t)
	garcia := actor.Actor{Kind: actor.KindPerson, Person: b.Garcia, Tenant: b.Tilleuls, Via: "test"}
	holds := func(photo string) int {
		t.Helper()
		one, err := id.Parse[id.Photo](photo)
		if err != nil {
			t.Fatal(err)
		}
		d, err := b.photos.Photo(t.Context(), garcia, one)
		if err != nil {
			t.Fatal(err)
		}
		return len(d.Holds)
	}
	earlier := b.uploaded(t, "martin", tilleuls, reworked(t, rocket(t), 12, false))
	photo, err := id.Parse[id.Photo](b.uploaded(t, "martin", tilleuls, rocket(t)))
	if err != nil {
		t.Fatal(err)
	}
	d, err := b.photos.Photo(t.Context(), garcia, photo)
	if err != nil {
		t.Fatal(err)
	}
	err = b.photos.Act(t.Context(), garcia, photo, imageconsent.PhotoCommand{
		Action: workflow.Withdraw, Version: d.Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "On le reconnaît."},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.work(t)
	later := b.uploaded(t, "diallo", tilleuls, reworked(t, rocket(t), 10, true))
	other := b.uploaded(t, "diallo", tilleuls, astronaut(t))
	for copied, want := range map[string]int{earlier: 1, later: 1, other: 0} {
		if got := holds(copied); got != want {
			t.Errorf("%s: %d holds, want %d", copied, got, want)
		}
	}
}
