package prose

import (
	"regexp"
	"strings"
	"unicode"
)

// bullet is what a word processor says of a paragraph that it shows as a list's
// item: how deep, how marked. Level 0 says nothing.
type bullet struct {
	level   int
	ordered bool
	start   int
}

var wordLevel = regexp.MustCompile(`\blevel([1-9])\b`)

// wordBullet reads Word's mso-list style. "Ignore" is for the marker itself.
func wordBullet(style string) bullet {
	m := wordLevel.FindStringSubmatch(style)
	if m == nil {
		return bullet{}
	}
	return bullet{level: int(m[1][0] - '0'), start: 1}
}

// marker is the bullet or number that a word processor writes into the text, with
// the hard spaces that set the item's text off. Nobody types that, and tidied text
// never has it.
var marker = regexp.MustCompile(`^[ \t\r\n]*(?:([·•▪◦§o–-])|(\d{1,4}|[a-zA-Z])[.)])(?:[ \t\r\n]*\x{a0}){2,}[ \t\r\n\x{a0}]*`)

// maxMarker is how far into a text a marker is looked for, in bytes.
const maxMarker = 200

// isBulleted reports whether a loose paragraph is an item without a list.
func isBulleted(b *Block) bool {
	if b.Kind != Paragraph {
		return false
	}
	return b.bullet.level > 0 || marker.MatchString(beginning(b.Runs))
}

// beginning gives the first characters of a text, whatever their format.
func beginning(runs []Run) string {
	var s strings.Builder
	for _, r := range runs {
		if r.Break || s.Len() >= maxMarker {
			break
		}
		for _, c := range r.Text {
			if s.Len() >= maxMarker {
				break
			}
			if c = visible(c); c != -1 {
				s.WriteRune(c)
			}
		}
	}
	return s.String()
}

// bullets makes real lists of paragraphs with markers.
func (p place) bullets(paragraphs []*Block) []*Block {
	root := &Block{Kind: Document}
	lists := []*Block{root} // the innermost last; lists[n] is at level n
	for _, paragraph := range paragraphs {
		item, b := unmark(paragraph)
		level := clamp(b.level, 1, len(lists))
		if level < len(lists) {
			lists = lists[:level+1]
		}
		if level == len(lists) || lists[level].Ordered != b.ordered {
			list := &Block{Kind: List, Ordered: b.ordered, Start: b.start}
			lists = append(lists[:level], list)
			into := lists[level-1]
			if level > 1 {
				into = into.Kids[len(into.Kids)-1]
			}
			into.Kids = append(into.Kids, list)
		}
		lists[level].Kids = append(lists[level].Kids, &Block{Kind: Item, Kids: []*Block{item}})
	}
	var out []*Block
	for _, list := range root.Kids {
		out = append(out, p.list(list)...)
	}
	return out
}

// unmark takes the marker off a paragraph, and says what it was.
func unmark(paragraph *Block) (*Block, bullet) {
	b := paragraph.bullet
	item := &Block{Kind: Paragraph, Lang: paragraph.Lang, Runs: paragraph.Runs}
	text := beginning(paragraph.Runs)
	if m := marker.FindStringSubmatch(text); m != nil {
		b.ordered = m[2] != ""
		b.start = clamp(number(m[2], 1), 0, 9999)
		if b.level == 0 {
			b.level = usualLevel(m[1], m[2])
		}
		item.Runs = skipVisible(paragraph.Runs, m[0])
	}
	return item, b
}

// usualLevel guesses how deep an item is from its marker, as word processors choose
// them when nobody does.
func usualLevel(sign, number string) int {
	switch {
	case sign == "§" || sign == "▪":
		return 3
	case sign == "o" || sign == "◦" || number != "" && !unicode.IsDigit(rune(number[0])):
		return 2
	default:
		return 1
	}
}

// skipVisible leaves out as many visible characters as the prefix has.
func skipVisible(runs []Run, prefix string) []Run {
	left := len([]rune(prefix))
	for i, r := range runs {
		for at, c := range r.Text {
			if left == 0 {
				rest := append([]Run{{Text: r.Text[at:], Format: r.Format}}, runs[i+1:]...)
				return rest
			}
			if visible(c) != -1 {
				left--
			}
		}
	}
	return nil
}
