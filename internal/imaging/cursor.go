package imaging

import "encoding/binary"

// cursor reads a file's structure from front to back. Reading past the end gives
// zeroes and sets short, so that a walk asks once.
type cursor struct {
	data  []byte
	at    int
	short bool
}

// take gives the next n bytes, nil if there are not so many.
func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.data)-c.at {
		c.at, c.short = len(c.data), true
		return nil
	}
	c.at += n
	return c.data[c.at-n : c.at : c.at]
}

func (c *cursor) u8() int {
	if b := c.take(1); b != nil {
		return int(b[0])
	}
	return 0
}

// number reads an unsigned number of 2 or 4 bytes.
func (c *cursor) number(order binary.ByteOrder, size int) int {
	b := c.take(size)
	switch {
	case b == nil:
		return 0
	case size == 2:
		return int(order.Uint16(b))
	default:
		return int(order.Uint32(b))
	}
}

func (c *cursor) be16() int { return c.number(binary.BigEndian, 2) }
func (c *cursor) be32() int { return c.number(binary.BigEndian, 4) }
func (c *cursor) le16() int { return c.number(binary.LittleEndian, 2) }
func (c *cursor) le32() int { return c.number(binary.LittleEndian, 4) }

func (c *cursor) done() bool { return c.at >= len(c.data) }
