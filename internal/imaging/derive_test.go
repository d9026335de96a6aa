package imaging

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func deflated(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func derived(t testing.TB, img *image.RGBA) []Derivative {
	t.Helper()
	all, err := Derive(img)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDerivativesAndTheirSizes(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"4000 × 3000": {"double 3200 × 2400", "standard 1600 × 1200", "thumbnail 320 × 240"},
		"1200 × 3601": {"double 1066 × 3200", "standard 533 × 1600", "thumbnail 107 × 320"},
		"1700 × 100":  {"double 1700 × 100", "standard 1600 × 94", "thumbnail 320 × 19"},
		"1600 × 900":  {"standard 1600 × 900", "thumbnail 320 × 180"},
		"40 × 30":     {"standard 40 × 30", "thumbnail 40 × 30"},
		"5000 × 1":    {"double 3200 × 1", "standard 1600 × 1", "thumbnail 320 × 1"},
		"1 × 1":       {"standard 1 × 1", "thumbnail 1 × 1"},
	}
	for size, want := range cases {
		var w, h int
		if _, err := fmt.Sscanf(size, "%d × %d", &w, &h); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range derived(t, gradient(w, h)) {
			got = append(got, fmt.Sprintf("%s %d × %d", d.Size, d.Width, d.Height))
			if info, err := Inspect(d.JPEG, house); err != nil || info != (Info{JPEG, d.Width, d.Height, 1, time.Time{}}) {
				t.Errorf("%s: %s is %+v, %v", size, d.Size, info, err)
			}
			if d.SHA256 != sha256.Sum256(d.JPEG) {
				t.Errorf("%s: the hash is of something else", size)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", size, diff)
		}
	}
}

func TestTheSamePictureGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	data := readFile(t, samples, "astronaut.png")
	one, two := derived(t, decoded(t, data)), derived(t, decoded(t, data))
	if diff := cmp.Diff(one, two); diff != "" {
		t.Error(diff)
	}
}

// Scaling is exact where that can be known: flat stays flat to the edge, and a
// brightness keeps its mean.
func TestScale(t *testing.T) {
	t.Parallel()
	flat := image.NewRGBA(image.Rect(0, 0, 301, 203))
	for i := range flat.Pix {
		flat.Pix[i] = []byte{10, 130, 250, 255}[i%4]
	}
	for _, size := range []image.Point{{300, 202}, {150, 100}, {7, 5}, {1, 1}} {
		small := scale(flat, size.X, size.Y)
		for y := range size.Y {
			for x := range size.X {
				if got := small.RGBAAt(x, y); got != (color.RGBA{10, 130, 250, 255}) {
					t.Fatalf("%v at %d, %d: %v", size, x, y, got)
				}
			}
		}
	}
	big := gradient(640, 480)
	before, after := mean(big, big.Rect), mean(scale(big, 61, 47), image.Rect(0, 0, 61, 47))
	for i := range before {
		if d := before[i] - after[i]; d < -1 || d > 1 {
			t.Errorf("mean %v became %v", before, after)
		}
	}
}

// loaded is a JPEG with every sort of metadata that a JPEG carries.
func loaded(t testing.TB) []byte {
	t.Helper()
	return withSegments(jpegOf(t, gradient(2000, 1500)),
		segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"),
		segment(markAPP1, "Exif\x00\x00"+tiff(binary.BigEndian, 6)),
		segment(markAPP1, "http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>Toulouse</x:xmpmeta>"),
		segment(markAPP2, "ICC_PROFILE\x00\x01\x01"+string(profile(displayP3, curveP3))),
		segment(0xed, "Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x0d\x1c\x02\x50\x00\x08Somebody"),
		segment(0xfe, "taken by somebody"))
}

// The reader of segments here is the test's own.
func TestMetadataIsGone(t *testing.T) {
	t.Parallel()
	for _, d := range derived(t, decoded(t, loaded(t))) {
		if got := markers(t, d.JPEG); !slices.Equal(got, slices.DeleteFunc(slices.Clone(got), func(m byte) bool { return m >= 0xe0 && m <= 0xef || m == 0xfe })) {
			t.Errorf("%s has the segments %x", d.Size, got)
		}
		for _, word := range []string{"Exif", "GPS", "43.6", "xmp", "Toulouse", "ICC", "8BIM", "omebody", "JFIF"} {
			if bytes.Contains(d.JPEG, []byte(word)) {
				t.Errorf("%s holds %q", d.Size, word)
			}
		}
	}
}

// markers lists a JPEG's markers up to the scan, and proves that the scan ends the
// file.
func markers(t testing.TB, data []byte) []byte {
	t.Helper()
	var all []byte
	for at := 2; ; {
		if data[at] != 0xff {
			t.Fatalf("%#x where a marker should be", data[at])
		}
		marker := data[at+1]
		all = append(all, marker)
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xda {
			scan := data[at:]
			if end := bytes.Index(scan, []byte{0xff, 0xd9}); end != len(scan)-2 {
				t.Errorf("%d bytes after the end", len(scan)-2-end)
			}
			return all
		}
	}
}

func TestExiftoolFindsNothing(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		t.Skip("exiftool is not here; TestMetadataIsGone reads segments by itself")
	}
	about := func(data []byte) string {
		path := filepath.Join(t.TempDir(), "picture.jpg")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), tool, "-json", "-G", "-a", "-u", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if out := about(loaded(t)); !strings.Contains(out, "EXIF:") || !strings.Contains(out, "ICC_Profile:") {
		t.Fatalf("the sample has no metadata: %s", out)
	}
	for _, d := range derived(t, decoded(t, loaded(t))) {
		var tags []map[string]any
		if err := json.Unmarshal([]byte(about(d.JPEG)), &tags); err != nil {
			t.Fatal(err)
		}
		for tag := range tags[0] {
			group, _, _ := strings.Cut(tag, ":")
			if !slices.Contains([]string{"SourceFile", "ExifTool", "File", "Composite"}, group) {
				t.Errorf("%s still has %s", d.Size, tag)
			}
		}
	}
}
