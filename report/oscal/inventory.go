package oscal

import (
	"cmp"
	"fmt"
	"net/netip"
	"strconv"

	"github.com/portseal/portseal/report"
	"github.com/portseal/portseal/scan"
)

// inventory is the listeners, by their roles, and what looked at them.
func (w *writer) inventory() localDefinitions {
	var out localDefinitions
	roles := map[string]bool{}
	for i := range w.rep.Endpoints {
		if role := roleOf(&w.rep.Endpoints[i]); !roles[role] {
			roles[role] = true
			out.Components = append(out.Components, component{UUID: w.item("role", role), Type: "service", Title: markup(role),
				Description: markup("Listeners with the role " + role), Status: status{State: "operational"}})
		}
	}
	out.InventoryItems = w.list("inventory-items", len(w.rep.Endpoints), func(i int) any { return w.inventoryItem(&w.rep.Endpoints[i]) })
	tool := w.rep.Tool
	software := component{UUID: w.id("tool"), Type: "software", Title: markup(tool.Name), Description: "TLS scanner",
		Props:  owned("commit", tool.Commit, "sha256", tool.SHA256),
		Status: status{State: "operational"}}
	if tool.Version != "" {
		software.Props = append([]prop{{Name: "version", Value: value(tool.Version)}}, software.Props...)
	}
	where := platform{UUID: w.id("platform"), Title: markup("Vantage " + cmp.Or(w.rep.Run.Vantage, "without a name")),
		Uses: []implementedComponent{{w.id("tool")}}}
	for _, address := range w.rep.Run.SourceAddresses {
		where.Props = append(where.Props, own("source-address", address))
	}
	where.Props = append(where.Props, own("clock-synchronised", string(cmp.Or(w.rep.Run.Clock.Synchronised, scan.Unknown))))
	out.Assets = assets{Components: []component{software}, Platforms: []platform{where}}
	return out
}

func roleOf(e *report.Endpoint) string { return cmp.Or(e.Role, report.RoleGeneric) }

// inventoryItem is an endpoint. The names of the addresses are NIST's, the others our own.
func (w *writer) inventoryItem(e *report.Endpoint) inventoryItem {
	at := fmt.Sprintf("%s, port %d of %s", e.ID, e.Target.Port, cmp.Or(e.Target.Host, e.Target.Address))
	out := inventoryItem{UUID: w.item("endpoint", e.ID), Description: markup(at), Implemented: []implementedComponent{{w.item("role", roleOf(e))}}}
	address, err := netip.ParseAddr(e.Target.Address)
	switch {
	case err != nil:
	case address.Is4():
		out.Props = append(out.Props, prop{Name: "ipv4-address", Value: address.String()})
	default:
		out.Props = append(out.Props, prop{Name: "ipv6-address", Value: address.String()})
	}
	if _, err := netip.ParseAddr(e.Target.Host); err != nil && e.Target.Host != "" {
		out.Props = append(out.Props, prop{Name: "fqdn", Value: value(e.Target.Host)})
	}
	out.Props = append(out.Props, prop{Name: "is-scanned", Value: yesNo(e.State != scan.StateSkipped)})
	out.Props = append(out.Props, owned("endpoint", e.ID, "port", strconv.Itoa(int(e.Target.Port)), "state", string(e.State),
		"system", e.System, "listener", e.Listener, "starttls", e.Target.StartTLS)...)
	return out
}
