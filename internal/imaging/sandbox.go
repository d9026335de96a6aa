package imaging

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"image"
	"io"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// heifWasm is libheif 1.18.2 with libde265 1.0.15, compiled to WebAssembly by
// github.com/gen2brain/heic, whose file it is: see heif/README.md. It is run here
// and not by that module, which prefers a native libheif wherever one is
// installed: memory-unsafe code in our address space, fed by strangers, with
// other results on other machines. In the sandbox hostile pictures reach no file,
// no network and no more memory and time than they are given.
//
//go:embed heif/heif.wasm.gz
var heifWasm []byte

const (
	pageBytes     = 64 << 10
	sandboxBase   = 96 << 20        // what the decoder takes whatever the size
	sandboxPixel  = 16              // bytes a pixel: its frames and their copies
	sandboxTime   = 3 * time.Minute // seconds, on a machine that is not overrun
	maxSandbox    = 1 << 16         // pages, 4 GiB: all that a 32-bit machine can have
	planeAlign    = 16
	formYCbCr     = 0
	formRGB       = 1
	formGray      = 2
	decoderFields = 5
)

// heifCode is the module unpacked, and what keeps the machine code that is made of
// it, once: a runtime that stays, beside those of each picture.
var heifCode = sync.OnceValues(func() ([]byte, wazero.CompilationCache) {
	r, err := gzip.NewReader(bytes.NewReader(heifWasm))
	if err != nil {
		panic(fmt.Sprintf("the embedded HEIC decoder: %v", err)) // a broken build
	}
	code, err := io.ReadAll(r)
	if err != nil {
		panic(fmt.Sprintf("the embedded HEIC decoder: %v", err))
	}
	cache := wazero.NewCompilationCache()
	ctx := context.Background()
	if _, err := wazero.NewRuntimeWithConfig(ctx, sandboxConfig(cache)).CompileModule(ctx, code); err != nil {
		panic(fmt.Sprintf("the embedded HEIC decoder: %v", err))
	}
	return code, cache
})

func sandboxConfig(cache wazero.CompilationCache) wazero.RuntimeConfig {
	return wazero.NewRuntimeConfig().WithCompilationCache(cache).WithCloseOnContextDone(true)
}

// decodeHEIC decodes the primary picture, turned and cropped as the file says, in
// a sandbox of its own.
func decodeHEIC(data []byte, s survey) (image.Image, error) {
	code, cache := heifCode()
	ctx, cancel := context.WithTimeout(context.Background(), sandboxTime)
	defer cancel()
	pages := (sandboxBase + int64(sandboxPixel)*int64(s.width)*int64(s.height)) / pageBytes
	rt := wazero.NewRuntimeWithConfig(ctx, sandboxConfig(cache).WithMemoryLimitPages(uint32(min(pages, maxSandbox))))
	defer rt.Close(context.WithoutCancel(ctx))
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, rt); err != nil {
		return nil, fmt.Errorf("start the HEIC sandbox: %w", err)
	}
	mod, err := rt.InstantiateWithConfig(ctx, code, wazero.NewModuleConfig())
	if err != nil {
		return nil, fmt.Errorf("start the HEIC sandbox: %w", err)
	}
	return (&sandbox{ctx: ctx, mod: mod}).decode(data[:s.end], s)
}

// sandbox is one run of the decoder.
type sandbox struct {
	ctx context.Context //nolint:containedctx // lives as long as one call of decodeHEIC
	mod api.Module
}

var errSandbox = errors.New("the HEIC decoder gave up")

// call runs an exported function; it fails when the answer is zero.
func (s *sandbox) call(name string, args ...uint64) (uint32, error) {
	res, err := s.mod.ExportedFunction(name).Call(s.ctx, args...)
	switch {
	case s.ctx.Err() != nil:
		return 0, fmt.Errorf("%w: %s", ErrTooSlow, sandboxTime)
	case err != nil:
		return 0, fmt.Errorf("%w: %w", errSandbox, err)
	case uint32(res[0]) == 0:
		return 0, fmt.Errorf("%w: %s", errSandbox, name)
	}
	return uint32(res[0]), nil
}

