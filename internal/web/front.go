package web

import (
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
				return v.see(homeOf(t))
			}
		}
	}
	return v.see("/schools")
}

// homeOf is where somebody begins: where an establishment is read or, of an authority,
// where its cases are.
func homeOf(t directory.Tenant) string {
	h := house{House: publication.House{UAI: t.UAI}}
	if t.Kind == directory.Establishment {
		return h.home()
	}
	return h.desk("cases")
}
