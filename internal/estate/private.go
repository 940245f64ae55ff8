package estate

import (
	"os"
	"runtime"
)

// privateFile returns the path of a file that holds a secret; a file that is not there or that others can read is a fault, needed or not. It is
// opened by who needs it. Windows keeps access lists, which the mode does not show.
func (l *loader) privateFile(key string, n *node) string {
	if n == nil || l.opts.Unread {
		return ""
	}
	text, ok := l.text(key, n)
	if !ok {
		return ""
	}
	path := n.at.src.resolve(text)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		l.fail(n, key, "%q %s; want a file, with a path relative to this one", text, reason(bare(err)))
	case info.IsDir():
		l.fail(n, key, "%q is a folder; want a file, with a path relative to this one", text)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		l.fail(n, key, "%q can be read by others (mode %#o); run: chmod 600 %s", text, info.Mode().Perm(), text)
	default:
		return path
	}
	return ""
}
