package netstat

import "github.com/portseal/portseal/internal/ebcdic"

// decode makes text of the file's bytes; of what is no text none.
func (r *reader) decode(data []byte) string {
	text, encoding, err := ebcdic.Decode(data)
	r.out.Encoding = encoding
	if err != nil {
		r.fault(0, "", err.Error())
		return ""
	}
	return text
}
