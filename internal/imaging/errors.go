package imaging

import (
	"errors"
	"fmt"
)

// What may be wrong with an uploaded picture.
var (
	ErrUnknownType   = errors.New("not a picture of a known type")
	ErrUnsupported   = errors.New("a picture of a known type, in a variant that is not read")
	ErrTooManyBytes  = errors.New("the file is too large")
	ErrTooManyPixels = errors.New("the picture has too many pixels")
	ErrTooManyFrames = errors.New("the animation has too many pixels over all its frames")
	ErrCorrupt       = errors.New("the picture is truncated, damaged or contradicts itself")
	ErrPolyglot      = errors.New("the file is a picture and something else")
	ErrTooSlow       = errors.New("the picture took too long to decode") // it, or the machine: worth another try or two
)

// ErrBox is a box that is not within the picture.
var ErrBox = errors.New("not a box within the picture")

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

func unsupported(what string) error {
	return fmt.Errorf("%w: %s", ErrUnsupported, what)
}
