package prose

// place is where blocks are being put, which decides what they may be.
type place struct {
	nesting int  // lists and quotes around
	tables  bool // a table may stand here
	item    bool // in a list's item: no headings
}

func shapeDocument(loose []*Block) []*Block {
	return place{tables: true}.shape(loose)
}

// shape gives loose blocks their final form.
func (p place) shape(loose []*Block) []*Block {
	var out []*Block
	for i := 0; i < len(loose); {
		if n := leading(loose[i:], isBulleted); n > 0 {
			out = append(out, p.bullets(loose[i:i+n])...)
			i += n
			continue
		}
		if n := leading(loose[i:], isItem); n > 0 { // items that lost their list
			out = append(out, p.list(&Block{Kind: List, Start: 1, Kids: loose[i : i+n]})...)
			i += n
			continue
		}
		out = append(out, p.one(loose[i])...)
		i++
	}
	return out
}

// leading counts the blocks at the front that are of a sort.
func leading(blocks []*Block, is func(*Block) bool) int {
	n := 0
	for n < len(blocks) && is(blocks[n]) {
		n++
	}
	return n
}

func isItem(b *Block) bool { return b.Kind == Item }

// one gives the form of a single block: none when it is empty, several when it is
// of a kind that may not stand here.
func (p place) one(b *Block) []*Block {
	switch b.Kind {
	case Paragraph, Heading:
		return p.text(b)
	case Preformatted:
		return preformatted(b)
	case Rule:
		return []*Block{{Kind: Rule}}
	case Image:
		return picture(b)
	case List:
		return p.list(b)
	case Quote:
		return p.quote(b)
	case Table:
		return p.table(b)
	case Document, Item, Row, Cell:
		return p.shape(b.Kids)
	}
	return nil
}

func (p place) text(b *Block) []*Block {
	kind, level := b.Kind, b.Level
	if p.item {
		kind, level = Paragraph, 0
	}
	var out []*Block
	for _, runs := range tidy(b.Runs, kind == Paragraph) {
		out = append(out, &Block{Kind: kind, Level: level, Lang: b.Lang, Runs: runs})
	}
	return out
}

func preformatted(b *Block) []*Block {
	text := tidyPreformatted(b.Runs)
	if text == "" {
		return nil
	}
	return []*Block{{Kind: Preformatted, Runs: []Run{{Text: text}}}}
}

// picture keeps pictures of ours. Its words are cleaned like any other text.
func picture(b *Block) []*Block {
	if !ownPhoto.MatchString(b.Src) {
		return nil
	}
	alt := ""
	if lines := tidy([]Run{{Text: b.Alt}}, false); len(lines) > 0 {
		alt = lines[0][0].Text
	}
	return []*Block{{Kind: Image, Src: b.Src, Alt: alt}}
}

func (p place) quote(b *Block) []*Block {
	if p.nesting >= MaxNesting {
		return p.shape(b.Kids)
	}
	inside := place{nesting: p.nesting + 1, item: false}
	kids := inside.shape(b.Kids)
	if len(kids) == 0 {
		return nil
	}
	return []*Block{{Kind: Quote, Kids: kids}}
}

func (p place) list(b *Block) []*Block {
	if p.nesting >= MaxNesting {
		return p.shape(flatten(b.Kids))
	}
	list := &Block{Kind: List, Ordered: b.Ordered, Start: 1}
	if b.Ordered {
		list.Start = b.Start
	}
	for _, loose := range itemsOf(b.Kids) {
		if item := p.listItem(loose); item != nil {
			list.Kids = append(list.Kids, item)
		}
	}
	if len(list.Kids) == 0 {
		return nil
	}
	return []*Block{list}
}

// listItem gives an item its form: a paragraph first, empty if need be.
func (p place) listItem(loose *Block) *Block {
	inside := place{nesting: p.nesting + 1, item: true}
	kids := inside.shape(loose.Kids)
	if len(kids) == 0 {
		return nil
	}
	if kids[0].Kind != Paragraph {
		kids = append([]*Block{{Kind: Paragraph}}, kids...)
	}
	return &Block{Kind: Item, Kids: kids}
}

// itemsOf makes items of whatever stands in a list. A list directly in a list, as
// some programs nest them, belongs to the item before it.
func itemsOf(kids []*Block) []*Block {
	var items []*Block
	for _, k := range kids {
		switch {
		case k.Kind == Item:
			items = append(items, &Block{Kind: Item, Kids: k.Kids})
		case k.Kind == List && len(items) > 0:
			last := items[len(items)-1]
			last.Kids = append(last.Kids[:len(last.Kids):len(last.Kids)], k)
		default:
			items = append(items, &Block{Kind: Item, Kids: []*Block{k}})
		}
	}
	return items
}

// flatten replaces items by what they hold, so that they do not become lists again.
func flatten(kids []*Block) []*Block {
	var out []*Block
	for _, k := range kids {
		if k.Kind == Item {
			out = append(out, flatten(k.Kids)...)
		} else {
			out = append(out, k)
		}
	}
	return out
}
