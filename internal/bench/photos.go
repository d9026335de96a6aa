package bench

import (
	"bytes"
	"context"
	_ "embed" // the statements
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/blob"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/postgres"
	"imprimatur/publication"
)

//go:embed photos.sql
var photosSQL string

// As in photos.sql.
const (
	aPhoto   sort = "0020"
	aConsent sort = "0024"
	inOuting sort = "0026"

	outing      = 40 // photos of one article
	persons     = 30 // in each of them
	pictureSize = 200 << 10
	pictureName = "photos/bench"
)

// nthPhoto is the one on the nth page.
func nthPhoto(n int) id.Photo { return id.Photo{UUID: numbered(aPhoto, n)} }

// photoRequest is for the picture of a public page, by a stranger.
func photoRequest() request {
	return request{path: fmt.Sprintf("/e/%s/-/seen/%s/%s/standard", uai(0), nthPage(0).Contribution, nthPhoto(0))}
}

// photograph adds photos to the published pages of the prepared database, and keeps their
// one file where the house finds it: encrypted in the store, and plain for the bare side.
func (m *machine) photograph(ctx context.Context, photos int, now time.Time) error {
	picture := make([]byte, pictureSize)
	_, _ = rand.NewChaCha8([32]byte{}).Read(picture) // as incompressible as a JPEG
	store, err := blob.Open(ctx, blob.Config{URL: m.filesDir()})
	if err != nil {
		return err
	}
	err = store.Put(ctx, pictureName, bytes.NewReader(picture))
	if err := errors.Join(err, store.Close(), os.WriteFile(m.plainFile(), picture, 0o600)); err != nil {
		return err
	}
	return m.load(ctx, "imprimatur", photosSQL, pgx.NamedArgs{
		"establishments": establishments, "classes": classesEach, "pupils": pupilsEach, "photos": photos, "crowd": outing, "persons": persons,
		"bytes": pictureSize, "file": pictureName, "now": now,
	})
}

func (m *machine) filesDir() string  { return filepath.Join(m.dir, "files") }
func (m *machine) plainFile() string { return filepath.Join(m.dir, "picture.jpg") }

// bareFile is echo with nothing above it, which serves the same bytes from a plain file.
func bareFile(name string) http.Handler {
	e := echo.New()
	e.GET(photoRequest().path, func(c echo.Context) error {
		c.Response().Header().Set(echo.HeaderContentType, "image/jpeg")
		return c.File(name)
	})
	return e
}

// photo is the figure of a picture that everybody in it has consented to.
func (b *bench) photo(ctx context.Context) error {
	where, err := call[Addresses](ctx, b.house, "Pages", true)
	if err != nil {
		return err
	}
	b.say("a picture of %d KiB over HTTP, its clearance asked each time, and the same file from a bare echo", pictureSize>>10)
	ask := func(address string) func() (slice, error) {
		wire := photoRequest().wire(address)
		return func() (slice, error) {
			return surf(ctx, address, b.Clients, b.turn(), func(int) string { return wire })
		}
	}
	a, z, err := versus(ask(where.Cached), ask(where.BareFile))
	if err != nil {
		return err
	}
	b.add(figure{"picture, clearance asked", perSecond("pictures", a), perSecond("bare echo", z), ratio(a.rate(), z.rate()), "", atLeast, 0.5})
	return nil
}

// Revoke withdraws the consent to the nth photo and says when it was committed.
func (h *House) Revoke(n int, at *Moments) error {
	p := nthPage(n)
	pupil := id.Person{UUID: numbered(aPupil, n%establishments*pupilsEach*classesEach)}
	consent := id.Consent{UUID: numbered(aConsent, n)}
	err := h.taker.services.consents.Revoke(h.ctx, by(p.Tenant, pupil), consent, imageconsent.RevokeInput{})
	*at = Moments{h.taker.commits.sent.Load(), time.Now().UnixNano()}
	return err
}

