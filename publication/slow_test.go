//go:build !race

package publication

const slow = 1
