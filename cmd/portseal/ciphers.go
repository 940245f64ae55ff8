package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
	"github.com/spf13/cobra"

	"github.com/portseal/portseal/cipher"
	"github.com/portseal/portseal/report/text"
)

// newCiphersCommand shows the registry of package cipher: facts only, nothing is dialled.
func newCiphersCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "ciphers [NAME|CODE|CLASS | groups [NAME|CODE] | signatures [NAME|CODE]]",
		Short: "Show cipher suites, named groups and signature schemes",
		Long:  ciphersHelp(),
		Example: `  portseal ciphers C030
  portseal ciphers gsk2:35
  portseal ciphers system-ssl --format csv
  portseal ciphers groups attls:0029`,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := listing(args)
			if err != nil {
				return err
			}
			return l.write(cmd.OutOrStdout(), format)
		},
	}
	formatFlag(cmd.Flags(), &format, []string{"table", "json", "csv"}, "")
	return cmd
}

func ciphersHelp() string {
	var b strings.Builder
	b.WriteString(`Shows every cipher suite that portseal knows, one in full, or a class of them.

A suite is named by its code (four hex digits; six for SSLv2), by gsk2: and a
System SSL two-character code, or by its IANA, OpenSSL, GnuTLS or System SSL
name. A code that no registry names is shown as unknown. "groups" shows the
named groups (attls:0029 is AT-TLS's decimal code), "signatures" the signature
schemes.

Classes:
`)
	for _, c := range cipher.Classes() {
		fmt.Fprintf(&b, "  %-15s %s\n", c, c.About())
	}
	return b.String()
}

// cipherListing is one answer in all its forms: table columns for people, every column for CSV, items for JSON.
type cipherListing struct {
	key    string // JSON key of the items
	items  any
	table  cipherSheet
	all    cipherSheet
	single bool // one thing was asked for: show all of it, a line a fact
}

type cipherSheet struct {
	header []string
	rows   [][]string
}

func listing(args []string) (cipherListing, error) {
	if len(args) > 0 && (args[0] == "groups" || args[0] == "signatures") {
		if len(args) > 2 {
			return cipherListing{}, usagef("ciphers %s: %s, want at most one name or code", args[0], text.Count(len(args)-1, "argument"))
		}
		if args[0] == "groups" {
			return groupListing(args[1:])
		}
		return signatureListing(args[1:])
	}
	switch len(args) {
	case 0:
		return suiteListing(cipher.All(), false), nil
	case 1:
		return oneOrClass(args[0])
	}
	return cipherListing{}, usagef("ciphers: %d arguments, want one name, code or class", len(args))
}

func oneOrClass(arg string) (cipherListing, error) {
	if c, err := cipher.ParseClass(arg); err == nil {
		var in []cipher.Suite
		for _, s := range cipher.All() {
			if s.In(c) {
				in = append(in, s)
			}
		}
		return suiteListing(in, false), nil
	}
	id, err := cipher.Parse(arg)
	if err != nil {
		names := make([]string, 0, len(cipher.Classes()))
		for _, c := range cipher.Classes() {
			names = append(names, string(c))
		}
		return cipherListing{}, usagef("%v, or a class: %s", err, strings.Join(names, ", "))
	}
	return suiteListing([]cipher.Suite{cipher.Describe(id)}, true), nil
}

// cipherItem is a suite in JSON: what is not known is absent, never false or zero.
type cipherItem struct {
	Code           string   `json:"code"`
	Name           string   `json:"name"`
	Known          bool     `json:"known"`
	OpenSSL        string   `json:"openssl,omitempty"`
	GnuTLS         string   `json:"gnutls,omitempty"`
	Aliases        []string `json:"aliases,omitempty"`
	GSK2           string   `json:"gsk2,omitempty"`
	GSKV2          string   `json:"gskv2,omitempty"`
	SystemSSL      *bool    `json:"system_ssl,omitempty"`
	Signalling     *bool    `json:"signalling,omitempty"`
	KeyExchange    string   `json:"key_exchange,omitempty"`
	Authentication string   `json:"authentication,omitempty"`
	Encryption     string   `json:"encryption,omitempty"`
	MAC            string   `json:"mac,omitempty"`
	Strength       *int     `json:"strength,omitempty"`
	ForwardSecret  *bool    `json:"forward_secret,omitempty"`
	MinVersion     string   `json:"min_version,omitempty"`
	MaxVersion     string   `json:"max_version,omitempty"`
	Classes        []string `json:"classes,omitempty"`
	Source         string   `json:"source,omitempty"`
}