// decode asks the decoder for its own view of the picture, holds that against what
// the survey found, and only then lets it decode.
func (s *sandbox) decode(data []byte, want survey) (image.Image, error) {
	in, err := s.call("malloc", uint64(len(data)))
	if err != nil {
		return nil, err
	}
	fields, err := s.call("malloc", 4*decoderFields)
	if err != nil {
		return nil, err
	}
	if !s.mod.Memory().Write(in, data) {
		return nil, errSandbox
	}
	args := []uint64{uint64(in), uint64(len(data)), 1}
	for i := range uint64(decoderFields) {
		args = append(args, uint64(fields)+4*i)
	}
	if _, err := s.call("decode", append(args, 0)...); err != nil {
		return nil, err
	}
	p, err := s.plan(fields, want)
	if err != nil {
		return nil, err
	}
	out, err := s.call("malloc", uint64(p.size()))
	if err != nil {
		return nil, err
	}
	args[2] = 0
	if _, err := s.call("decode", append(args, uint64(out))...); err != nil {
		return nil, err
	}
	pixels, ok := s.mod.Memory().Read(out, uint32(p.size()))
	if !ok {
		return nil, errSandbox
	}
	return p.image(pixels), nil
}

// plan is how the decoder lays out what it decodes.
type plan struct {
	width, height int
	form          uint32
	chroma        image.YCbCrSubsampleRatio
	premultiplied bool
}

func (s *sandbox) plan(fields uint32, want survey) (plan, error) {
	var v [decoderFields]uint32
	for i := range v {
		var ok bool
		if v[i], ok = s.mod.Memory().ReadUint32Le(fields + 4*uint32(i)); !ok {
			return plan{}, errSandbox
		}
	}
	ratios := map[uint32]image.YCbCrSubsampleRatio{1: image.YCbCrSubsampleRatio420, 2: image.YCbCrSubsampleRatio422, 3: image.YCbCrSubsampleRatio444}
	ratio, known := ratios[v[3]]
	p := plan{int(v[0]), int(v[1]), v[2], ratio, v[4] == 1}
	switch {
	case p.width != want.width || p.height != want.height:
		return p, corrupt("it is %d × %d and says %d × %d", p.width, p.height, want.width, want.height)
	case p.form > formGray, p.form == formYCbCr && !known:
		return p, unsupported("colours laid out in an unknown way")
	}
	return p, nil
}

// strides are how many bytes a row takes, in the first plane and in the others.
func (p plan) strides() (row, chroma int) {
	align := func(n int) int { return (n + planeAlign - 1) &^ (planeAlign - 1) }
	switch {
	case p.form == formRGB:
		return align(4 * p.width), 0
	case p.form == formYCbCr && p.chroma == image.YCbCrSubsampleRatio444:
		return align(p.width), align(p.width)
	case p.form == formYCbCr:
		return align(p.width), align((p.width + 1) / 2)
	default:
		return align(p.width), 0
	}
}

// chromaRows is how many rows the second and third plane have.
func (p plan) chromaRows() int {
	if p.chroma == image.YCbCrSubsampleRatio420 {
		return (p.height + 1) / 2
	}
	return p.height
}

func (p plan) size() int {
	row, chroma := p.strides()
	return row*p.height + 2*chroma*p.chromaRows()
}

// image puts a face on decoded bytes, which it keeps.
func (p plan) image(pixels []byte) image.Image {
	rect := image.Rect(0, 0, p.width, p.height)
	row, chroma := p.strides()
	switch {
	case p.form == formGray:
		return &image.Gray{Pix: pixels, Stride: row, Rect: rect}
	case p.form == formRGB && p.premultiplied:
		return &image.RGBA{Pix: pixels, Stride: row, Rect: rect}
	case p.form == formRGB:
		return &image.NRGBA{Pix: pixels, Stride: row, Rect: rect}
	}
	cb, cr := row*p.height, row*p.height+chroma*p.chromaRows()
	return &image.YCbCr{
		Y: pixels[:cb:cb], Cb: pixels[cb:cr:cr], Cr: pixels[cr:],
		YStride: row, CStride: chroma, SubsampleRatio: p.chroma, Rect: rect,
	}
}
