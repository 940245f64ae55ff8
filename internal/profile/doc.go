// Package profile judges listeners by compliance baselines: Mozilla's guidelines, NIST SP 800-52, PCI DSS and others.
//
// A baseline is data, a YAML file of items under data/ or of a user's own; Parse reads it strictly. Each item has its clause, source,
// edition and day of coming into force, and one check of a kind of Kinds. Judge is a pure function of profiles, observations,
// expectations, certificates and a time: the same report can be judged again years later, by the same profile or another. Needs says
// what a scan must ask so that the items can be judged.
//
// Limits: an item is judged by facts of the wire and of the inputs that a report holds; what is unknown is "not-assessed", never a pass.
// What System SSL of a listener's z/OS release cannot do is not asked of it, and the result says so. Where the text of a clause could not
// be read the item says that it is not verified.
package profile
