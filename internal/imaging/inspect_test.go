package imaging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	heic := readFile(t, moduleDir(t, "github.com/gen2brain/heic"), "testdata", "test8.heic")
	dated := func(order binary.AppendByteOrder, taken string) []byte {
		return withSegments(jpegOf(t, gradient(30, 20)), segment(markAPP1, "Exif\x00\x00"+takenTIFF(order, taken)))
	}
	never, day := time.Time{}, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	exif := func(n uint16) string { return segment(markAPP1, "Exif\x00\x00"+tiff(binary.BigEndian, n)) }
	cases := map[string]struct {
		data []byte
		want Info
	}{
		"JPEG":                       {jpegOf(t, gradient(30, 20)), Info{JPEG, 30, 20, 1, never}},
		"JPEG on its side":           {withSegments(jpegOf(t, gradient(30, 20)), exif(6)), Info{JPEG, 20, 30, 6, never}},
		"JPEG upside down":           {withSegments(jpegOf(t, gradient(30, 20)), exif(3)), Info{JPEG, 30, 20, 3, never}},
		"JPEG with a strange turn":   {withSegments(jpegOf(t, gradient(30, 20)), exif(9)), Info{JPEG, 30, 20, 1, never}},
		"JPEG, orientation twice":    {withSegments(jpegOf(t, gradient(30, 20)), exif(6), exif(3)), Info{JPEG, 20, 30, 6, never}},
		"JPEG with padding after it": {append(jpegOf(t, gradient(30, 20)), make([]byte, 4096)...), Info{JPEG, 30, 20, 1, never}},
		"JPEG with a film after it":  {append(jpegOf(t, gradient(30, 20)), "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"...), Info{JPEG, 30, 20, 1, never}},
		"two JPEGs, as some cameras": {bytes.Repeat(jpegOf(t, gradient(30, 20)), 2), Info{JPEG, 30, 20, 1, never}},
		"PNG":                        {pngOf(t, gradient(30, 20)), Info{PNG, 30, 20, 1, never}},
		"PNG on its side":            {withChunks(pngOf(t, gradient(30, 20)), chunkPNG("eXIf", tiff(binary.LittleEndian, 8))), Info{PNG, 20, 30, 8, never}},
		"GIF":                        {gifOf(t, 30, 20, 3), Info{GIF, 30, 20, 1, never}},
		"WebP":                       {webpOf(30, 20), Info{WebP, 30, 20, 1, never}},
		"WebP, extended":             {riff(vp8x(8, 30, 20), chunkRIFF("VP8L", vp8l(30, 20)), chunkRIFF("EXIF", tiff(binary.LittleEndian, 5))), Info{WebP, 20, 30, 5, never}},
		"HEIC":                       {heic, Info{HEIC, 512, 512, 1, never}},
		"JPEG with its day":          {dated(binary.LittleEndian, "2026:11:20 09:41:00"), Info{JPEG, 30, 20, 1, day}},
		"JPEG, the other way round":  {dated(binary.BigEndian, "2026:11:20 09:41:00"), Info{JPEG, 30, 20, 1, day}},
		"JPEG of a camera without":   {dated(binary.LittleEndian, "0000:00:00 00:00:00"), Info{JPEG, 30, 20, 1, never}},
		"JPEG whose day is cut off":  {dated(binary.LittleEndian, "2026:11"), Info{JPEG, 30, 20, 1, never}},
	}
	for name, c := range cases {
		got, err := Inspect(c.data, house)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		if img, err := Decode(c.data, house); err != nil || img.Rect != image.Rect(0, 0, c.want.Width, c.want.Height) {
			t.Errorf("%s: decode: %v, want %d × %d", name, err, c.want.Width, c.want.Height)
		}
	}
}

