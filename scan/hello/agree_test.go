package hello

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestX448 has the first two vectors of RFC 7748 section 5.2.
func TestX448(t *testing.T) {
	for _, v := range [][3]string{{
		"3d262fddf9ec8e88495266fea19a34d28882acef045104d0d1aae121700a779c984c24f8cdd78fbff44943eba368f54b29259a4f1c600ad3",
		"06fce640fa3487bfda5f6cf2d5263f8aad88334cbd07437f020f08f9814dc031ddbdc38c19c6da2583fa5429db94ada18aa7a7fb4ef8a086",
		"ce3e4ff95a60dc6697da1db1d85e6afbdf79b50a2412d7546d5f239fe14fbaadeb445fc66a01b0779d98223961111e21766282f73dd96b6f",
	}, {
		"203d494428b8399352665ddca42f9de8fef600908e0d461cb021f8c538345dd77c3e4806e25f46d3315c44e0a5b4371282dd2c8d5be3095f",
		"0fbcc2f993cd56d3305b0b7d9e55d4c1a8fb5dbb52f8e9a1e9b6201b165d015894e56c4d3570bee52fe205e28a78b91cdfbde71ce8d157db",
		"884a02576239ff7a2f2f63b2db6a9ff37047ac13568e1e30fe63c4a7ad1b3ee3a5700df34321d62077e63633c575c1c954514e99da7c179d",
	}} {
		assert.Equal(t, fromHex(t, v[2]), x448(fromHex(t, v[0]), fromHex(t, v[1])))
	}
}

// TestFFDHEPrimes: a slip in the formula of RFC 7919 would hardly give a safe prime.
func TestFFDHEPrimes(t *testing.T) {
	for g := groupFFDHE2048; g <= groupFFDHE8192; g++ {
		f, ok := ffdheOf(g)
		require.True(t, ok)
		assert.Equal(t, f.size*8, f.p.BitLen())
		assert.True(t, f.p.ProbablyPrime(0), "group %d", g)
		q := f.p.Rsh(f.p, 1)
		assert.True(t, q.ProbablyPrime(0), "group %d: (p-1)/2", g)
	}
}

// TestAgree: both sides come to the same secret, and a share that is none is refused.
func TestAgree(t *testing.T) {
	ours, theirs := NewKeys("ours"), NewKeys("theirs")
	for _, g := range KeyShareGroups() {
		if _, isHybrid := hybridOf(g); isHybrid {
			continue
		}
		a, err := ours.public(g)
		require.NoError(t, err)
		b, err := theirs.public(g)
		require.NoError(t, err)
		one, err := ours.agree(g, b)
		require.NoError(t, err)
		two, err := theirs.agree(g, a)
		require.NoError(t, err)
		assert.Equal(t, one, two, "group %d", g)
		_, err = ours.agree(g, make([]byte, len(b)))
		assert.Error(t, err, "group %d: zero", g)
		_, err = ours.agree(g, b[1:])
		assert.Error(t, err, "group %d: short", g)
	}
}
