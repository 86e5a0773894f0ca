package dokuwiki

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// visitor is a browser that notes what it shows and what it loads.
type visitor struct {
	ctx     context.Context
	address string

	mu     sync.Mutex
	loaded []string
}

// newVisitor starts a browser for the server at address.
func newVisitor(t *testing.T, browser, address string) *visitor {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1400, 1000)) // a narrow one hides the tools
	all, cancel := chromedp.NewExecAllocator(context.Background(), options...) // closed below, not killed
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(all)
	t.Cleanup(cancel)
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) })
	v := &visitor{ctx: ctx, address: address}
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*network.EventResponseReceived); ok {
			v.mu.Lock()
			defer v.mu.Unlock()
			v.loaded = append(v.loaded, v.plain(fmt.Sprintf("%d %s %s", e.Response.Status, e.Response.MimeType, e.Response.URL)))
		}
	})
	require.NoError(t, chromedp.Run(ctx, network.Enable()))
	return v
}

// What differs between two instances whatever serves them: when a page was written, tokens
// against forged requests, and which browser it is.
var incidental = []*regexp.Regexp{
	regexp.MustCompile(`\d{4}[/-]\d\d[/-]\d\d \d\d:\d\d`), regexp.MustCompile(`\b1[0-9]{9}\b`), regexp.MustCompile(`\b[0-9a-f]{32}\b`),
	regexp.MustCompile(`tok=[0-9a-f]{6}\b`), regexp.MustCompile(`127\.0\.0\.1(:\d+)?`), regexp.MustCompile(`\d+ (seconds|minutes) ago`),
}

// plain returns text without what differs by chance.
func (v *visitor) plain(text string) string {
	text = strings.ReplaceAll(text, "http://"+v.address, "")
	for _, re := range incidental {
		text = re.ReplaceAllString(text, "*")
	}
	return text
}

// stepTime is how long a step may take.
const stepTime = 30 * time.Second

// step is something a visitor does.
type step struct {
	name string
	do   []chromedp.Action
}

// walk takes the steps and returns what the browser shows after each of them, and what it
// has loaded in the end.
func (v *visitor) walk(steps []step) ([]string, error) {
	var shown []string
	for _, s := range steps {
		var title, place, text string
		actions := append(slices.Clone(s.do), chromedp.WaitReady("body"), chromedp.Sleep(100*time.Millisecond),
			chromedp.Title(&title), chromedp.Location(&place), chromedp.Evaluate("document.body.innerText", &text))
		ctx, cancel := context.WithTimeout(v.ctx, stepTime)
		err := chromedp.Run(ctx, actions...)
		cancel()
		if err != nil {
			_ = chromedp.Run(v.ctx, chromedp.Location(&place), chromedp.Evaluate("document.body.innerText", &text))
			return nil, fmt.Errorf("step %q: %w\n%s\n%s", s.name, err, place, text)
		}
		shown = append(shown, fmt.Sprintf("== %s\n%s\n%s\n%s\n", s.name, v.plain(place), v.plain(title), v.plain(text)))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	slices.Sort(v.loaded)
	return append(shown, "== loaded\n"+strings.Join(slices.Compact(v.loaded), "\n")), nil
}

func open(address, path string) chromedp.Action { return chromedp.Navigate("http://" + address + path) }

// follow clicks on what leads to another page and returns when that one is there. The element
// is asked to be clicked, not the place where it is: pages scroll while they start.
func follow(what string) chromedp.Action {
	clickOn := fmt.Sprintf("window.left = true, document.querySelector(%q).click()", what)
	return chromedp.Tasks{
		chromedp.WaitVisible(what, chromedp.ByQuery), chromedp.Evaluate(clickOn, nil),
		waitUntil("the page that follows "+what, "!window.left && document.readyState == 'complete'"),
	}
}

// blank removes a page that is the server's own: only its status has to be the same.
var blank = chromedp.Evaluate("document.title = document.body.innerText = ''", nil)

// fetch shows the text of what the browser would save.
func fetch(path string) chromedp.Action {
	return chromedp.Evaluate(fmt.Sprintf("fetch(%q).then(r => r.text()).then(t => { document.body.innerText = t })", path), nil,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) })
}

// waitFor waits until the browser shows a text.
func waitFor(text string) chromedp.Action {
	return waitUntil(text, fmt.Sprintf("document.readyState == 'complete' && document.body.innerText.includes(%q)", text))
}

