package workflow

import "slices"

// Ground is a ground code of RULES: the charter's word for what is wrong.
type Ground string

// Severity orders grounds by urgency, 1 to 4; 4 is a danger to somebody now.
type Severity int

// GroundInfo is one line of RULES' table of grounds.
type GroundInfo struct {
	Ground   Ground
	Severity Severity
	Category string // DSA category of the European transparency database
	Law      string // the provision; empty where the charter alone is the source
	Charter  string // the charter's article, where it is the source
}

const (
	illegalSpeech = "ILLEGAL_OR_HARMFUL_SPEECH"
	protectMinors = "PROTECTION_OF_MINORS"
	cyberViolence = "CYBER_VIOLENCE"
	privacy       = "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
	intellectual  = "INTELLECTUAL_PROPERTY_INFRINGEMENTS"
	violence      = "VIOLENCE"
	publicSafety  = "RISK_FOR_PUBLIC_SECURITY"
	terms         = "OTHER_VIOLATION_TC"
)

var grounds = []GroundInfo{
	{"DEF", 2, illegalSpeech, "loi du 29 juillet 1881, art. 29 et 32", ""},
	{"INJ", 2, illegalSpeech, "loi du 29 juillet 1881, art. 29 et 33", ""},
	{"HATE", 3, illegalSpeech, "loi du 29 juillet 1881, art. 24", ""},
	{"DISC", 3, illegalSpeech, "loi du 29 juillet 1881, art. 24", ""},
	{"NEG", 3, illegalSpeech, "loi du 29 juillet 1881, art. 24 bis", ""},
	{"APO", 3, violence, "loi du 29 juillet 1881, art. 23 et 24", ""},
	{"PROVCRIME", 3, violence, "loi du 29 juillet 1881, art. 23 et 24", ""},
	{"TERR", 4, publicSafety, "code pénal, art. 421-2-5", ""},
	{"CSAM", 4, protectMinors, "code pénal, art. 227-23", ""},
	{"GROOM", 4, protectMinors, "code pénal, art. 227-22", ""},
	{"MINPROV", 3, protectMinors, "code pénal, art. 227-18 à 227-21", ""},
	{"MINVIO", 3, protectMinors, "code pénal, art. 227-24", ""},
	{"SUI", 4, "SELF_HARM", "code pénal, art. 223-13", ""},
	{"HAR", 3, cyberViolence, "code pénal, art. 222-33-2-2 et 222-33-2-3", ""},
	{"INTIM", 4, cyberViolence, "code pénal, art. 226-2-1", ""},
	{"DEEP", 4, cyberViolence, "code pénal, art. 226-8", ""},
	{"THREAT", 3, violence, "code pénal, art. 222-17", ""},
	{"PRIV", 2, privacy, "code civil, art. 9", ""},
	{"IMG", 2, privacy, "code civil, art. 9 ; code pénal, art. 226-1", ""},
	{"DATA", 2, privacy, "RGPD, art. 6 et 9", ""},
	{"USURP", 2, "SCAMS_AND_FRAUD", "code pénal, art. 226-4-1", ""},
	{"DRUG", 2, publicSafety, "code de la santé publique, art. L. 3421-4", ""},
	{"COPY", 2, intellectual, "code de la propriété intellectuelle, art. L. 335-2", ""},
	{"NEIGH", 2, intellectual, "code de la propriété intellectuelle, art. L. 335-4", ""},
	{"SOFT", 2, intellectual, "code de la propriété intellectuelle, art. L. 335-2", ""},
	{"TM", 2, intellectual, "code de la propriété intellectuelle, art. L. 716-9", ""},
	{"YOUTH", 2, protectMinors, "loi du 16 juillet 1949", "B4-6"},
	{"NEUT-REL", 1, terms, "", "A3, B5-4"},
	{"NEUT-POL", 1, terms, "", "A3, B5-4"},
	{"NEUT-IDEO", 1, terms, "", "A3, B5-4"},
	{"NEUT-COM", 1, terms, "", "A3, B5-4"},
	{"PURP", 1, terms, "", "A3"},
	{"SPAM", 1, terms, "", "A4"},
	{"MALW", 1, terms, "", "B5-2-1"},
	{"IPMETA", 1, terms, "", "A3, B5-1-2"},
}

// Grounds lists every ground in the order of RULES.
func Grounds() []GroundInfo { return slices.Clone(grounds) }

// Info returns the ground's line, and whether there is one.
func (g Ground) Info() (GroundInfo, bool) {
	at := slices.IndexFunc(grounds, func(info GroundInfo) bool { return info.Ground == g })
	if at < 0 {
		return GroundInfo{}, false
	}
	return grounds[at], true
}

// Known reports whether the code is one of RULES.
func (g Ground) Known() bool {
	_, ok := g.Info()
	return ok
}

// Press reports whether the head may act on this ground against a lycée pupils'
// publication (R14): insult, defamation, or serious harm to the rights of others
// or to public order, so a ground that the law knows, never neutrality or purpose.
func (g Ground) Press() bool {
	info, ok := g.Info()
	return ok && info.Law != ""
}
