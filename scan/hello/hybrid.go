package hello

import (
	"crypto/mlkem"

	"github.com/portseal/portseal/cipher"
)

// hybrid says which curve and which ML-KEM parameter set a hybrid group joins, and which share comes first
// (draft-ietf-tls-ecdhe-mlkem sections 3.1 and 3.2).
type hybrid struct {
	curve      cipher.Group
	large      bool // ML-KEM-1024, else ML-KEM-768
	curveFirst bool
	curveSize  int // of the curve's share
}

func hybridOf(g cipher.Group) (hybrid, bool) {
	switch g {
	case groupX25519MLKEM768:
		return hybrid{curve: groupX25519, curveSize: 32}, true
	case groupP256MLKEM768:
		return hybrid{curve: groupP256, curveFirst: true, curveSize: 65}, true
	case groupP384MLKEM1024:
		return hybrid{curve: groupP384, large: true, curveFirst: true, curveSize: 97}, true
	}
	return hybrid{}, false
}

// kem returns the encapsulation key and the function that opens what was encapsulated to it.
func (k *Keys) kem(h hybrid) (public []byte, open func(ciphertext []byte) ([]byte, error), err error) {
	seed := k.bytes("ml-kem", mlkem.SeedSize)
	if h.large {
		key, err := mlkem.NewDecapsulationKey1024(seed)
		if err != nil {
			return nil, nil, err
		}
		return key.EncapsulationKey().Bytes(), key.Decapsulate, nil
	}
	key, err := mlkem.NewDecapsulationKey768(seed)
	if err != nil {
		return nil, nil, err
	}
	return key.EncapsulationKey().Bytes(), key.Decapsulate, nil
}

func (h hybrid) join(curve, kem []byte) []byte {
	out := make([]byte, 0, len(curve)+len(kem))
	if h.curveFirst {
		return append(append(out, curve...), kem...)
	}
	return append(append(out, kem...), curve...)
}
