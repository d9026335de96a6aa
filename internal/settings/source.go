package settings

// Work is a text that rules come from.
type Work string

// The works. The two charters are cited as the rules cite them: A is the charter of
// Mon ENT Occitanie, B that of Midi-Pyrénées, annexed to which is the order of 30
// November 2006.
const (
	CharterA   Work = "A"
	CharterB   Work = "B"
	Order2006  Work = "B-An" // the order annexed to B
	CivilCode  Work = "CC"
	PenalCode  Work = "CP"
	Education  Work = "CE" // code de l'éducation
	GDPR       Work = "GDPR"
	DSA        Work = "DSA"
	LCEN       Work = "LCEN"
	Press1881  Work = "1881"
	Law82652   Work = "82-652" // communication audiovisuelle
	Decree2007 Work = "2007-1527"
	Decree2021 Work = "2021-1362"
	CNIL       Work = "CNIL-2021-122"
	Practice   Work = "practice"  // no text: good practice
	Unsettled  Work = "unsettled" // no settled law: to be confirmed by counsel
	Promptly   Work = "promptly"  // the law says « promptement » and no more
)

// Works lists the works.
func Works() []Work {
	return []Work{
		CharterA, CharterB, Order2006, CivilCode, PenalCode, Education, GDPR, DSA, LCEN, Press1881, Law82652, Decree2007, Decree2021,
		CNIL, Practice, Unsettled, Promptly,
	}
}

// Source is a work that a rule comes from, and the place in it; without a place, the
// work as a whole.
type Source struct {
	Work Work
	At   string
}

// String cites the source as RULES does: B5-2-2, CC 372-1, practice.
func (s Source) String() string {
	switch {
	case s.At == "":
		return string(s.Work)
	case s.Work == CharterA || s.Work == CharterB || s.Work == Order2006:
		return string(s.Work) + s.At
	}
	return string(s.Work) + " " + s.At
}

// sources are where the rules come from that may have parameters, as RULES tells.
var sources = map[string][]Source{
	"R01": {{CharterA, "2"}, {CharterA, "7"}, {CharterB, "3-1-2"}},
	"R02": {{CharterB, "3-1-2"}},
	"R03": {{CharterB, "3-2"}},
	"R04": {{CharterB, "3-2"}},
	"R05": {{Order2006, "6"}},
	"R06": {{Order2006, "6"}},
	"R07": {{CharterA, "2"}, {CharterB, "3-1"}},
	"R08": {{CharterA, "2"}, {CharterB, "5-2-2"}},
	"R09": {{CharterB, "3-1-1"}, {CharterB, "5-5"}},
	"R10": {{CharterB, "4-3-2"}},
	"R11": {{CharterB, "4-3-2"}, {CharterA, "4"}},
	"R12": {{CharterB, "4-3-2"}, {Law82652, "93-3"}},
	"R13": {{CharterB, "4-3-2"}, {Law82652, "93-3"}},
	"R14": {{Education, "R. 511-8"}},
	"R15": {{CharterB, "4-3-2"}},
	"R16": {{CharterB, "4-6"}, {CharterA, "4"}},
	"R17": {{CharterA, "3"}, {CharterB, "5-1-2"}},
	"R18": {{CharterA, "3"}},
	"R20": {{CharterB, "4-3-3"}, {CharterB, "5-2-1"}},
	"R21": {{CharterB, "4-6"}},
	"R22": {{CharterB, "4-6"}},
	"R23": {{CharterA, "3"}, {CharterB, "5-4"}},
	"R24": {{CharterA, "3"}, {CharterB, "4-3-3"}},
	"R25": {{CharterA, "4"}, {CharterA, "5"}, {CharterB, "4-3-1"}},
	"R26": {{CharterB, "4-6"}},
	"R27": {{CharterA, "3"}, {CharterB, "4-7"}},
	"R28": {{Work: Practice}},
	"R29": {{CharterA, "3"}, {CivilCode, "372-1"}},
	"R30": {{Work: Unsettled}},
	"R31": {{Work: Practice}},
	"R32": {{Work: Practice}},
	"R33": {{GDPR, "7"}},
	"R34": {{Work: Practice}},
	"R35": {{CharterA, "3"}, {CharterB, "4-7"}},
	"R36": {{CharterA, "3"}},
	"R37": {{CharterA, "3"}},
	"R38": {{CharterA, "4"}, {CharterB, "4-3-2"}, {DSA, "16"}},
	"R39": {{DSA, "16(4)"}},
	"R40": {{CharterA, "4"}},
	"R41": {{Work: Promptly}},
	"R42": {{CharterB, "4-1"}, {CharterA, "3"}},
	"R43": {{DSA, "16(5)"}, {DSA, "17"}},
	"R44": {{Work: GDPR}, {DSA, "17(3)(b)"}},
	"R45": {{DSA, "20"}},
	"R46": {{Work: Practice}},
	"R47": {{DSA, "23"}},
	"R48": {{CharterB, "4-1"}, {DSA, "9"}},
	"R49": {{CharterA, "3"}, {CharterB, "4-1"}},
	"R50": {{PenalCode, "227-23"}},
	"R51": {{Education, "L. 111-6"}},
	"R52": {{CharterA, "7"}},
	"R53": {{CharterB, "4-4"}, {CharterB, "6"}},
	"R54": {{CharterB, "5-3-1"}},
	"R55": {{LCEN, "1-1 III"}, {Work: Decree2007}},
	"R56": {{LCEN, "1-1 III"}, {Work: Decree2007}},
	"R57": {{LCEN, "1-1 III"}, {Work: Decree2007}},
	"R58": {{CharterA, "5"}},
	"R59": {{Work: CNIL}},
	"R60": {{CharterA, "5"}, {CharterB, "4-10"}},
	"R61": {{CharterB, "4-1"}, {Work: Decree2021}},
	"R62": {{CharterA, "5"}},
	"R63": {{Press1881, "65"}},
	"R64": {{CharterA, "6"}, {GDPR, "12"}},
	"R65": {{CharterA, "6"}, {CharterB, "5-1-1"}},
	"R66": {{CharterB, "4-1"}, {CharterA, "6"}},
	"R67": {{CharterA, "1"}, {CharterA, "4"}},
	"R68": {{GDPR, "30"}, {GDPR, "33"}, {CharterB, "4-2"}},
}
