package imaging

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// upload is a photo of 12 megapixels, as a phone sends it.
func upload(t testing.TB) []byte {
	t.Helper()
	return jpegOf(t, scale(decoded(t, readFile(t, samples, "astronaut.png")), 4000, 3000))
}

// BenchmarkUpload is all that is done to a photo that was sent: decode, faces,
// likeness, derivatives.
func BenchmarkUpload(b *testing.B) {
	data := upload(b)
	for b.Loop() {
		img := decoded(b, data)
		Faces(img)
		likeness(b, img)
		derived(b, img)
	}
}

func BenchmarkDecode(b *testing.B) {
	data := upload(b)
	for b.Loop() {
		decoded(b, data)
	}
}

func BenchmarkFaces(b *testing.B) {
	img := decoded(b, upload(b))
	for b.Loop() {
		Faces(img)
	}
}

func BenchmarkLikeness(b *testing.B) {
	img := decoded(b, upload(b))
	for b.Loop() {
		likeness(b, img)
	}
}

func BenchmarkDerive(b *testing.B) {
	img := decoded(b, upload(b))
	for b.Loop() {
		derived(b, img)
	}
}

func BenchmarkHEIC(b *testing.B) {
	data := readFile(b, moduleDir(b, "github.com/gen2brain/heic"), "testdata", "test.heic")
	decoded(b, data) // makes machine code of the decoder, once
	for b.Loop() {
		decoded(b, data)
	}
}

// A photo of 12 megapixels is 48 MB; never are there more than two of it. What is
// allocated and given back while it is worked on may be more: this counts what
// each step allocates at all.
func TestMemoryIsBounded(t *testing.T) {
	data := upload(t)
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const picture = 4000 * 3000 * 4
	spent := func(do func()) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		do()
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	img := decoded(t, data)
	steps := []struct {
		name string
		do   func()
		most uint64
	}{
		{"inspect", func() { _, _ = Inspect(data, house) }, 64 << 10},
		{"decode", func() { decoded(t, data) }, picture * 3 / 2},
		{"blur", func() { _ = Blur(img, []Box{face}) }, 64 << 10},
		{"faces", func() { Faces(img) }, picture / 3},
		{"likeness", func() { likeness(t, img) }, picture / 2},
		{"derive", func() { derived(t, img) }, picture * 5 / 4},
	}
	for _, s := range steps {
		got := spent(s.do)
		t.Logf("%s: %.1f MB", s.name, float64(got)/1e6)
		if got > s.most {
			t.Errorf("%s allocates %d bytes, at most %d", s.name, got, s.most)
		}
	}
}
