package id

import "crypto/rand"

// referenceAlphabet is what nobody takes for something else, on paper or over the telephone.
const referenceAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// Reference makes a name that people can copy and read out, in the place of an id: eight signs
// in two halves, such as K7QF-3MZD.
func Reference() string {
	const length = 8
	signs := make([]byte, 0, length+1)
	for b := make([]byte, 1); len(signs) < length+1; {
		_, _ = rand.Read(b) // never fails
		if int(b[0]) >= 256-256%len(referenceAlphabet) {
			continue // or the first signs would come more often
		}
		if len(signs) == length/2 {
			signs = append(signs, '-')
		}
		signs = append(signs, referenceAlphabet[int(b[0])%len(referenceAlphabet)])
	}
	return string(signs)
}
