package server

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// Whoever writes all of a body before reading, as browsers do, is told why it was
// not wanted: the connection is not cut under their hands.
func TestABodyNobodyWantedIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(newHouse(t, nil).handler)
	t.Cleanup(s.Close)
	const paste = 5 << 20
	for name, test := range map[string]struct {
		path, header string
		body         int
		want         int
	}{
		"a page":                  {"/page", "", paste, http.StatusSeeOther},
		"the API":                 {"/api/v1/nowhere", "Content-Type: application/json\r\n", paste, http.StatusNotFound},
		"somebody who asks ahead": {"/page", "Expect: 100-continue\r\n", 0, http.StatusSeeOther},
	} {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: school\r\nContent-Length: %d\r\n%s\r\n%s", test.path, paste, test.header, strings.Repeat("a", test.body))
		if err != nil {
			t.Errorf("%s: cut off while writing: %v", name, err)
			continue
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: no answer: %v", name, err)
			continue
		}
		_ = answer.Body.Close()
		if answer.StatusCode != test.want {
			t.Errorf("%s: %d", name, answer.StatusCode)
		}
	}
}
