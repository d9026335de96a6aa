// Command testdb runs a program with a PostgreSQL for tests, which every test
// process under it shares:
//
//	go run ./internal/dbtest/testdb go test ./...
//
// The server ends with the program. One that TESTDB_URL names is used as it is.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"imprimatur/internal/dbtest"
	"imprimatur/internal/embedded"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: testdb program [argument …]")
		os.Exit(2)
	}
	code, err := run(context.Background(), os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// run gives the program's exit code. Signals are the program's to act on: a
// terminal sends them to both, and the server must outlast the tests.
func run(ctx context.Context, program []string) (int, error) {
	signal.Notify(make(chan os.Signal, 1), os.Interrupt) // not Ignore, which the program would inherit
	runtime.LockOSThread()                               // Pdeathsig is about the thread
	cmd := exec.CommandContext(ctx, program[0], program[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Env = os.Stdin, os.Stdout, os.Stderr, os.Environ()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	admin, stop, err := provide(ctx)
	if err != nil {
		return 0, err
	}
	if admin != "" {
		cmd.Env = append(cmd.Env, dbtest.EnvURL+"="+admin)
	}
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), stop()
	}
	return 0, errors.Join(err, stop())
}

// provide starts the server. The URL is empty where one is given already, and
// where none can run and none is required.
func provide(ctx context.Context) (admin string, stop func() error, err error) {
	none := func() error { return nil }
	if os.Getenv(dbtest.EnvURL) != "" {
		return "", none, nil
	}
	pg, err := dbtest.Start(ctx)
	if errors.Is(err, embedded.ErrNoBinaries) && os.Getenv(dbtest.EnvRequired) != "required" {
		return "", none, nil
	}
	if err != nil {
		return "", none, err
	}
	return pg.AdminURL(), pg.Stop, nil
}
