package api

import (
	"io"
	"strconv"
)

// file is what a call answers with in place of JSON: bytes of a store.
type file struct {
	data  io.ReadCloser                 // closed when it is sent, or was not needed
	open  func() (io.ReadCloser, error) // in place of data: only where it is sent
	media string
	keep  bool  // a browser shows it in no page
	bytes int64 // 0 where it is not known beforehand
}

// send streams the file. What nobody has looked into is to be kept, and not shown.
func (f *file) send(c *call, status int) error {
	if f.open != nil {
		var err error
		if f.data, err = f.open(); err != nil {
			return err
		}
	}
	header := c.Response().Header()
	if f.bytes > 0 {
		header.Set("Content-Length", strconv.FormatInt(f.bytes, 10))
	}
	if f.media == anyBytes || f.keep {
		header.Set("Content-Disposition", "attachment")
	}
	return c.Stream(status, f.media, f.data)
}

// close gives the file back; without one there is nothing to do.
func (f *file) close() {
	if f != nil && f.data != nil {
		_ = f.data.Close() // it was only read
	}
}

// The media types of files: whatever it is, a table for a spreadsheet, and what nobody has
// looked into.
const (
	mediaAny   = "*/*"
	mediaTable = "text/csv"
	anyBytes   = "application/octet-stream"
)
