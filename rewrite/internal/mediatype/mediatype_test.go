package mediatype

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
)

var update = flag.Bool("update", false, "write debian.txt from /etc/mime.types")

// The version of Debian's list that the table was made from.
const packageVersion = "10.0.0"

// readTypes reads a list of types as httpd does: the last line that names an
// extension counts, and extensions are in lower case.
func readTypes(text string) map[string]string {
	t := map[string]string{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(line)
		for i := 1; i < len(words); i++ {
			t[strings.ToLower(words[i])] = words[0]
		}
	}
	return t
}

// The table is that of Debian, where the machine has the same version of it.
func TestDebian(t *testing.T) {
	t.Parallel()
	version, err := exec.Command("dpkg-query", "-W", "-f", "${Version}", "media-types").Output()
	if err != nil || string(version) != packageVersion {
		t.Skipf("NOT COMPARED: package media-types is %q (%v), not %s", version, err, packageVersion)
	}
	text, err := os.ReadFile("/etc/mime.types")
	require.NoError(t, err)
	want := readTypes(string(text))
	if *update {
		var b strings.Builder
		for _, ext := range slices.Sorted(maps.Keys(want)) {
			fmt.Fprintf(&b, "%s %s\n", ext, want[ext])
		}
		require.NoError(t, os.WriteFile("debian.txt", []byte(b.String()), 0o644))
		return
	}
	if diff := cmp.Diff(want, Debian()); diff != "" {
		t.Errorf("other types than in /etc/mime.types (-want +got); go test -update writes them:\n%s", diff)
	}
}

// No type in the list is one of those that httpd takes for the name of a handler:
// such files would not be sent.
func TestTypesAreSent(t *testing.T) {
	t.Parallel()
	for ext, mediaType := range Debian() {
		if c := (matcher.Content{ContentType: mediaType}); !c.SendsFile() {
			t.Errorf("files with extension %s, of type %s, are not sent", ext, mediaType)
		}
	}
}
