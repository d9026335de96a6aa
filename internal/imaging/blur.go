package imaging

import (
	"fmt"
	"image"
)

// Box is a rectangle in a picture, in shares of its width and height: 0 is left
// or top, 1 is right or bottom.
type Box struct {
	X, Y, W, H float64
}

// Valid reports whether a box has a size and its corner is within the picture.
func (b Box) Valid() bool {
	return b.X >= 0 && b.X < 1 && b.Y >= 0 && b.Y < 1 && b.W > 0 && b.W <= 1 && b.H > 0 && b.H <= 1
}

const (
	headWidth  = 1.8 // a head with its hair, in widths of the face's box
	headAbove  = 0.6 // how far it goes above the box, in heights of it
	headBelow  = 0.3 // and below
	blurCells  = 4   // how many means are kept, across and down
	blurLevels = 8   // how many values a mean may have, per colour
)

// head is the part of a picture that a box around a face stands for: the face,
// hair, ears and chin, cut where the picture ends.
func (b Box) head(bounds image.Rectangle) image.Rectangle {
	w, h := float64(bounds.Dx()), float64(bounds.Dy())
	left, right := b.X-b.W*(headWidth-1)/2, b.X+b.W*(headWidth+1)/2
	top, bottom := b.Y-b.H*headAbove, b.Y+b.H*(1+headBelow)
	return image.Rect(int(left*w)-1, int(top*h)-1, int(right*w)+1, int(bottom*h)+1).Add(bounds.Min).Intersect(bounds)
}

// Blur makes the heads in boxes around faces unrecognisable, in place, so that
// nothing unblurred is left to be published by mistake (R32). A head becomes
// blurCells × blurCells means, whatever its size, each rounded to blurLevels values
// per colour, and a gradient between them: 144 bits in all, which is all that is
// left of it in the pixels. A box that is not within the picture is ErrBox, and
// then nothing was blurred.
func Blur(img *image.RGBA, boxes []Box) error {
	for _, b := range boxes {
		if !b.Valid() {
			return fmt.Errorf("%w: %+v", ErrBox, b)
		}
	}
	for _, b := range boxes {
		region := b.head(img.Rect)
		paint(img, region, means(img, region))
	}
	return nil
}

// cells are the colours that a region is reduced to.
type cells [blurCells][blurCells][3]int

// means pixelates: the mean of each cell, rounded to few levels.
func means(img *image.RGBA, region image.Rectangle) cells {
	var all cells
	for cy := range blurCells {
		for cx := range blurCells {
			for i, mean := range mean(img, cell(region, cx, cy)) {
				level := (mean*(blurLevels-1) + 127) / 255
				all[cy][cx][i] = level * 255 / (blurLevels - 1)
			}
		}
	}
	return all
}

// cell is one of the cells of a region, one pixel at least.
func cell(region image.Rectangle, cx, cy int) image.Rectangle {
	x0, y0 := region.Min.X+region.Dx()*cx/blurCells, region.Min.Y+region.Dy()*cy/blurCells
	x1, y1 := region.Min.X+region.Dx()*(cx+1)/blurCells, region.Min.Y+region.Dy()*(cy+1)/blurCells
	return image.Rect(x0, y0, max(x1, x0+1), max(y1, y0+1)).Intersect(region)
}

func mean(img *image.RGBA, part image.Rectangle) [3]int {
	var sum [3]int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := img.Pix[img.PixOffset(part.Min.X, y):img.PixOffset(part.Max.X, y)]
		for i := 0; i < len(row); i += 4 {
			sum[0] += int(row[i])
			sum[1] += int(row[i+1])
			sum[2] += int(row[i+2])
		}
	}
	n := max(1, part.Dx()*part.Dy())
	return [3]int{sum[0] / n, sum[1] / n, sum[2] / n}
}

// paint blurs: every pixel of the region becomes a blend of the four cells around
// it, and depends on nothing else.
func paint(img *image.RGBA, region image.Rectangle, colours cells) {
	for y := region.Min.Y; y < region.Max.Y; y++ {
		y0, y1, fy := between(y-region.Min.Y, region.Dy())
		for x := region.Min.X; x < region.Max.X; x++ {
			x0, x1, fx := between(x-region.Min.X, region.Dx())
			p := img.Pix[img.PixOffset(x, y):]
			for i := range 3 {
				top := colours[y0][x0][i]*(256-fx) + colours[y0][x1][i]*fx
				bottom := colours[y1][x0][i]*(256-fx) + colours[y1][x1][i]*fx
				p[i] = byte((top*(256-fy) + bottom*fy + 1<<15) >> 16)
			}
		}
	}
}

// between finds the two cells whose centres a position lies between, and how far
// from the first, in 256ths.
func between(at, length int) (first, second, share int) {
	position := ((2*at+1)*blurCells*256/(2*length) - 128)
	first = position >> 8
	share = position & 0xff
	return min(max(first, 0), blurCells-1), min(max(first+1, 0), blurCells-1), share
}
