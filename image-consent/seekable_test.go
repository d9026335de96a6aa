package imageconsent_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	imageconsent "imprimatur/image-consent"
)

// opener opens one file, and counts how often and how much of it is read.
type opener struct {
	data  []byte
	opens int
}

func (o *opener) Get(context.Context, string) (io.ReadCloser, error) {
	if o.data == nil {
		return nil, errors.New("not there")
	}
	o.opens++
	return io.NopCloser(iotest.OneByteReader(bytes.NewReader(o.data))), nil
}

func TestAFileIsReadFromAnyPlace(t *testing.T) {
	t.Parallel()
	data := []byte("0123456789abcdef")
	o := &opener{data: data}
	f := imageconsent.Seekable(t.Context(), o, "a", int64(len(data)))
	if o.opens != 0 {
		t.Error("it is opened before anything is read")
	}
	if err := iotest.TestReader(f, data); err != nil {
		t.Error(err)
	}
	before := o.opens
	for _, at := range []int64{0, 4, 9} { // going on opens nothing again
		if _, err := f.Seek(at, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(f, make([]byte, 2)); err != nil {
			t.Fatal(err)
		}
	}
	if o.opens > before+1 {
		t.Errorf("opened %d times", o.opens-before)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := f.Seek(-1, io.SeekStart); err == nil {
		t.Error("before the beginning")
	}
}

func TestAFileThatIsShorterThanItsRow(t *testing.T) {
	t.Parallel()
	f := imageconsent.Seekable(t.Context(), &opener{data: []byte("short")}, "a", 10)
	if got, err := io.ReadAll(f); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := io.ReadAll(imageconsent.Seekable(t.Context(), &opener{}, "a", 10)); err == nil {
		t.Error("a file that is not there is read")
	}
}

// Every format has a form, a type that is no page, and something of a person that it shows.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, format := range append(imageconsent.FileFormats(), "jpeg") {
		form := imageconsent.FormOf(format)
		if len(form.Media()) == 0 || imageconsent.MediaType(format) == "" || (form == imageconsent.OfPicture) != (format == "jpeg") {
			t.Errorf("%s is %s, served as %s", format, form, imageconsent.MediaType(format))
		}
	}
}
