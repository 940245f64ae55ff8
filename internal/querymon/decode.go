package querymon

// decode makes lines of a file's bytes.
func (f *File) decode(data []byte) []line {
	f.Encoding = "UTF-8"
	return split(string(data))
}
