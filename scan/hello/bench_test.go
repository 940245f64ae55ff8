package hello

import (
	"testing"

	"github.com/portseal/portseal/cipher"
)

func BenchmarkMarshal(b *testing.B) {
	suites := cipher.Enumerable(cipher.TLSv12)
	h := New(cipher.TLSv12, suites, "a.example", "seed")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, name := range []string{"tls12-no-suite", "tls12-ecdhe-rsa", "tls12-request", "tls13-retry"} {
		f := readFlight(b, name)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if got := Parse(f.Received); got.Err != nil {
					b.Fatal(got.Err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	f := readFlight(b, "tls13-aes128gcm")
	secret, err := secretOf(f.Sent, f.Received, f.Seed)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		got := Parse(f.Received)
		if err := got.Open(f.Received, secret); err != nil {
			b.Fatal(err)
		}
	}
}
