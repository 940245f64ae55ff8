package hello

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// FuzzTicket reads both forms of NewSessionTicket.
func FuzzTicket(f *testing.F) {
	f.Add([]byte{0, 0, 0x1C, 0x20, 0, 2, 1, 2})
	f.Add([]byte{0, 0, 0x1C, 0x20, 1, 2, 3, 4, 1, 0, 0, 2, 1, 2, 0, 8, 0, 42, 0, 4, 0, 0, 0x40, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		if got, ok := readTicket(body); ok {
			assert.Len(t, got.Ticket, len(body)-6)
		}
		if got, ok := readTicket13(body); ok {
			assert.Less(t, len(got.Ticket), len(body))
		}
	})
}

func TestTickets(t *testing.T) {
	got, ok := readTicket([]byte{0, 0, 0x1C, 0x20, 0, 2, 1, 2})
	assert.True(t, ok)
	assert.Equal(t, &Ticket{Lifetime: 7200, Ticket: []byte{1, 2}}, got)
	got13, ok := readTicket13([]byte{0, 0, 0x1C, 0x20, 1, 2, 3, 4, 1, 0, 0, 2, 1, 2, 0, 8, 0, 42, 0, 4, 0, 0, 0x40, 0})
	assert.True(t, ok)
	assert.Equal(t, Ticket{Lifetime: 7200, Ticket: []byte{1, 2}, MaxEarlyData: 16384}, got13)
	_, err := (&Flight{}).Tickets(nil, nil)
	assert.ErrorContains(t, err, "not open up to its finished")
}
