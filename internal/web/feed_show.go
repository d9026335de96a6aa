package web

import (
	"bytes"
	"net/http"
	"strings"

	imageconsent "imprimatur/image-consent"
	"imprimatur/internal/id"
	"imprimatur/publication"
)

// showFeed is the Atom feed of a space, or of all that the visitor may read.
func (s *Site) showFeed(v *visit) error {
	slug := v.Param("space")
	feed, err := s.cfg.Reader.Feed(v.Request().Context(), v.viewer(), slug)
	if err != nil {
		return err
	}
	header := v.Response().Header()
	header.Set("Cache-Control", "private, no-cache")
	header.Add("Vary", "Cookie")
	if feed.Tag != "" {
		tag := `"` + strings.Trim(feed.Tag, `"`) + `"`
		header.Set("ETag", tag)
		if matches(v.Request().Header.Get("If-None-Match"), tag) {
			return v.NoContent(http.StatusNotModified)
		}
	}
	body, err := feed.Rendered("atom "+v.Lang()+" "+v.Request().URL.Path, func() ([]byte, error) { return v.atom(feed, slug) })
	if err != nil {
		return err
	}
	return v.Blob(http.StatusOK, "application/atom+xml; charset=utf-8", body)
}

func (v *visit) atom(feed publication.Feed, slug string) ([]byte, error) {
	base := v.site.cfg.BaseURL
	title, page := v.house.Name, v.house.home()
	if slug != "" {
		title, page = feed.Title+" – "+v.house.Name, v.house.space(slug)
	}
	links := publication.FeedLinks{
		Self: base + v.Request().URL.EscapedPath(), Page: base + page,
		Entry: func(p publication.Published) string { return base + v.house.permanent(p.ID) },
		Photo: func(p publication.Published, photo id.Photo, size imageconsent.Size) string {
			return base + v.house.seen(p.ID, photo, size)
		},
		Withheld: v.Text("photo.absent"), Inserted: v.insertedBy,
	}
	var out bytes.Buffer
	err := feed.Atom(&out, title, links, v.site.cfg.Clock())
	return out.Bytes(), err
}
