package moderation

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Whatever is wrong with a field of an input, and whatever this package refuses by itself, says by
// which rule: no literal of a fault is without one.
func TestEveryFaultNamesItsRule(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	faults, files := 0, gotoken.NewFileSet()
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.CompositeLit)
			if !ok || !isFault(literal.Type) {
				return true
			}
			faults++
			if !namesRule(literal) {
				t.Errorf("%s: a fault without its rule", files.Position(literal.Pos()))
			}
			return true
		})
	}
	if faults < 40 {
		t.Errorf("no more than %d faults were found", faults)
	}
}

// isFault reports whether a type is of what is refused: a FieldError or a Refusal.
func isFault(of ast.Expr) bool {
	named, ok := of.(*ast.SelectorExpr)
	return ok && (named.Sel.Name == "FieldError" || named.Sel.Name == "Refusal")
}

// namesRule reports whether a literal gives a rule, unless it says that a status does not allow
// the act: that is of the machine alone.
func namesRule(literal *ast.CompositeLit) bool {
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, value := pair.Key.(*ast.Ident).Name, pair.Value; key {
		case "Rule":
			text, plain := value.(*ast.BasicLit)
			return !plain || text.Value != `""`
		case "Err":
			if why, ok := value.(*ast.SelectorExpr); ok && why.Sel.Name == "ErrImpossible" {
				return true
			}
		}
	}
	return false
}
