package imageconsent

import (
	"bytes"
	"container/list"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// Remembered is a store of files that remembers those that were read lately. A name is
// given once, so that what it holds never changes; whether somebody may see it is asked
// before, each time, and never remembered (R33).
type Remembered struct {
	Files
	most int // bytes

	mu     sync.Mutex
	held   int
	order  *list.List // of remembered files, the one that was read last first
	byName map[string]*list.Element
}

type rememberedFile struct {
	name string
	data []byte
}

// largest is the share of the whole that one file may take: what is larger is not remembered.
const largest = 8

// Remember puts a memory of so many bytes before a store.
func Remember(files Files, most int) *Remembered {
	return &Remembered{Files: files, most: most, order: list.New(), byName: map[string]*list.Element{}}
}

// Get reads a file from memory, or else from the store.
func (r *Remembered) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if data, ok := r.find(name); ok {
		return io.NopCloser(bytes.NewReader(data)), nil
	}
	file, err := r.Files.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, int64(r.most/largest)+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, errors.Join(err, file.Close()))
	}
	if len(data) > r.most/largest {
		return rest{io.MultiReader(bytes.NewReader(data), file), file}, nil
	}
	r.keep(name, data)
	return io.NopCloser(bytes.NewReader(data)), file.Close()
}

// Delete forgets a file and deletes it.
func (r *Remembered) Delete(ctx context.Context, name string) error {
	r.mu.Lock()
	if at, ok := r.byName[name]; ok {
		r.drop(at)
	}
	r.mu.Unlock()
	return r.Files.Delete(ctx, name)
}

func (r *Remembered) find(name string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at, ok := r.byName[name]
	if !ok {
		return nil, false
	}
	r.order.MoveToFront(at)
	return at.Value.(rememberedFile).data, true
}

func (r *Remembered) keep(name string, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.byName[name]; ok {
		return
	}
	r.byName[name] = r.order.PushFront(rememberedFile{name, data})
	for r.held += len(data); r.held > r.most; {
		r.drop(r.order.Back())
	}
}

func (r *Remembered) drop(at *list.Element) {
	gone := r.order.Remove(at).(rememberedFile)
	delete(r.byName, gone.name)
	r.held -= len(gone.data)
}

// rest is a file of which the beginning was read already.
type rest struct {
	io.Reader
	io.Closer
}
