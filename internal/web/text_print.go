package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"imprimatur/internal/directory"
	"imprimatur/internal/id"
	"imprimatur/internal/paper"
	"imprimatur/publication"
)

// printTime is how long a print may wait for its turn and take, the two together.
const printTime = 20 * time.Second

// printText gives a text as a PDF to who may read it, with those of its pictures that may
// be on paper too at this moment (R27); the others leave their place. One is printed at a
// time, and nothing of it is kept.
func (s *Site) printText(v *visit) error {
	c, err := contribution(v.Param("text"))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(v.Request().Context(), printTime)
	defer cancel()
	read, err := s.cfg.Reader.Contribution(ctx, v.viewer(), c)
	if err == nil && (read.Place.Slug != v.Param("space") || !printable(read.Published)) {
		err = directory.ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := s.press.Acquire(ctx, 1); err != nil {
		return fmt.Errorf("wait for the press: %w", err)
	}
	defer s.press.Release(1)
	var out bytes.Buffer
	if err := paper.Print(ctx, &out, v.onPaper(read), v.paperPictures(read)); err != nil {
		return err
	}
	v.guardFile("private, no-store")
	v.Response().Header().Set("Content-Disposition", `inline; filename="`+c.String()+`.pdf"`)
	return v.Blob(http.StatusOK, "application/pdf", out.Bytes())
}

// printable reports whether a text has a page of its own to print. A document's files print
// themselves.
func printable(p publication.Published) bool {
	return p.Visible() && p.Parent.IsZero() && p.Kind != publication.Topic && p.Kind != publication.Document
}

// onPaper is a text as it is printed.
func (v *visit) onPaper(read publication.ContributionPage) paper.Text {
	p := read.Published
	now := v.site.cfg.Clock()
	t := paper.Text{
		House: v.house.Name + " · " + read.Place.Title, Title: v.titleOf(p), HTML: publication.WithInserted(p.HTML, p.Inserted, v.insertedBy).String(), Portrait: p.Kind == publication.Profile, Language: p.Language, At: now,
		Byline: p.Byline + " · " + v.DateTime(p.PublishedAt),
		Foot:   []string{v.site.cfg.BaseURL + v.house.permanent(p.ID), v.Text("print.foot", "At", v.DateTime(now))},
		Words:  paper.Words{Withheld: v.Text("print.withheld"), Cut: v.Text("print.cut")},
	}
	if p.UpdatedAt.After(p.PublishedAt.Add(time.Minute)) {
		t.Byline += " · " + v.Text("reading.edited", "At", v.Moment(p.UpdatedAt))
	}
	if p.Suggested {
		t.Byline += " · " + v.Text("reading.suggested")
	}
	if read.Place.Label != "" {
		t.Notes = append(t.Notes, read.Place.Label)
	}
	for _, credit := range p.Attributions {
		var authors []string
		for _, author := range credit.Authors {
			authors = append(authors, author.Name+" ("+author.Capacity+")")
		}
		t.Credits = append(t.Credits, v.Text("print.credit", "Authors", strings.Join(authors, ", "), "Source", credit.Source, "Uses", strings.Join(credit.Uses, " ; ")))
	}
	return t
}

// paperPictures finds the pictures of a text for paper, asking of each when its place comes.
func (v *visit) paperPictures(read publication.ContributionPage) paper.Pictures {
	return func(ctx context.Context, src string) (paper.Picture, error) {
		photo, err := id.Parse[id.Photo](strings.TrimPrefix(src, "/photos/"))
		if err != nil {
			return paper.Picture{}, nil
		}
		var picture paper.Picture
		if i := slices.IndexFunc(read.Published.Frames, func(f publication.Frame) bool { return f.Photo == photo }); i >= 0 {
			picture.Width, picture.Height = read.Published.Frames[i].Width, read.Published.Frames[i].Height
		}
		file, err := v.site.cfg.Reader.Print(ctx, v.viewer(), read.Published.ID, photo)
		if errors.Is(err, directory.ErrNotFound) {
			return picture, nil
		}
		if err != nil {
			return picture, err
		}
		data, err := v.site.cfg.Pictures.Get(ctx, file.Name)
		if err != nil {
			return picture, err
		}
		defer data.Close()
		picture.JPEG, err = io.ReadAll(data)
		return picture, err
	}
}
