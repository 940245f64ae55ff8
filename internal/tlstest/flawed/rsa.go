package flawed

import (
	"bytes"
	"math/big"
)

// Fault is what is wrong with the block of a key exchange.
type Fault int

// The faults, in the order in which a server meets them.
const (
	NoFault     Fault = iota
	FaultType         // it does not begin with 00 02
	FaultNoZero       // there is no 00 behind the padding
	FaultSize         // the secret is not 48 octets long
	FaultVersion
)

// open opens a key exchange with the private key.
func (s Server) open(encrypted []byte) (block []byte) {
	c := new(big.Int).SetBytes(encrypted)
	return new(big.Int).Exp(c, s.Key.D, s.Key.N).FillBytes(make([]byte, s.Key.Size()))
}

func (s Server) faultOf(encrypted []byte) Fault {
	block := s.open(encrypted)
	if block[0] != 0 || block[1] != 2 {
		return FaultType
	}
	zero := bytes.IndexByte(block[2:], 0)
	switch secret := block[2+zero+1:]; {
	case zero < 8:
		return FaultNoZero
	case len(secret) != 48:
		return FaultSize
	case secret[0] != 3 || secret[1] != 3:
		return FaultVersion
	}
	return NoFault
}

// exchange takes the key exchange, or the Finished where there are no keys.
func (c *connection) exchange(body []byte) error {
	if len(body) < 6 || body[0] != 16 {
		return c.alert(10)
	}
	c.exchanged = true
	c.transcript = append(c.transcript, body...)
	c.derive(body[6:])
	if c.RSA == nil {
		return nil
	}
	switch alert, answers := c.RSA(c.faultOf(body[6:])); {
	case answers && c.Curt:
		return errDone
	case answers:
		return c.alert(alert)
	}
	return nil
}
