package web

import "imprimatur/internal/directory"

// showFront brings a visitor to where they are at home.
func (s *Site) showFront(v *visit) error {
	if !v.known() {
		return v.see("/login")
	}
	if tenant, err := v.who.Tenant(v.house.Tenant); err == nil {
		for _, t := range v.who.Tenants {
			if t.ID == tenant && t.Kind == directory.Establishment {
				return v.see(homeOf(t))
			}
		}
	}
	return v.see("/schools")
}

func homeOf(t directory.Tenant) string { return "/e/" + t.UAI + "/" }
