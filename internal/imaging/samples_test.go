package imaging

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// house are the limits that the service has by default.
var house = Limits{MaxBytes: 25 << 20, MaxPixels: 50_000_000}

// samples are the two pictures free of rights, which the demo school shows.
const samples = "../demo/pictures"

func readFile(t testing.TB, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decoded(t testing.TB, data []byte) *image.RGBA {
	t.Helper()
	img, err := Decode(data, house)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// moduleDir finds the files of a module that tests are built with.
func moduleDir(t testing.TB, module string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if dir := strings.TrimSpace(string(out)); err == nil && dir != "" {
		return dir
	}
	t.Skipf("the files of %s are not here", module)
	return ""
}

// gradient is a picture whose every corner differs, a little noisy.
func gradient(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			noise := byte((x*7919 + y*104729) >> 3 & 15)
			img.SetRGBA(x, y, color.RGBA{byte(x*240/w) + noise, byte(y * 255 / h), byte((x + y) * 120 / (w + h)), 255})
		}
	}
	return img
}

func jpegOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// gifOf is an animation of n frames of a size.
func gifOf(t testing.TB, w, h, n int) []byte {
	t.Helper()
	g := &gif.GIF{}
	for i := range n {
		frame := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.White, color.RGBA{200, byte(i), 0, 255}})
		for x := range frame.Pix {
			frame.Pix[x] = byte(x / 3 & 1)
		}
		g.Image, g.Delay = append(g.Image, frame), append(g.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is a JPEG segment.
func segment(marker byte, body string) string {
	return "\xff" + string(marker2(marker)) + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))) + body
}

func marker2(m byte) []byte { return []byte{m} }

// withSegments puts segments behind the beginning of a JPEG.
func withSegments(data []byte, segments ...string) []byte {
	return []byte(string(data[:2]) + strings.Join(segments, "") + string(data[2:]))
}

// chunkPNG is a PNG chunk.
func chunkPNG(kind, body string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(kind+body)))
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + kind + body + string(sum)
}

// withChunks puts chunks behind the header of a PNG.
func withChunks(data []byte, chunks ...string) []byte {
	const header = 8 + 25
	return []byte(string(data[:header]) + strings.Join(chunks, "") + string(data[header:]))
}

// headerOnly is a PNG that declares a size and has next to no pixels.
func headerOnly(w, h uint32) []byte {
	size := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return []byte("\x89PNG\r\n\x1a\n" + chunkPNG("IHDR", string(size)+"\x08\x06\x00\x00\x00") +
		chunkPNG("IDAT", "\x78\x9c\x63\x00\x00\x00\x01\x00\x01") + chunkPNG("IEND", ""))
}

// tiff is EXIF with an orientation, and a place that is nobody's business.
func tiff(order binary.AppendByteOrder, orientation uint16) string {
	mark := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		mark = "MM\x00*"
	}
	b := order.AppendUint32([]byte(mark), 8)
	b = order.AppendUint16(b, 2)
	for _, e := range []struct{ tag, kind, value uint16 }{{0x0110, 3, 77}, {tagOrientation, 3, orientation}} {
		b = order.AppendUint16(order.AppendUint16(b, e.tag), e.kind)
		b = order.AppendUint16(order.AppendUint16(order.AppendUint32(b, 1), e.value), 0)
	}
	return string(order.AppendUint32(b, 0)) + "GPS 43.6045 N 1.4442 E"
}

// takenTIFF is EXIF with the moment at which a camera says that it took the picture.
func takenTIFF(order binary.AppendByteOrder, taken string) string {
	mark := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		mark = "MM\x00*"
	}
	entry := func(b []byte, tag, kind uint16, count, value uint32) []byte {
		b = order.AppendUint16(order.AppendUint16(order.AppendUint16(b, 1), tag), kind)
		return order.AppendUint32(order.AppendUint32(order.AppendUint32(b, count), value), 0)
	}
	const list = 2 + 12 + 4
	b := order.AppendUint32([]byte(mark), 8)
	b = entry(b, tagDetails, exifLong, 1, 8+list)
	b = entry(b, tagTaken, exifText, uint32(len(taken)), 8+2*list)
	return string(b) + taken
}

// riff is a WebP of chunks.
func riff(chunks ...string) []byte {
	body := "WEBP" + strings.Join(chunks, "")
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body)
}

func chunkRIFF(kind, body string) string {
	pad := strings.Repeat("\x00", len(body)%2)
	return kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + pad
}

// webpOf is the lossless WebP of one colour and a size: five codes of one symbol.
func webpOf(w, h int) []byte { return riff(chunkRIFF("VP8L", vp8l(w, h))) }

func vp8l(w, h int) string {
	var bits uint64
	var n int
	put := func(v uint64, width int) { bits |= v << n; n += width }
	put(uint64(w-1), 14)
	put(uint64(h-1), 14)
	put(0, 4) // no alpha, version 0
	put(0, 3) // no transform, no cache, no meta codes
	var out []byte
	flush := func() {
		for ; n >= 8; n -= 8 {
			out = append(out, byte(bits))
			bits >>= 8
		}
	}
	flush()
	for _, symbol := range []uint64{200, 100, 50, 255, 0} { // green, red, blue, alpha, distance
		put(1, 1) // a simple code
		put(0, 1) // of one symbol
		put(1, 1) // of eight bits
		put(symbol, 8)
		flush()
	}
	return "\x2f" + string(append(out, byte(bits), 0))
}

func vp8x(flags byte, w, h int) string {
	b := []byte{flags, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), byte((w - 1) >> 16), byte(h - 1), byte((h - 1) >> 8), byte((h - 1) >> 16)}
	return chunkRIFF("VP8X", string(b))
}
