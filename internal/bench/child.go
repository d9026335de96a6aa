package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"os/exec"
)

// The parts of a benchmark that run in processes of their own.
const (
	HousePart    = "house"
	SecondPart   = "second"
	DarkroomPart = "darkroom"
)

// Serve is one part, for as long as whoever started it keeps in open.
func Serve(ctx context.Context, part string, in io.ReadCloser, out io.WriteCloser) error {
	server := rpc.NewServer()
	var served interface{ close() }
	switch part {
	case HousePart:
		served = &House{ctx: ctx}
	case SecondPart:
		served = &Second{ctx: ctx}
	case DarkroomPart:
		served = &Darkroom{ctx: ctx}
	default:
		return fmt.Errorf("%q is no part of a benchmark", part)
	}
	defer served.close()
	if err := server.RegisterName(part, served); err != nil {
		return err
	}
	server.ServeConn(pipe{in, out})
	return nil
}

// pipe is two pipes as one connection.
type pipe struct {
	io.ReadCloser
	io.WriteCloser
}

func (p pipe) Close() error { return errors.Join(p.ReadCloser.Close(), p.WriteCloser.Close()) }

// child is a part in a process of its own.
type child struct {
	part string
	cmd  *exec.Cmd
	rpc  *rpc.Client
}

// startChild starts a part. It ends with stop, or when this process does, since
// its input ends then.
func startChild(cmd *exec.Cmd, part string) (*child, error) {
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the %s process: %w", part, err)
	}
	return &child{part, cmd, rpc.NewClient(pipe{out, in})}, nil
}

// stop lets the part end and waits for it.
func (c *child) stop() error {
	if c == nil {
		return nil
	}
	closed := c.rpc.Close()
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("the %s process: %w", c.part, err)
	}
	return closed
}

// call asks a part for something and waits. When the context ends first, the
// answer is its error.
func call[R any](ctx context.Context, c *child, method string, args any) (R, error) {
	var reply R
	pending := c.rpc.Go(c.part+"."+method, args, &reply, make(chan *rpc.Call, 1))
	select {
	case <-ctx.Done():
		var nothing R // the other may still be written to
		return nothing, ctx.Err()
	case done := <-pending.Done:
		if done.Error != nil {
			return reply, fmt.Errorf("%s of the %s process: %w", method, c.part, done.Error)
		}
		return reply, nil
	}
}
