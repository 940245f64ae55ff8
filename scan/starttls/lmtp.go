package starttls

import "context"

// lmtp is SMTP's start-up with LHLO for EHLO (RFC 2033 section 4.1).
func lmtp(_ context.Context, p *peer, _ string) error { return p.mail("LHLO") }

// lmtpClear goes on without TLS.
func lmtpClear(_ context.Context, p *peer, _ string) error { return p.mailClear("LHLO") }
