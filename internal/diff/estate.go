package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// byName indexes a list.
func byName[T any](items []T, name func(*T) string) map[string]*T {
	out := map[string]*T{}
	for i := range items {
		out[name(&items[i])] = &items[i]
	}
	return out
}

// both calls do for each name that two lists have, and alone for those that one has, in order.
func both[T any](was, is map[string]*T, do func(name string, was, is *T), alone func(name string, old bool)) {
	for _, name := range slices.Sorted(maps.Keys(was)) {
		if is[name] == nil {
			alone(name, true)
			continue
		}
		do(name, was[name], is[name])
	}
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if was[name] == nil {
			alone(name, false)
		}
	}
}

// whose is the reason for what one side alone has.
func whose(old bool) string {
	if old {
		return onlyOld
	}
	return onlyNow
}

// rings compares the key rings: which there are, and what is on them.
func (c *comparison) rings() {
	name := func(k *report.Keyring) string { return k.Name }
	both(byName(c.old.rep.Keyrings, name), byName(c.now.rep.Keyrings, name), c.ring, func(name string, old bool) {
		switch {
		case !c.old.whole || !c.now.whole:
			c.skip(name, "key ring", whose(old))
		case old:
			c.add(report.RingGone, "", name, name, "")
		default:
			c.add(report.RingAdded, "", name, "", name)
		}
	})
}

func (c *comparison) ring(name string, was, is *report.Keyring) {
	c.held(name, was.Anchors, is.Anchors, report.RingAnchorAdded, report.RingAnchorGone)
	c.held(name, was.Personal, is.Personal, report.RingPersonalAdded, report.RingPersonalGone)
	c.differs(report.RingChanged, "", name+"/consumer", was.Consumer, is.Consumer)
	if was.Default != "" && is.Default != "" && was.Default != is.Default {
		c.add(report.RingChanged, "", name+"/default", c.old.name(was.Default), c.now.name(is.Default))
	}
}

// held compares certificates on a ring.
func (c *comparison) held(name string, was, is []string, added, gone string) {
	had := map[string]bool{}
	for _, sum := range was {
		had[sum] = true
	}
	for _, sum := range is {
		if !had[sum] {
			c.add(added, "", name, "", c.now.name(sum))
		}
		delete(had, sum)
	}
	for sum := range had {
		c.add(gone, "", name, c.old.name(sum), "")
	}
}

// installed compares whether AT-TLS is in effect on each system.
func (c *comparison) installed() {
	system := func(s *report.Stack) string { return s.System }
	both(byName(c.old.rep.Stacks, system), byName(c.now.rep.Stacks, system), func(name string, was, is *report.Stack) {
		if was.TTLS != scan.Unknown && is.TTLS != scan.Unknown {
			c.differs(report.PolicyInstalled, "", name+"/TTLS", was.TTLS.String(), is.TTLS.String())
		}
	}, func(name string, old bool) { c.skip(name, "TCP/IP profile", whose(old)) })
	listed := func(i *report.Installed) string { return i.System }
	both(byName(c.old.rep.Installed, listed), byName(c.now.rep.Installed, listed), func(name string, was, is *report.Installed) {
		c.differs(report.PolicyInstalled, "", name+"/pasearch", yesNo(was.Used), yesNo(is.Used))
	}, func(name string, old bool) { c.skip(name, "pasearch", whose(old)) })
}

// queryMonitor compares the parameters of Query Monitor's connections, and the AT-TLS rules of those that its agent makes and takes.
// Who is connected comes and goes, and is not compared.
func (c *comparison) queryMonitor() {
	system := func(q *report.QueryMonitor) string { return q.System }
	both(byName(c.old.rep.QueryMonitor, system), byName(c.now.rep.QueryMonitor, system), func(name string, was, is *report.QueryMonitor) {
		c.server(name, was.Server, is.Server)
		c.agent(name, was.Agent, is.Agent)
		if was.Policy == nil || is.Policy == nil {
			return
		}
		connection := func(a *report.AgentConnection) string {
			return fmt.Sprintf("%s/%s/%s/%v", name, a.From, a.Direction, a.Ports)
		}
		both(byName(was.Policy.Connections, connection), byName(is.Policy.Connections, connection), func(what string, was, is *report.AgentConnection) {
			c.match("", what, was.PolicyMatch, is.PolicyMatch)
		}, func(_ string, old bool) { c.skip(name, "AT-TLS rules of the agent's connections", whose(old)) })
	}, func(name string, old bool) { c.skip(name, "Query Monitor's parameters", whose(old)) })
}

func (c *comparison) server(system string, was, is *report.CAEServer) {
	if !c.skipUnless(was != nil, is != nil, system, "CAE server's parameters") {
		return
	}
	c.parameter(system+"/server/tls_port", was.TLSPort, is.TLSPort)
	c.parameter(system+"/server/rc4_port", was.RC4Port, is.RC4Port)
	c.parameter(system+"/server/alias", was.Alias, is.Alias)
	c.parameter(system+"/server/rc4_off", was.RC4Off, is.RC4Off)
}

func (c *comparison) agent(system string, was, is *report.CAEAgent) {
	if !c.skipUnless(was != nil, is != nil, system, "CAE agent's parameters") {
		return
	}
	c.parameter(system+"/agent/server_address", was.ServerAddress, is.ServerAddress)
	c.parameter(system+"/agent/backup_address", was.BackupAddress, is.BackupAddress)
	c.parameter(system+"/agent/server_port", was.ServerPort, is.ServerPort)
	c.parameter(system+"/agent/listener_ports", was.ListenerPorts, is.ListenerPorts)
	c.parameter(system+"/agent/ispf_port", was.ISPFPort, is.ISPFPort)
	c.parameter(system+"/agent/attls", was.ATTLS, is.ATTLS)
}

func (c *comparison) parameter(what string, was, is *report.Parameter) {
	value := func(p *report.Parameter) string {
		if p == nil {
			return "not set"
		}
		return p.Name + "=" + p.Value
	}
	c.differs(report.QueryMonitorChanged, "", what, value(was), value(is))
}
