// Package notice tells receivers what happened: findings that opened and closed, certificates that end soon, runs that failed or were missed.
//
// What a receiver knows is remembered in the history, and compared with what the history shows, after each run and once a day. The difference is
// one message, which is stored together with the memory of it: a service that is killed loses nothing, and two on one database tell nothing
// twice. A finding that stays is told once; one that comes back within a day of its end is told once more as one that comes and goes, and
// what it does then is told when the day is over.
//
// A message stays in the outbox until its receiver takes it, is tried again after ever longer pauses, and is given up after three days.
// Each receiver has its own pace: one that is slow or down keeps no other waiting.
//
// Limits: a receiver may get a message twice, when the service is killed between its answer and the note of it; the message's id is the same
// then. Where messages go is what the estate file says, and no redirect and no proxy leads elsewhere. Secrets are read from their files for each
// message, and are in no message, no error and no log.
package notice
