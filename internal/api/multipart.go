package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/semaphore"
)

// mediaForm is what a body that brings files is.
const mediaForm = "multipart/form-data"

// The bounds of a body that brings files.
const (
	maxForm   = 64 << 20         // bytes of one
	maxParts  = 60               // fields and files of one
	maxField  = 64 << 10         // bytes of a field
	formsRoom = 192 << 20        // bytes of all that are in memory at once
	formsWait = 20 * time.Second // for room
	formsStep = 1 << 20          // in which room is taken, as bytes arrive
)

// upload is a file of a form, for the document.
type upload []byte

// sentFile is a file that a form brought.
type sentFile struct {
	field, name string
	data        []byte
}

// sentForm is a form that brings files: each field at most once.
type sentForm struct {
	fields map[string]string
	files  []sentFile
}

// rooms bounds what bodies that bring files take of memory.
type rooms struct{ left *semaphore.Weighted }

func newRooms() rooms { return rooms{semaphore.NewWeighted(formsRoom)} }

// readForm reads such a body whole, so that nothing of it is kept when its end is missing,
// and that an Idempotency-Key knows it again. Room is taken as bytes arrive: who sends
// slowly holds no more than they have sent. It is given back by the call's release.
func (m rooms) readForm(c *call) error {
	kind, params, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type"))
	if err != nil || kind != mediaForm || params["boundary"] == "" {
		return wrong(ErrMediaType, "Content-Type", "unsupported")
	}
	if c.Request().ContentLength > maxForm {
		return formTooLarge()
	}
	taken := int64(0)
	c.release = func() { m.left.Release(taken) }
	from := http.MaxBytesReader(c.Response(), c.Request().Body, maxForm)
	var all bytes.Buffer
	for {
		if err := m.take(c.Request().Context(), formsStep); err != nil {
			return err
		}
		taken += formsStep
		_, err = io.CopyN(&all, from, formsStep)
		var over *http.MaxBytesError
		switch {
		case errors.Is(err, io.EOF):
			c.body, c.boundary = all.Bytes(), params["boundary"]
			return nil
		case errors.As(err, &over):
			return formTooLarge()
		case err != nil:
			return cutShort(err)
		}
	}
}

// take waits for room, a while at most.
func (m rooms) take(ctx context.Context, bytes int64) error {
	ctx, cancel := context.WithTimeout(ctx, formsWait)
	defer cancel()
	if err := m.left.Acquire(ctx, bytes); err != nil {
		return fmt.Errorf("wait for room: %w", err)
	}
	return nil
}

func cutShort(err error) error {
	return fmt.Errorf("%w: %w", wrong(ErrForm, "body", "cut_short"), err)
}

func formTooLarge() error {
	return &RequestError{Err: ErrTooLarge, Faults: []Fault{{Field: "body", Code: "too_large", Limit: maxForm}}}
}

// form takes a body apart: files in the field of that name, and the fields that are known.
func (c *call) form(file string, known ...string) (sentForm, error) {
	parts := multipart.NewReader(bytes.NewReader(c.body), c.boundary)
	form := sentForm{fields: map[string]string{}}
	for count := 0; ; count++ {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return form, nil
		case err != nil:
			return form, cutShort(err)
		case count == maxParts:
			return form, &RequestError{Err: ErrInvalid, Faults: []Fault{{Field: file, Code: "too_many", Limit: maxParts}}}
		}
		if err := form.take(part, file, known); err != nil {
			return form, err
		}
	}
}

func (f *sentForm) take(part *multipart.Part, file string, known []string) error {
	name := part.FormName()
	if name == file {
		data, err := io.ReadAll(part)
		if err != nil {
			return cutShort(err)
		}
		f.files = append(f.files, sentFile{name, strings.ToValidUTF8(part.FileName(), ""), data})
		return nil
	}
	_, repeated := f.fields[name]
	switch {
	case !slices.Contains(known, name):
		return wrong(ErrInvalid, cut(name), "unknown")
	case repeated:
		return wrong(ErrInvalid, name, "repeated")
	}
	text, err := io.ReadAll(io.LimitReader(part, maxField+1))
	switch {
	case err != nil:
		return cutShort(err)
	case len(text) > maxField:
		return &RequestError{Err: ErrInvalid, Faults: []Fault{{Field: name, Code: "too_long", Limit: maxField}}}
	case !utf8.Valid(text) || bytes.ContainsRune(text, 0):
		return wrong(ErrInvalid, name, "not_text")
	}
	f.fields[name] = string(text)
	return nil
}
