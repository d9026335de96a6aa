package imaging

import (
	"bytes"
	"fmt"
	"time"
)

// Format is a type of picture file.
type Format string

// The formats that are read.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	GIF  Format = "gif"
	WebP Format = "webp"
	HEIC Format = "heic"
)

// Limits bound what a picture may cost.
type Limits struct {
	MaxBytes  int // of the file
	MaxPixels int // of the picture; those of all frames together may be maxFrames times as many
}

// maxFrames is how many full pictures an animation may amount to. Only the first
// frame is ever decoded, so this refuses what is sent to hurt somebody else.
const maxFrames = 20

// Info is what the bytes of a picture say of it.
type Info struct {
	Format        Format
	Width, Height int // as it is shown, with its orientation applied
	Orientation   int // 1 to 8, as in EXIF; 1 where the decoder turns the picture itself
	// Taken is the day that EXIF says, at midnight UTC; zero where it says none, and of HEIC.
	Taken time.Time
}

// survey is what a walk through a file's structure finds, without decoding.
type survey struct {
	width, height int // as stored
	orientation   int
	taken         time.Time
	end           int   // where the picture's own bytes stop
	area          int64 // pixels over all frames
	packed        int64 // bytes of compressed pixels
	least         int64 // bytes below which so many pixels cannot have been compressed
	profile       []byte
}

// formats pairs each format with what its files begin with and who walks them.
var formats = []struct {
	format Format
	begins func([]byte) bool
	walk   func([]byte) (survey, error)
	decode decoder
}{
	{JPEG, prefix("\xff\xd8\xff"), surveyJPEG, decodeJPEG},
	{PNG, prefix("\x89PNG\r\n\x1a\n"), surveyPNG, decodePNG},
	{GIF, func(b []byte) bool { return prefix("GIF87a")(b) || prefix("GIF89a")(b) }, surveyGIF, decodeGIF},
	{WebP, func(b []byte) bool { return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" }, surveyWebP, decodeWebP},
	{HEIC, beginsHEIC, surveyHEIC, decodeHEIC},
}

func prefix(magic string) func([]byte) bool {
	return func(b []byte) bool { return bytes.HasPrefix(b, []byte(magic)) }
}

// Inspect reads type and size from the structure of a picture, without decoding
// it and whatever its name said. Its answer allocates nothing that grows with
// what the file declares. The errors are those of this package, wrapped: of two,
// the first in the order ErrTooManyBytes, ErrUnknownType, ErrUnsupported or
// ErrCorrupt for what cannot be walked, ErrTooManyPixels, ErrTooManyFrames,
// ErrCorrupt for fewer bytes than so many pixels take, ErrPolyglot.
func Inspect(data []byte, limits Limits) (Info, error) {
	info, _, _, err := inspect(data, limits)
	return info, err
}

func inspect(data []byte, limits Limits) (Info, survey, decoder, error) {
	if len(data) > limits.MaxBytes {
		return Info{}, survey{}, nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooManyBytes, len(data), limits.MaxBytes)
	}
	for _, f := range formats {
		if !f.begins(data) {
			continue
		}
		s, err := f.walk(data)
		if err == nil {
			err = s.judge(data, limits)
		}
		if err != nil {
			return Info{}, survey{}, nil, fmt.Errorf("%s: %w", f.format, err)
		}
		return s.info(f.format), s, f.decode, nil
	}
	return Info{}, survey{}, nil, ErrUnknownType
}

// judge holds what a walk found against the limits and against itself.
func (s survey) judge(data []byte, limits Limits) error {
	switch pixels := int64(s.width) * int64(s.height); {
	case s.width < 1 || s.height < 1:
		return corrupt("%d × %d pixels", s.width, s.height)
	case pixels > int64(limits.MaxPixels):
		return fmt.Errorf("%w: %d × %d, at most %d", ErrTooManyPixels, s.width, s.height, limits.MaxPixels)
	case s.area > maxFrames*int64(limits.MaxPixels):
		return fmt.Errorf("%w: %d, at most %d", ErrTooManyFrames, s.area, maxFrames*int64(limits.MaxPixels))
	case s.packed < s.least:
		return corrupt("%d × %d pixels cannot come out of %d bytes", s.width, s.height, s.packed)
	}
	return checkTail(data, s.end)
}

func (s survey) info(format Format) Info {
	i := Info{Format: format, Width: s.width, Height: s.height, Orientation: max(s.orientation, 1), Taken: s.taken}
	if i.Orientation > 4 {
		i.Width, i.Height = i.Height, i.Width
	}
	return i
}
