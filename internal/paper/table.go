package paper

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cell is one cell of a table, and where it stands.
type cell struct {
	column, spans int
	head          bool
	text          string
	node          *html.Node
}

// mostColumns is how many columns are printed side by side.
const mostColumns = 12

// table prints a table with columns of one width. A cell that spans rows stands in its
// first; a picture in a cell stands below the table.
func (p *press) table(n *html.Node) {
	rows, columns := grid(n)
	if columns == 0 {
		return
	}
	if columns > mostColumns {
		p.listed(rows)
		return
	}
	wide := (width - p.depth) / float64(columns)
	for _, row := range rows {
		if p.over() {
			return
		}
		p.row(row, wide)
	}
	p.Ln(2)
	for kid := range n.Descendants() {
		if kid.DataAtom == atom.Img {
			p.image(kid)
		}
	}
}

const padding = 1.2

// row prints a row as high as its highest cell; one that is higher than a page is printed
// as lines.
func (p *press) row(row []cell, wide float64) {
	lines := make([][]string, len(row))
	high := 1
	for i, c := range row {
		p.dressed(func(l *look) { *l = c.look() }, func() {
			lines[i] = p.split(c.text, wide*float64(c.spans)-2*padding)
		})
		high = max(high, len(lines[i]))
	}
	tall := float64(high)*4.8 + 2*padding
	_, page := p.GetPageSize()
	if tall > page-3*margin {
		p.listed([][]cell{row})
		return
	}
	p.room(tall)
	if p.over() {
		return
	}
	y := p.GetY()
	for i, c := range row {
		x := margin + p.depth + float64(c.column)*wide
		p.Rect(x, y, wide*float64(c.spans), tall, "D")
		p.dressed(func(l *look) { *l = c.look() }, func() {
			for number, line := range lines[i] {
				p.SetXY(x+padding, y+padding+float64(number)*4.8)
				p.CellFormat(wide*float64(c.spans)-2*padding, 4.8, line, "", 0, "L", false, 0, "")
			}
		})
	}
	p.SetXY(margin+p.depth, y+tall)
}

// split breaks words into lines of a width, between letters where a word is wider.
func (p *press) split(text string, wide float64) []string {
	var lines []string
	for _, line := range strings.Split(p.glyphs.legible(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		lines = append(lines, p.SplitText(line, max(wide, 5))...)
	}
	return lines
}

func (c cell) look() look { return look{size: 9.5, bold: c.head} }

// listed prints cells one under another.
func (p *press) listed(rows [][]cell) {
	for _, row := range rows {
		for _, c := range row {
			if !p.over() {
				p.paragraph(c.node)
			}
		}
	}
}

// grid places the cells of a table, and counts its columns.
func grid(n *html.Node) (rows [][]cell, columns int) {
	taken := map[int]int{} // by column, for how many more rows
	for tr := range n.Descendants() {
		if tr.DataAtom != atom.Tr {
			continue
		}
		var row []cell
		column := 0
		for td := tr.FirstChild; td != nil; td = td.NextSibling {
			if td.DataAtom != atom.Td && td.DataAtom != atom.Th {
				continue
			}
			for taken[column] > 0 {
				column++
			}
			c := cell{column: column, spans: spans(td, "colspan", 2*mostColumns), head: td.DataAtom == atom.Th, text: flat(td), node: td}
			for i := range c.spans {
				taken[column+i] = spans(td, "rowspan", 1000)
			}
			column += c.spans
			row = append(row, c)
		}
		for at := range taken {
			columns = max(columns, at+1)
			taken[at]--
			if taken[at] <= 0 {
				delete(taken, at)
			}
		}
		rows = append(rows, row)
	}
	return rows, columns
}

func spans(td *html.Node, name string, most int) int {
	n, err := strconv.Atoi(attribute(td, name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), most)
}
