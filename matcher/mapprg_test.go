//go:build unix

package matcher_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// script returns the source of a map that runs text in the shell.
func script(tb testing.TB, text string) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "map.sh")
	require.NoError(tb, os.WriteFile(name, []byte(text), 0o600))
	return "prg:/bin/sh " + name
}

// programEngine compiles askRules for the script text and closes the engine
// after the test.
func programEngine(tb testing.TB, text string, limit time.Duration) (*matcher.Engine, *findings) {
	tb.Helper()
	found := &findings{}
	e := compile(tb, askRules(script(tb, text)), &matcher.Options{
		Programs: true, Report: found.add, Limits: matcher.Limits{MapTime: limit},
	})
	tb.Cleanup(e.Close)
	return e, found
}

func TestProgramAnswers(t *testing.T) {
	t.Parallel()
	e, found := programEngine(t, `while read -r key; do
case $key in
empty) echo ;;
null) echo nUlL ;;
blank) echo 'NULL ' ;;
cr) printf 'a\r\n' ;;
nul) printf 'a\0b\n' ;;
pid) echo $$ ;;
*) echo "<$key>" ;;
esac
done`, 0)
	for _, tt := range []struct{ key, want string }{
		{"a", "<a>"},
		{"empty", ""},
		{"null", "none"},
		{"blank", "NULL "},
		{"cr", "a\r"},
		{"nul", "a"},
		{"two%0alines", "none"},
		{strings.Repeat("k", 5000), "<" + strings.Repeat("k", 5000) + ">"},
		{"", "<>"},
	} {
		if got := get(t, e, "/"+tt.key).Path; got != "/["+tt.want+"]" {
			t.Errorf("the path for key %.20q is %.40q, want %.40q in brackets", tt.key, got, tt.want)
		}
	}
	first, second := get(t, e, "/pid").Path, get(t, e, "/pid").Path
	require.Equal(t, first, second, "there is one process")
	require.Empty(t, found.all())
}

// TestProgramSurroundings checks what the program is started with.
func TestProgramSurroundings(t *testing.T) {
	t.Parallel()
	e, _ := programEngine(t, `read -r key
read -r env </proc/self/environ
echo "$PWD:$0:${env}"`, 0)
	if _, err := os.Stat("/proc/self/environ"); err != nil {
		t.Skip("there is no /proc")
	}
	got := get(t, e, "/x").Path
	require.Regexp(t, `^/\[/(usr/)?bin:/.*/map\.sh:\]$`, got)
}

