// Package imageconsent answers for faces: photos, who is in them, who agreed to what,
// and whether a picture may be seen for a use at a moment. No photograph of a person
// is visible without that person's consent, for that audience, at that moment (R27,
// invariant 1).
//
// Two pure functions carry it. [Resolve] turns what a family has answered into
// [Cover]: a person may be seen, for a use, within a time. [Clearance] asks of a
// picture whether everybody in it is covered. The reading door asks the same of the
// database, by itself, each time that a picture is served.
package imageconsent
