package blob

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Key encrypts every file of a store. It is never printed.
type Key [32]byte

// String keeps a key out of logs.
func (Key) String() string { return "(secret)" }

// GoString does so too.
func (Key) GoString() string { return "(secret)" }

// For derives a key of 32 bytes for another purpose: whoever has it learns nothing of this
// one, nor of one for a third purpose.
func (k Key) For(purpose string) []byte {
	derived, err := hkdf.Key(sha256.New, k[:], nil, purpose, len(k))
	if err != nil {
		panic(err) // the length is one that it takes
	}
	return derived
}

// ErrKey is text that is no key.
var ErrKey = errors.New("a key is 32 bytes, as 64 hexadecimal digits or in base64")

// ParseKey reads a key as 64 hexadecimal digits or in base64, of either alphabet,
// padded or not.
func ParseKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	raw, err := hex.DecodeString(text)
	if err != nil {
		unified := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
		raw, err = base64.RawStdEncoding.DecodeString(unified)
	}
	if err != nil || len(raw) != len(Key{}) {
		return Key{}, ErrKey
	}
	return Key(raw), nil
}

// KeyFile reads the key in a file, which is made with a new random key, readable by
// its owner alone, if it is missing. Processes that start together get the same.
func KeyFile(path string) (Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(path); err != nil {
			return Key{}, fmt.Errorf("make the key for files: %w", err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return Key{}, fmt.Errorf("read the key for files: %w", err)
	}
	key, err := ParseKey(string(text))
	if err != nil {
		return Key{}, fmt.Errorf("read the key for files in %s: %w", path, err)
	}
	return key, nil
}

// makeKey writes a key beside its place and links it there, so that a file with
// the name is always whole; whoever comes second leaves the first one's key.
func makeKey(path string) error {
	var key Key
	if _, err := rand.Read(key[:]); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), privateFolder); err != nil {
		return err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(beside.Name()) }()
	_, err = fmt.Fprintln(beside, hex.EncodeToString(key[:]))
	if err := errors.Join(err, beside.Sync(), beside.Close()); err != nil {
		return err
	}
	if err := os.Link(beside.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