// TestProgramWords checks the words that a command is split into.
func TestProgramWords(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "args.sh")
	require.NoError(t, os.WriteFile(name, []byte(`read -r key; for a; do printf '(%s)' "$a"; done; echo`), 0o600))
	for args, want := range map[string]string{
		`a  b`:       `(a)(b)`,
		`'a b' c`:    `(a b)(c)`,
		`a'b c'`:     `(a'b)(c')`,
		`'a'b`:       `(a)(b)`,
		`a\ b`:       `(a b)`,
		`a\nb`:       `(anb)`,
		`a\\b`:       `(a\b)`,
		`"a\\" b"`:   `(a\" b)`,
		`a\\\ b`:     `(a\ b)`,
		`'a\'b'`:     `(a'b)`,
		`'' x`:       `()(x)`,
		`'a b`:       `(a b)`,
		`a\`:         `(a)`,
		"a\tb ":      `(a)(b)`,
		`-x=y "a b"`: `(-x=y)(a b)`,
	} {
		source := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace("prg:/bin/sh " + name + " " + args)
		e := compile(t, askRules(source), &matcher.Options{Programs: true})
		if got := get(t, e, "/x").Path; got != "/["+want+"]" {
			t.Errorf("%s gives the path %s, want /[%s]", args, got, want)
		}
		e.Close()
	}
}

// TestProgramOutOfStep has a program answer with two lines: the second one
// answers the next lookup, as in httpd.
func TestProgramOutOfStep(t *testing.T) {
	t.Parallel()
	e, _ := programEngine(t, `while read -r key; do echo "$key"; echo "$key again"; done`, 0)
	var got []string
	for _, key := range []string{"a", "b", "c"} {
		got = append(got, get(t, e, "/"+key).Path)
	}
	if diff := cmp.Diff([]string{"/[a]", "/[a again]", "/[b]"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestProgramDies has a program end after its first answer. The next lookup
// has an empty value, which is a value, until the program runs again.
func TestProgramDies(t *testing.T) {
	t.Parallel()
	e, found := programEngine(t, `read -r key; echo "$key"; exit 3`, 0)
	require.Equal(t, "/[a]", get(t, e, "/a").Path)
	start := time.Now()
	require.Equal(t, "/[]", get(t, e, "/b").Path)
	if c := get(t, e, "/c").Path; time.Since(start) < 100*time.Millisecond {
		require.Equal(t, "/[]", c, "it is too early to start it again")
	}
	require.Contains(t, found.all(), "ended (exit status 3)")
	require.Eventually(t, func() bool { return get(t, e, "/d").Path == "/[d]" }, 10*time.Second, 20*time.Millisecond)
	require.Contains(t, found.all(), "was started again")
}

// TestProgramKilled has the program killed, over and over, while lookups run.
// None gets what is the answer to another one: a value is the right one, or
// empty until the program was started again.
func TestProgramKilled(t *testing.T) {
	t.Parallel()
	e, found := programEngine(t, `while read -r key; do echo "$key $$"; done`, 0)
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for ctx.Err() == nil {
				res, err := e.Eval(context.Background(), &matcher.Request{Target: fmt.Sprintf("/%d", i), Host: "h"})
				if err != nil || res.Path != "/[]" && !strings.HasPrefix(res.Path, fmt.Sprintf("/[%d ", i)) {
					t.Errorf("the path of /%d is %s with error %v", i, res.Path, err)
				}
			}
		})
	}
	killed := map[int]bool{}
	for len(killed) < 3 {
		var pid int
		if _, err := fmt.Sscanf(get(t, e, "/own").Path, "/[own %d]", &pid); err == nil && !killed[pid] {
			killed[pid] = true
			require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		}
	}
	require.Eventually(t, func() bool { return strings.HasPrefix(get(t, e, "/own").Path, "/[own ") }, 10*time.Second, time.Millisecond)
	stop()
	all.Wait()
	require.Equal(t, 3, strings.Count(found.all(), "ended (signal: killed)"))
	require.Equal(t, 3, strings.Count(found.all(), "was started again"))
}

// TestProgramEndsAmidAnswer has the end of the output end an answer.
func TestProgramEndsAmidAnswer(t *testing.T) {
	t.Parallel()
	e, found := programEngine(t, `read -r key; printf part`, 0)
	require.Equal(t, "/[part]", get(t, e, "/a").Path)
	require.Contains(t, found.all(), "ended (exit status 0)")
}

// TestProgramSilent denies a request whose lookup is not answered, and starts
// the program again.
func TestProgramSilent(t *testing.T) {
	t.Parallel()
	mark := filepath.Join(t.TempDir(), "mark")
	e, found := programEngine(t, `if [ ! -e `+mark+` ]; then : >`+mark+`; sleep 1000; fi
while read -r key; do echo "$key"; done`, 200*time.Millisecond)
	res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
	require.ErrorContains(t, err, "no answer in time")
	require.ErrorContains(t, err, "test.conf:2:1")
	require.Equal(t, 500, res.Status)
	require.Contains(t, found.all(), "ended (signal: killed)")
	require.Eventually(t, func() bool {
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/b", Host: "h"})
		return err == nil && res.Path == "/[b]"
	}, 10*time.Second, 20*time.Millisecond)
}

func TestProgramAnswersTooMuch(t *testing.T) {
	t.Parallel()
	e, _ := programEngine(t, `tr '\0' a </dev/zero`, 0)
	_, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
	require.ErrorContains(t, err, "too long")
}

func TestProgramCannotStart(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "plain")
	require.NoError(t, os.WriteFile(name, nil, 0o600))
	for source, user := range map[string]string{"prg:" + name: "", "prg:/bin/cat": "no-such-user"} {
		rules := strings.Replace(askRules(source), "\"\n", "\" "+user+"\n", 1)
		e := compile(t, rules, &matcher.Options{Programs: true})
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
		require.ErrorContains(t, err, "could not be started")
		require.Equal(t, 500, res.Status)
		require.Equal(t, user == "", len(e.Warnings()) == 1, "a file that is not a program is found early")
		e.Close()
	}
}

// TestProgramNotPermitted checks that no ruleset runs programs unasked.
func TestProgramNotPermitted(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		"prg:/bin/cat": "map m runs the program /bin/cat, which is not permitted",
		"prg:/no/such": "file for map m not found: /no/such",
	} {
		f, err := parser.Parse("test.conf", []byte(askRules(source)), nil)
		require.NoError(t, err)
		_, err = matcher.Compile(f, nil)
		require.ErrorContains(t, err, want)
	}
}

// TestProgramNotStarted checks that a program needs no permission where no
// server has the engine on, and is not started there.
func TestProgramNotStarted(t *testing.T) {
	t.Parallel()
	const rules = "RewriteMap m prg:/bin/cat\n<VirtualHost *:80>\n%s</VirtualHost>\n"
	opts := &matcher.Options{
		DocumentRoot: "/srv/www",
		FS:           withCat{site(map[string]string{".htaccess": "RewriteEngine On\nRewriteRule ^(x)$ /[${m:$1|none}]\n"})},
	}
	e := compile(t, fmt.Sprintf(rules, "RewriteOptions Inherit\n"), opts)
	require.Equal(t, "/[none]", get(t, e, "/x").Path)
	f, err := parser.Parse("test.conf", fmt.Appendf(nil, rules, "RewriteEngine On\n"), nil)
	require.NoError(t, err)
	_, err = matcher.Compile(f, opts)
	require.ErrorContains(t, err, "test.conf:1:1: map m runs the program /bin/cat, which is not permitted")
}

// TestProgramOfServerThatIsOff has an access file use a map whose server has
// the engine off: httpd does not start the program then.
func TestProgramOfServerThatIsOff(t *testing.T) {
	t.Parallel()
	e := compile(t, "RewriteMap m prg:/bin/cat\n", &matcher.Options{
		Programs: true, DocumentRoot: "/srv/www",
		FS: withCat{site(map[string]string{".htaccess": "RewriteEngine On\nRewriteRule ^(x)$ /[${m:$1|none}]\n"})},
	})
	defer e.Close()
	require.Equal(t, "/[none]", get(t, e, "/x").Path)
}

func TestProgramConcurrently(t *testing.T) {
	t.Parallel()
	e, _ := programEngine(t, `while read -r key; do echo "$key"; done`, 0)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for j := range 20 {
				key := fmt.Sprintf("/%d-%d", i, j)
				res, err := e.Eval(context.Background(), &matcher.Request{Target: key, Host: "h"})
				if want := "/[" + key[1:] + "]"; err != nil || res.Path != want {
					t.Errorf("the path is %s with error %v, want %s", res.Path, err, want)
				}
			}
		})
	}
	all.Wait()
}

// slowEngine returns an engine whose program takes half a second to answer, and
// a function that waits until it was asked.
func slowEngine(tb testing.TB) (e *matcher.Engine, asked func()) {
	tb.Helper()
	mark := filepath.Join(tb.TempDir(), "mark")
	e, _ = programEngine(tb, `while read -r key; do : >`+mark+`; sleep 0.5; echo "$key"; done`, 0)
	return e, func() {
		require.Eventually(tb, func() bool {
			_, err := os.Stat(mark)
			return err == nil
		}, 10*time.Second, time.Millisecond)
	}
}

// TestProgramTurn has a lookup give up waiting when its request ends, which
// does not disturb the lookup that it waits for.
func TestProgramTurn(t *testing.T) {
	t.Parallel()
	e, asked := slowEngine(t)
	first := make(chan string)
	go func() {
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
		first <- fmt.Sprint(res.Path, err)
	}()
	asked()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := e.Eval(ctx, &matcher.Request{Target: "/b", Host: "h"})
	require.ErrorContains(t, err, "busy with other lookups: context deadline exceeded")
	require.Equal(t, "/[a]<nil>", <-first)
}

// TestClose checks that no process outlives the engine, whether it heeds the
// end of its input or not.
func TestClose(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`while read -r key; do echo $$; done`,
		`while read -r key; do echo $$; sleep 1000; done`,
		`read -r key; sleep 1000 & echo $!; wait`,
		`read -r key; echo $$; exec tr '\0' a </dev/zero`,
	} {
		e, _ := programEngine(t, text, 0)
		pid, err := strconv.Atoi(strings.Trim(get(t, e, "/x").Path, "/[]"))
		require.NoError(t, err)
		require.True(t, alive(pid))
		e.Close()
		// Close does not wait for what the program started, though it kills it.
		require.Eventually(t, func() bool { return !alive(pid) }, 5*time.Second, time.Millisecond)
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/x", Host: "h"})
		require.ErrorIs(t, err, matcher.ErrClosed)
		require.Equal(t, 500, res.Status)
		e.Close()
	}
}

// alive reports whether there is a process that runs.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	// An orphan may stay unburied.
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

// TestCloseWaits checks that an evaluation under way gets its answer.
func TestCloseWaits(t *testing.T) {
	t.Parallel()
	e, asked := slowEngine(t)
	answer := make(chan error)
	go func() {
		res, err := e.Eval(context.Background(), &matcher.Request{Target: "/a", Host: "h"})
		if err == nil && res.Path != "/[a]" {
			err = errors.New(res.Path)
		}
		answer <- err
	}()
	asked()
	e.Close()
	require.NoError(t, <-answer)
}

// withCat is a file system that has the machine's /bin/cat.
type withCat struct{ fs.FS }

// Open opens a file.
func (f withCat) Open(name string) (fs.File, error) {
	if name == "bin/cat" {
		return os.Open("/bin/cat")
	}
	return f.FS.Open(name)
}
