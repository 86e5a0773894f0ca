package rewrite_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/rewrite"
)

const sha1OfSecret = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="

// statusOfUser asks h for /x as a user with a password.
func statusOfUser(h http.Handler, user, password string) int {
	r := httptest.NewRequest(http.MethodGet, "/x", http.NoBody)
	r.SetBasicAuth(user, password)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

// A function of Go stands for other providers. What it does not know the next provider is
// asked for; where it fails, the answer is 500.
func TestAuthenticate(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	users := filepath.Join(root, ".htusers")
	layOut(t, root, map[string]string{
		".htusers":  "file:" + sha1OfSecret + "\nboth:" + sha1OfSecret + "\n",
		".htaccess": "AuthType Basic\nAuthName x\nAuthUserFile " + users + "\nAuthBasicProvider own file\nRequire valid-user\n", "x": "x",
	})
	opts := &rewrite.SiteOptions{}
	opts.Logger = quiet()
	h, err := rewrite.Site(root, opts)
	require.NoError(t, err)
	require.Equal(t, http.StatusInternalServerError, statusOfUser(h, "file", "secret"), "the provider is not known")
	opts.Authenticate = func(r *http.Request, provider, user, password string) (known, ok bool, err error) {
		if provider != "own" || r.URL.Path != "/x" || user == "broken" {
			return false, false, errors.New("broken")
		}
		return user != "file", user == password, nil
	}
	h, err = rewrite.Site(root, opts)
	require.NoError(t, err)
	for credentials, want := range map[string]int{
		"ann:ann": 200, "ann:secret": 401, "file:secret": 200, "file:file": 401, "both:secret": 401, "both:both": 200, "broken:broken": 500, ":": 401,
	} {
		user, password, _ := strings.Cut(credentials, ":")
		require.Equal(t, want, statusOfUser(h, user, password), credentials)
	}
}

// A user who is removed from the file, or whose password is changed, is refused at once,
// and so are all where the file can't be read. What can't be used is logged once.
func TestAuthChanges(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	users := filepath.Join(root, ".htusers")
	layOut(t, root, map[string]string{
		".htaccess": "AuthType Basic\nAuthName x\nAuthUserFile " + users + "\nRequire valid-user\n", "x": "x",
	})
	var log journal
	opts := &rewrite.SiteOptions{}
	opts.Logger = log.logger()
	h, err := rewrite.Site(root, opts)
	require.NoError(t, err)
	require.Equal(t, 500, statusOfUser(h, "ann", "secret"))
	for _, step := range []struct {
		text string
		want int
	}{
		{"ann:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/\n", 200},
		{"bob:$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/\n", 401},
		{"ann:" + sha1OfSecret, 200},
		{"ann:{SHA}xen6G6MezRroT3XKqkdPOmY/BfQ=", 401},
		{"", 401},
		{"ann:secret\n", 401},
		{"ann:rqXexS6ZhobKA\n", 401},
		{"ann:$2y$15$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n", 401},
		{strings.Repeat("x", 17<<20), 500},
	} {
		require.NoError(t, os.WriteFile(users, []byte(step.text), 0o600))
		for range 3 {
			require.Equal(t, step.want, statusOfUser(h, "ann", "secret"), "%.40s", step.text)
		}
	}
	require.Equal(t, 2, strings.Count(log.String(), "is not of a form that is known"), log.String())
	require.Equal(t, 1, strings.Count(log.String(), "costs more than Limits.HashCost permits"), log.String())
	require.Contains(t, log.String(), "larger than files of users and groups may be")
	require.NoError(t, os.Remove(users))
	require.Equal(t, 500, statusOfUser(h, "ann", "secret"))
	require.NoError(t, os.Mkdir(users, 0o700))
	require.Equal(t, 500, statusOfUser(h, "ann", "secret"))
}

// A hash is tried that costs as much as is permitted, and none that costs more.
func TestHashCost(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	users := filepath.Join(root, ".htusers")
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost+1)
	require.NoError(t, err)
	layOut(t, root, map[string]string{
		".htusers":  "ann:" + string(hash) + "\n",
		".htaccess": "AuthType Basic\nAuthName x\nAuthUserFile " + users + "\nRequire valid-user\n", "x": "x",
	})
	for most, want := range map[int]int{bcrypt.MinCost: 401, bcrypt.MinCost + 1: 200, bcrypt.MinCost + 2: 200} {
		var log journal
		opts := &rewrite.SiteOptions{}
		opts.Logger, opts.Match = log.logger(), &matcher.Options{Limits: matcher.Limits{HashCost: most}}
		h, err := rewrite.Site(root, opts)
		require.NoError(t, err)
		require.Equal(t, want, statusOfUser(h, "ann", "secret"), most)
		require.Equal(t, 401, statusOfUser(h, "ann", "other"), most)
		require.Equal(t, want == 401, strings.Contains(log.String(), "costs more than Limits.HashCost permits"), log.String())
	}
}
