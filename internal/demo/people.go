package demo

import "imprimatur/internal/directory"

// The schools of the demo, all fictional.
const (
	tilleuls = "0310000Z"
	platanes = "0310001Y"
	academie = "0310010H"
	ormes    = "0310002X"
)

// people are the persons of the demo school and its neighbours. Names are
// invented; any likeness is chance.
var people = []somebody{
	// 5A
	{"lina", "Lina", "Haddad", "2014-03-02", directory.Pupil, []string{tilleuls}, nil},
	{"noe", "Noé", "Perrin", "2014-07-19", directory.Pupil, []string{tilleuls}, nil},
	{"ines", "Inès", "Faure", "2014-01-27", directory.Pupil, []string{tilleuls}, nil},
	{"enzo", "Enzo", "Moreau", "2013-11-08", directory.Pupil, []string{tilleuls}, nil},
	{"camille", "Camille", "Roux", "2014-05-14", directory.Pupil, []string{tilleuls}, nil},
	{"yanis", "Yanis", "Bensaïd", "2014-09-30", directory.Pupil, []string{tilleuls}, nil},
	{"jade", "Jade", "Nguyen", "2014-02-11", directory.Pupil, []string{tilleuls}, nil},
	{"louis", "Louis", "Cazeneuve", "2013-12-22", directory.Pupil, []string{tilleuls}, nil},
	// 5B
	{"maelys", "Maëlys", "Delmas", "2014-04-06", directory.Pupil, []string{tilleuls}, nil},
	{"adam", "Adam", "Traoré", "2014-06-25", directory.Pupil, []string{tilleuls}, nil},
	{"rose", "Rose", "Lacombe", "2014-08-17", directory.Pupil, []string{tilleuls}, nil},
	{"tom", "Tom", "Vidal", "2013-10-03", directory.Pupil, []string{tilleuls}, nil},
	// Guardians
	{"haddad-1", "Samia", "Haddad", "", directory.Guardian, []string{tilleuls}, nil},
	{"haddad-2", "Karim", "Haddad", "", directory.Guardian, []string{tilleuls}, nil},
	{"perrin-1", "Claire", "Perrin", "", directory.Guardian, []string{tilleuls}, nil},
	{"moreau-1", "Sandrine", "Moreau", "", directory.Guardian, []string{tilleuls}, nil},
	{"roux-1", "Éric", "Roux", "", directory.Guardian, []string{tilleuls}, nil},
	{"delmas-1", "Nathalie", "Delmas", "", directory.Guardian, []string{tilleuls}, nil},
	// Staff of the collège
	{"martin", "Paul", "Martin", "1984-01-12", directory.Teacher, []string{tilleuls, platanes}, nil},
	{"leroy", "Sophie", "Leroy", "1990-06-04", directory.Teacher, []string{tilleuls}, nil},
	{"okafor", "Daniel", "Okafor", "1987-03-21", directory.Teacher, []string{tilleuls}, nil},
	{"diallo", "Awa", "Diallo", "1979-05-30", directory.Staff, []string{tilleuls}, nil},
	{"garcia", "Inès", "Garcia", "1970-09-08", directory.Staff, []string{tilleuls}, []string{"officer"}},
	{"petit", "Marc", "Petit", "1975-11-23", directory.Staff, []string{tilleuls}, nil},
	{"benali", "Nora", "Benali", "1988-02-17", directory.Staff, []string{tilleuls}, nil},
	{"admin", "Julien", "Fabre", "1982-12-01", directory.Staff, []string{tilleuls, platanes}, []string{"admin"}},
	// The lycée
	{"roche", "Hélène", "Roche", "1968-02-14", directory.Staff, []string{platanes}, nil},
	{"zoe", "Zoé", "Lambert", "2009-10-01", directory.Pupil, []string{platanes}, nil},
	{"malik", "Malik", "Cissé", "2008-12-12", directory.Pupil, []string{platanes}, nil},
	{"elsa", "Elsa", "Bonnet", "2009-04-23", directory.Pupil, []string{platanes}, nil},
	// A collège whose head has left
	{"blanchard", "Karine", "Blanchard", "1977-10-19", directory.Staff, []string{ormes}, nil},
	{"nguyen", "Hugo", "Nguyen", "1985-04-08", directory.Teacher, []string{ormes}, nil},
	// The authority
	{"rectorat", "Catherine", "Vasseur", "1966-07-07", directory.AuthorityProfile, []string{academie}, nil},
}

// classes are the groups, by name: pupils, then staff.
var classes = []class{
	{tilleuls, "5A", directory.Class, []string{"lina", "noe", "ines", "enzo", "camille", "yanis", "jade", "louis"}, []string{"martin", "leroy", "okafor"}},
	{tilleuls, "5B", directory.Class, []string{"maelys", "adam", "rose", "tom"}, []string{"leroy", "okafor"}},
	{tilleuls, "Club lecture", directory.OtherGroup, []string{"lina", "noe", "jade", "maelys", "rose", "tom", "enzo", "louis"}, []string{"diallo", "martin"}},
	{tilleuls, "Rédaction du site", directory.OtherGroup, nil, []string{"petit", "martin", "benali", "leroy"}},
	{platanes, "1G2", directory.Class, []string{"zoe", "malik", "elsa"}, []string{"martin"}},
}

// class is a group of the demo. Guardians with parental authority join it by
// their children.
type class struct {
	school, name  string
	kind          directory.GroupKind
	pupils, staff []string
}

// guardians tie a guardian to a pupil; the last word says whether with parental
// authority.
var guardians = []struct {
	pupil, guardian, relation string
	authority                 bool
}{
	{"lina", "haddad-1", "10", true},
	{"lina", "haddad-2", "20", true},
	{"noe", "perrin-1", "10", true},
	{"enzo", "moreau-1", "10", true},
	{"camille", "roux-1", "20", true},
	{"maelys", "delmas-1", "10", true},
}

// personas are offered at sign-in, with one click each, and say who they are.
var personas = []struct{ external, french, english string }{
	{"lina", "élève de 5A, écrit sur le blog de la classe", "pupil of 5A, writes on the class blog"},
	{"noe", "élève de 5A", "pupil of 5A"},
	{"martin", "professeur, modère le blog de la 5A, enseigne aussi au lycée", "teacher, moderates the 5A blog, also teaches at the lycée"},
	{"diallo", "professeure documentaliste, responsable du club lecture", "librarian, owns the reading club"},
	{"garcia", "principale, directrice de la publication", "head, director of publication"},
	{"petit", "principal adjoint", "deputy head"},
	{"tom", "élève de 5B : un message retiré, des signalements limités", "pupil of 5B: a message withdrawn, reports limited"},
	{"haddad-1", "mère de Lina", "Lina's mother"},
	{"haddad-2", "père de Lina", "Lina's father"},
	{"admin", "administrateur du service", "administrator of the service"},
	{"roche", "proviseure du lycée Les Platanes", "head of the lycée Les Platanes"},
	{"rectorat", "services de l'académie", "the académie's services"},
}
