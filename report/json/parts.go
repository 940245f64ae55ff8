package json

import (
	"encoding/json"
	"errors"
	"runtime"
	"strings"

	jsonv1 "github.com/go-json-experiment/json/v1"
	"golang.org/x/sync/errgroup"

	"github.com/portseal/portseal/internal/jsonparts"
)

// partLists are the keys of the lists that are nearly all of a report.
func partLists() []string { return []string{"endpoints", "certificates"} }

// errPlain says that a document is to be read in one piece.
var errPlain = errors.New("not a report in parts")

// readParts reads a document into in, its long lists on all processors. Any fault it leaves to whoever reads it in one piece and says where.
func readParts(doc []byte, in *anyVersion) error {
	lists, shell, err := apart(doc)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(shell, in); err != nil {
		return err
	}
	return errors.Join(readList(lists["endpoints"], &in.Report.Endpoints), readList(lists["certificates"], &in.Report.Certificates))
}

// apart takes the items of the long lists out of a document, which in the shell are empty.
func apart(doc []byte) (lists map[string][][]byte, shell []byte, err error) {
	members, err := jsonparts.Members(doc)
	if err != nil {
		return nil, nil, err
	}
	lists, shell = map[string][][]byte{}, []byte("{")
	for i, m := range members {
		name, ok := partOf(m.Name)
		if !ok || lists[name] != nil {
			return nil, nil, errPlain
		}
		value := m.Value
		if name != "" {
			if m.Items == nil {
				return nil, nil, errPlain
			}
			lists[name], value = m.Items, []byte("[]")
		}
		if i > 0 {
			shell = append(shell, ',')
		}
		shell = append(append(append(shell, m.Name...), ':'), value...)
	}
	return lists, append(shell, '}'), nil
}

// partOf is the list that a key names, or empty. It is not ok for one that encoding/json would take for the list too, in other letters.
func partOf(key []byte) (name string, ok bool) {
	var text string
	if json.Unmarshal(key, &text) != nil {
		return "", false
	}
	for _, list := range partLists() {
		if strings.EqualFold(text, list) {
			return list, text == list
		}
	}
	return "", true
}

// readList reads a list item by item, with the reader that Go is getting: it reads what encoding/json reads in half the time. Nil, for a list that is missing, leaves out as it is.
func readList[T any](items [][]byte, out *[]T) error {
	if items == nil {
		return nil
	}
	list := make([]T, len(items))
	*out = list
	return parallel(len(items), func(i int) error { return jsonv1.Unmarshal(items[i], &list[i]) })
}

// parallel does n things, as many at a time as there are processors, up to the first error of each.
func parallel(n int, do func(i int) error) error {
	var g errgroup.Group
	workers := runtime.GOMAXPROCS(0)
	for first := range min(workers, n) {
		g.Go(func() error {
			for i := first; i < n; i += workers {
				if err := do(i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return g.Wait()
}
