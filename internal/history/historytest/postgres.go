package historytest

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
)

// Postgres is a PostgreSQL server of its own: a new cluster in a folder, on a socket in it, that ends with the test.
type Postgres struct {
	dir, program string
	user         owner
	server       *exec.Cmd
	log          bytes.Buffer
	databases    atomic.Int64
}

// password has everything in it that an address must write in another way.
const password = "p:a/s@s#w?o%r&d 1"

// startLimit is generous: a test must not fail because the machine is slow.
const startLimit = 2 * time.Minute

// StartPostgres makes a cluster and starts it.
func StartPostgres(t testing.TB) *Postgres {
	t.Helper()
	initdb := tlstest.Require(t, "initdb", "postgresql")
	p := &Postgres{program: tlstest.Require(t, "postgres", "postgresql"), user: unprivileged()}
	var err error
	p.dir, err = os.MkdirTemp(p.user.temp(), "pg") // a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(p.dir) })
	secret := filepath.Join(p.dir, "password")
	require.NoError(t, os.WriteFile(secret, []byte(password+"\n"), 0o600))
	require.NoError(t, p.user.give(p.dir, secret))
	made := exec.Command(initdb, "-D", p.data(), "-U", "portseal", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	made.Dir, made.Env = p.dir, append(os.Environ(), "HOME="+p.dir, "LC_ALL=C.UTF-8")
	p.user.run(made)
	out, err := made.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Cleanup(p.Stop)
	p.Start(t)
	return p
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

// Start starts the server, and waits until it answers.
func (p *Postgres) Start(t testing.TB) {
	t.Helper()
	p.log.Reset()
	// Processes are killed here, the machine is not: what was written is in its memory, and need not wait for the disk.
	p.server = exec.Command(p.program, "-D", p.data(), "-k", p.dir, "-c", "listen_addresses=", "-c", "max_connections=200", "-c", "fsync=off")
	p.server.Dir, p.server.Stdout, p.server.Stderr = p.dir, &p.log, &p.log
	p.user.run(p.server)
	require.NoError(t, p.server.Start())
	for deadline := time.Now().Add(startLimit); ; time.Sleep(20 * time.Millisecond) {
		conn, err := pgx.Connect(t.Context(), p.Address("postgres"))
		if err == nil {
			require.NoError(t, conn.Close(t.Context()))
			return
		}
		if time.Now().After(deadline) {
			p.Stop()
			require.NoError(t, err, "%s", p.log.String())
		}
	}
}

// Stop ends the server as a machine that fails does. What was committed is there after the next Start.
func (p *Postgres) Stop() {
	if p.server == nil {
		return
	}
	_ = p.server.Process.Signal(immediately)
	_ = p.server.Wait()
	p.server = nil
}

// Address is that of a database.
func (p *Postgres) Address(database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword("portseal", password), Path: "/" + database, RawQuery: url.Values{"host": {p.dir}}.Encode()}
	return u.String()
}

// Secret is a password that no error may show.
func (p *Postgres) Secret() string { return password }

// New makes an empty database and returns its address.
func (p *Postgres) New(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("history%d", p.databases.Add(1))
	p.Exec(t, p.Address("postgres"), "CREATE DATABASE "+name)
	return p.Address(name)
}

// Exec runs a statement. Arguments are $1, $2, ...
func (p *Postgres) Exec(t testing.TB, address, statement string, args ...any) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(t.Context(), statement, args...)
	require.NoError(t, err)
}
