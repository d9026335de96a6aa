package postgres_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/workflow"
)

// sound is a WAV of some bytes, each the same.
func sound(of byte) []byte {
	const length, head = 400, 36
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data")
	binary.LittleEndian.PutUint32(b[4:], length+head)
	return append(binary.LittleEndian.AppendUint32(b, length), bytes.Repeat([]byte{of}, length)...)
}

// scanner says what a test has it say, of what holds a word.
type scanner struct {
	word string
	err  error
}

func (s *scanner) Scan(_ context.Context, r io.Reader) (string, error) {
	data, err := io.ReadAll(r)
	if err = errors.Join(err, s.err); err != nil || s.word == "" || !bytes.Contains(data, []byte(s.word)) {
		return "", err
	}
	return "Win.Test.EICAR", nil
}

// bring has somebody bring a file, which nobody has prepared yet.
func (d *darkroom) bring(t *testing.T, who id.Person, data []byte) id.Photo {
	t.Helper()
	photo, err := d.photos.Receive(t.Context(), person(d.Tilleuls, who), imageconsent.Incoming{Name: "bonjour.wav", Body: bytes.NewReader(data)})
	if err != nil {
		t.Fatal(err)
	}
	return photo
}

// A file is its own rendition, and who is in it is asked as of a picture.
func TestAFileIsPrepared(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	data := sound('a')
	photo := d.bring(t, d.Martin, data)
	d.work(t, photo)
	found := d.photo(t, d.Martin, photo)
	if found.Photo.Status != workflow.Unidentified || found.Photo.Form() != imageconsent.OfSound || found.Photo.Faces != -1 || len(found.Renditions) != 1 {
		t.Fatalf("prepared: %+v", found.Photo)
	}
	martin := person(d.Tilleuls, d.Martin)
	file, content, err := d.photos.Open(t.Context(), martin, imageconsent.Shown{Photo: photo}, imageconsent.AsItIs)
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	if got, err := io.ReadAll(content); err != nil || !bytes.Equal(got, data) || file.MediaType() != "audio/wav" {
		t.Errorf("it is %d bytes of %s, %v", len(got), file.MediaType(), err)
	}
	if _, _, err := d.photos.Open(t.Context(), martin, imageconsent.Shown{Photo: photo}, imageconsent.Standard); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("a picture of it: %v", err)
	}
	for name, said := range map[string]imageconsent.Described{
		"a box":    {Box: boxes[0], Outcome: imageconsent.IsPerson, Person: d.Lina},
		"blurred":  {Box: boxes[0], Outcome: imageconsent.ToBlur},
		"an image": {Outcome: imageconsent.IsPerson, Person: d.Lina, Media: []imageconsent.Medium{imageconsent.Image}},
	} {
		in := imageconsent.Identification{Version: found.Photo.Version, People: []imageconsent.Described{said}}
		if err := d.photos.Identify(t.Context(), martin, photo, in); !errors.As(err, new(*directory.FieldError)) {
			t.Errorf("%s in a sound: %v", name, err)
		}
	}
	in := imageconsent.Identification{Version: found.Photo.Version, Complete: true}
	if err := d.photos.Identify(t.Context(), martin, photo, in); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("declared without a word (R27): %v", err)
	}
	in.People = []imageconsent.Described{{Outcome: imageconsent.IsPerson, Person: d.Lina}}
	if err := d.photos.Identify(t.Context(), martin, photo, in); err != nil {
		t.Fatal(err)
	}
	d.work(t, photo)
	if found = d.photo(t, d.Martin, photo); len(found.Renditions) != 1 || found.Depictions[0].Media[0] != imageconsent.Voice {
		t.Errorf("afterwards: %+v, %d renditions", found.Depictions, len(found.Renditions))
	}
}

