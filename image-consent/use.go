package imageconsent

import (
	"imprimatur/internal/id"
)

// Medium is what of a person is shown.
type Medium string

// The media (R28).
const (
	Image Medium = "image"
	Voice Medium = "voice"
	Name  Medium = "name" // beside the picture or in its caption
)

// Media lists the media.
func Media() []Medium { return []Medium{Image, Voice, Name} }

// Audience is for whom a picture is shown, or that it is printed.
type Audience string

// The audiences of texts, from the narrowest to the widest, and uses of their own.
const (
	ToGroup         Audience = "group"
	ToEstablishment Audience = "establishment"
	ToENT           Audience = "ent"
	ToPublicWeb     Audience = "public_web"
	ToPrint         Audience = "print"
	// A trombinoscope is a purpose of its own (R35): of a group, in no space, for the staff
	// of the group or for all who work in the establishment; the direction sees it too.
	// Printed, it is ToPrint with its group.
	ToClassStaff  Audience = "class_staff"
	ToSchoolStaff Audience = "school_staff"
)

// Audiences lists the audiences.
func Audiences() []Audience {
	return []Audience{ToGroup, ToEstablishment, ToENT, ToPublicWeb, ToPrint, ToClassStaff, ToSchoolStaff}
}

// Use is one exact way of showing a picture: in this space, to this audience. Uses are
// compared as they are: none implies another, however much wider it is (R28).
type Use struct {
	Audience Audience
	Group    id.Group // for ToGroup, and of a trombinoscope
	ENT      id.ENT   // for ToENT; which of its establishments were named is asked at the reading door
	Space    id.Space // zero for print and for a trombinoscope
}

// Trombinoscope is the group whose trombinoscope the use is of, on screen or printed;
// zero for any other use.
func (u Use) Trombinoscope() id.Group {
	if u.Space.IsZero() {
		return u.Group
	}
	return id.Group{}
}

// Line is one use of a request, with the medium: one box that a family ticks or leaves.
type Line struct {
	ID     id.Use
	Medium Medium
	Use
}
