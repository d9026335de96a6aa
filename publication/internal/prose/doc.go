// Package prose is the shape of what people write here: blocks of text, lists,
// quotations, tables and pictures, and nothing else. Read takes any HTML, however
// broken, wherever it was pasted from; Write gives the one way in which that shape
// is spelled in HTML. For every source
//
//	Write(Read(Write(Read(source)))) == Write(Read(source))
//
// and the page editor's schema (internal/web/assets) accepts exactly this shape,
// so that a text goes through the editor unchanged (R18: nothing edits silently).
//
// The shape:
//
//	document  = { block | table }
//	block     = paragraph | heading 2–4 | preformatted | rule | image | list | quote
//	list      = item { item }              ordered (with its start) or not
//	item      = paragraph { block }        no headings
//	quote     = block { block }
//	table     = row { row }                a full rectangle; only at the top level
//	cell      = block { block }            header or not
//	paragraph, heading = { run }           no space at either end, none doubled
//	preformatted = text without marks
//
// A paragraph is empty only where an item or a cell needs one. Lists and quotes
// nest at most MaxNesting deep; what is deeper comes out flat.
//
// Reading is linear in the length of the source: open elements are counted, never
// recursed into, and past MaxOpen they no longer count.
package prose
