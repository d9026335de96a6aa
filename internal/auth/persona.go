package auth

import (
	"context"
	"fmt"
	"slices"

	"imprimatur/internal/directory"
)

// Demo names the personas of the demo school, in the order in which they are
// shown. The zero Demo is no demo.
type Demo struct {
	Source   string   // the directory that they come from
	Personas []string // their external ids
}

// Personas lists who can be become by one click. Outside demo mode there are none.
func (s *Service) Personas(ctx context.Context) ([]Known, error) {
	var personas []Known
	for _, external := range s.demo.Personas {
		known, err := s.persona(ctx, external)
		if err != nil {
			return nil, err
		}
		personas = append(personas, known)
	}
	return personas, nil
}

// Become opens a session as a persona. It answers with [directory.ErrNotFound]
// for anybody else, and for everybody outside demo mode.
func (s *Service) Become(ctx context.Context, external string) error {
	if !slices.Contains(s.demo.Personas, external) {
		return fmt.Errorf("become %q: %w", external, directory.ErrNotFound)
	}
	known, err := s.persona(ctx, external)
	if err != nil {
		return err
	}
	return s.begin(ctx, known.Person.ID)
}

func (s *Service) persona(ctx context.Context, external string) (Known, error) {
	person, err := s.store.BySource(ctx, s.demo.Source, external)
	if err != nil {
		return Known{}, fmt.Errorf("persona %q: %w", external, err)
	}
	known, err := s.store.Known(ctx, person, nil, s.clock())
	if err != nil {
		return Known{}, fmt.Errorf("persona %q: %w", external, err)
	}
	return known, nil
}
