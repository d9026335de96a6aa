package prose

// table gives a table its form, a full rectangle of cells without holes or
// overlaps, since that is all the editor can hold. Where tables may not stand, or
// when it is too large, its cells' content follows one another instead.
func (p place) table(b *Block) []*Block {
	before, rows := rowsOf(b)
	width, fits := layOut(rows)
	if !p.tables || !fits {
		return p.shape(cellsOf(b))
	}
	out := p.shape(before)
	table := complete(rows, width)
	empty := true
	for _, row := range table.Kids {
		for _, c := range row.Kids {
			c.Kids = place{nesting: p.nesting}.shape(c.Kids)
			if len(c.Kids) == 0 {
				c.Kids = []*Block{{Kind: Paragraph}}
			} else {
				empty = false
			}
		}
	}
	if empty {
		return out
	}
	return append(out, table)
}

// rowsOf collects the rows of a table, and what stands in it outside any row (its
// caption), which goes before it.
func rowsOf(b *Block) (before []*Block, rows []*Block) {
	for _, k := range b.Kids {
		switch k.Kind {
		case Row:
			rows = append(rows, &Block{Kind: Row, Kids: inCells(k.Kids)})
		case Cell:
			rows = append(rows, &Block{Kind: Row, Kids: inCells([]*Block{k})})
		default:
			before = append(before, k)
		}
	}
	return before, rows
}

// inCells copies the cells of a row; anything else in it gets a cell of its own.
func inCells(kids []*Block) []*Block {
	var cells []*Block
	for _, k := range kids {
		cell := &Block{Kind: Cell, Colspan: 1, Rowspan: 1, Kids: []*Block{k}}
		if k.Kind == Cell {
			copied := *k
			cell = &copied
		}
		cells = append(cells, cell)
	}
	return cells
}

// cellsOf gives the content of a table without the table.
func cellsOf(b *Block) []*Block {
	var out []*Block
	for _, k := range b.Kids {
		if k.Kind == Row || k.Kind == Cell {
			out = append(out, cellsOf(k)...)
		} else {
			out = append(out, k)
		}
	}
	return out
}

// layOut cuts the spans of cells where they would overlap another or reach below
// the last row, and gives the width; it does not fit when it is past the limits.
func layOut(rows []*Block) (width int, fits bool) {
	var held [MaxColumns]int // for how many more rows a cell from above holds a column
	for i, row := range rows {
		at := 0
		for _, c := range row.Kids {
			for at < MaxColumns && held[at] > 0 {
				at++
			}
			if at == MaxColumns {
				return 0, false
			}
			c.Rowspan = min(c.Rowspan, len(rows)-i)
			at = hold(&held, at, c)
		}
		width = max(width, widest(held[:]))
		for column := range held {
			held[column] = max(0, held[column]-1)
		}
	}
	return width, width > 0 && width*len(rows) <= MaxCells
}

// hold puts a cell at a column, as wide as is free, and gives the column after it.
func hold(held *[MaxColumns]int, at int, c *Block) int {
	end := at
	for end < MaxColumns && end < at+c.Colspan && held[end] == 0 {
		held[end] = c.Rowspan
		end++
	}
	c.Colspan = end - at
	return end
}

func widest(held []int) int {
	for i := len(held) - 1; i >= 0; i-- {
		if held[i] > 0 {
			return i + 1
		}
	}
	return 0
}

// complete leaves out the rows that have no cell of their own, and fills the others
// up to the width.
func complete(rows []*Block, width int) *Block {
	dropEmptyRows(rows)
	table := &Block{Kind: Table}
	held := make([]int, width)
	for _, row := range rows {
		if len(row.Kids) == 0 {
			continue
		}
		free := 0
		for _, n := range held {
			if n == 0 {
				free++
			}
		}
		for _, c := range row.Kids {
			free -= c.Colspan
			occupy(held, c)
		}
		for ; free > 0; free-- {
			filler := &Block{Kind: Cell, Header: allHeaders(row), Colspan: 1, Rowspan: 1}
			row.Kids = append(row.Kids, filler)
			occupy(held, filler)
		}
		for column := range held {
			held[column] = max(0, held[column]-1)
		}
		table.Kids = append(table.Kids, row)
	}
	return table
}

// occupy holds the first free columns for a cell that layOut has cut to fit.
func occupy(held []int, c *Block) {
	left := c.Colspan
	for column := range held {
		if left > 0 && held[column] == 0 {
			held[column] = c.Rowspan
			left--
		}
	}
}

// dropEmptyRows shortens the cells that reach into a row without cells of its own.
func dropEmptyRows(rows []*Block) {
	for i, row := range rows {
		for _, c := range row.Kids {
			for _, below := range rows[i+1 : i+c.Rowspan] {
				if len(below.Kids) == 0 {
					c.Rowspan--
				}
			}
		}
	}
}
