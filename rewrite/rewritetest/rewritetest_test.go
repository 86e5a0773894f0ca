package rewritetest

import (
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// TestBehaviour runs the project's own behaviour cases.
func TestBehaviour(t *testing.T) {
	t.Parallel()
	Run(t, os.DirFS("../../testdata/cases"))
}

func caseFS(files map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

const rules = "-- .htaccess --\nRewriteEngine On\nRewriteRule ^a$ /b [R=301]\n-- requests --\n"

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files map[string]string
		want  []string // parts of the error; none means nil
	}{
		{name: "all well", files: map[string]string{
			"x/one.txtar": rules + "/a\n\tredirect 301 http://www.example.com/b\n\tby .htaccess:2\n",
			"two.txtar":   rules + "/b\n\tpass\n",
		}},
		{name: "one wrong", files: map[string]string{
			"x/one.txtar": rules + "/a\n\tredirect 302 http://www.example.com/b\n\tby .htaccess:2\n/b\n\tpass\n",
			"two.txtar":   rules + "/b\n\tpass\n",
		}, want: []string{
			"x/one.txtar:5: /a\n", "- redirect 302 http://www.example.com/b", "+ redirect 301 http://www.example.com/b",
			"  by .htaccess:2", ".htaccess:2: ",
		}},
		{name: "two wrong", files: map[string]string{
			"one.txtar": rules + "/a\n\tpass\n",
			"two.txtar": rules + "/b\n\tstatus 403\n",
		}, want: []string{"one.txtar:5: /a", "two.txtar:5: /b"}},
		{name: "a broken ruleset", files: map[string]string{
			"one.txtar": "-- vhost.conf --\nRewriteRule\n-- requests --\n/\n\tpass\n",
		}, want: []string{"one.txtar: the ruleset has errors:", "vhost.conf:1:1: "}},
		{name: "a broken case", files: map[string]string{
			"one.txtar": rules + "/b\n\tpasses\n", "two.txtar": rules + "/b\n\tstatus 403\n",
		}, want: []string{`one.txtar:6: unknown word "passes"`, "two.txtar:5: /b"}},
		{name: "no cases", files: map[string]string{"one.txt": ""}, want: []string{"no case files"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := Check(caseFS(test.files))
			if len(test.want) == 0 {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q:\n%v", want, err)
				}
			}
		})
	}
}

func TestCheckUnreadable(t *testing.T) {
	t.Parallel()
	require.Error(t, Check(os.DirFS("no such folder")))
}

// TestRunFails runs this test program again, on cases that are wrong, and
// wants Run to fail and say why: file and request as subtests, the place, the
// diff.
func TestRunFails(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWrongCases$", "-test.v")
	cmd.Env = append(os.Environ(), "REWRITETEST_WRONG=1")
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	for _, want := range []string{
		"--- FAIL: TestWrongCases/x/wrong//a", "--- PASS: TestWrongCases/x/wrong//b", "--- PASS: TestWrongCases/right//b",
		"x/wrong.txtar:5: ", "- pass", "+ redirect 301 http://www.example.com/b",
		"broken.txtar:1: ",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output lacks %q:\n%s", want, out)
		}
	}
}

// TestWrongCases is for TestRunFails.
func TestWrongCases(t *testing.T) {
	t.Parallel()
	if os.Getenv("REWRITETEST_WRONG") == "" {
		t.Skip("runs as a part of TestRunFails")
	}
	Run(t, caseFS(map[string]string{
		"x/wrong.txtar": rules + "/a\n\tpass\n/b\n\tpass\n",
		"right.txtar":   rules + "/b\n\tpass\n",
		"broken.txtar":  "",
	}))
}
