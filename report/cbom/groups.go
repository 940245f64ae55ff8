package cbom

import (
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/scan"
)

// group is a named group as the algorithm of the key exchange that it makes, and its reference.
func (b *builder) group(fact scan.GroupFact) string {
	g := cipher.DescribeGroup(fact.Code)
	if !g.Known {
		return b.algorithm(algorithm{name: "group " + fact.Name, primitive: cdx.CryptoPrimitiveKeyAgree})
	}
	return b.algorithm(groupAlgorithm(g.Name, g.Kind, g.Bits))
}

func groupAlgorithm(name, kind string, bits int) algorithm {
	a := algorithm{name: name, primitive: cdx.CryptoPrimitiveKeyAgree, broken: true}
	switch kind {
	case cipher.KindElliptic:
		a.family, a.curve, a.classical = "ECDH", curveOf(name), curveLevel(bits)
		switch name {
		case "x25519":
			a.classical, a.oid = 128, "1.3.101.110" // RFC 7748 section 1, RFC 8410
		case "x448":
			a.classical, a.oid = 224, "1.3.101.111"
		default:
			a.name = "ECDHE-" + name
		}
	case cipher.KindFiniteField:
		a.name, a.family, a.parameter, a.classical = "FFDHE-"+name, "FFDH", name, rsaLevel(bits)
	case cipher.KindMLKEM:
		return mlKEM(strings.TrimPrefix(name, "MLKEM"))
	case cipher.KindHybrid:
		a.primitive, a.broken = cdx.CryptoPrimitiveCombiner, false
		if classical, set, ok := strings.Cut(name, "MLKEM"); ok {
			quantum := mlKEM(set)
			a.category = quantum.category // as strong as the stronger part
			a.dependsOn = []algorithm{groupAlgorithm(groupName(classical), cipher.KindElliptic, bits), quantum}
		}
	default:
		a.broken = false
	}
	return a
}

// groupName is the group that the first half of a hybrid's name means.
func groupName(half string) string {
	if half == "curveSM2" {
		return half
	}
	return strings.ToLower(half)
}

// mlKEM has the categories of FIPS 203 and the OIDs of NIST's register.
func mlKEM(set string) algorithm {
	of := map[string]struct {
		category int
		oid      string
	}{"512": {1, "1"}, "768": {3, "2"}, "1024": {5, "3"}}[set]
	return algorithm{name: "ML-KEM-" + set, family: "ML-KEM", primitive: cdx.CryptoPrimitiveKEM, parameter: set, category: of.category,
		oid: "2.16.840.1.101.3.4.4." + of.oid}
}

// curveOf is what CycloneDX's registry calls a curve; empty where it has none.
func curveOf(name string) string {
	name = strings.TrimSuffix(name, "tls13")
	switch {
	case strings.HasPrefix(name, "secp"), strings.HasPrefix(name, "sect"):
		return "secg/" + name
	case strings.HasPrefix(name, "brainpool"):
		return "brainpool/" + name
	case strings.HasPrefix(name, "P-"):
		return "nist/" + name
	}
	return map[string]string{"x25519": "other/Curve25519", "x448": "other/Curve448", "Ed25519": "other/Ed25519", "Ed448": "other/Ed448",
		"curveSM2": "oscaa/SM2", "SM2": "oscaa/SM2"}[name]
}

// diffieHellman is the key exchange with a prime of the listener's own choice.
func diffieHellman(bits int) algorithm {
	size := strconv.Itoa(bits)
	return algorithm{name: "FFDHE-" + size, family: "FFDH", primitive: cdx.CryptoPrimitiveKeyAgree, parameter: size, classical: rsaLevel(bits), broken: true}
}
