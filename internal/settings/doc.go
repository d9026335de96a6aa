// Package settings holds every parameter of RULES that the service uses: its rule,
// who fixed it, its default, and what an establishment may change it to.
//
// A parameter is a package variable, such as [ReviewTarget]; its value in an
// establishment is read from that establishment's [Values]:
//
//	due := cal.Due(submitted, settings.ReviewTarget.Of(values))
//
// What the law ([Law]) or the charter ([Charter]) fixed can be made stricter where
// "stricter" means something, and is never weakened (invariant 8). That holds on both
// sides of the database: [Values.Set] refuses a weaker value with a [Refusal] that
// names the rule and the field, and [Load] leaves a weaker, malformed or unknown value
// that it finds stored out, so that the default stands in its place.
//
// Values are immutable, and the zero Values are the defaults.
package settings
