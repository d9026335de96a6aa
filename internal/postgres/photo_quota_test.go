package postgres_test

import (
	"bytes"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/workflow"
)

// R20: however many uploads come at once, pictures and files together, the quota holds.
func TestTheQuotaOfUploadsIsExact(t *testing.T) {
	t.Parallel()
	const most = 4
	d := newDarkroom(t)
	admin := d.connect(t, d.AdminURL())
	if _, err := admin.Exec(t.Context(), `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'photos_per_hour_pupil', to_jsonb($2::integer), now())`, d.Tilleuls, most); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var taken, refused atomic.Int32
	for i := range 3 * most {
		all.Go(func() {
			var err error
			if i%2 == 0 {
				_, err = d.photos.Upload(t.Context(), person(d.Tilleuls, d.Lina), imageconsent.Upload{Name: "a.jpg", Data: []byte("photo")})
			} else {
				_, err = d.photos.Receive(t.Context(), person(d.Tilleuls, d.Lina), imageconsent.Incoming{Name: "a.wav", Body: bytes.NewReader(sound('a'))})
			}
			var refusal *workflow.Refusal
			switch {
			case err == nil:
				taken.Add(1)
			case errors.As(err, &refusal) && refusal.Rule == "R20":
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if taken.Load() != most || refused.Load() != 2*most {
		t.Errorf("%d taken, %d refused", taken.Load(), refused.Load())
	}
	if _, err := d.photos.Upload(t.Context(), person(d.Tilleuls, d.Noe), imageconsent.Upload{Name: "a.jpg", Data: []byte("photo")}); err != nil {
		t.Errorf("a classmate: %v", err)
	}
}
