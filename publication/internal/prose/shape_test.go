package prose

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// TestTablesAreRectangles: each place of a table is covered by exactly one cell,
// whatever spans were asked for.
func TestTablesAreRectangles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var source strings.Builder
		source.WriteString("<table>")
		for range rapid.IntRange(1, 6).Draw(t, "rows") {
			source.WriteString("<tr>")
			for range rapid.IntRange(0, 5).Draw(t, "cells") {
				fmt.Fprintf(&source, "<td colspan=%d rowspan=%d>a", rapid.IntRange(0, 60).Draw(t, "colspan")%7, rapid.IntRange(0, 7).Draw(t, "rowspan"))
			}
		}
		for _, b := range Read(source.String()) {
			if b.Kind == Table {
				checkRectangle(t, b)
			}
		}
	})
}

func checkRectangle(t *rapid.T, table *Block) {
	grid := make([]map[int]bool, len(table.Kids))
	for i := range grid {
		grid[i] = map[int]bool{}
	}
	for i, row := range table.Kids {
		at := 0
		for _, c := range row.Kids {
			for grid[i][at] {
				at++
			}
			for y := i; y < i+c.Rowspan; y++ {
				for x := at; x < at+c.Colspan; x++ {
					if y >= len(grid) || grid[y][x] {
						t.Fatalf("cell at %d, %d reaches out or over another: %s", i, at, Write([]*Block{table}))
					}
					grid[y][x] = true
				}
			}
		}
		if len(row.Kids) == 0 {
			t.Fatalf("row %d has no cell", i)
		}
	}
	for i := range grid {
		if len(grid[i]) != len(grid[0]) {
			t.Fatalf("row %d is %d wide, row 0 %d: %s", i, len(grid[i]), len(grid[0]), Write([]*Block{table}))
		}
	}
}

// TestTooLargeTables: past the limits, the text without the table.
func TestTooLargeTables(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]string{
		"wide": "<table><tr>" + strings.Repeat("<td>a", MaxColumns+1) + "</table>",
		"tall": "<table><tr><td colspan=50>a" + strings.Repeat("<tr><td>a", MaxCells/MaxColumns) + "</table>",
	} {
		got := Write(Read(source))
		if strings.Contains(got, "<table") || strings.Count(got, "<p>a</p>") != strings.Count(source, "<td") {
			t.Errorf("%s: %.200s", name, got)
		}
	}
	if got := Write(Read("<table><tr>" + strings.Repeat("<td>a", MaxColumns) + "</table>")); !strings.Contains(got, "<table") {
		t.Error("the widest table is flattened")
	}
}

// TestTidy: what holds of every text.
func TestTidy(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"a", "é", "e\u0301", " ", "\u00a0", "\u202f", "\n", "\u200b", "\u0338", "\u0327", ":", "«", "»", "\u2028", "\x01", "\u202e", "🦊"})
	runs := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Run {
		if rapid.IntRange(0, 5).Draw(t, "break") == 0 {
			return Run{Break: true}
		}
		return Run{Text: strings.Join(rapid.SliceOf(pieces).Draw(t, "text"), ""), Format: Format{Marks: rapid.SampledFrom([]Mark{0, Strong}).Draw(t, "mark")}}
	}))
	rapid.Check(t, func(t *rapid.T) {
		split := rapid.Bool().Draw(t, "split")
		lines := tidy(runs.Draw(t, "runs"), split)
		if !split && len(lines) > 1 {
			t.Fatalf("%d texts of one", len(lines))
		}
		for _, line := range lines {
			checkTidy(t, line)
			if again := tidy(line, split); len(again) != 1 || fmt.Sprint(again[0]) != fmt.Sprint(line) {
				t.Fatalf("again: %+v, first %+v", again, line)
			}
		}
	})
}

func checkTidy(t *rapid.T, line []Run) {
	var text strings.Builder
	for i, r := range line {
		if r.Break {
			text.WriteByte('\n')
		}
		text.WriteString(r.Text)
		if i > 0 && !r.Break && !line[i-1].Break && r.Format == line[i-1].Format {
			t.Fatalf("two runs of one format: %+v", line)
		}
		if !norm.NFC.IsNormalString(">" + r.Text) {
			t.Fatalf("not composed after a tag: %q", r.Text)
		}
	}
	s := text.String()
	if strings.Trim(s, whiteSpace) != s {
		t.Fatalf("space at an end: %q", s)
	}
	for _, twice := range []string{"  ", " \n", "\n ", "\n\n", "\u00a0 ", " \u00a0", "\u00a0\u00a0"} {
		if strings.Contains(s, twice) {
			t.Fatalf("%q in %q", twice, s)
		}
	}
	if strings.ContainsAny(s, "\u200b\u202e\x01\u2028") {
		t.Fatalf("invisible characters in %q", s)
	}
}

func FuzzCleanLink(f *testing.F) {
	for _, seed := range []string{"https://é.example/a b?q=é#f", "mailto:a@b.example?subject=x y", "/a/../b", "//x", "/\\x",
		"java\tscript:alert(1)", "http://a@b/", "http://[::1]:80/", "https://x:y/", "http://a%00b/", "\x01javascript:x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		clean := CleanLink(raw)
		if clean == "" {
			return
		}
		if again := CleanLink(clean); again != clean {
			t.Errorf("CleanLink(%q) = %q, again %q", raw, clean, again)
		}
		u, err := url.Parse(clean)
		if err != nil || u.User != nil || len(clean) > maxLink {
			t.Errorf("CleanLink(%q) = %q (%v)", raw, clean, err)
		}
		own := strings.HasPrefix(clean, "/") && !strings.HasPrefix(clean, "//") && !strings.HasPrefix(clean, `/\`)
		if !own && u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
			t.Errorf("CleanLink(%q) = %q leads elsewhere", raw, clean)
		}
		for _, c := range clean {
			if c <= ' ' || c >= 0x7f || strings.ContainsRune(`"<>'`, c) {
				t.Errorf("CleanLink(%q) = %q has %q", raw, clean, c)
			}
		}
	})
}
