package byhand

import (
	"encoding/binary"
	"errors"
	"slices"
)

const sessionIDAt = 5 + 4 + 2 + 32 // of a hello's record: header, message header, version, random

// WithSessionID puts a session id into a ClientHello that has none and fits into one record.
func WithSessionID(record, id []byte) ([]byte, error) {
	if len(record) <= sessionIDAt || record[sessionIDAt] != 0 || len(id) > 32 {
		return nil, errors.New("no client hello without a session id")
	}
	size := len(record) - 5 + len(id)
	if size > 1<<14 || int(binary.BigEndian.Uint16(record[3:]))+5 != len(record) {
		return nil, errors.New("the client hello does not fit into one record")
	}
	out := slices.Concat(record[:sessionIDAt], []byte{byte(len(id))}, id, record[sessionIDAt+1:])
	binary.BigEndian.PutUint16(out[3:], uint16(size))
	out[6], out[7], out[8] = 0, byte((size-4)>>8), byte(size-4)
	return out, nil
}

// Echo says how a ServerHello answers a session id: how long its own is, and whether it begins with the one that was sent. It is not known
// while fewer octets have come than this takes; at is where they end.
func Echo(received, id []byte) (size, at int, begins, known bool) {
	at = sessionIDAt + 1 + len(id)
	if len(received) < at || received[0] != HandshakeRecord || received[5] != 2 {
		return 0, 0, false, false
	}
	size = int(received[sessionIDAt])
	return size, at, size >= len(id) && slices.Equal(received[sessionIDAt+1:at], id), true
}
