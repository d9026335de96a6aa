// Package auth establishes who somebody is: a browser by its session, an ENT's
// module by its key. What they may do is decided in the domain, from the actor
// that an [Identity] gives.
//
// A browser's request passes [Service.Middleware] and asks [Service.Session]; a
// call of the API asks [Service.Key]. Both answer with an Identity, the anonymous
// one included. Exactly one establishment per request: [Service.Locate] finds
// that of the resource named in a path, and [Identity.Actor] falls back to the
// chosen one.
//
// A session ends after its person's idle time (R08), after twelve hours at the
// latest, when they leave, and when their password changes. An ended token stays
// ended: a request still under way cannot bring it back.
package auth
