package web

import (
	"slices"

	"imprimatur/internal/directory"
	"imprimatur/publication"
)

// showFront brings a visitor to where they are at home.
func (s *Site) showFront(v *visit) error {
	if !v.known() {
		return v.see("/login")
	}
	if tenant, err := v.who.Tenant(v.house.Tenant); err == nil {
		for _, t := range v.who.Tenants {
			if t.ID == tenant {
				return v.see(v.homeOf(t))
			}
		}
	}
	return v.see("/schools")
}

// homeOf is where somebody begins: who directs an establishment at their desk, others where it is
// read or, of an authority, where its cases are.
func (v *visit) homeOf(t directory.Tenant) string {
	h := house{House: publication.House{UAI: t.UAI}}
	switch {
	case t.Kind == directory.Authority:
		return h.desk("cases")
	case slices.Contains(v.who.Directs, t.ID):
		return h.desk("desk")
	}
	return h.home()
}
