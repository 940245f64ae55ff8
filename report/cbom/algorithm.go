package cbom

import (
	cdx "github.com/CycloneDX/cyclonedx-go"
)

// algorithm is a cryptographic algorithm as it is used: a row of a table.
type algorithm struct {
	name      string // by the patterns of CycloneDX's registry, where it has one
	family    string // of that registry; empty where it has none
	primitive cdx.CryptoPrimitive
	parameter string // the parameter set: a key's or a digest's length, a group
	curve     string // of that registry
	mode      cdx.CryptoAlgorithmMode
	padding   cdx.CryptoPadding
	oid       string
	classical int  // bits; 0 where no source says
	category  int  // NIST's, where there is one
	broken    bool // by a quantum computer: category 0
	dependsOn []algorithm
}

// algorithm takes in an algorithm with those that it is made of, and returns its reference.
func (b *builder) algorithm(a algorithm) string {
	reference := "algorithm:" + a.name
	if b.seen[reference] {
		return reference
	}
	p := &cdx.CryptoAlgorithmProperties{Primitive: a.primitive, AlgorithmFamily: a.family, ParameterSetIdentifier: a.parameter, EllipticCurve: a.curve,
		Mode: a.mode, Padding: a.padding, CryptoFunctions: absent(functions(a.primitive))}
	if a.classical > 0 {
		p.ClassicalSecurityLevel = &a.classical
	}
	if a.category > 0 || a.broken {
		p.NistQuantumSecurityLevel = &a.category
	}
	var on []string
	for _, part := range a.dependsOn {
		on = append(on, b.algorithm(part))
	}
	return b.add(reference, a.name, &cdx.CryptoProperties{AssetType: cdx.CryptoAssetTypeAlgorithm, AlgorithmProperties: p, OID: a.oid}, nil, on...)
}

// functions is what a primitive is for.
func functions(p cdx.CryptoPrimitive) []cdx.CryptoFunction {
	return map[cdx.CryptoPrimitive][]cdx.CryptoFunction{
		cdx.CryptoPrimitiveAE:           {cdx.CryptoFunctionEncrypt, cdx.CryptoFunctionDecrypt, cdx.CryptoFunctionTag},
		cdx.CryptoPrimitiveBlockCipher:  {cdx.CryptoFunctionEncrypt, cdx.CryptoFunctionDecrypt},
		cdx.CryptoPrimitiveStreamCipher: {cdx.CryptoFunctionEncrypt, cdx.CryptoFunctionDecrypt},
		cdx.CryptoPrimitiveHash:         {cdx.CryptoFunctionDigest},
		cdx.CryptoPrimitiveMAC:          {cdx.CryptoFunctionTag},
		cdx.CryptoPrimitiveSignature:    {cdx.CryptoFunctionSign, cdx.CryptoFunctionVerify},
		cdx.CryptoPrimitivePKE:          {cdx.CryptoFunctionEncrypt, cdx.CryptoFunctionDecrypt},
		cdx.CryptoPrimitiveKEM:          {cdx.CryptoFunctionEncapsulate, cdx.CryptoFunctionDecapsulate},
		cdx.CryptoPrimitiveKeyAgree:     {cdx.CryptoFunctionKeyderive},
	}[p]
}

// rsaLevel is the classical strength of RSA and finite-field keys of the sizes in SP 800-57 part 1 revision 5, table 2.
func rsaLevel(bits int) int {
	return map[int]int{2048: 112, 3072: 128, 7680: 192, 15360: 256}[bits]
}

// curveLevel is the classical strength of elliptic curves by the size of their order, of the same table.
func curveLevel(bits int) int {
	switch {
	case bits >= 512:
		return 256
	case bits >= 384:
		return 192
	case bits >= 256:
		return 128
	case bits >= 224:
		return 112
	}
	return 0
}