// waitUntil waits until an expression is true. A page that goes away meanwhile can't be asked.
func waitUntil(what, expression string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for {
			var ok bool
			if err := chromedp.Evaluate(expression, &ok).Do(ctx); err == nil && ok {
				return nil
			}
			select {
			case <-ctx.Done():
				return fmt.Errorf("waiting for %s: %w", what, ctx.Err())
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
}

const page = `====== Walk ======

A link to [[walk:other|another page]], **bold**, and {{wiki:dokuwiki-128.png}}.

===== Second heading =====

Grüße, 日本.
`

// walkthrough logs in, writes a page, follows its links, and logs out.
func walkthrough(address string) []step {
	return []step{
		{"start", []chromedp.Action{open(address, "/dokuwiki/")}},
		{"log in", []chromedp.Action{
			follow("#dokuwiki__usertools .login a"), waitFor("You are currently not logged in"), chromedp.SendKeys("input[name=u]", "walker"),
			chromedp.SendKeys("#dw__login input[name=p]", "wrong"), follow("#dw__login button[type=submit]"), waitFor("wrong"),
		}},
		{"right password", []chromedp.Action{
			chromedp.SetValue("input[name=u]", "walker"), chromedp.SetValue("#dw__login input[name=p]", password),
			follow("#dw__login button[type=submit]"), waitFor("Logged in as"),
		}},
		{"no such page", []chromedp.Action{open(address, "/dokuwiki/walk/page"), waitFor("This topic does not exist yet")}},
		{"edit", []chromedp.Action{follow("#dokuwiki__pagetools .edit a, #dokuwiki__pagetools .create a"), chromedp.WaitVisible("#wiki__text")}},
		{"preview", []chromedp.Action{chromedp.SetValue("#wiki__text", page), follow("#edbtn__preview"), waitFor("This is a preview")}},
		{"save", []chromedp.Action{follow("#edbtn__save"), waitFor("Second heading"), chromedp.WaitNotPresent("#wiki__text")}},
		{"permalink", []chromedp.Action{open(address, "/dokuwiki/walk/page#second_heading"), waitFor("Second heading")}},
		{"picture", []chromedp.Action{follow("#dokuwiki__content a.media")}},
		{"link", []chromedp.Action{open(address, "/dokuwiki/walk/page"), follow("#dokuwiki__content a.wikilink2"), waitFor("This topic does not exist yet")}},
		{"old revisions", []chromedp.Action{open(address, "/dokuwiki/walk/page?do=revisions"), waitFor("Old Revisions")}},
		{"recent changes", []chromedp.Action{follow("#dokuwiki__sitetools .recent a"), waitFor("Recent Changes")}},
		{"media manager", []chromedp.Action{follow("#dokuwiki__sitetools .media a"), waitFor("Media Manager")}},
		{"site map", []chromedp.Action{follow("#dokuwiki__sitetools .index a"), waitFor("Sitemap")}},
		{"search", []chromedp.Action{open(address, "/dokuwiki/start?do=search&q=bold"), waitFor("Search")}},
		{"export", []chromedp.Action{open(address, "/dokuwiki/_export/xhtml/walk/page"), waitFor("Second heading")}},
		{"raw", []chromedp.Action{fetch("/dokuwiki/_export/raw/walk/page"), waitFor("===== Second heading =====")}},
		{"denied", []chromedp.Action{open(address, "/dokuwiki/bin/dwpage.php"), blank}},
		{"no data", []chromedp.Action{open(address, "/dokuwiki/VERSION"), blank}},
		{"log out", []chromedp.Action{open(address, "/dokuwiki/start"), follow("#dokuwiki__usertools .logout a"), waitFor("Log In")}},
	}
}

// A browser sees the same wiki under apache2 and under modrewrite.
func TestWalk(t *testing.T) {
	for _, file := range []string{installed, packaged} {
		if _, err := os.Stat(file); err != nil {
			missing(t, file)
		}
	}
	program(t, "apache2")
	browser := program(t, "chromium", "chromium-browser", "google-chrome")
	apache, serve := underApache(t), underServe(t)
	var shown [2][]string
	var errs [2]error
	var both sync.WaitGroup
	for i, address := range []string{apache, serve} {
		v := newVisitor(t, browser, address)
		both.Go(func() { shown[i], errs[i] = v.walk(walkthrough(address)) })
	}
	both.Wait()
	require.NoError(t, errs[0], "apache2")
	require.NoError(t, errs[1], "modrewrite")
	for i, want := range shown[0] {
		require.Equal(t, want, shown[1][i])
	}
	if testing.Verbose() {
		t.Log("\n" + strings.Join(shown[1], "\n"))
	}
}
