package blob

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fakeS3 is a bucket called "files": as much of S3 as a store needs.
type fakeS3 struct {
	mu      sync.Mutex
	objects map[string][]byte
	fail    int // the status that writes are answered with, 0 for success
}

func (f *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key, ok := strings.CutPrefix(r.URL.Path+"/", "/files/")
	key = strings.TrimSuffix(key, "/")
	switch {
	case !ok:
		http.Error(w, r.URL.Path, http.StatusBadRequest)
	case r.Method == http.MethodGet && key == "":
		f.list(w, r.URL.Query().Get("prefix"))
	case r.Method == http.MethodPut:
		f.put(w, r, key)
	case r.Method == http.MethodDelete:
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		f.get(w, key)
	}
}

func (f *fakeS3) put(w http.ResponseWriter, r *http.Request, key string) {
	if f.fail != 0 {
		w.WriteHeader(f.fail)
		return
	}
	body := io.Reader(r.Body)
	if strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body = awsChunks(r.Body)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.objects[key] = data
	w.Header().Set("ETag", `"fake"`)
}

// awsChunks undoes the framing of uploads whose checksum comes last.
func awsChunks(r io.Reader) io.Reader {
	var plain bytes.Buffer
	for in := bufio.NewReader(r); ; {
		line, err := in.ReadString('\n')
		size, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		n, parsed := strconv.ParseInt(size, 16, 64)
		if err != nil || parsed != nil || n == 0 {
			return &plain
		}
		_, _ = io.CopyN(&plain, in, n)
		_, _ = in.Discard(2)
	}
}

func (f *fakeS3) get(w http.ResponseWriter, key string) {
	data, ok := f.objects[key]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<Error><Code>NoSuchKey</Code></Error>`)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.Header().Set("Last-Modified", "Mon, 02 Jan 2006 15:04:05 GMT")
	_, _ = w.Write(data)
}

func (f *fakeS3) list(w http.ResponseWriter, prefix string) {
	type entry struct{ Key, LastModified string }
	var answer struct {
		XMLName  xml.Name `xml:"ListBucketResult"`
		Contents []entry
	}
	for _, key := range slices.Sorted(maps.Keys(f.objects)) {
		if strings.HasPrefix(key, prefix) {
			answer.Contents = append(answer.Contents, entry{key, "2006-01-02T15:04:05Z"})
		}
	}
	_ = xml.NewEncoder(w).Encode(answer)
}

// setupS3 opens a store in a fake bucket. It sets the environment that the S3
// client reads, so its tests are not parallel.
func setupS3(t *testing.T) (*Store, *fakeS3) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	fake := &fakeS3{objects: map[string][]byte{}}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	query := url.Values{"region": {"fr-test"}, "endpoint": {server.URL}, "use_path_style": {"true"}, "response_checksum_validation": {"when_required"}}
	return open(t, Config{"s3://files?" + query.Encode(), testKey}), fake
}

func TestS3(t *testing.T) {
	s, fake := setupS3(t)
	for _, n := range []int{0, 10, 300_000} {
		put(t, s, "a/one", content(n))
		if got, err := read(t.Context(), s, "a/one"); err != nil || !bytes.Equal(got, content(n)) {
			t.Errorf("%d bytes: got %d, %v", n, len(got), err)
		}
	}
	if bytes.Contains(fake.objects["a/one"], content(1000)) {
		t.Error("the bucket holds what can be read")
	}
	put(t, s, "b/two", content(10))
	got, err := s.List(t.Context(), "a/")
	if diff := cmp.Diff([]string{"a/one"}, got); err != nil || diff != "" {
		t.Errorf("list: %v\n%s", err, diff)
	}
	if err := errors.Join(s.Delete(t.Context(), "a/one"), s.Delete(t.Context(), "a/one")); err != nil {
		t.Errorf("delete twice: %v", err)
	}
	if _, err := s.Get(t.Context(), "a/one"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get: %v, want ErrNotFound", err)
	}
	fake.objects["b/two"] = fake.objects["b/two"][:45]
	if _, err := read(t.Context(), s, "b/two"); !errors.Is(err, ErrDamaged) {
		t.Errorf("a cut object: %v, want ErrDamaged", err)
	}
}

func TestS3ThatRefuses(t *testing.T) {
	s, fake := setupS3(t)
	fake.fail = http.StatusForbidden
	if err := s.Put(t.Context(), "one", bytes.NewReader(content(100))); err == nil {
		t.Error("Put succeeded")
	}
	if len(fake.objects) > 0 {
		t.Errorf("stored: %v", slices.Collect(maps.Keys(fake.objects)))
	}
}
