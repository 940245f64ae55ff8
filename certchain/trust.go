package certchain

// Purpose is what the leaf of a chain is used for.
type Purpose string

// The purposes. The zero value is ServerAuth.
const (
	ServerAuth Purpose = "serverAuth"
	ClientAuth Purpose = "clientAuth"
)

// Reason is why a chain is not trusted, or why that cannot be said. The empty one means that nothing stands in the way.
type Reason string

// The reasons.
const (
	ReasonExpired           Reason = "expired"
	ReasonNotYetValid       Reason = "not-yet-valid"
	ReasonBadSignature      Reason = "bad-signature"
	ReasonUnverifiable      Reason = "unverifiable-signature" // always with Unknown
	ReasonNotCA             Reason = "not-a-ca"
	ReasonPathLength        Reason = "path-length"
	ReasonKeyUsage          Reason = "key-usage"
	ReasonExtKeyUsage       Reason = "ext-key-usage"
	ReasonNoAnchor          Reason = "no-anchor"
	ReasonWeakSignature     Reason = "weak-signature"
	ReasonWeakKey           Reason = "weak-key"
	ReasonNameConstraints   Reason = "name-constraints"
	ReasonCriticalExtension Reason = "critical-extension"
	ReasonUnparseable       Reason = "unparseable"
	ReasonNothingSent       Reason = "nothing-sent"  // always with Unknown
	ReasonNoRing            Reason = "no-ring"       // always with Unknown
	ReasonUnproven          Reason = "unproven"      // always with Unknown: CA certificates of the ring are listed and not at hand
	ReasonTooMuchWork       Reason = "too-much-work" // always with Unknown: the chain is built to exhaust its reader
	ReasonStrictRules       Reason = "strict-rules"  // crypto/x509 refuses for a reason that none of the others names
)

// Trust is the answer to one question of trust.
type Trust struct {
	Value  Answer
	Path   []*Certificate // leaf first, as far as the best path goes; the anchor is its last when Anchored
	Code   Reason
	Detail string   // one sentence; on Yes it names the anchor
	Notes  []string // what the consumer accepts but a reader should know: an MD5 signature, a small key
	// Anchored says that the path ends at an anchor of the ring, whatever else is wrong with it.
	Anchored bool
}

// ChainVerdict has the two answers about what a listener sent, for one ring.
type ChainVerdict struct {
	Ring    string
	Leaf    *Certificate
	AsSent  Trust          // only with what was sent, and the ring's anchors
	Trusted Trust          // also with the intermediates which the ring adds
	Missing []*Certificate // the certificates of Trusted's path, anchor excepted, that were not sent
}
