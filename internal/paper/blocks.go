package paper

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// sizes of headings, in points.
var sizes = map[atom.Atom]float64{atom.H2: 15, atom.H3: 13, atom.H4: 11.5}

// block prints one block of a text, of the elements that publication.Sanitize lets through.
func (p *press) block(n *html.Node) {
	if p.over() || n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
		return
	}
	switch n.DataAtom { //nolint:exhaustive // the others are inline, or unknown and printed as their words
	case atom.H2, atom.H3, atom.H4:
		p.Ln(2)
		p.heading(flat(n), sizes[n.DataAtom])
	case atom.Ul, atom.Ol:
		p.list(n)
	case atom.Blockquote:
		p.quote(n)
	case atom.Pre:
		p.dressed(func(l *look) { l.mono, l.size = true, 9.5 }, func() { p.paragraph(n) })
	case atom.Hr:
		p.gap()
		p.Line(margin+p.depth, p.GetY(), margin+width, p.GetY())
		p.gap()
	case atom.Table:
		p.table(n)
	case atom.Img:
		p.image(n)
	default:
		p.paragraph(n)
	}
}

// paragraph prints a run of words. A picture in it stands by itself.
func (p *press) paragraph(n *html.Node) {
	p.SetX(margin + p.depth)
	p.inline(n)
	p.Ln(leading)
	p.Ln(1.8)
}

// inline prints words as they run, and what is among them.
func (p *press) inline(n *html.Node) {
	if p.over() {
		return
	}
	switch {
	case n.Type == html.TextNode:
		p.write(n.Data)
		return
	case n.DataAtom == atom.Br:
		p.Ln(leading)
		p.SetX(margin + p.depth)
		return
	case n.DataAtom == atom.Img:
		p.image(n)
		return
	}
	p.dressed(func(l *look) { l.put(n) }, func() {
		for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
			p.inline(kid)
		}
	})
}

// put changes the look to an element's.
func (l *look) put(n *html.Node) {
	switch n.DataAtom { //nolint:exhaustive // the others look like what is around them
	case atom.Strong:
		l.bold = true
	case atom.Em:
		l.italic = true
	case atom.U:
		l.under = true
	case atom.S:
		l.struck = true
	case atom.Code:
		l.mono = true
	case atom.Sub:
		l.shift = -2
	case atom.Sup:
		l.shift = 3
	case atom.A:
		l.link = attribute(n, "href")
	}
}

// piece is how much is written at once: the library's time grows with the square of it.
const piece = 120

func (p *press) write(text string) {
	if !p.look.mono {
		text = strings.ReplaceAll(text, "\n", " ")
	}
	signs := []rune(p.glyphs.legible(text))
	for len(signs) > 0 && !p.over() {
		end := min(piece, len(signs))
		if space := slices.Index(signs[end:], ' '); end < len(signs) && space >= 0 && space < piece { // no word is cut
			end += space + 1
		}
		some := string(signs[:end])
		signs = signs[end:]
		switch {
		case p.look.shift != 0:
			p.SubWrite(leading, some, p.look.size*0.7, p.look.shift, 0, "")
		case strings.Contains(p.look.link, "://"), strings.HasPrefix(p.look.link, "mailto:"):
			p.WriteLinkString(leading, some, p.look.link)
		default:
			p.Write(leading, some)
		}
	}
}

// list prints the items of a list.
func (p *press) list(n *html.Node) {
	number, err := strconv.Atoi(attribute(n, "start"))
	if err != nil {
		number = 1
	}
	for item := n.FirstChild; item != nil && !p.over(); item = item.NextSibling {
		if item.DataAtom != atom.Li {
			continue
		}
		mark := "•"
		if n.DataAtom == atom.Ol {
			mark = strconv.Itoa(number) + "."
			number++
		}
		p.room(leading)
		p.SetX(margin + p.depth)
		p.CellFormat(indent, leading, mark, "", 0, "R", false, 0, "")
		p.within(indent+1, func() { p.item(item) })
	}
	p.Ln(1)
}

