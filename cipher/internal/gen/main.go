// Command gen writes the cipher suite table of package cipher from the facts in its data folder.
//
// The facts are names and code points only; key exchange, encryption, strength and versions are derived from the names
// (derive.go), with the exceptions spelled out. It reads no network: a newer registry is typed into data/iana.tsv.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	data := flag.String("data", "data", "folder with the .tsv files")
	out := flag.String("out", "suites_table.go", "Go file to write")
	flag.Parse()
	if err := run(*data, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(data, out string) error {
	src, err := generate(os.DirFS(data))
	if err != nil {
		return err
	}
	return os.WriteFile(out, src, 0o644)
}
