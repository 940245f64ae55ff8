package cbom

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/portseal/portseal/certchain"
	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/report/text"
)

// certificate takes in a certificate with its key and the algorithms of both. What its octets say beyond the report's words (OIDs, the
// key's digest) is taken from them, where they are there and are its own.
func (b *builder) certificate(c *report.Certificate) {
	parsed, err := certchain.Parse(c.DER)
	if err != nil || parsed.SHA256 != c.SHA256 {
		parsed = &certchain.Certificate{Subject: c.Subject, Key: keyOf(c.Key), Signature: certchain.Signature{Name: c.Signature}}
	}
	signature := b.algorithm(signatureAlgorithm(parsed.Signature))
	sum := text.Clean(c.SHA256)
	p := &cdx.CertificateProperties{SerialNumber: text.Clean(c.Serial), SubjectName: text.Clean(c.Subject), IssuerName: text.Clean(c.Issuer),
		NotValidBefore: date(c.NotBefore), NotValidAfter: date(c.NotAfter), CertificateFormat: "X.509",
		CertificateState: b.state(c), CertificateExtensions: absent(extensions(c, parsed)),
		SignatureAlgorithmRef: cdx.BOMReference(signature)} // what readers of 1.6 look for; 1.7 has the related assets
	if sha256Form.MatchString(c.SHA256) {
		p.Fingerprint = &cdx.Hash{Algorithm: cdx.HashAlgoSHA256, Value: c.SHA256}
	}
	related := []cdx.RelatedCryptographicAsset{{Type: "algorithm", Ref: signature}}
	on := []string{signature}
	if key := b.key(parsed); key != "" {
		p.SubjectPublicKeyRef = cdx.BOMReference(key)
		related, on = append(related, cdx.RelatedCryptographicAsset{Type: "publicKey", Ref: key}), append(on, key)
	}
	p.RelatedCryptographicAssets = &related
	said := properties("portseal:note", c.Note)
	for _, ring := range b.rings[c.SHA256] {
		said = append(said, properties("portseal:key-ring", ring)...)
	}
	b.add("certificate:"+sum, cmp.Or(parsed.CommonName, c.Subject, c.SHA256), &cdx.CryptoProperties{AssetType: cdx.CryptoAssetTypeCertificate,
		CertificateProperties: p}, said, on...)
}

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ringsOf are the key rings that hold each certificate, and as what.
func ringsOf(rep *report.Report) map[string][]string {
	out := map[string][]string{}
	for _, ring := range rep.Keyrings {
		for _, sum := range ring.Anchors {
			out[sum] = append(out[sum], ring.Name+" (anchor)")
		}
		for _, sum := range ring.Personal {
			out[sum] = append(out[sum], ring.Name+" (personal)")
		}
	}
	return out
}

// state is the certificate's as of the time of the judgement, by its validity alone.
func (b *builder) state(c *report.Certificate) *[]cdx.CertificateState {
	at := b.rep.Run.JudgedAt
	is := cdx.PredefinedCertificateState{State: cdx.CertificateStateActive, Reason: "within its validity at " + date(at)}
	switch {
	case at.IsZero() || c.NotAfter.IsZero():
		return nil
	case at.Before(c.NotBefore):
		is.State, is.Reason = cdx.CertificateStatePreActivation, "not yet valid at "+date(at)
	case at.After(c.NotAfter):
		is.State, is.Reason = cdx.CertificateStateDeactivated, "expired at "+date(at)
	}
	return &[]cdx.CertificateState{{Predefined: &is}}
}

// extensions are those that say what the certificate is for.
func extensions(c *report.Certificate, parsed *certchain.Certificate) []cdx.CertificateExtension {
	var out []cdx.CertificateExtension
	add := func(name cdx.CertificateExtensionName, values []string) {
		if len(values) > 0 {
			out = append(out, cdx.CertificateExtension{Common: &cdx.CommonCertificateExtension{Name: name, Value: text.Clean(strings.Join(values, ", "))}})
		}
	}
	add(cdx.CertExtSubjectAlternativeName, c.Names)
	add(cdx.CertExtKeyUsage, parsed.KeyUsage)
	add(cdx.CertExtExtendedKeyUsage, parsed.ExtKeyUsage)
	if parsed.IsCA == certchain.Yes {
		add(cdx.CertExtBasicConstraints, []string{"CA"})
	}
	return out
}

// key takes in a public key: one that several certificates share, once. Without its octets nothing tells it from others.
func (b *builder) key(c *certchain.Certificate) string {
	algorithm := b.algorithm(keyAlgorithm(c.Key))
	if c.SPKISHA256 == "" {
		return algorithm
	}
	p := &cdx.RelatedCryptoMaterialProperties{Type: cdx.RelatedCryptoMaterialTypePublicKey, ID: c.SPKISHA256, AlgorithmRef: cdx.BOMReference(algorithm),
		Fingerprint:                &cdx.Hash{Algorithm: cdx.HashAlgoSHA256, Value: c.SPKISHA256},
		RelatedCryptographicAssets: &[]cdx.RelatedCryptographicAsset{{Type: "algorithm", Ref: algorithm}}}
	if c.Key.Bits > 0 {
		p.Size = &c.Key.Bits
	}
	return b.add("key:"+c.SPKISHA256, "public key "+c.Key.String(), &cdx.CryptoProperties{AssetType: cdx.CryptoAssetTypeRelatedCryptoMaterial,
		RelatedCryptoMaterialProperties: p}, nil, algorithm)
}