// What a scanner finds is destroyed; what it has not let pass is seen by nobody.
func TestFilesAreScanned(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	guard := &scanner{word: "vvvv", err: errors.New("away")}
	d.photos.Scanner = guard
	for name, photo := range map[string]id.Photo{"file": d.bring(t, d.Martin, sound('v')), "picture": d.brought(t, "vvvv")} {
		if err := d.attempt(t, photo); err == nil {
			t.Errorf("%s: prepared without a scan", name)
		}
		if found := d.photo(t, d.Martin, photo); found.Photo.Status != workflow.Preparing || !found.Photo.Current.IsZero() {
			t.Errorf("%s: while the scanner is away it is %s", name, found.Photo.Status)
		}
	}
	guard.err = nil
	clean := d.bring(t, d.Martin, sound('c'))
	for photo, want := range map[id.Photo]workflow.PhotoStatus{clean: workflow.Unidentified, d.bring(t, d.Martin, sound('v')): workflow.Spoiled, d.brought(t, "vvvv!"): workflow.Spoiled} {
		before := d.photo(t, d.Martin, photo).Photo.Original
		if err := d.attempt(t, photo); err != nil {
			t.Fatal(err)
		}
		found := d.photo(t, d.Martin, photo).Photo
		_, there := d.shelf.files[before]
		if found.Status != want || there != (want == workflow.Unidentified) || (found.Problem == imageconsent.Infected) == there {
			t.Errorf("%s: it is %s for %q, and the file is there: %t", photo, found.Status, found.Problem, there)
		}
	}
}

// The same file again, once it was withdrawn, is held until somebody has looked.
func TestAWithdrawnFileComesAgain(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	first := d.bring(t, d.Martin, sound('w'))
	d.work(t, first)
	director := person(d.Tilleuls, d.Garcia)
	c := imageconsent.PhotoCommand{Action: workflow.Withdraw, Version: d.photo(t, d.Martin, first).Photo.Version, Reason: workflow.Reason{Ground: "PRIV", Text: "Une voix que la famille ne veut pas entendre ici."}}
	if err := d.photos.Act(t.Context(), director, first, c); err != nil {
		t.Fatal(err)
	}
	for data, holds := range map[byte]int{'w': 1, 'x': 0} {
		again := d.bring(t, d.Martin, sound(data))
		d.work(t, again)
		if found := d.photo(t, d.Martin, again); len(found.Holds) != holds {
			t.Errorf("sound %c: %d holds, want %d", data, len(found.Holds), holds)
		}
	}
}

// What cannot be kept, or is too much, leaves nothing behind.
func TestAFileThatIsRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDarkroom(t)
	martin := person(d.Tilleuls, d.Martin)
	for name, body := range map[string]io.Reader{
		"a program": strings.NewReader("MZ" + strings.Repeat("\x00", 500)), "half": bytes.NewReader(sound('a')[:300]),
		"lost": io.MultiReader(bytes.NewReader(sound('a')[:300]), lost{}), "lost at once": lost{}, "nothing": strings.NewReader(""),
	} {
		if _, err := d.photos.Receive(t.Context(), martin, imageconsent.Incoming{Name: "a", Body: body}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if len(d.shelf.files) > 0 {
		t.Errorf("%d files are left", len(d.shelf.files))
	}
	if _, err := d.connect(t, d.AdminURL()).Exec(t.Context(), `INSERT INTO setting (tenant_id, key, value, changed_at) VALUES ($1, 'photos_per_hour_adult', '1', now())`, d.Tilleuls); err != nil {
		t.Fatal(err)
	}
	d.bring(t, d.Martin, sound('a'))
	if _, err := d.photos.Receive(t.Context(), martin, imageconsent.Incoming{Name: "a", Body: lost{}}); !errors.Is(err, workflow.ErrUnmet) {
		t.Errorf("one too many is not refused before it is read: %v", err)
	}
}

type lost struct{}

func (lost) Read([]byte) (int, error) { return 0, errors.New("connection lost") }

// brought is a photo that nobody has prepared yet.
func (d *darkroom) brought(t *testing.T, data string) id.Photo {
	t.Helper()
	photo, err := d.photos.Upload(t.Context(), person(d.Tilleuls, d.Martin), imageconsent.Upload{Name: "a.jpg", Data: []byte(data)})
	if err != nil {
		t.Fatal(err)
	}
	return photo
}
