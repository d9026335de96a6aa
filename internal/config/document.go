package config

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// Document renders the first part of docs/configuration.md: every command, flag,
// variable and default.
func Document() (string, error) {
	var c Config
	parser, err := parser(&c)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Configuration\n\n" +
		"Generated from `internal/config` and `internal/settings` by `make generate`; do not edit.\n\n" +
		"Every flag may be given as an environment variable instead; the flag wins. `imprimatur COMMAND --help` says the same as this page.\n")
	b.WriteString("\n## Every command\n\n")
	writeFlags(&b, parser.Model.Flags)
	for _, command := range parser.Model.Children {
		fmt.Fprintf(&b, "\n## imprimatur %s\n\n%s\n\n", command.Name, command.Help)
		writeFlags(&b, command.Flags)
	}
	return b.String(), nil
}

func writeFlags(b *strings.Builder, flags []*kong.Flag) {
	b.WriteString("| flag | variable | default | meaning |\n|-|-|-|-|\n")
	for _, flag := range flags {
		if flag.Name == "help" || flag.Hidden {
			continue
		}
		fmt.Fprintf(b, "| `--%s` | `%s` | %s | %s |\n", flag.Name, strings.Join(flag.Envs, "`, `"), defaultOf(flag), flag.Help)
	}
}

func defaultOf(flag *kong.Flag) string {
	switch {
	case flag.HasDefault:
		return "`" + flag.Default + "`"
	case flag.IsBool():
		return "`false`"
	default:
		return ""
	}
}