// WatchPhoto reads the nth photo, and goes on until it is refused.
func (s *Second) WatchPhoto(n int, _ *bool) error {
	if err := s.sees(n); err != nil {
		return err
	}
	go func() {
		for s.ctx.Err() == nil {
			if err := s.sees(n); err != nil {
				if errors.Is(err, directory.ErrNotFound) {
					s.gone <- time.Now().UnixNano()
				}
				return
			}
		}
	}()
	return nil
}

func (s *Second) sees(n int) error {
	p := nthPage(n)
	_, err := s.reader.Photo(s.ctx, publication.Anonymous(p.Tenant), p.Contribution, nthPhoto(n), imageconsent.Standard)
	return err
}

// PhotoGone says when the photo was first refused.
func (s *Second) PhotoGone(n int, at *int64) error {
	select {
	case *at = <-s.gone:
		return nil
	case <-time.After(stalled):
		return fmt.Errorf("photo %d was not refused after %s", n, stalled)
	}
}

// revocation is the figure of a withdrawn consent that a second process refuses, under load.
func (b *bench) revocation(ctx context.Context) error {
	b.say("consents withdrawn and pictures refused by a second process, and bare notifications, under load")
	load := Trips{First: b.next, Last: b.drafts(), Clients: b.Clients}
	if _, err := call[bool](ctx, b.house, "StartLoad", load); err != nil {
		return err
	}
	seen, err := b.sightings(ctx, "WatchPhoto", "Revoke", "PhotoGone")
	done, stopped := call[Loaded](ctx, b.house, "StopLoad", true)
	if err := errors.Join(err, stopped); err != nil {
		return err
	}
	b.next = done.Next
	p99, strict, bare := percentile(seen.committed, 99), percentile(seen.sent, 99), percentile(seen.bare, 99)
	beside := milliseconds(bare) + " bare NOTIFY"
	b.add(
		figure{"consent withdrawn → refused elsewhere, p99", milliseconds(p99) + " after commit", beside, ratio(p99.Seconds(), bare.Seconds()), "", atMost, 5},
		figure{"the same, commit included, p99", milliseconds(strict), beside, ratio(strict.Seconds(), bare.Seconds()), "", atMost, 5},
	)
	return nil
}

// clearance is the figure of the statements that judging an article full of people takes.
func (b *bench) clearance(ctx context.Context) error {
	tracer := newRecorder()
	s, err := openServices(ctx, postgres.Config{URL: b.url("real"), MaxConns: 2, Tracer: tracer})
	if err != nil {
		return err
	}
	defer s.db.Close()
	shown := make([]imageconsent.Shown, outing)
	for n := range shown {
		shown[n] = imageconsent.Shown{Photo: id.Photo{UUID: numbered(inOuting, n)}}
	}
	use := imageconsent.Use{Audience: imageconsent.ToPublicWeb, Space: id.Space{UUID: numbered(aSite, 0)}}
	statements, took := 0, time.Duration(0)
	err = postgres.Transactions[publication.Tx](s.db)(ctx, nthPage(0).Tenant, func(tx publication.Tx) error {
		tracer.take()
		began := time.Now()
		pictures, err := tx.Pictures(ctx, shown)
		if err != nil {
			return err
		}
		for _, p := range pictures {
			if v := imageconsent.Clearance(p, use, now()); !v.Clear() {
				return fmt.Errorf("photo %s is not clear: %+v", p.Photo, v.Missing[0])
			}
		}
		statements, took = len(tracer.take()), time.Since(began)
		if len(pictures) != outing {
			return fmt.Errorf("%d pictures of %d", len(pictures), outing)
		}
		return nil
	})
	if err != nil {
		return err
	}
	b.add(figure{fmt.Sprintf("clearance of %d photos × %d persons", outing, persons), milliseconds(took), "", float64(statements), " statements", atMost, 3})
	return nil
}
