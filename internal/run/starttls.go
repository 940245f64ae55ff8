package run

import (
	"context"
	"errors"
	"net"
	"os"

	"github.com/portseal/portseal/scan"
	"github.com/portseal/portseal/scan/probes"
	"github.com/portseal/portseal/scan/starttls"
)

// StartTLS returns the start-ups of package starttls as a Runner takes them, and under the names that probes.ClearOf and
// probes.InjectingOf give them, their ways on without TLS, and with a second command behind the one that asks for TLS. A peer that says no is a failure of kind refused; one that speaks something else is of kind protocol; a
// connection that ends is of kind reset, one that says nothing of kind timeout.
func StartTLS() map[string]scan.StartTLS {
	out := map[string]scan.StartTLS{}
	for _, k := range starttls.Kinds() {
		out[k.Name] = scan.StartTLS{Speak: speak(k.Start), Wrap: k.Wrap, Patience: k.Patience}
		if k.Clear != nil {
			out[probes.ClearOf(k.Name)] = scan.StartTLS{Speak: speak(k.Clear), Patience: k.Patience}
		}
		if k.Injection != nil {
			out[probes.InjectingOf(k.Name)] = scan.StartTLS{Speak: speak(k.Injection.Start), Wrap: k.Wrap, Patience: k.Patience}
		}
	}
	return out
}

func speak(start starttls.Func) func(context.Context, net.Conn, string) ([]byte, *scan.Failure) {
	return func(ctx context.Context, conn net.Conn, host string) ([]byte, *scan.Failure) {
		if start == nil { // TLS comes at once
			return nil, nil
		}
		preamble, err := start(ctx, conn, host)
		if err == nil {
			return preamble, nil
		}
		return preamble, &scan.Failure{Stage: scan.StageStartTLS, Kind: startTLSKind(err), Message: err.Error()}
	}
}

func startTLSKind(err error) scan.FailureKind {
	if _, ok := errors.AsType[*starttls.Refused](err); ok {
		return scan.KindRefused
	}
	if _, ok := errors.AsType[*starttls.Unexpected](err); ok {
		return scan.KindProtocol
	}
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		return scan.KindTimeout
	}
	return scan.KindReset
}

// StartTLSKinds returns the names of the start-ups.
func StartTLSKinds() []string {
	var out []string
	for _, k := range starttls.Kinds() {
		out = append(out, k.Name)
	}
	return out
}
