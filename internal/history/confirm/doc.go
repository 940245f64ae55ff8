// Package confirm says whether a run's look at a listener showed what an earlier one had shown, and puts the earlier look in its place: so a
// history keeps an unchanged listener once, and every report can still be checked by the evidence in it (report.Confirmed).
//
// It is strict: all of an endpoint is compared but for what facts and asked take out, so a key that is added later makes two looks differ until
// somebody has decided about it. A look that differs for no good reason costs space; one that is wrongly taken for another
// costs the truth.
//
// Limits: octets that a peer sent are compared by the facts that follow from them. What no fact says (a staple, the order of extensions) may
// have changed unnoticed.
package confirm
