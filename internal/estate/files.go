package estate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"time"

	"github.com/portseal/portseal/report"
)

type fileRead struct {
	data     []byte
	modified time.Time
	err      error
}

// reason says why a file could not be read, in words that do not depend on the operating system where that is possible.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "cannot be read: permission denied"
	}
	return err.Error()
}

func (l *loader) addInput(name, kind string, data []byte, modified time.Time) {
	sum := sha256.Sum256(data)
	input := report.Input{Path: name, Kind: kind, SHA256: hex.EncodeToString(sum[:]), Collected: collected(modified)}
	l.estate.Inputs = append(l.estate.Inputs, input)
}

// file checks that a file is there and readable, and takes its hash.
func (l *loader) file(key, kind string, n *node) *File {
	text, ok := l.text(key, n)
	if !ok || l.opts.Unread {
		return nil
	}
	path := n.at.src.resolve(text)
	read, known := l.files[path]
	if !known {
		read.data, read.modified, read.err = readRegular(path, maxInput)
		read.modified = l.date(path, read.modified)
		if read.err == nil {
			l.addInput(l.relative(path), kind, read.data, read.modified)
		}
		l.files[path] = read
	}
	if read.err != nil {
		l.fail(n, key, "%q %s; want a file, with a path relative to this one", text, reason(read.err))
		return nil
	}
	return &File{Path: path, Name: l.relative(path), Data: read.data, Collected: read.modified, At: l.location(n.at)}
}

// fileList reads a list of files.
func (l *loader) fileList(key, kind string, n *node) []File {
	if n == nil {
		return nil
	}
	var out []File
	for _, i := range l.anyItems(key, n) {
		if f := l.file(key, kind, i); f != nil {
			out = append(out, *f)
		}
	}
	return out
}

// readInputs reads the files that a system names beside its rings.
func (l *loader) readInputs(s *rawSystem) {
	s.ATTLS = l.fileList("attls", "attls", s.attls)
	s.Netstat = l.fileList("netstat", "netstat", s.netstat)
	if s.pasearch != nil {
		s.PASearch = l.file("pasearch", "pasearch", s.pasearch)
	}
	if s.tcpipProfile != nil {
		s.TCPIPProfile = l.file("tcpip_profile", "tcpip-profile", s.tcpipProfile)
	}
	if q := s.queryMonitor; q != nil {
		s.QueryMonitor = &q.names
		s.QueryMonitor.At = l.location(q.at)
		if q.server != nil {
			s.QueryMonitor.ServerParams = l.file("server_params", "query-monitor", q.server)
		}
		if q.agent != nil {
			s.QueryMonitor.AgentParams = l.file("agent_params", "query-monitor", q.agent)
		}
	}
}