// keyOf reads a key's form in reports: "RSA 2048", "ECDSA P-256", "Ed25519".
func keyOf(s string) certchain.Key {
	name, more, _ := strings.Cut(s, " ")
	bits, err := strconv.Atoi(more)
	switch {
	case err == nil && bits > 0:
		return certchain.Key{Algorithm: name, Bits: bits}
	case name == "ECDSA":
		return certchain.Key{Algorithm: name, Curve: more}
	}
	return certchain.Key{Algorithm: s}
}

func keyAlgorithm(k certchain.Key) algorithm {
	a := algorithm{name: strings.ReplaceAll(text.Clean(k.String()), " ", "-"), oid: k.OID}
	switch {
	case k.IsRSA():
		a.broken, a.classical = true, rsaLevel(k.Bits)
		if a.oid == "" && k.Algorithm == "RSA" {
			a.oid = "1.2.840.113549.1.1.1"
		}
		if k.Bits > 0 {
			a.parameter = strconv.Itoa(k.Bits)
		}
	case k.Algorithm == "ECDSA":
		a.family, a.primitive, a.broken, a.curve, a.classical = "ECDSA", cdx.CryptoPrimitiveSignature, true, curveOf(k.Curve), curveLevel(k.Bits)
	case k.Algorithm == "DSA":
		a.family, a.primitive, a.broken = "DSA", cdx.CryptoPrimitiveSignature, true
	case k.Algorithm == "Ed25519", k.Algorithm == "Ed448":
		a.family, a.primitive, a.broken, a.curve = "EdDSA", cdx.CryptoPrimitiveSignature, true, curveOf(k.Algorithm)
	case strings.HasPrefix(k.Algorithm, "ML-DSA-"):
		return mlDSA(k.Algorithm, k.OID)
	case strings.HasPrefix(k.Algorithm, "SLH-DSA-"):
		return slhDSA(k.Algorithm, k.OID)
	}
	return a
}

// mlDSA has the categories of FIPS 204.
func mlDSA(name, oid string) algorithm {
	set := strings.TrimPrefix(name, "ML-DSA-")
	return algorithm{name: name, family: "ML-DSA", primitive: cdx.CryptoPrimitiveSignature, parameter: set, oid: oid,
		category: map[string]int{"44": 2, "65": 3, "87": 5}[set]}
}

// slhDSA has the categories of FIPS 205: by the strength in the name of the parameter set, as in SHA2-128s.
func slhDSA(name, oid string) algorithm {
	set := strings.TrimPrefix(name, "SLH-DSA-")
	_, strength, _ := strings.Cut(strings.TrimRight(set, "sf"), "-")
	return algorithm{name: name, family: "SLH-DSA", primitive: cdx.CryptoPrimitiveSignature, parameter: set, oid: oid,
		category: map[string]int{"128": 1, "192": 3, "256": 5}[strength]}
}

var hashIn = regexp.MustCompile(`(?i)(sha|md)-?(\d+)`)

// signatureAlgorithm is what a certificate is signed with.
func signatureAlgorithm(s certchain.Signature) algorithm {
	a := algorithm{name: "signature " + text.Clean(cmp.Or(s.Name, "unknown")), primitive: cdx.CryptoPrimitiveSignature, oid: s.OID}
	hash := ""
	if found := hashIn.FindStringSubmatch(s.Name); found != nil {
		hash = "-" + strings.Replace(strings.ToUpper(found[1]), "SHA", "SHA-", 1) + found[2] // SHA-256, MD5
	}
	switch {
	case strings.HasSuffix(s.Name, "WithRSAEncryption"):
		a.name, a.family, a.padding, a.broken = "RSA-PKCS1-1.5"+hash, "RSASSA-PKCS1", cdx.CryptoPaddingPKCS1v15, true
	case strings.HasPrefix(s.Name, "RSASSA-PSS"):
		a.name, a.family, a.broken = "RSA-PSS"+hash, "RSASSA-PSS", true
	case strings.HasPrefix(s.Name, "ecdsa-with-"):
		a.name, a.family, a.broken = "ECDSA"+hash, "ECDSA", true
	case strings.HasPrefix(s.Name, "dsa-with-"):
		a.name, a.family, a.broken = "DSA"+hash, "DSA", true
	case s.Name == "Ed25519", s.Name == "Ed448":
		a.name, a.family, a.curve, a.broken = s.Name, "EdDSA", curveOf(s.Name), true
	case strings.HasPrefix(s.Name, "ML-DSA-"):
		return mlDSA(s.Name, s.OID)
	case strings.HasPrefix(s.Name, "SLH-DSA-"):
		return slhDSA(s.Name, s.OID)
	}
	return a
}
