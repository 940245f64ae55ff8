package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ocsp"

	"github.com/portseal/portseal/internal/tlstest/badserver"
)

// responderAt is where the certificates of a script name their responder: a server of it, or an address.
func responderAt(ts *testscript.TestScript, name string) string {
	if strings.Contains(name, ":") {
		return name
	}
	return serverNamed(ts, name).listener.Addr().String()
}

// responderHandler answers one request of OCSP, for the good root.
func responderHandler(ts *testscript.TestScript, says string) badserver.Handler {
	a, err := scriptAuthorities()
	ts.Check(err)
	return func(_ context.Context, conn *net.TCPConn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		q, err := ocsp.ParseRequest(body)
		if err != nil {
			return
		}
		now := time.Now().Truncate(time.Second)
		answer := ocsp.Response{SerialNumber: q.SerialNumber, ThisUpdate: now, NextUpdate: now.Add(time.Hour)}
		if says == "revoked" {
			answer.Status, answer.RevokedAt, answer.RevocationReason = ocsp.Revoked, now.Add(-24*time.Hour), ocsp.KeyCompromise
		}
		der, err := ocsp.CreateResponse(a.good.Cert, a.good.Cert, answer, a.good.Key)
		if says == "later" || err != nil {
			der = ocsp.TryLaterErrorResponse
		}
		response := http.Response{StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, ContentLength: int64(len(der)), Body: io.NopCloser(bytes.NewReader(der)), Close: true}
		_ = response.Write(conn)
	}
}
