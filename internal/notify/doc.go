// Package notify sends what people are told by mail. A letter is taken in a transaction,
// written and sent outside of any, and settled in another; nothing that anybody decides
// waits for a mail server. Where none is configured a letter is kept, for the
// establishment's administrators to look at.
package notify