// item prints what an item holds: words, then blocks.
func (p *press) item(n *html.Node) {
	words := false
	p.SetX(margin + p.depth)
	for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
		switch kid.DataAtom { //nolint:exhaustive // the others are words
		case atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre, atom.H2, atom.H3, atom.H4:
			if words {
				p.Ln(leading)
				words = false
			}
			p.block(kid)
		case atom.P:
			if words {
				p.Ln(leading)
				p.SetX(margin + p.depth)
			}
			p.inline(kid)
			words = true
		default:
			p.inline(kid)
			words = true
		}
	}
	if words {
		p.Ln(leading)
	}
	p.Ln(0.6)
}

// within prints what is further in.
func (p *press) within(by float64, do func()) {
	if p.depth+by > width/2 { // a list in a list in a list, too deep for a page
		by = 0
	}
	p.depth += by
	p.SetLeftMargin(margin + p.depth)
	do()
	p.depth -= by
	p.SetLeftMargin(margin + p.depth)
	p.SetX(margin + p.depth)
}

func (p *press) quote(n *html.Node) {
	from, page := p.GetY(), p.PageNo()
	p.within(indent, func() {
		p.dressed(func(l *look) { l.italic = true }, func() {
			for kid := n.FirstChild; kid != nil; kid = kid.NextSibling {
				p.block(kid)
			}
		})
	})
	if p.PageNo() == page {
		p.Line(margin+p.depth+indent/2, from, margin+p.depth+indent/2, p.GetY()-1.8)
	}
}

// image prints a picture, or its empty place of the same size.
func (p *press) image(n *html.Node) {
	p.pictures++
	picture, err := p.find(p.ctx, attribute(n, "src"))
	if err != nil {
		p.err = err
		return
	}
	wide, tall := float64(picture.Width)*perPixel, float64(picture.Height)*perPixel
	if wide <= 0 || tall <= 0 {
		wide, tall = width/2, width/3
	}
	scale := min(1, (width-p.depth)/wide, tallest/tall)
	if p.portrait {
		scale = min(scale, portrait/max(wide, tall))
	}
	wide, tall = wide*scale, tall*scale
	if p.GetX() > margin+p.depth+1 {
		p.Ln(leading)
	}
	p.room(tall + 3)
	if p.over() {
		return
	}
	x, y := margin+p.depth, p.GetY()+1
	p.bytes += len(picture.JPEG)
	if picture.JPEG != nil && p.pictures <= mostPictures && p.bytes <= mostBytes {
		name := fmt.Sprint(p.pictures)
		p.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "JPG"}, bytes.NewReader(picture.JPEG))
		p.ImageOptions(name, x, y, wide, tall, false, fpdf.ImageOptions{ImageType: "JPG"}, 0, "")
	} else {
		p.frame(x, y, wide, tall)
	}
	p.SetXY(x, y+tall+2)
}

// frame draws the place of a picture that may not be on paper.
func (p *press) frame(x, y, wide, tall float64) {
	p.SetDrawColor(140, 140, 140)
	p.SetDashPattern([]float64{1, 1}, 0)
	p.Rect(x, y, wide, tall, "D")
	p.SetDashPattern(nil, 0)
	p.SetDrawColor(0, 0, 0)
	p.dressed(func(l *look) { *l = look{size: 9} }, func() {
		p.SetXY(x, y+tall/2-2.5)
		p.CellFormat(wide, 5, p.fit(p.words.Withheld, wide), "", 0, "C", false, 0, "")
	})
}

// flat is the words of an element, without their looks.
func flat(n *html.Node) string {
	var b strings.Builder
	for kid := range n.Descendants() {
		switch {
		case kid.Type == html.TextNode:
			b.WriteString(kid.Data)
		case kid.DataAtom == atom.Br, kid.DataAtom == atom.P && b.Len() > 0, kid.DataAtom == atom.Li && b.Len() > 0:
			b.WriteString("\n")
		}
	}
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