// bad are files that are refused, with the reason.
func bad(t testing.TB) map[string]struct {
	data []byte
	want error
} {
	t.Helper()
	jpg, pic, ani, web := jpegOf(t, gradient(30, 20)), pngOf(t, gradient(30, 20)), gifOf(t, 30, 20, 2), webpOf(30, 20)
	after := func(data []byte, tail string) []byte { return append(bytes.Clone(data), tail...) }
	sof := bytes.Index(jpg, []byte("\xff\xc0"))
	frame := string(jpg[sof : sof+19])
	return map[string]struct {
		data []byte
		want error
	}{
		"nothing":        {nil, ErrUnknownType},
		"text":           {[]byte("Bonjour"), ErrUnknownType},
		"SVG":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), ErrUnknownType},
		"BMP":            {[]byte("BM\x00\x00\x00\x00"), ErrUnknownType},
		"PDF first":      {after([]byte("%PDF-1.7\n"), string(jpg)), ErrUnknownType},
		"a film":         {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), ErrUnknownType},
		"AVIF":           {[]byte("\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf"), ErrUnknownType},
		"too many bytes": {append(bytes.Clone(jpg), make([]byte, house.MaxBytes)...), ErrTooManyBytes},

		"PNG bomb":                   {headerOnly(65535, 65535), ErrTooManyPixels},
		"PNG of all the sizes":       {headerOnly(1<<31-1, 1<<31-1), ErrTooManyPixels},
		"PNG of more":                {headerOnly(1<<32-1, 1), ErrCorrupt},
		"PNG that lies":              {headerOnly(7000, 7000), ErrCorrupt},
		"PNG of no size":             {headerOnly(0, 10), ErrCorrupt},
		"PNG, damaged sum":           {flip(pic, 30), ErrCorrupt},
		"PNG, two headers":           {withChunks(pic, string(pic[8:33])), ErrCorrupt},
		"PNG, no header":             {append(bytes.Clone(pic[:8]), pic[33:]...), ErrCorrupt},
		"PNG, huge frames":           {withChunks(pic, strings.Repeat(chunkPNG("fcTL", "\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\xff\xff"), 2)), ErrTooManyFrames},
		"JPEG bomb":                  {bytes.Replace(jpg, []byte(frame[5:9]), []byte("\xff\xff\xff\xff"), 1), ErrTooManyPixels},
		"JPEG that lies":             {bytes.Replace(jpg, []byte(frame[5:9]), []byte("\x1b\x58\x1b\x58"), 1), ErrCorrupt},
		"JPEG, two frames":           {withSegments(jpg, frame), ErrCorrupt},
		"JPEG, no frame":             {bytes.Replace(jpg, []byte(frame), nil, 1), ErrCorrupt},
		"JPEG of no height":          {bytes.Replace(jpg, []byte(frame[5:7]), []byte{0, 0}, 1), ErrCorrupt},
		"JPEG, a start within":       {withSegments(jpg, "\xff\xd8"), ErrCorrupt},
		"JPEG, a segment of 0 bytes": {withSegments(jpg, "\xff\xe1\x00\x00"), ErrCorrupt},
		"JPEG, no scan":              {[]byte("\xff\xd8" + frame + "\xff\xd9"), ErrCorrupt},
		"JPEG, nothing":              {[]byte("\xff\xd8\xff\xd9"), ErrCorrupt},
		"GIF bomb":                   {at(ani, 6, "\xff\xff\xff\xff"), ErrTooManyPixels},
		"GIF of no size":             {at(ani, 6, "\x00\x00\x00\x00"), ErrCorrupt},
		"GIF, many large frames":     {hugeGIF(300), ErrTooManyFrames},
		"GIF, no frame":              {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00\x3b"), ErrCorrupt},
		"GIF, odd block":             {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00\x99"), ErrCorrupt},
		"GIF, frame off screen":      {at(ani, 6, "\x02\x00\x02\x00"), ErrCorrupt},
		"WebP, canvas lies":          {riff(vp8x(0, 9000, 5000), chunkRIFF("VP8L", vp8l(30, 20))), ErrCorrupt},
		"WebP, picture lies":         {riff(vp8x(0, 30, 20), chunkRIFF("VP8L", vp8l(16000, 3000))), ErrCorrupt},
		"WebP, huge canvas":          {riff(vp8x(0, 1<<24, 1<<24)), ErrTooManyPixels},
		"WebP bomb":                  {webpOf(16384, 16384), ErrTooManyPixels},
		"WebP, two pictures":         {riff(chunkRIFF("VP8L", vp8l(30, 20)), chunkRIFF("VP8L", vp8l(30, 20))), ErrCorrupt},
		"WebP, animated":             {riff(vp8x(2, 30, 20), chunkRIFF("ANIM", "\x00\x00\x00\x00\x00\x00"), chunkRIFF("ANMF", "")), ErrUnsupported},
		"WebP, nothing in it":        {riff(chunkRIFF("XMP ", "nothing here")), ErrCorrupt},
		"HEIC, no description":       {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), ErrCorrupt},

		"JPEG and ZIP":             {after(jpg, "PK\x03\x04rest"), ErrPolyglot},
		"JPEG, padding and ZIP":    {after(jpg, "\x00\x00\nPK\x03\x04rest"), ErrPolyglot},
		"JPEG with a ZIP's end":    {withSegments(jpg, segment(0xfe, "x")+segment(0xfe, "y")), nil},
		"JPEG and HTML":            {after(jpg, "\x00<HTML><body onload=x>"), ErrPolyglot},
		"JPEG and script":          {after(jpg, "\x01\x02<ScRiPt src=x>"), ErrPolyglot},
		"JPEG and JavaScript":      {after(jpg, "*/=alert(document.domain)//"), ErrPolyglot},
		"JPEG and PHP":             {after(jpg, "\x80<?php eval($_GET[0]);"), ErrPolyglot},
		"JPEG and shell":           {after(jpg, "#!/bin/sh\x80"), ErrPolyglot},
		"JPEG and ELF":             {after(jpg, "\x7fELF\x02"), ErrPolyglot},
		"JPEG and Windows program": {after(jpg, "MZ\x90\x00"), ErrPolyglot},
		"JPEG and PDF":             {after(jpg, "\x00\x01%PDF-1.4"), ErrPolyglot},
		"JPEG, PDF in a comment":   {withSegments(jpg, segment(0xfe, "\n%PDF-1.4\n1 0 obj")), ErrPolyglot},
		"PNG and RAR":              {after(pic, "Rar!\x1a\x07\x01\x00"), ErrPolyglot},
		"PNG and 7z":               {after(pic, "7z\xbc\xaf\x27\x1c"), ErrPolyglot},
		"PNG and gzip":             {after(pic, "\x1f\x8b\x08\x00"), ErrPolyglot},
		"GIF and JavaScript":       {after(ani, "=1;alert(document.cookie);"), ErrPolyglot},
		"WebP and SVG":             {after(web, "<svg onload=x>"), ErrPolyglot},
		"PNG, ZIP in a chunk":      {withChunks(pic, chunkPNG("teSt", zipInside(pic))), ErrPolyglot},
	}
}