func newCipherItem(s cipher.Suite) cipherItem {
	item := cipherItem{Code: s.ID.String(), Name: s.Name, Known: s.Known}
	if !s.Known {
		return item
	}
	item.OpenSSL, item.GnuTLS, item.Aliases, item.GSK2, item.GSKV2 = s.OpenSSL, s.GnuTLS, s.Aliases(), s.GSK2, s.GSKV2
	item.SystemSSL, item.Signalling, item.Source = &s.SystemSSL, &s.Signalling, s.Source
	item.MinVersion, item.MaxVersion = s.MinVersion.String(), s.MaxVersion.String()
	if !s.Signalling {
		item.KeyExchange, item.Authentication, item.Encryption, item.MAC = s.KeyExchange, s.Authentication, s.Encryption, s.MAC
		item.Strength, item.ForwardSecret = &s.Strength, &s.ForwardSecret
	}
	for _, c := range cipher.Classes() {
		if s.In(c) {
			item.Classes = append(item.Classes, string(c))
		}
	}
	return item
}

func suiteListing(suites []cipher.Suite, single bool) cipherListing {
	l := cipherListing{key: "cipher_suites", single: single}
	l.table.header = []string{"CODE", "GSK", "NAME", "OPENSSL", "BITS", "FS", "VERSIONS"}
	l.all.header = []string{"code", "name", "openssl", "gnutls", "aliases", "gsk2", "gskv2", "system_ssl", "signalling", "key_exchange",
		"authentication", "encryption", "mac", "strength", "forward_secret", "min_version", "max_version", "classes", "source"}
	items := make([]cipherItem, 0, len(suites))
	for _, s := range suites {
		i := newCipherItem(s)
		items = append(items, i)
		strength, secret := "", yesNo(i.ForwardSecret)
		if i.Strength != nil {
			strength = strconv.Itoa(*i.Strength)
		}
		l.table.rows = append(l.table.rows, []string{i.Code, i.GSK2 + i.GSKV2, i.Name, i.OpenSSL, strength, secret,
			versionRange(i.MinVersion, i.MaxVersion)})
		l.all.rows = append(l.all.rows, []string{i.Code, i.Name, i.OpenSSL, i.GnuTLS, strings.Join(i.Aliases, " "), i.GSK2, i.GSKV2,
			yesNo(i.SystemSSL), yesNo(i.Signalling), i.KeyExchange, i.Authentication, i.Encryption, i.MAC, strength, secret,
			i.MinVersion, i.MaxVersion, strings.Join(i.Classes, " "), i.Source})
	}
	l.items = items
	return l
}

type groupItem struct {
	Code         string   `json:"code"`
	Name         string   `json:"name"`
	Known        bool     `json:"known"`
	Kind         string   `json:"kind,omitempty"`
	Bits         int      `json:"bits,omitempty"`
	ATTLS        string   `json:"attls,omitempty"`
	Aliases      []string `json:"aliases,omitempty"`
	KeyShareSize int      `json:"key_share_size,omitempty"`
	MinVersion   string   `json:"min_version,omitempty"`
	MaxVersion   string   `json:"max_version,omitempty"`
	Source       string   `json:"source,omitempty"`
}

func groupListing(args []string) (cipherListing, error) {
	groups := cipher.Groups()
	if len(args) == 1 {
		code, err := cipher.ParseGroup(args[0])
		if err != nil {
			return cipherListing{}, usagef("%v", err)
		}
		groups = []cipher.GroupInfo{cipher.DescribeGroup(code)}
	}
	l := cipherListing{key: "groups", single: len(args) == 1}
	l.table.header = []string{"CODE", "AT-TLS", "NAME", "KIND", "BITS", "KEY SHARE", "VERSIONS", "ALIASES"}
	l.all.header = []string{"code", "name", "kind", "bits", "attls", "aliases", "key_share_size", "min_version", "max_version", "source"}
	items := make([]groupItem, 0, len(groups))
	for _, g := range groups {
		i := groupItem{Code: g.Code.String(), Name: g.Name, Known: g.Known, Kind: g.Kind, Bits: g.Bits, ATTLS: g.ATTLS, Aliases: g.Aliases,
			KeyShareSize: g.KeyShareSize, MinVersion: versionName(g.MinVersion), MaxVersion: versionName(g.MaxVersion), Source: g.Source}
		items = append(items, i)
		bits, size, aliases := positive(i.Bits), positive(i.KeyShareSize), strings.Join(i.Aliases, " ")
		l.table.rows = append(l.table.rows, []string{i.Code, i.ATTLS, i.Name, i.Kind, bits, size,
			versionRange(i.MinVersion, i.MaxVersion), aliases})
		l.all.rows = append(l.all.rows, []string{i.Code, i.Name, i.Kind, bits, i.ATTLS, aliases, size, i.MinVersion, i.MaxVersion, i.Source})
	}
	l.items = items
	return l, nil
}

