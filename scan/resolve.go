package scan

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"time"
)

// ResolveTimeout bounds one look-up.
const ResolveTimeout = 10 * time.Second

// Resolve returns the addresses of a host, sorted, each once; an IP literal is its own address. Every connection of an
// observation goes to one of them, so a name is looked up once a run.
func Resolve(ctx context.Context, host string) ([]netip.Addr, *Failure) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, ResolveTimeout)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, resolveFailure(err)
	}
	for i := range found {
		found[i] = found[i].Unmap()
	}
	slices.SortFunc(found, netip.Addr.Compare)
	return slices.Compact(found), nil
}

func resolveFailure(err error) *Failure {
	f := &Failure{Stage: StageResolve, Kind: KindProtocol, Message: err.Error()}
	dns, ok := errors.AsType[*net.DNSError](err)
	switch {
	case ok && dns.IsNotFound:
		f.Kind, f.Message = KindRefused, "the name does not exist"
	case ok && dns.IsTimeout, errors.Is(err, context.DeadlineExceeded):
		f.Kind, f.Message = KindTimeout, "the name server did not answer in time"
	case ok:
		f.Message = dns.Err
	}
	return f
}

// SourceFor returns the address that this machine would connect from. It sends nothing: connecting a UDP socket only picks a
// route.
func SourceFor(to netip.AddrPort) (netip.Addr, bool) {
	conn, err := net.Dial("udp", to.String())
	if err != nil {
		return netip.Addr{}, false
	}
	defer conn.Close()
	local, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	return local.AddrPort().Addr().Unmap(), true
}

// IsLocal says whether an address is one of this machine's.
func IsLocal(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return false
	}
	return slices.ContainsFunc(addresses, func(one net.Addr) bool {
		p, err := netip.ParsePrefix(one.String())
		return err == nil && p.Addr().Unmap() == a.Unmap()
	})
}