func flip(data []byte, at int) []byte {
	b := bytes.Clone(data)
	b[at] ^= 0x10
	return b
}

func at(data []byte, offset int, with string) []byte {
	b := bytes.Clone(data)
	copy(b[offset:], with)
	return b
}

// hugeGIF is small, and n full screens long.
func hugeGIF(n int) []byte {
	const screen, frame = "\x88\x13\x88\x13", "\x2c\x00\x00\x00\x00\x88\x13\x88\x13\x00\x08\xff"
	block := strings.Repeat("\x00", 255)
	return []byte("GIF89a" + screen + "\x80\x00\x00\x00\x00\x00\xff\xff\xff" +
		"\x2c\x00\x00\x00\x00\x88\x13\x88\x13\x00\x08" + strings.Repeat("\xff"+block, 40) + "\x00" +
		strings.Repeat(frame+block+"\x00", n) + "\x3b")
}

// zipInside is the end of an archive whose comment is the rest of the PNG.
func zipInside(data []byte) string {
	const header, sum = 8 + 25, 4
	rest := len(data) - header + sum
	return "PK\x05\x06" + strings.Repeat("\x00", 16) + string(binary.LittleEndian.AppendUint16(nil, uint16(rest)))
}

func TestBadFilesAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range bad(t) {
		if _, err := Decode(c.data, house); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Whatever a file says, looking at it costs little.
func TestInspectAllocatesLittle(t *testing.T) {
	for name, c := range bad(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = Inspect(c.data, house)
		runtime.ReadMemStats(&after)
		if spent := after.TotalAlloc - before.TotalAlloc; spent > uint64(2*len(c.data))+64<<10 && name != "too many bytes" {
			t.Errorf("%s: %d bytes for a file of %d", name, spent, len(c.data))
		}
	}
}

// good are files of every format.
func good(t testing.TB) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		"jpeg": jpegOf(t, gradient(60, 40)), "png": pngOf(t, gradient(60, 40)), "gif": gifOf(t, 60, 40, 2), "webp": webpOf(60, 40),
		"heic": readFile(t, moduleDir(t, "github.com/gen2brain/heic"), "testdata", "test8.heic"),
	}
}

func TestTruncatedFilesAreRefused(t *testing.T) {
	t.Parallel()
	for name, data := range good(t) {
		for n := 0; n < len(data); n += max(1, len(data)/400) {
			_, err := Inspect(data[:n], house)
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrUnknownType) && !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(data), err)
			}
		}
	}
}

// Flipped bits may leave a picture, but never anything else than a picture or one
// of our errors.
func TestFlippedBytes(t *testing.T) {
	t.Parallel()
	for name, data := range good(t) {
		step := max(1, len(data)/300)
		if name == "heic" {
			step = max(1, len(data)/8) // each goes through the sandbox
		}
		for at := 0; at < len(data); at += step {
			answered(t, flip(data, at))
		}
	}
}

// answered fails where a file gives neither a picture within the limits nor one of
// our errors.
func answered(t *testing.T, data []byte) {
	t.Helper()
	img, err := Decode(data, house)
	if err == nil {
		if img.Rect.Dx()*img.Rect.Dy() > house.MaxPixels {
			t.Errorf("%v is beyond the limits", img.Rect)
		}
		return
	}
	for _, known := range []error{ErrUnknownType, ErrUnsupported, ErrTooManyBytes, ErrTooManyPixels, ErrTooManyFrames, ErrCorrupt, ErrPolyglot} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Errorf("an error that is none of ours: %v", err)
}

func FuzzDecode(f *testing.F) {
	small := Limits{MaxBytes: 1 << 20, MaxPixels: 1 << 16}
	for _, data := range good(f) {
		f.Add(data)
	}
	for _, c := range bad(f) {
		if len(c.data) <= small.MaxBytes {
			f.Add(c.data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		info, inspected := Inspect(data, small)
		img, err := Decode(data, small)
		switch {
		case inspected != nil && err == nil:
			t.Fatalf("decoded what was refused: %v", inspected)
		case err == nil && (img.Rect.Dx() != info.Width || img.Rect.Dy() != info.Height || info.Width*info.Height > small.MaxPixels):
			t.Fatalf("%v, inspected as %+v", img.Rect, info)
		}
	})
}
