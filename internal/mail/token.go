package mail

import "crypto/rand"

// TokenBytes is how long the token of a letter's return address is: nobody guesses one.
const TokenBytes = 9

// NewToken makes the token of a letter's return address.
func NewToken() []byte {
	token := make([]byte, TokenBytes)
	_, _ = rand.Read(token) // never fails
	return token
}
