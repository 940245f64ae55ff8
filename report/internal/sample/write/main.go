// Command write writes the sample of a large estate as a report, for measurements: write ENDPOINTS >report.json.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/report/internal/sample"
	reportjson "github.com/portseal/portseal/report/json"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "write:", err)
		os.Exit(1)
	}
}

func write() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("want the number of endpoints")
	}
	n, err := strconv.Atoi(os.Args[1])
	if err != nil || n < 1 {
		return fmt.Errorf("%q: want a number of endpoints", os.Args[1])
	}
	rep := sample.Large(n)
	if err := evidence.Seal(rep); err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	if err := reportjson.Write(out, rep); err != nil {
		return err
	}
	return out.Flush()
}
