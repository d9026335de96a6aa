package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"imprimatur/internal/bench"
	"imprimatur/internal/config"
)

// bench measures this machine. Some of it runs in processes of their own, which are
// this program again with --part.
func (p process) bench(ctx context.Context, c config.Bench) error {
	if c.Part != "" {
		return bench.Serve(ctx, c.Part, os.Stdin, os.Stdout)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	return bench.Run(ctx, bench.Config{
		Binaries: c.PGBin, Clients: c.Clients, Seconds: c.Seconds, Rows: c.Rows, Out: p.out, Log: p.log,
		Part: func(part string) *exec.Cmd {
			cmd := exec.CommandContext(ctx, self, "bench", "--part", part) //nolint:gosec // this program itself
			cmd.Stderr = os.Stderr
			return cmd
		},
	})
}
