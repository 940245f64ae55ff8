package certchain

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	zrsa "github.com/zmap/zcrypto/rsa"
)

// infineon are moduli of the test data that the finders of ROCA published (github.com/crocs-muni/roca: mod01, mod02, mod03).
var infineon = []string{
	"9dcd7420e420c270a68060eb8b5aa7457a9f6648f86fafed2775cc1f79ae962f1e63f1b9e51c55f9ea6fdc7332e9b0058c9ff2eb1fc89855029cf6aafe21e689" +
		"feb38ac9ffb12f1ce371bb5d0e9aae64161abce74b4244bf68f1edb4411f756a097c8929c14740245ea355f8332d1aa36bb50c7dcb4505da8de02e4e53d38f8d" +
		"f06097da7524df0df93db48eac8cc4af2d3a16257eb2b2adca6ba464e5974fa92550d31b1babf161e7692d00b86e3dd886ecab4abfbe1a8f8cc263ff4af55cdb" +
		"45f4249a5193925f5e983d762f0b6800943eb0267b08f42ed311ce1f5c86eacbc8ce4d3cb7a2fee1ef5641423a1cf4114e5ecf50034a60a412523af9e6f4aa11",
	"944e13208a280c37efc31c3114485e590192adbb8e11c87cad60cdef0037ce99278330d3f471a2538fa667802ed2a3c44a8b7dea826e888d0aa341fd664f7fa7",
	"a23475d6b86e7deb1e1483747c0e1aaa1390f24dcbc0d05399d025c985861601d91ba7a1ce5dd9d9721fac7b65cbf73f9fa39399f6cbf33edc6e094f9eda639f",
}

func TestKnownCause(t *testing.T) {
	const exponent = 65537
	of := func(n *big.Int, e int64) string { return knownCause(&zrsa.PublicKey{N: n, E: big.NewInt(e)}) }
	for _, text := range infineon {
		n, ok := new(big.Int).SetString(text, 16)
		require.True(t, ok)
		assert.Contains(t, of(n, exponent), "ROCA")
		assert.Empty(t, of(n.Add(n, big.NewInt(2)), exponent), "another number")
	}
	p, err := rand.Prime(rand.Reader, 1024)
	require.NoError(t, err)
	q := new(big.Int).Add(p, big.NewInt(2))
	for !q.ProbablyPrime(20) {
		q.Add(q, big.NewInt(2))
	}
	assert.Contains(t, of(new(big.Int).Mul(p, q), exponent), "next to each other")
	for range 2 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		require.NoError(t, err)
		assert.Empty(t, of(key.N, exponent))
		assert.Contains(t, of(key.N, 1), "its exponent is 1")
	}
	assert.Empty(t, of(new(big.Int), exponent))
	assert.Empty(t, knownCause(nil))
}

func BenchmarkKnownCause(b *testing.B) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(b, err)
	for b.Loop() {
		knownCause(&zrsa.PublicKey{N: key.N, E: big.NewInt(65537)})
	}
}
