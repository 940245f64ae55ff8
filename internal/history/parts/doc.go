// Package parts takes the bytes of a report apart into what is the report's own and what it shares with others, and puts them together
// again, byte for byte.
//
// A report of an estate that did not change says nearly the same as the one before it: the same endpoints with the same evidence
// (report.Confirmed), certificates, rings, expectations, findings. Split cuts it at the items of its lists, and those at the few keys behind
// which something else comes in every run. What is shared is kept by its SHA-256, once, whoever has it. The order in which the parts of a
// report follow each other is itself a part: a list of references, cut where the references say so, with lists of lists above it, so that one
// change in a list of thousands makes a few small parts anew, and none where nothing changed. What is left (the header of the run, its sums,
// what is confirmed, texts that count days) is the report's own, as columns of what stands at the same place of texts of the same
// shape, compressed.
//
//	own     version, length and SHA-256 of the report, reference to the root, the compressed columns
//	list    text (inline), reference to a text, reference to a list, or "the next of the report's own texts"
//	text    the bytes
//
// Where it is cut says how much is shared and nothing else: Join does not know JSON, and a report of any version comes back as it was.
//
// Limits: a document of 256 MiB at most, in memory. Parts are not compressed, and not kept, here.
package parts
