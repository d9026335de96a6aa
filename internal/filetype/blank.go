package filetype

import (
	"io"
)

// Blanked reads a file with its blanks written over: what a box was called becomes
// "free", and what was in it zeros. Its length stays.
func Blanked(r io.Reader, blanks []Blank) io.Reader { return &blanked{r, blanks, 0} }

type blanked struct {
	from   io.Reader
	blanks []Blank
	at     int64
}

func (b *blanked) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	for _, blank := range b.blanks {
		for at := max(blank.At, b.at); at < min(blank.At+blank.Bytes, b.at+int64(n)); at++ {
			p[at-b.at] = 0
			if within := at - blank.At; within < int64(len(freeBox)) {
				p[at-b.at] = freeBox[within]
			}
		}
	}
	b.at += int64(n)
	return n, err
}
