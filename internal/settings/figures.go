package settings

// SmallestCell is the least number of a statistic that is told (R67). Below five a number
// points at people, whatever an establishment would like to know.
var SmallestCell = declare(Parameter[int]{
	key: "smallest_cell", rule: "R67", authority: Default, initial: 10, form: number(5, 100),
	about: "In statistics a number from 1 to below this one is not told, nor what it could be computed from.",
})
