package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/portseal/portseal/internal/evidence"
	"github.com/portseal/portseal/internal/evidence/sign"
	"github.com/portseal/portseal/internal/secret"
	"github.com/portseal/portseal/report"
	reportjson "github.com/portseal/portseal/report/json"
	"github.com/portseal/portseal/report/text"
)

// signatureSuffix is what the name of a report's signature has behind that of the report.
const signatureSuffix = ".dsse.json"

// keyFlags name a private key: --key and --key-password-file, with a prefix where there are other keys.
type keyFlags struct{ key, password, prefix string }

func (f *keyFlags) register(cmd *cobra.Command, usage string) {
	cmd.Flags().StringVar(&f.key, f.prefix+"key", "", "`FILE` with "+usage+": PEM, Ed25519 or ECDSA, which only you can read")
	cmd.Flags().StringVar(&f.password, f.prefix+"key-password-file", "", "`FILE` whose first line is the password of an encrypted key, which only you can read")
}

// read returns the key; nil when none is named.
func (f *keyFlags) read() (*sign.Key, error) {
	if f.key == "" {
		if f.password != "" {
			return nil, usagef("--%skey-password-file without --%[1]skey: want the key too", f.prefix)
		}
		return nil, nil
	}
	data, err := secret.Read(f.key)
	if err != nil {
		return nil, usagef("--%skey %w", f.prefix, err)
	}
	defer clear(data)
	var password []byte
	if f.password != "" {
		if password, err = secret.Line(f.password); err != nil {
			return nil, usagef("--%skey-password-file %w", f.prefix, err)
		}
		defer clear(password)
	}
	key, err := sign.ParseKey(data, password)
	if errors.Is(err, sign.ErrEncrypted) {
		return nil, usagef("--%skey %s: the key is encrypted: want --%[1]skey-password-file FILE too", f.prefix, f.key)
	}
	if err != nil {
		return nil, usagef("--%skey %s: %w", f.prefix, f.key, err)
	}
	return key, nil
}

// readPublicKey reads the key that a flag names; nil when it names none.
func readPublicKey(flag, path string) (*sign.PublicKey, error) {
	if path == "" {
		return nil, nil
	}
	data, err := readSmall(path, secret.MaxFile)
	if err != nil {
		return nil, usagef("%s %w", flag, err)
	}
	key, err := sign.ParsePublicKey(data)
	if err != nil {
		return nil, usagef("%s %s: %w", flag, path, err)
	}
	return key, nil
}

// readSmall reads a file of at most so many octets.
func readSmall(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, bare(err))
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, bare(err))
	}
	if int64(len(data)) > most {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, most)
	}
	return data, nil
}

// readSealed reads a stored report as bytes. One that was changed since it was written is refused.
func readSealed(path string) ([]byte, error) {
	doc, err := readSmall(path, reportjson.MaxSize)
	if err == nil {
		err = inOnePiece(path, doc)
	}
	if err == nil {
		if _, err = reportjson.Decode(doc); err != nil {
			err = fmt.Errorf("%s: %w", path, err)
		}
	}
	if err != nil {
		return nil, usageError(err)
	}
	if err := evidence.VerifyJSON(doc); err != nil {
		return nil, exitError{exitFindings, fmt.Errorf("%s: %w", path, err)}
	}
	return doc, nil
}

func newReportSignCommand() *cobra.Command {
	var key keyFlags
	output := ""
	cmd := &cobra.Command{
		Use:   "sign REPORT.json --key KEY.pem",
		Short: "Sign a report: who vouches for it",
		Long: `Writes a signature beside a stored report: a DSSE envelope with an in-toto
statement, which names the report's file, its digest, the run and its verdict.
A report that was changed since it was written is refused.

A report's own digest shows that it was not changed by accident; whoever
changes it on purpose computes a new one. Only a signature shows who vouches
for it.

The key is what 'openssl genpkey -algorithm ed25519 -out KEY.pem' writes, or
ECDSA on P-256 or P-384, encrypted or not.

Exit codes: 0 signed; 3 the report is not as it was written; 1 and 2 as for all
commands.`,
		Example: `  portseal report sign report.json --key key.pem
  openssl pkey -in key.pem -pubout -out pub.pem
  portseal report check report.json --key pub.pem`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if key.key == "" {
				return usagef("sign: want --key KEY.pem; see '%s --help'", cmd.CommandPath())
			}
			path := args[0]
			if path == "-" {
				return usagef("sign: the report must be a file, whose name the signature has: want REPORT.json, not -")
			}
			if output == "" {
				output = path + signatureSuffix
			}
			if sameFile(path, output) {
				return usagef("-o %q is the report itself; want another file", output)
			}
			private, err := key.read()
			if err != nil {
				return err
			}
			doc, err := readSealed(path)
			if err != nil {
				return err
			}
			envelope, err := sign.Sign(cmd.Context(), doc, path, private)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if err := replaceFile(output, envelope); err != nil {
				return fmt.Errorf("write %s: %w", output, bare(err))
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "portseal: signed by key %s: %s\n", private.ID(), output)
			return nil
		},
	}
	key.register(cmd, "the private key that signs")
	cmd.Flags().StringVarP(&output, "output", "o", "", "`FILE` for the signature (default: REPORT.json"+signatureSuffix+")")
	return cmd
}

// checkSignature says whose signature the report has; nil where --key asks for none. One that does not hold is no error.
func (f *checkFlags) checkSignature(cmd *cobra.Command, path string, doc []byte) (*report.CheckedKey, error) {
	if f.key == "" {
		if f.signature != "" {
			return nil, usagef("--signature without --key: want the key that it is to be checked with")
		}
		return nil, nil
	}
	key, err := readPublicKey("--key", f.key)
	if err != nil {
		return nil, err
	}
	signature := cmp.Or(f.signature, path+signatureSuffix)
	if path == "-" && f.signature == "" {
		return nil, usagef("--key with a report from stdin: want --signature FILE too")
	}
	envelope, err := readSmall(signature, sign.MaxEnvelope)
	if err != nil {
		return nil, usagef("signature: %w; want it beside the report, or --signature FILE", err)
	}
	out := &report.CheckedKey{File: signature, Key: key.ID(), Note: key.Note()}
	v, err := sign.Verify(cmd.Context(), envelope, doc, key)
	if err != nil {
		out.Problem = text.Clean(err.Error())
		return out, nil
	}
	out.Holds, out.SameBytes, out.OtherSignatures = true, v.SameBytes, v.Others
	return out, nil
}
