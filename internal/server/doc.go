// Package server is the network's side of the program: listening, limits,
// shutdown and health.
package server
