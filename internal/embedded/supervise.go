package embedded

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Restarts come after a pause that doubles from the first to the last of
// these, and starts over once the server has run for steady.
const (
	firstPause = 100 * time.Millisecond
	lastPause  = 10 * time.Second
	steady     = time.Minute
)

var errStopped = errors.New("somebody stopped it")

// supervise keeps one server running until Stop. The kernel ends the server
// when the thread that started it ends, so this goroutine keeps its thread to
// itself for good: it is never unlocked.
func (p *Postgres) supervise() {
	runtime.LockOSThread()
	defer close(p.done)
	pause := firstPause
	for {
		began := time.Now()
		err := p.runOnce()
		if p.stopping() {
			p.cleanUp()
			return
		}
		if time.Since(began) > steady {
			pause = firstPause
		}
		p.report(err, pause)
		select {
		case <-p.stop:
			p.cleanUp()
			return
		case <-time.After(pause):
		}
		pause = min(2*pause, lastPause)
	}
}

func (p *Postgres) stopping() bool {
	select {
	case <-p.stop:
		return true
	default:
		return false
	}
}

// report tells a starting caller, if any, and the log.
func (p *Postgres) report(err error, pause time.Duration) {
	p.log.Error("the private PostgreSQL ended; it is started again", "error", err, "in", pause)
	select {
	case p.exits <- err:
	default:
	}
}

// cleanUp ends what a killed postmaster left, and removes the socket.
func (p *Postgres) cleanUp() {
	if err := evict(p.folder.data); err != nil {
		p.log.Error("stop the private PostgreSQL", "error", err)
	}
	p.folder.clearSocket()
	_ = os.Remove(p.folder.socket) // kept when something else is in it
}

// runOnce runs the server to its end, which is always an error unless Stop
// asked for it.
func (p *Postgres) runOnce() error {
	if err := evict(p.folder.data); err != nil {
		return err
	}
	p.folder.clearSocket()
	log, err := os.OpenFile(p.folder.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("log of the private PostgreSQL: %w", err)
	}
	defer log.Close()
	cmd := p.account.command(syscall.SIGINT, p.bin.program("postgres"), p.arguments()...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	p.server.Store(cmd.Process)
	defer p.server.Store(nil)
	ended := make(chan struct{})
	go p.endOnStop(cmd.Process, ended)
	err = cmd.Wait()
	close(ended)
	if err == nil {
		err = errStopped
	}
	said, _ := os.ReadFile(p.folder.log) // only to make the error say more
	return fmt.Errorf("%w: %s", err, lastLines(said))
}

func (p *Postgres) arguments() []string {
	args := []string{"-D", p.folder.data}
	for _, setting := range p.settings() {
		args = append(args, "-c", setting)
	}
	return args
}

func (p *Postgres) endOnStop(server *os.Process, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-p.stop:
	}
	for _, step := range shutdown {
		_ = server.Signal(step.signal) // already gone is as good
		select {
		case <-ended:
			return
		case <-time.After(step.patience):
		}
	}
}
