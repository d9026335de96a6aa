// Package paper prints texts: a PDF of what a reader sees, in fonts that it brings along,
// bounded in pages and in time. Which pictures may be on paper is for whoever calls.
package paper

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Text is what is printed.
type Text struct {
	House    string // whose it is, above each page
	Title    string
	Byline   string   // author and dates, in words
	Notes    []string // before the text
	HTML     string   // sanitised
	Portrait bool     // its picture is of whom the text presents, and no larger than that takes
	Credits  []string // after the text
	Foot     []string // lines below each page, the last beside its number
	Language string
	At       time.Time
	Words    Words
}

// Words are what is said where something is missing.
type Words struct {
	Withheld string // in the place of a picture that may not be on paper
	Cut      string // where the text is too long
}

// Picture is a picture of a text: a JPEG, or the size of its empty place.
type Picture struct {
	JPEG          []byte // nil: it may not be on paper
	Width, Height int    // in pixels
}

// Pictures finds a picture by the address that the text names it by, when its place comes.
type Pictures func(ctx context.Context, src string) (Picture, error)

// The bounds of one print.
const (
	mostPages    = 60
	mostPictures = 40
	mostBytes    = 32 << 20 // of pictures
)

// Lengths on the page, in millimetres; letters in points.
const (
	margin   = 20.0
	width    = 210.0 - 2*margin
	tallest  = 200.0 // of a picture
	portrait = 60.0  // the larger side of one
	indent   = 8.0
	letter   = 11.0
	leading  = 5.6
	perPixel = 25.4 / 110 // millimetres
)

// press prints one text.
type press struct {
	*fpdf.Fpdf
	ctx      context.Context //nolint:containedctx // of one call, whose parts are methods
	find     Pictures
	words    Words
	portrait bool
	glyphs   glyphs
	look     look
	depth    float64 // of lists and quotations, in millimetres
	pictures int
	bytes    int
	full     bool // no page is left
	err      error
}

// look is how words are set.
type look struct {
	bold, italic, mono, under, struck bool
	size                              float64
	shift                             float64 // of sub and sup, in points
	link                              string
}

// Print writes a PDF of the text. It ends with the context's error when its time is up.
func Print(ctx context.Context, w io.Writer, t Text, find Pictures) error {
	root, err := html.ParseFragment(strings.NewReader(t.HTML), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	p := &press{Fpdf: fpdf.New("P", "mm", "A4", ""), ctx: ctx, find: find, words: t.Words, portrait: t.Portrait, glyphs: newGlyphs(), look: look{size: letter}}
	p.prepare(t)
	p.heading(t.Title, 20)
	p.small(t.Byline)
	for _, note := range t.Notes {
		p.small(note)
	}
	p.gap()
	for _, node := range root {
		p.block(node)
	}
	p.gap()
	for _, credit := range t.Credits {
		p.small(credit)
	}
	if p.full {
		p.SetAutoPageBreak(false, 0)
		p.SetY(-margin)
		p.small(p.words.Cut)
	}
	if err := errors.Join(p.err, ctx.Err()); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	_, err = out.WriteTo(w)
	return err
}

// prepare opens the first page, with fonts and what stands around the text.
func (p *press) prepare(t Text) {
	for style, font := range map[string][]byte{"": goregular.TTF, "B": gobold.TTF, "I": goitalic.TTF, "BI": gobolditalic.TTF} {
		p.AddUTF8FontFromBytes("go", style, slices.Clone(font)) // it writes into what it is given
	}
	p.AddUTF8FontFromBytes("mono", "", slices.Clone(gomono.TTF))
	p.SetCatalogSort(true)
	p.SetCreationDate(t.At)
	p.SetModificationDate(t.At)
	p.SetTitle(p.glyphs.legible(t.Title), true)
	p.SetAuthor(p.glyphs.legible(t.House), true)
	p.SetLang(t.Language)
	p.SetMargins(margin, margin+5, margin)
	p.SetAutoPageBreak(true, margin+5)
	p.SetAcceptPageBreakFunc(func() bool {
		p.full = p.full || p.PageNo() >= mostPages
		return !p.full
	})
	p.SetHeaderFunc(func() {
		p.SetXY(margin, 10)
		p.SetFont("go", "", 9)
		p.SetTextColor(70, 70, 70)
		p.CellFormat(width, 5, p.glyphs.legible(t.House), "B", 0, "L", false, 0, "")
		p.SetXY(margin+p.depth, margin+5)
		p.set()
	})
	p.SetFooterFunc(func() {
		p.SetFont("go", "", 8)
		p.SetTextColor(70, 70, 70)
		for i, line := range t.Foot {
			p.SetXY(margin, -15-4*float64(len(t.Foot)-1-i))
			p.CellFormat(width-15, 5, p.fit(line, width-15), "", 0, "L", false, 0, "")
		}
		p.CellFormat(15, 5, fmt.Sprint(p.PageNo()), "", 0, "R", false, 0, "")
	})
	p.AddPage()
	p.set()
}

// fit shortens a line until it fits.
func (p *press) fit(line string, most float64) string {
	line = p.glyphs.legible(line)
	if p.GetStringWidth(line) <= most {
		return line
	}
	signs := []rune(line)
	for len(signs) > 0 && p.GetStringWidth(string(signs)+"…") > most {
		signs = signs[:len(signs)-1]
	}
	return string(signs) + "…"
}

// set makes the look that of what is written next.
func (p *press) set() {
	style := ""
	if p.look.bold {
		style += "B"
	}
	if p.look.italic {
		style += "I"
	}
	family := "go"
	if p.look.mono {
		family, style = "mono", ""
	}
	if p.look.under || p.look.link != "" {
		style += "U"
	}
	if p.look.struck {
		style += "S"
	}
	p.SetFont(family, style, p.look.size)
	p.SetTextColor(0, 0, 0)
}

// over reports whether nothing more is to be printed.
func (p *press) over() bool { return p.full || p.err != nil || p.ctx.Err() != nil }

// dressed writes in another look, and goes back to the one before.
func (p *press) dressed(change func(*look), do func()) {
	before := p.look
	change(&p.look)
	p.set()
	do()
	p.look = before
	p.set()
}

// heading writes a heading, and keeps it with what follows.
func (p *press) heading(text string, size float64) {
	p.room(4 * leading)
	p.dressed(func(l *look) { l.bold, l.size = true, size }, func() {
		p.MultiCell(0, size*0.5, p.glyphs.legible(text), "", "L", false)
	})
	p.Ln(1)
}

func (p *press) small(text string) {
	if text == "" {
		return
	}
	p.dressed(func(l *look) { l.size = 9 }, func() { p.MultiCell(0, 4.6, p.glyphs.legible(text), "", "L", false) })
}

func (p *press) gap() { p.Ln(3) }

// room begins a new page unless so much is left of this one.
func (p *press) room(height float64) {
	_, page := p.GetPageSize()
	if p.GetY()+height <= page-margin-5 || p.full {
		return
	}
	if p.PageNo() >= mostPages {
		p.full = true
		return
	}
	p.AddPage()
	p.set()
}
