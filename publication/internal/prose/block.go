package prose

// Limits of the shape. What exceeds them is flattened to paragraphs, never lost.
const (
	MaxOpen    = 200  // elements open at once while reading
	MaxNesting = 20   // lists and quotes within each other
	MaxColumns = 50   // of a table
	MaxCells   = 5000 // of a table, those that complete its rectangle included
)

// Kind says what a block is.
type Kind uint8

const (
	Document Kind = iota
	Paragraph
	Heading
	Preformatted
	Rule
	Image
	List
	Item
	Quote
	Table
	Row
	Cell
)

// Block is a node of a document. Text blocks (paragraph, heading, preformatted)
// have runs; the others have kids, but for rules and images, which have neither.
type Block struct {
	Kind  Kind
	Level int    // heading: 2 to 4
	Lang  string // text blocks but preformatted: BCP 47, or empty

	Ordered bool // list
	Start   int  // ordered list: its first number

	Header           bool // cell
	Colspan, Rowspan int  // cell: at least 1

	Src, Alt string // image
	Note     Mark   // image, rule: Found, Inserted or Deleted

	Runs []Run
	Kids []*Block

	bullet bullet // while reading: a paragraph that a word processor meant as an item
}

// IsText reports whether the block holds runs.
func (b *Block) IsText() bool {
	return b.Kind == Paragraph || b.Kind == Heading || b.Kind == Preformatted
}

// Run is a piece of text with one format, or a line break.
type Run struct {
	Text  string
	Break bool
	Format
}

// Format is how a run looks and what it links to.
type Format struct {
	Marks Mark
	Href  string
	Lang  string
}

// Mark is a set of inline marks.
type Mark uint16

// The marks. The first seven are an author's. The last three are ours, put on for
// showing; Read never makes them.
const (
	Strong Mark = 1 << iota
	Emphasis
	Underline
	Strike
	Subscript
	Superscript
	Code
	Found
	Inserted
	Deleted
)

// common is what two formats share.
func (f Format) common(g Format) Format {
	both := Format{Marks: f.Marks & g.Marks}
	if f.Href == g.Href {
		both.Href = f.Href
	}
	if f.Lang == g.Lang {
		both.Lang = f.Lang
	}
	return both
}