type signatureItem struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Known      bool   `json:"known"`
	Key        string `json:"key,omitempty"`
	Hash       string `json:"hash,omitempty"`
	ATTLS      string `json:"attls,omitempty"`
	Pasearch   string `json:"pasearch,omitempty"`
	MinVersion string `json:"min_version,omitempty"`
	MaxVersion string `json:"max_version,omitempty"`
	Source     string `json:"source,omitempty"`
}

func signatureListing(args []string) (cipherListing, error) {
	schemes := cipher.SignatureSchemes()
	if len(args) == 1 {
		code, err := cipher.ParseSignatureScheme(args[0])
		if err != nil {
			return cipherListing{}, usagef("%v", err)
		}
		schemes = []cipher.SignatureSchemeInfo{cipher.DescribeSignatureScheme(code)}
	}
	l := cipherListing{key: "signature_schemes", single: len(args) == 1}
	l.table.header = []string{"CODE", "AT-TLS", "NAME", "KEY", "HASH", "VERSIONS", "PASEARCH"}
	l.all.header = []string{"code", "name", "key", "hash", "attls", "pasearch", "min_version", "max_version", "source"}
	items := make([]signatureItem, 0, len(schemes))
	for _, s := range schemes {
		i := signatureItem{Code: s.Code.String(), Name: s.Name, Known: s.Known, Key: s.Key, Hash: s.Hash, ATTLS: s.ATTLS, Pasearch: s.Pasearch,
			MinVersion: versionName(s.MinVersion), MaxVersion: versionName(s.MaxVersion), Source: s.Source}
		items = append(items, i)
		l.table.rows = append(l.table.rows, []string{i.Code, i.ATTLS, i.Name, i.Key, i.Hash,
			versionRange(i.MinVersion, i.MaxVersion), i.Pasearch})
		l.all.rows = append(l.all.rows, []string{i.Code, i.Name, i.Key, i.Hash, i.ATTLS, i.Pasearch, i.MinVersion, i.MaxVersion, i.Source})
	}
	l.items = items
	return l, nil
}

func (l cipherListing) write(w io.Writer, format string) error {
	switch format {
	case "table":
		return l.sheet().write(w)
	case "json":
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"schema": "portseal.ciphers/v1", l.key: l.items})
	case "csv":
		return csv.NewWriter(w).WriteAll(append([][]string{l.all.header}, l.all.rows...))
	}
	return usagef("ciphers: unknown format %q: want table, json or csv", format)
}

// sheet is the table to draw: the columns for people, or one thing's facts turned by a quarter, without those it lacks.
func (l cipherListing) sheet() cipherSheet {
	if !l.single {
		return l.table
	}
	turned := cipherSheet{}
	for i, name := range l.all.header {
		if value := l.all.rows[0][i]; value != "" {
			turned.rows = append(turned.rows, []string{strings.ReplaceAll(name, "_", " "), value})
		}
	}
	return turned
}

func (s cipherSheet) write(w io.Writer) error {
	var buf bytes.Buffer
	t := tablewriter.NewTable(&buf,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders:  tw.BorderNone,
			Symbols:  tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone},
		})),
		tablewriter.WithConfig(tablewriter.Config{
			Header: tw.CellConfig{
				Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
				Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
				Padding:    tw.CellPadding{Global: tw.Padding{Right: "  "}},
			},
			Row: tw.CellConfig{
				Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone},
				Alignment:  tw.CellAlignment{Global: tw.AlignLeft},
				Padding:    tw.CellPadding{Global: tw.Padding{Right: "  "}},
			},
		}))
	if s.header != nil {
		t.Header(s.header)
	}
	if err := t.Bulk(s.rows); err != nil {
		return err
	}
	if err := t.Render(); err != nil {
		return err
	}
	for line := range strings.Lines(buf.String()) { // tablewriter fills the last column up with blanks
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

func yesNo(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func versionName(v cipher.Version) string {
	if v == 0 {
		return ""
	}
	return v.String()
}

func versionRange(oldest, newest string) string {
	if oldest == newest {
		return oldest
	}
	return oldest + "-" + newest
}
