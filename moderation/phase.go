package moderation

// phase is one step of screening. look reads the sample and says what it found;
// nothing found is a pass.
type phase interface {
	name() string
	look(s Sample) []Finding
}

// phases is the order in which a text is screened.
var phases = []phase{
	supervision{}, flood{}, words{}, contacts{}, links{}, repetition{}, length{}, newcomer{},
}

// Phases lists the names of the phases in their order. A phase that has no
// finding on a revision has let it pass.
func Phases() []string {
	names := make([]string, len(phases))
	for i, p := range phases {
		names[i] = p.name()
	}
	return names
}
