// Package browser shows pages in a real Chromium, for tests: it records what a page asks for and what the browser complains about, and asks
// axe-core what keeps people from using the page.
//
// Limits: one tab a browser, which ends with the test. Only what is on this machine is shown. The sandbox is off, for it needs what
// containers and root lack: pages must be our own.
package browser

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/portseal/portseal/internal/tlstest"
)

// hang is a time that only a browser which hangs needs.
const hang = 5 * time.Minute

// Tab is the tab of a browser.
type Tab struct {
	testing.TB
	ctx   context.Context
	width int64 // of the window, in pixels

	mu        sync.Mutex
	said      []string // on its console
	requested []string // URLs
}

// Open makes a tab, of light colours and 1280 pixels wide.
func Open(t testing.TB) *Tab {
	t.Helper()
	program := tlstest.Require(t, "chromium", "chromium")
	limited, stop := context.WithTimeout(context.WithoutCancel(t.Context()), hang) // the browser is ended below, and not killed
	t.Cleanup(stop)
	b := &Tab{TB: t}
	ctx, cancel := chromedp.NewContext(limited, chromedp.WithAllocatorOptions(chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true)), chromedp.WithListener(b.listen)) // /dev/shm may be small
	t.Cleanup(func() {
		assert.NoError(t, chromedp.Cancel(ctx), "the browser ends")
		cancel()
	})
	b.ctx = ctx
	for _, enable := range []func() error{
		func() error { _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); return err },
		func() error { _, err := chromedp.Call(ctx, runtime.Enable, cdp.Empty{}); return err },
		func() error { _, err := chromedp.Call(ctx, log.Enable, cdp.Empty{}); return err },
	} {
		require.NoError(t, enable())
	}
	b.Look("light", 1280, 900)
	return b
}

func (b *Tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requested = append(b.requested, e.Request.URL)
	case *runtime.EventConsoleAPICalled:
		b.said = append(b.said, fmt.Sprint("console: ", e.Type, e.Args))
	case *runtime.EventExceptionThrown:
		b.said = append(b.said, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		b.said = append(b.said, "log: "+e.Entry.Text)
	}
}

// Asked is how often the tab asked for a URL.
func (b *Tab) Asked(url string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, u := range b.requested {
		if u == url {
			n++
		}
	}
	return n
}

// Do takes steps, as a reader would.
func (b *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	require.NoError(b, chromedp.Do(b.ctx, steps...))
}

// Look sets the colours that the reader prefers, light or dark, and the size of the window in pixels.
func (b *Tab) Look(colours string, width, height int64) {
	b.Helper()
	b.width = width
	b.Do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}}})
	require.NoError(b, err)
}

// WithoutScript turns scripts off in the pages that come.
func (b *Tab) WithoutScript() {
	b.Helper()
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(b, err)
}

// Eval returns what an expression gives in the page.
func Eval[T any](b *Tab, expression string) T {
	b.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	require.NoError(b, err, expression)
	return v
}

// Eventually waits until an expression is true in the page, whichever page that is by then.
func (b *Tab) Eventually(expression string) {
	b.Helper()
	for {
		v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise))
		if err == nil && v { // an error: one page goes and the next comes
			return
		}
		select {
		case <-b.ctx.Done():
			require.Fail(b, "it does not become true", "%s (%v)", expression, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Quiet says that only what is ours was asked for, and that the browser complained about nothing but answers with these statuses.
func (b *Tab) Quiet(ours func(url string) bool, statuses ...string) {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, said := range b.said {
		assert.True(b, slices.ContainsFunc(statuses, func(s string) bool { return strings.Contains(said, "status of "+s) }), said)
	}
	for _, url := range b.requested {
		assert.True(b, ours(url), "a request for %s", url)
	}
	assert.NotEmpty(b, b.requested)
}
