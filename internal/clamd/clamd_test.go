package clamd

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

// daemon speaks clamd's side of INSTREAM: it finds a word, takes no more than most
// bytes, and says why not.
func daemon(t *testing.T, network, address string, most int) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn, most)
		}
	}()
	return l.Addr().String()
}

func answer(conn net.Conn, most int) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	if command, err := r.ReadString(0); err != nil || command != "zINSTREAM\x00" {
		_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
		return
	}
	var all bytes.Buffer
	for {
		var n uint32
		if binary.Read(r, binary.BigEndian, &n) != nil {
			return
		}
		if n == 0 {
			break
		}
		if _, err := io.CopyN(&all, r, int64(n)); err != nil {
			return
		}
		if all.Len() > most {
			_, _ = io.WriteString(conn, "INSTREAM size limit exceeded. ERROR\x00")
			return
		}
	}
	reply := "stream: OK\x00"
	if bytes.Contains(all.Bytes(), []byte("EICAR")) {
		reply = "stream: Win.Test.EICAR_HDB-1 FOUND\x00"
	}
	_, _ = io.WriteString(conn, reply)
}

func TestScan(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	addresses := []string{daemon(t, "tcp", "127.0.0.1:0", most), daemon(t, "unix", filepath.Join(t.TempDir(), "s"), most)}
	cases := map[string]struct {
		data  string
		found string
		err   error
	}{
		"clean":    {"bonjour", "", nil},
		"nothing":  {"", "", nil},
		"large":    {strings.Repeat("a", most-10), "", nil},
		"infected": {strings.Repeat("a", 3*chunk-2) + "EICAR", "Win.Test.EICAR_HDB-1", nil},
		"too long": {strings.Repeat("a", 40*most), "", ErrScan},
	}
	for _, address := range addresses {
		s, err := New(address)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range cases {
			if found, err := s.Scan(t.Context(), strings.NewReader(c.data)); found != c.found || !errors.Is(err, c.err) {
				t.Errorf("%s at %s: %q, %v", name, address, found, err)
			}
		}
	}
}

func TestNoAnswerIsNoVerdict(t *testing.T) {
	t.Parallel()
	s, err := New(filepath.Join(t.TempDir(), "nobody"))
	if err != nil {
		t.Fatal(err)
	}
	if found, err := s.Scan(t.Context(), strings.NewReader("x")); found != "" || !errors.Is(err, ErrScan) {
		t.Errorf("a daemon that is away: %q, %v", found, err)
	}
	if s, err = New(daemon(t, "tcp", "127.0.0.1:0", 10)); err != nil {
		t.Fatal(err)
	}
	lost := errors.New("lost")
	if found, err := s.Scan(t.Context(), iotest.ErrReader(lost)); found != "" || !errors.Is(err, lost) {
		t.Errorf("a file that cannot be read: %q, %v", found, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found, err := s.Scan(ctx, strings.NewReader("x")); found != "" || !errors.Is(err, ErrScan) {
		t.Errorf("a scan that was given up: %q, %v", found, err)
	}
	for _, reply := range []string{"", "stream: ", "stream:  FOUND", "OK", "stream: OK\nstream: OK", "stream: x ERROR"} {
		if found, err := verdict(reply); err == nil {
			t.Errorf("%q was taken for %q", reply, found)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "clamd", "relative/socket", "a:b:c"} {
		if _, err := New(address); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}
