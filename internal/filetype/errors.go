package filetype

import (
	"errors"
	"fmt"
)

// What may be wrong with a file.
var (
	ErrUnknown   = errors.New("not a file of a type that is taken")
	ErrPicture   = errors.New("a picture, which is not taken as a file")
	ErrOldOffice = errors.New("an office file of the old binary kind, whose macros cannot be told")
	ErrActive    = errors.New("the file can act: it holds a macro, a script, a program or another file")
	ErrLocked    = errors.New("the file is encrypted and cannot be looked into")
	ErrUnpacks   = errors.New("the file unpacks to far more than it is")
	ErrPolyglot  = errors.New("the file is of one type and something else")
	ErrDamaged   = errors.New("the file is truncated, damaged or contradicts itself")
)

func active(what string) error { return fmt.Errorf("%w: %s", ErrActive, what) }

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}
