//go:build race

package publication

// slow is how much less the tests of time ask for: the race detector costs that much.
const slow = 10
