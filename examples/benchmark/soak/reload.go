package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// site returns a ruleset of 1,000 rules that shows in every part of an answer
// which version it is.
func (b *bench) site(version string) string {
	var s strings.Builder
	fmt.Fprintf(&s, `DocumentRoot %s
<Directory %[1]s>
AllowOverride All
Options FollowSymLinks
</Directory>
<Location /private>
Require all denied
</Location>
Header always set X-Version %[2]s
RewriteEngine On
RewriteRule ^/go/(.*)$ /%[2]s/$1 [R,CO=v:%[2]s:www.example.com,L]
`, b.path("htdocs"), version)
	for i := range 1000 {
		fmt.Fprintf(&s, "RewriteRule ^/old-%d/([0-9]+)/?$ /new-%d/$1?v=%s [R=301,L]\n", i, i, version)
	}
	return s.String()
}

// versions are the two rulesets that take turns.
var versions = [2]string{"first", "second"}

// oneVersion checks that an answer is wholly that of one version.
func oneVersion(i int, a *answer) error {
	v := a.version
	if v != versions[0] && v != versions[1] {
		return fmt.Errorf("version %q", v)
	}
	switch i % 3 {
	case 0:
		if a.status != 302 || a.location != fmt.Sprintf("http://www.example.com/%s/%d", v, i) || !strings.HasPrefix(a.cookie, "v="+v+";") {
			return fmt.Errorf("not of version %q", v)
		}
	case 1:
		if a.status != 301 || a.location != fmt.Sprintf("http://www.example.com/new-%d/%d?v=%s", i%1000, i, v) {
			return fmt.Errorf("not of version %q", v)
		}
	default:
		if a.status != 403 {
			return errors.New("let through")
		}
	}
	return nil
}

func versionTarget(i int) string {
	switch i % 3 {
	case 0:
		return fmt.Sprintf("/go/%d", i)
	case 1:
		return fmt.Sprintf("/old-%d/%d", i%1000, i)
	}
	return fmt.Sprintf("/private/%d", i)
}

// soakReload reloads the ruleset by SIGHUP, evenly over the phase's requests.
func soakReload(ctx context.Context, b *bench) error {
	if err := b.write("site.conf", b.site(versions[0])); err != nil {
		return err
	}
	if err := b.serve(ctx, nil, "-config", b.path("site.conf")); err != nil {
		return err
	}
	l := &load{target: versionTarget, check: oneVersion}
	return b.under(ctx, l, *requests, func(ctx context.Context) error {
		for n := 1; n <= *reloads; n++ {
			for l.sent.Load() < int64(n)*int64(*requests)/int64(*reloads+1) {
				if ctx.Err() != nil {
					return nil
				}
				time.Sleep(time.Millisecond)
			}
			if err := b.reload(ctx, versions[n%2]); err != nil {
				return err
			}
			b.changes++
		}
		return nil
	})
}

// reload puts the given version in place and checks that the answers to come
// are of it.
func (b *bench) reload(ctx context.Context, version string) error {
	if err := b.write("site.conf", b.site(version)); err != nil {
		return err
	}
	mark := b.messages.len()
	if err := b.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		return err
	}
	if err := b.messages.await(ctx, mark, "reloaded"); err != nil {
		if ctx.Err() != nil {
			return nil // the load is over
		}
		return err
	}
	a, err := get(b.addr, "/go/1")
	if err != nil {
		return err
	}
	if a.version != version {
		return fmt.Errorf("after the reload the version is %q, not %q", a.version, version)
	}
	return nil
}

// watchEvery is how often the server looks at the file that is written piece by
// piece, and so how long the file has to be still to count. The pauses between
// the pieces are far shorter, so that a busy machine does not make them as long.
const watchEvery = 200 * time.Millisecond

// soakHalfWritten has the server watch a file that is written piece by piece,
// emptied and removed in between: no state in between may count.
func soakHalfWritten(ctx context.Context, b *bench) error {
	if err := b.write("site.conf", b.site(versions[0])); err != nil {
		return err
	}
	if err := b.serve(ctx, nil, "-config", b.path("site.conf"), "-watch", watchEvery.String()); err != nil {
		return err
	}
	l := &load{target: versionTarget, check: oneVersion}
	return b.under(ctx, l, 0, func(ctx context.Context) error {
		for n := range max(*changes/10, 5) {
			if ctx.Err() != nil {
				return nil
			}
			if err := b.writeSlowly(b.site(versions[n%2]), n%5 == 2); err != nil {
				return err
			}
			b.changes++
			if n%5 == 4 {
				if err := os.Remove(b.path("site.conf")); err != nil {
					return err
				}
				time.Sleep(2 * watchEvery)
			}
		}
		return nil
	})
}

// writeSlowly writes the ruleset in place: it is empty at first, for long if the
// writer stalls there, then ends in the middle of a line, then is complete and
// stays.
func (b *bench) writeSlowly(text string, stall bool) error {
	f, err := os.Create(b.path("site.conf"))
	if err != nil {
		return err
	}
	defer f.Close()
	if stall {
		time.Sleep(5 * watchEvery)
	}
	for piece := range strings.SplitSeq(text, "old-50") {
		time.Sleep(15 * time.Millisecond)
		if _, err := f.WriteString(piece); err != nil {
			return err
		}
		if strings.HasSuffix(text, piece) {
			break
		}
		if _, err := f.WriteString("old-50"); err != nil {
			return err
		}
	}
	time.Sleep(3 * watchEvery)
	return f.Close()
}

// soakURLs asks for URLs none of which comes twice: for redirects, files that do
// not exist and directories that do not exist.
func soakURLs(ctx context.Context, b *bench) error {
	if err := b.write("site.conf", b.site(versions[0])); err != nil {
		return err
	}
	if err := b.write("htdocs/.htaccess", "RewriteEngine On\nRewriteRule ^gone/ - [G]\n"); err != nil {
		return err
	}
	if err := b.serve(ctx, nil, "-config", b.path("site.conf")); err != nil {
		return err
	}
	l := &load{
		target: func(i int) string {
			return fmt.Sprintf([...]string{"/go/%d", "/none-%d", "/gone/%d", "/dir-%d/a/b/c"}[i%4], i)
		},
		check: func(i int, a *answer) error {
			if want := [...]int{302, 404, 410, 404}[i%4]; a.status != want {
				return fmt.Errorf("want %d", want)
			}
			return nil
		},
	}
	return b.under(ctx, l, *urls, func(context.Context) error { return nil })
}
