// Package clamd asks ClamAV's daemon whether a file is infected, by its INSTREAM
// command: the file goes through a connection, and is never named to the daemon.
package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"
)

// ErrScan is a scan that came to no answer: the daemon is away, or says that it
// cannot. It says nothing about the file.
var ErrScan = errors.New("no answer from the scanner")

// Scanner asks one daemon. It may be used by many goroutines.
type Scanner struct{ network, address string }

// New returns a Scanner for a daemon at host:port, or at the path of its socket.
func New(address string) (*Scanner, error) {
	if filepath.IsAbs(address) {
		return &Scanner{"unix", address}, nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, fmt.Errorf("clamd is at host:port or the path of its socket: %w", err)
	}
	return &Scanner{"tcp", address}, nil
}

const (
	longest   = 10 * time.Minute // a scan that its context does not end before
	chunk     = 64 << 10         // bytes that are sent at once
	mostReply = 4 << 10
)

// Scan sends all of r, and gives the name of what was found in it; empty where nothing
// was. Every other answer, or none, is an error that wraps ErrScan; an error of r comes
// back as it is.
func (s *Scanner) Scan(ctx context.Context, r io.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, s.network, s.address)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrScan, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	sent, err := send(conn, r)
	if err != nil {
		return "", err
	}
	reply, err := io.ReadAll(io.LimitReader(conn, mostReply))
	if err = errors.Join(sent, err); err != nil && len(reply) == 0 { // it answers, and hangs up, before the end of what is too long
		return "", fmt.Errorf("%w: %w", ErrScan, err)
	}
	return verdict(string(bytes.TrimRight(reply, "\x00\n")))
}

// send sends the command and the file in chunks, each behind its length. refused is what
// the connection says, err what reading does.
func send(conn io.Writer, r io.Reader) (refused, err error) {
	if _, refused = io.WriteString(conn, "zINSTREAM\x00"); refused != nil {
		return refused, nil
	}
	const length = 4
	buffer := make([]byte, length+chunk)
	for {
		n, err := io.ReadFull(r, buffer[length:])
		binary.BigEndian.PutUint32(buffer, uint32(n))
		if n > 0 {
			if _, refused = conn.Write(buffer[:length+n]); refused != nil {
				return refused, nil
			}
		}
		switch {
		case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
			_, refused = conn.Write(make([]byte, length))
			return refused, nil
		case err != nil:
			return nil, err
		}
	}
}

// verdict reads what the daemon says of a stream.
func verdict(reply string) (string, error) {
	said, found := strings.CutPrefix(reply, "stream: ")
	if name, infected := strings.CutSuffix(said, " FOUND"); found && infected && name != "" {
		return name, nil
	}
	if found && said == "OK" {
		return "", nil
	}
	return "", fmt.Errorf("%w: %q", ErrScan, reply)
}
