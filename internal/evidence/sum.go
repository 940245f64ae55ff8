package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/internal/jsonparts"
)

// sum is the digest of an object whose members come one after the other, in order.
type sum struct {
	hash   hash.Hash
	before string
}

func newSum() *sum { return &sum{sha256.New(), "{"} }

// key begins a member.
func (s *sum) key(name []byte) {
	fmt.Fprintf(s.hash, "%s%s:", s.before, name)
	s.before = ","
}

func (s *sum) end() string {
	if s.before == "{" {
		s.hash.Write([]byte("{"))
	}
	s.hash.Write([]byte("}"))
	return "sha256:" + hex.EncodeToString(s.hash.Sum(nil))
}

// writeValue makes the value of a member canonical; a list item by item.
func writeValue(w io.Writer, m jsonparts.Member) error {
	if m.Items != nil {
		return writeList(w, len(m.Items), func(i int) ([]byte, error) { return transform(m.Items[i]) })
	}
	out, err := transform(m.Value)
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// atOnce is how many items are held as text at a time.
const atOnce = 64

// listOf writes the canonical JSON of a list.
func listOf[T any](items []T) func(io.Writer) error {
	return func(w io.Writer) error {
		return writeList(w, len(items), func(i int) ([]byte, error) { return Canonical(&items[i]) })
	}
}

// writeList writes a list of so many items, which are made on all processors.
func writeList(w io.Writer, n int, item func(i int) ([]byte, error)) error {
	before := "["
	for from := 0; from < n; from += atOnce {
		texts, err := textsOf(from, min(from+atOnce, n), item)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if _, err := fmt.Fprintf(w, "%s%s", before, text); err != nil {
				return err
			}
			before = ","
		}
	}
	end := "]"
	if n == 0 {
		end = "[]"
	}
	_, err := io.WriteString(w, end)
	return err
}

// textsOf makes the items from one to before another side by side.
func textsOf(from, to int, item func(i int) ([]byte, error)) ([][]byte, error) {
	texts := make([][]byte, to-from)
	var g errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for first := range min(workers, len(texts)) {
		g.Go(func() error {
			for i := first; i < len(texts); i += workers {
				var err error
				if texts[i], err = item(from + i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return texts, g.Wait()
}
