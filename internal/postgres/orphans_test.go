package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/actor"
	"imprimatur/internal/blob"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/internal/tasks"
)

// A process that dies between the file and its row leaves an orphan, which is swept after a
// day; the files of every establishment's photos and papers stay.
func TestWhatACrashLeavesInTheStore(t *testing.T) {
	t.Parallel()
	h := newHousehold(t)
	store, err := blob.Open(t.Context(), blob.Config{URL: t.TempDir(), Key: blob.Key{1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	dying := errors.New("the process dies")
	upload := func(tx imageconsent.PhotoTransactions, who id.Person, tenant id.Tenant, files imageconsent.Files) error {
		photos := imageconsent.NewPhotos(imageconsent.PhotosConfig{InTx: tx, Files: files, Imaging: plainImaging{}, Clock: h.clock})
		_, err := photos.Upload(t.Context(), actor.Actor{Kind: actor.KindPerson, Person: who, Tenant: tenant, Via: "test"}, imageconsent.Upload{Name: "a.jpg", Data: []byte("x")})
		return err
	}
	live := postgres.Transactions[imageconsent.PhotoTx](h.db)
	crash := func(ctx context.Context, tenant id.Tenant, do func(imageconsent.PhotoTx) error) error {
		return live(ctx, tenant, func(tx imageconsent.PhotoTx) error { return do(crashing{tx, dying}) })
	}
	if err := upload(live, h.Martin, h.Tilleuls, store); err != nil {
		t.Fatal(err)
	}
	if err := upload(live, h.Roche, h.Platanes, store); err != nil {
		t.Fatal(err)
	}
	if err := upload(crash, h.Martin, h.Tilleuls, undeleting{store}); !errors.Is(err, dying) {
		t.Fatalf("it lives: %v", err)
	}
	o := tasks.NewOrphans(tasks.OrphansConfig{Files: store, Unspoken: h.db.UnspokenFiles, Prefixes: []string{"photos/"}})
	if count, err := o.Sweep(t.Context(), time.Now()); err != nil || count != 0 {
		t.Errorf("swept at once: %d, %v", count, err)
	}
	if count, err := o.Sweep(t.Context(), time.Now().Add(25*time.Hour)); err != nil || count != 1 {
		t.Errorf("swept after a day: %d, %v", count, err)
	}
	left, err := store.List(t.Context(), "photos/")
	if err != nil || len(left) != 2 {
		t.Errorf("left %v, %v", left, err)
	}
	if n := h.count(t, `SELECT count(*) FROM photo WHERE original = ANY ($1)`, left); n != 2 {
		t.Errorf("%d of them are spoken of", n)
	}
}

// crashing is a transaction in which the process dies before the row is there.
type crashing struct {
	imageconsent.PhotoTx
	err error
}

func (c crashing) InsertPhoto(context.Context, imageconsent.Photo) error { return c.err }

// undeleting is a store for a process that has no time left to clear up.
type undeleting struct{ *blob.Store }

func (undeleting) Delete(context.Context, string) error { return errors.New("dead") }

// plainImaging takes anything for a picture.
type plainImaging struct{ imageconsent.Imaging }

func (plainImaging) Inspect([]byte, int, int) (imageconsent.Seen, error) {
	return imageconsent.Seen{Format: "jpeg", Width: 1, Height: 1}, nil
}
