package prose

import (
	"html"
	"strconv"
	"strings"
)

// LinkRel goes on every link: pupils' texts pass on no ranking, and no address of a
// page of the school reaches the site that they link to.
const LinkRel = "nofollow noopener noreferrer ugc"

// Write spells blocks as HTML, in the one way there is.
func Write(blocks []*Block) string {
	var w writer
	w.blocks(blocks)
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) blocks(blocks []*Block) {
	for _, b := range blocks {
		w.block(b)
	}
}

func (w *writer) block(b *Block) {
	switch b.Kind {
	case Document, Row:
		w.blocks(b.Kids)
	case Paragraph:
		w.text(b, "p")
	case Heading:
		w.text(b, "h"+strconv.Itoa(b.Level))
	case Preformatted:
		w.WriteString("<pre><code>")
		w.runs(b.Runs)
		w.WriteString("</code></pre>")
	case Rule:
		w.noted(b.Note, "<hr>")
	case Image:
		w.noted(b.Note, `<img src="`+html.EscapeString(b.Src)+`" alt="`+html.EscapeString(b.Alt)+`">`)
	case List:
		w.list(b)
	case Item:
		w.around("<li>", b.Kids, "</li>")
	case Quote:
		w.around("<blockquote>", b.Kids, "</blockquote>")
	case Table:
		w.table(b)
	case Cell:
		w.cell(b, "row")
	}
}

func (w *writer) around(before string, kids []*Block, after string) {
	w.WriteString(before)
	w.blocks(kids)
	w.WriteString(after)
}

func (w *writer) text(b *Block, tag string) {
	w.WriteString("<" + tag)
	if b.Lang != "" {
		w.WriteString(` lang="` + html.EscapeString(b.Lang) + `"`)
	}
	w.WriteString(">")
	w.runs(b.Runs)
	w.WriteString("</" + tag + ">")
}

func (w *writer) noted(note Mark, element string) {
	tags := tagsOf(Format{Marks: note})
	for _, t := range tags {
		w.WriteString(t.open)
	}
	w.WriteString(element)
	w.close(tags)
}

func (w *writer) list(b *Block) {
	switch {
	case !b.Ordered:
		w.around("<ul>", b.Kids, "</ul>")
	case b.Start == 1:
		w.around("<ol>", b.Kids, "</ol>")
	default:
		w.around(`<ol start="`+strconv.Itoa(b.Start)+`">`, b.Kids, "</ol>")
	}
}

// table writes the leading rows made of headers alone as the table's head. The
// editor knows no head, only header cells, so it is derived, never stored.
func (w *writer) table(b *Block) {
	head := headRows(b)
	w.WriteString("<table>")
	if head > 0 {
		w.WriteString("<thead>")
		w.rows(b.Kids[:head])
		w.WriteString("</thead>")
	}
	w.WriteString("<tbody>")
	w.rows(b.Kids[head:])
	w.WriteString("</tbody></table>")
}

func (w *writer) rows(rows []*Block) {
	for _, row := range rows {
		scope := "row"
		if allHeaders(row) {
			scope = "col"
		}
		w.WriteString("<tr>")
		for _, c := range row.Kids {
			w.cell(c, scope)
		}
		w.WriteString("</tr>")
	}
}

func (w *writer) cell(b *Block, scope string) {
	tag := "td"
	if b.Header {
		tag = "th"
	}
	w.WriteString("<" + tag)
	if b.Colspan > 1 {
		w.WriteString(` colspan="` + strconv.Itoa(b.Colspan) + `"`)
	}
	if b.Rowspan > 1 {
		w.WriteString(` rowspan="` + strconv.Itoa(b.Rowspan) + `"`)
	}
	if b.Header {
		w.WriteString(` scope="` + scope + `"`)
	}
	w.around(">", b.Kids, "</"+tag+">")
}

// headRows counts the rows that make the head: all headers, none reaching below
// the head, and at least one row left for the body.
func headRows(table *Block) int {
	head, reach := 0, 0
	for i, row := range table.Kids[:len(table.Kids)-1] {
		if !allHeaders(row) {
			break
		}
		for _, c := range row.Kids {
			reach = max(reach, i+c.Rowspan)
		}
		if reach == i+1 {
			head = i + 1
		}
	}
	return head
}

func allHeaders(row *Block) bool {
	for _, c := range row.Kids {
		if !c.Header {
			return false
		}
	}
	return true
}

// runs writes inline text; neighbours keep open the tags that they share.
func (w *writer) runs(runs []Run) {
	var open []tag
	for _, r := range runs {
		want := tagsOf(r.Format)
		same := 0
		for same < len(open) && same < len(want) && open[same] == want[same] {
			same++
		}
		w.close(open[same:])
		for _, t := range want[same:] {
			w.WriteString(t.open)
		}
		open = want
		if r.Break {
			w.WriteString("<br>")
		} else {
			w.WriteString(html.EscapeString(r.Text))
		}
	}
	w.close(open)
}

func (w *writer) close(tags []tag) {
	for i := len(tags) - 1; i >= 0; i-- {
		w.WriteString("</" + tags[i].name + ">")
	}
}

type tag struct{ name, open string }

// markTags are written from the outside in.
var markTags = []struct {
	mark Mark
	name string
}{
	{Deleted, "del"}, {Inserted, "ins"}, {Found, "mark"},
	{Strong, "strong"}, {Emphasis, "em"}, {Underline, "u"}, {Strike, "s"},
	{Subscript, "sub"}, {Superscript, "sup"}, {Code, "code"},
}

func tagsOf(f Format) []tag {
	var tags []tag
	if f.Href != "" {
		tags = append(tags, tag{"a", `<a href="` + html.EscapeString(f.Href) + `" rel="` + LinkRel + `">`})
	}
	if f.Lang != "" {
		tags = append(tags, tag{"span", `<span lang="` + html.EscapeString(f.Lang) + `">`})
	}
	for _, m := range markTags {
		if f.Marks&m.mark != 0 {
			tags = append(tags, tag{m.name, "<" + m.name + ">"})
		}
	}
	return tags
}
