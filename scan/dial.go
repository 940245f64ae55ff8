package scan

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// KindUnreachable is the kind of a connect that a router or the own stack answered with "no way there".
const KindUnreachable FailureKind = "unreachable"

// KindLocal is the kind of a failure of the scanner's own machine, as when it has no free ports or files: it says nothing about
// the target.
const KindLocal FailureKind = "local"

// dialer makes the connections of a run, all from one source address where one is given, and through one proxy.
type dialer struct {
	source netip.Addr
	proxy  *Proxy // nil: none
}

// dial connects to exactly one address. There is no fallback to another one: it would hide the fault sought.
func (d dialer) dial(ctx context.Context, to netip.AddrPort) (net.Conn, *Failure) {
	nd := net.Dialer{KeepAlive: -1}
	if d.source.IsValid() {
		nd.LocalAddr = &net.TCPAddr{IP: d.source.AsSlice(), Zone: d.source.Zone()}
	}
	if d.proxy != nil {
		return d.through(ctx, nd, to)
	}
	conn, err := nd.DialContext(ctx, "tcp", to.String())
	if err != nil {
		return nil, &Failure{Stage: StageConnect, Kind: dialKind(err), Message: dialMessage(err)}
	}
	return conn, nil
}

// through connects by way of the proxy. A proxy that cannot be reached says nothing about the target.
func (d dialer) through(ctx context.Context, nd net.Dialer, to netip.AddrPort) (net.Conn, *Failure) {
	conn, err := nd.DialContext(ctx, "tcp", d.proxy.url.Host)
	if err != nil {
		return nil, &Failure{Stage: StageConnect, Kind: KindLocal, Message: "the proxy " + d.proxy.url.Host + ": " + dialMessage(err)}
	}
	if failure := d.proxy.connect(ctx, conn, to); failure != nil {
		_ = conn.Close()
		return nil, failure
	}
	return conn, nil
}

func dialKind(err error) FailureKind {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), isErrno(err, errnoTimedOut):
		return KindTimeout
	case isErrno(err, errnoRefused):
		return KindRefused
	case isErrno(err, errnoReset):
		return KindReset
	case isErrno(err, errnoHostUnreachable), isErrno(err, errnoNetUnreachable):
		return KindUnreachable
	}
	return KindLocal
}

// dialMessage leaves out the "dial tcp ADDRESS:" that repeats what the endpoint says.
func dialMessage(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		err = op.Err
	}
	if sys, ok := errors.AsType[*os.SyscallError](err); ok {
		err = sys.Err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return "no answer in time"
	}
	return err.Error()
}

// endOf says how a connection that failed on read or write ended.
func endOf(err error) End {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return EndTimeout
	case isErrno(err, errnoReset), isErrno(err, errnoAborted), isErrno(err, errnoPipe):
		return EndReset
	}
	return EndClose
}

func isErrno(err error, want syscall.Errno) bool {
	got, ok := errors.AsType[syscall.Errno](err)
	return ok && got == want
}

// farewell ends a connection with FIN rather than RST: it says that no more is to come, then reads away what the peer still
// sends until the peer closes too. A peer gets at most half a second for that, and a quarter of one when the run is interrupted: all
// is to stop within a second then.
func farewell(ctx context.Context, conn net.Conn) {
	const patience, hurry, limit = time.Second / 2, time.Second / 4, 1 << 18
	defer conn.Close()
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil || conn.SetDeadline(time.Now().Add(patience)) != nil {
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now().Add(hurry)) })
	defer stop()
	_, _ = io.CopyN(io.Discard, conn, limit) // the connection is closed, whatever ended it
}
