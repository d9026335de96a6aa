package publication

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"imprimatur/internal/id"
)

// Seen is a picture of a contribution that may be seen.
type Seen struct {
	Contribution id.Contribution
	Photo        id.Photo
}

// withhold gives a kept page's texts as they may be shown at this moment. What describes a
// picture says who is on it: it is shown with the picture and goes with it (R27, R33). So
// whether each picture may be seen is asked of the store each time, as [Reader.Photo] asks
// it, and only of a page that has any. The sheet is of what is shown now.
func (r *Reader) withhold(ctx context.Context, v Viewer, s Sheet, texts ...Published) (Sheet, []Published, error) {
	var illustrated []id.Contribution
	for _, p := range texts {
		if strings.Contains(p.HTML.safe, "<img ") {
			illustrated = append(illustrated, p.ID)
		}
	}
	if len(illustrated) == 0 {
		return s, texts, nil
	}
	seen, err := r.store.Seen(ctx, v, illustrated, r.clock())
	if err != nil {
		return Sheet{}, nil, fmt.Errorf("read which pictures may be seen: %w", err)
	}
	texts = slices.Clone(texts) // which are the cache's
	now := sha256.New()
	for i := range texts {
		texts[i] = texts[i].showing(seen)
		for _, frame := range texts[i].Frames {
			fmt.Fprint(now, frame.Photo, frame.Shown)
		}
	}
	return s.when(base64.RawURLEncoding.EncodeToString(now.Sum(nil)[:12])), texts, nil
}

// showing is the text with those of its pictures that may be seen. The others leave their
// place, of which nothing is said.
func (p Published) showing(seen []Seen) Published {
	p.Frames = slices.Clone(p.Frames)
	for i := range p.Frames {
		p.Frames[i].Shown = slices.Contains(seen, Seen{p.ID, p.Frames[i].Photo})
	}
	p.HTML = HTML{rewriteImages(p.HTML.safe, func(photo id.Photo, alt string) string {
		if !slices.Contains(seen, Seen{p.ID, photo}) {
			alt = ""
		}
		return `<img src="` + photoPath + photo.String() + `" alt="` + alt + `"`
	})}
	return p
}
