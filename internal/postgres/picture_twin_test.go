package postgres_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/internal/outbox"
	"imprimatur/internal/postgres"
	"imprimatur/workflow"
)

// likeDeveloper takes files of one name for one picture.
type likeDeveloper struct{ developer }

func (likeDeveloper) Prepare(_ context.Context, data []byte, _ int) (imageconsent.Prepared, error) {
	return imageconsent.Prepared{Pictures: draw("plain ", data), Likeness: data}, nil
}

// unprepared is a photo that nobody has prepared yet, and the message that asks for it.
func (d *darkroom) unprepared(t *testing.T, name string) (id.Photo, outbox.Message) {
	t.Helper()
	photo := d.brought(t, name)
	m := outbox.Message{Tenant: d.Tilleuls, Kind: outbox.PreparePhoto, Subject: photo.UUID}
	row := d.connect(t, d.AdminURL()).QueryRow(t.Context(), `SELECT message_id, version FROM outbox WHERE subject_id = $1`, photo)
	if err := row.Scan(&m.ID, &m.Version); err != nil {
		t.Fatal(err)
	}
	return photo, m
}

// withdraw takes a photo away, as far as its copies.
func (d *darkroom) withdraw(t *testing.T, photo id.Photo) {
	t.Helper()
	withdraw := imageconsent.PhotoCommand{Action: workflow.Withdraw, Version: d.photo(t, d.Garcia, photo).Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "On la reconnaît."}}
	if err := d.photos.Act(t.Context(), person(d.Tilleuls, d.Garcia), photo, withdraw); err != nil {
		t.Error(err)
	}
	d.work(t, photo)
}

func (d *darkroom) wantHeld(t *testing.T, when string, copied id.Photo) {
	t.Helper()
	if n := len(d.photo(t, d.Martin, copied).Holds); n != 1 {
		t.Errorf("%s, its copy has %d holds", when, n)
	}
}

// At whatever moment of a copy's preparation the original is withdrawn, the copy is held (R42).
func TestNoCopyIsPreparedPastAWithdrawal(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	inTx := postgres.Transactions[imageconsent.PhotoTx](d.db)
	d.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{InTx: inTx, Files: d.shelf, Imaging: likeDeveloper{}, Clock: d.clock})
	for before, moments := 0, 1; before <= moments; before++ {
		name := strconv.Itoa(before)
		original, m := d.unprepared(t, name)
		if err := d.photos.Prepare(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		copied, m := d.unprepared(t, name)
		moments = 0
		slow := imageconsent.NewPhotos(imageconsent.PhotosConfig{
			Files: d.shelf, Imaging: likeDeveloper{}, Clock: d.clock,
			InTx: func(ctx context.Context, tenant id.Tenant, do func(imageconsent.PhotoTx) error) error {
				if moments == before {
					d.withdraw(t, original)
				}
				moments++
				return inTx(ctx, tenant, do)
			},
		})
		if err := slow.Prepare(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if before == moments {
			d.withdraw(t, original)
		}
		d.wantHeld(t, "withdrawn before transaction "+name, copied)
	}
}

// A picture that is held before it is prepared has its copies held as soon as it is known
// what it looks like.
func TestCopiesOfWhatIsHeldUnprepared(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	copied, m := d.unprepared(t, "photo")
	if err := d.photos.Prepare(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	original, m := d.unprepared(t, "photo")
	mask := imageconsent.PhotoCommand{Action: workflow.Mask, Version: d.photo(t, d.Garcia, original).Photo.Version, Reason: workflow.Reason{Ground: "IMG", Text: "À regarder."}}
	if err := d.photos.Act(t.Context(), person(d.Tilleuls, d.Garcia), original, mask); err != nil {
		t.Fatal(err)
	}
	review := outbox.Message{Tenant: d.Tilleuls, Kind: outbox.ReviewPhoto, Subject: original.UUID}
	row := d.connect(t, d.AdminURL()).QueryRow(t.Context(), `SELECT message_id, version FROM outbox WHERE subject_id = $1 AND kind = $2`, original, review.Kind)
	if err := row.Scan(&review.ID, &review.Version); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.photos.Review(t.Context(), review), d.photos.Prepare(t.Context(), m)); err != nil {
		t.Fatal(err)
	}
	d.work(t, original)
	d.wantHeld(t, "held unprepared", copied)
}

// Both at once, again and again: whichever comes first, the copy is held.
func TestWithdrawalRacesACopy(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	d.photos = imageconsent.NewPhotos(imageconsent.PhotosConfig{
		InTx: postgres.Transactions[imageconsent.PhotoTx](d.db), Files: d.shelf, Imaging: likeDeveloper{}, Clock: d.clock,
	})
	for n := range 15 {
		original, m := d.unprepared(t, "race "+strconv.Itoa(n))
		if err := d.photos.Prepare(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		copied, m := d.unprepared(t, "race "+strconv.Itoa(n))
		var both sync.WaitGroup
		both.Go(func() {
			if err := d.photos.Prepare(t.Context(), m); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() { d.withdraw(t, original) })
		both.Wait()
		d.wantHeld(t, "at once", copied)
	}
}
