package matcher_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
)

// What httpd takes and refuses of the directives about responses, types and
// handlers, in server context.
func TestHandlerDirectiveArguments(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`DirectoryIndex`,
		`DirectoryIndex ""`,
		`DirectorySlash on x`,
		`DirectoryIndexRedirect on`,
		`DirectoryIndexRedirect 301x`,
		`FallbackResource disabled`,
		`Header set X v`,
		`Header set X v early`,
		`Header set X v env=A`,
		`Header set X v env=!A`,
		`Header set X ""`,
		`Header set "" v`,
		`Header set X "" env=A`,
		`Header always set X v`,
		`Header onsuccess set X v`,
		`Header ALWAYS SET X v`,
		`Header unset`,
		`Header unset X`,
		`Header unset X env=A`,
		`Header unset X early`,
		`Header echo`,
		`Header echo X`,
		`Header echo ^X env=A`,
		`Header edit X a b`,
		`Header edit X a b early`,
		`Header edit X a b env=A`,
		`Header edit* X a b`,
		`Header edit X a ""`,
		`Header edit X "" b`,
		`Header note X y`,
		`Header merge X y`,
		`Header setifempty X y`,
		`Header append X y`,
		`Header set X: y`,
		`Header set : y`,
		`Header set X %`,
		`Header set X %%`,
		`Header set X %{A}e`,
		`Header set X %{A}s`,
		`Header set X %{A}}}e`,
		`Header set X %t%D`,
		`Header set X %e`,
		`Header set X expr=%{REQUEST_URI}`,
		`Header set X v expr=true`,
		`Header set X v "expr=%{REQUEST_URI} =~ /a/"`,
		`Header set X v "expr=-z %{REQUEST_URI}"`,
		`RequestHeader set X v`,
		`RequestHeader unset X`,
		`RequestHeader edit X a b`,
		`RequestHeader set X v early`,
		`RequestHeader set X v env=A`,
		`ErrorDocument 404 /x`,
		`ErrorDocument 404 "a b"`,
		`ErrorDocument 404 "a b`,
		`ErrorDocument 404 http://x/`,
		`ErrorDocument 401 http://x/`,
		`ErrorDocument 401 /x`,
		`ErrorDocument 404 default`,
		`ErrorDocument 404 Default`,
		`ErrorDocument 404x /x`,
		`ErrorDocument 500 /x`,
		`ErrorDocument 0500 /x`,
		`ErrorDocument 404 "%{REQUEST_URI} x"`,
		`AddType a/b ""`,
		`AddType a/b x`,
		`AddType a/b x y z`,
		`AddType a/b .`,
		`AddType a .x "" y`,
		`AddHandler x y`,
		`AddCharset utf-8 x`,
		`AddEncoding gzip gz`,
		`AddLanguage de en`,
		`RemoveType x`,
		`RemoveType x y`,
		`RemoveHandler x`,
		`RemoveCharset x`,
		`RemoveEncoding x`,
		`RemoveLanguage x`,
		`ForceType a/b`,
		`ForceType none`,
		`SetHandler a`,
		`SetHandler none`,
		`SetHandler "%{REQUEST_URI}"`,
		`AddDefaultCharset on`,
		`AddDefaultCharset off`,
		`DefaultType none`,
		`DefaultType x/y`,
		`DefaultLanguage x`,
		`MultiviewsMatch Any`,
		`MultiviewsMatch Handlers Filters`,
		`ExpiresActive on`,
		`ExpiresActive OFF x`,
		`ExpiresDefault A1`,
		`ExpiresDefault M`,
		`ExpiresDefault Axx`,
		`ExpiresDefault a1`,
		`ExpiresDefault now`,
		`ExpiresDefault "now plus"`,
		`ExpiresDefault "now plus 1 day"`,
		`ExpiresDefault "now 1 day"`,
		`ExpiresDefault "now plus 1 mo"`,
		`ExpiresDefault "now plus 1 MI"`,
		`ExpiresDefault "now plus 1x y"`,
		`ExpiresDefault " now"`,
		`ExpiresDefault "now plus '1' day"`,
		`ExpiresDefault "anything p 1 d"`,
		`ExpiresByType a/b A1`,
		`ExpiresByType a/* "access plus 1 day"`,
		`ExpiresByType */* "access plus 1 day"`,
		`ErrorDocument 103 /x`,
		`ErrorDocument 511 /x`,
	} {
		if err := compileLine(line); err != nil {
			t.Errorf("%s: %v, want no error", line, err)
		}
	}
	for _, line := range []string{
		`DirectorySlash`,
		`DirectorySlash maybe`,
		`DirectoryCheckHandler maybe`,
		`DirectoryIndexRedirect`,
		`DirectoryIndexRedirect 404`,
		`DirectoryIndexRedirect gone`,
		`DirectoryIndexRedirect on x`,
		`FallbackResource`,
		`FallbackResource a b`,
		`FallbackResource ""`,
		`Header`,
		`Header set`,
		`Header set X`,
		`Header set X v env=`,
		`Header set X v env=!`,
		`Header set X v foo`,
		`Header set X v env=A x`,
		`Header set X v ""`,
		`Header always`,
		`Header always set X`,
		`Header always onsuccess set X v`,
		`Header unset X v`,
		`Header unset X env=A x`,
		`Header unset X env=A x y`,
		`Header echo ( env=A`,
		`Header echo X v`,
		`Header edit X`,
		`Header edit X a`,
		`Header edit X a b c`,
		`Header edit X ( b`,
		`Header edit X a b env=A x`,
		`Header edit* X ( b`,
		`Header note X`,
		`Header add X y z`,
		`Header foo X y`,
		`Header set X %q`,
		`Header set X %{A}q`,
		`Header set X %{A`,
		`Header set X %{A}`,
		`Header set X "%T"`,
		`Header set X expr=%{foo`,
		`Header set X v expr=tru`,
		`RequestHeader`,
		`RequestHeader always set X v`,
		`RequestHeader onsuccess set X v`,
		`RequestHeader echo X`,
		`RequestHeader note X a`,
		`ErrorDocument`,
		`ErrorDocument 404`,
		`ErrorDocument 404 ""`,
		`ErrorDocument 404 /x /y`,
		`ErrorDocument abc /x`,
		`ErrorDocument 999 /x`,
		`ErrorDocument -404 /x`,
		`ErrorDocument 306 /x`,
		`ErrorDocument 299 /x`,
		`ErrorDocument 404 %{foo`,
		`ErrorDocument 404 "\8"`,
		`ErrorDocument 404 "\777"`,
		`ErrorDocument 404 x\8`,
		`ErrorDocument 404 "a" b`,
		`AddType`,
		`AddType a/b`,
		`AddType "" x`,
		`AddHandler`,
		`AddHandler x`,
		`AddCharset x`,
		`AddEncoding x`,
		`AddLanguage x`,
		`RemoveType`,
		`RemoveHandler`,
		`ForceType`,
		`ForceType a/b c`,
		`ForceType ""`,
		`SetHandler`,
		`SetHandler a b`,
		`SetHandler ""`,
		`SetHandler %{x`,
		`SetHandler "\8"`,
		`AddDefaultCharset`,
		`AddDefaultCharset x y`,
		`AddDefaultCharset ""`,
		`DefaultType`,
		`DefaultType x/y z`,
		`DefaultLanguage`,
		`DefaultLanguage x y`,
		`ModMimeUsePathInfo On`,
		`ModMimeUsePathInfo x`,
		`TypesConfig`,
		`MultiviewsMatch Foo`,
		`MultiviewsMatch Any Filters`,
		`ExpiresActive`,
		`ExpiresActive yes`,
		`ExpiresDefault`,
		`ExpiresDefault "now plus 1"`,
		`ExpiresDefault "now 1 day 2"`,
		`ExpiresDefault "now 1 day plus 2 days"`,
		`ExpiresDefault "now plus one day"`,
		`ExpiresDefault "now plus 1 fortnight"`,
		`ExpiresDefault "now plus 1 m"`,
		`ExpiresDefault "now plus -1 y"`,
		`ExpiresDefault "then plus 1 y"`,
		`ExpiresDefault "x"`,
		`ExpiresDefault now plus 1 day`,
		`ExpiresByType`,
		`ExpiresByType a/b`,
		`ExpiresByType ab A1`,
		`ExpiresByType a/b A1 c`,
		`ExpiresByType a/b "x"`,
		`ExpiresByType a/b ""`,
		`ErrorDocument 418 /x`,
		`ErrorDocument 425 /x`,
		`ErrorDocument 512 /x`,
	} {
		err := compileLine(line)
		if err == nil {
			t.Errorf("%s: no error", line)
			continue
		}
		if !strings.HasPrefix(err.Error(), "test.conf:1:") {
			t.Errorf("%s: %v has no position", line, err)
		}
	}
}

// compileLine compiles a configuration.
func compileLine(text string) error {
	f, err := parser.Parse("test.conf", []byte(text+"\n"), nil)
	if err != nil {
		return err
	}
	_, err = matcher.Compile(f, nil)
	return err
}

// The class of AllowOverride that access files need for each directive.
func TestHandlerDirectiveClasses(t *testing.T) {
	t.Parallel()
	lines := map[string][]string{
		"FileInfo": {
			"Header set X y", "RequestHeader set X y", "ErrorDocument 404 /x", "AddType a/b c", "AddHandler a b",
			"AddCharset a b", "AddEncoding a b", "AddLanguage a b", "RemoveType a", "RemoveHandler a", "RemoveCharset a",
			"RemoveEncoding a", "RemoveLanguage a", "AddOutputFilter a b", "RemoveOutputFilter a", "SetOutputFilter a",
			"ForceType a/b", "SetHandler a", "AddDefaultCharset on", "DefaultType none", "DefaultLanguage a", "MultiviewsMatch Any",
		},
		"Indexes": {
			"DirectoryIndex a", "DirectorySlash on", "DirectoryCheckHandler on", "DirectoryIndexRedirect on", "FallbackResource /x",
			"ExpiresActive on", "ExpiresDefault A1", "ExpiresByType a/b A1",
		},
		"": {"ModMimeUsePathInfo on", "TypesConfig x"},
	}
	for class, list := range lines {
		for _, line := range list {
			for _, allowed := range []string{"FileInfo", "Indexes", "AuthConfig Limit Options"} {
				conf := fmt.Sprintf("DocumentRoot /srv/www\n<Directory /srv/www>\nAllowOverride %s\nRequire all granted\n</Directory>", allowed)
				e := compile(t, conf, &matcher.Options{FS: site(map[string]string{".htaccess": line + "\n"})})
				res, err := e.Eval(t.Context(), &matcher.Request{Target: "/", Host: "www.example.com"})
				if ok := err == nil && res.Status == 200; ok != (allowed == class) {
					t.Errorf("%q under AllowOverride %s: %d %v, it is of class %q", line, allowed, res.Status, err, class)
				}
			}
		}
	}
}

// Where the directives may stand beside servers and access files.
// What httpd 2.4.71 says to the words of directives of its core, by "apache2 -t".
func TestCoreArguments(t *testing.T) {
	t.Parallel()
	for line, ok := range map[string]bool{
		`ServerName ""`:                 false,
		`ServerAdmin ""`:                false,
		`AccessFileName ""`:             true,
		"UseCanonicalPhysicalPort On":   true,
		"UseCanonicalPhysicalPort On x": false,
		"UseCanonicalPhysicalPort x":    false,
		"MergeSlashes On x":             true,
		"HttpProtocolOptions":           false,
		"HttpProtocolOptions strict Require1.0 registeredMETHODS": true,
		"HttpProtocolOptions Strict strict":                       true,
		"HttpProtocolOptions Unsafe\nHttpProtocolOptions Strict":  false,
		"HttpProtocolOptions LenientMethods RegisteredMethods":    false,
		"HttpProtocolOptions Allow0.9 Require1.0":                 false,
		"HttpProtocolOptions Lax":                                 false,
		"<Location />\nHttpProtocolOptions Strict\n</Location>":   false,
		"LimitInternalRecursion 1":                                true,
		`LimitInternalRecursion 1 ""`:                             true,
		"LimitInternalRecursion 1 2 3":                            false,
		`LimitRequestLine 100 ""`:                                 false,
	} {
		if err := compileLine(line); (err == nil) != ok {
			t.Errorf("%s: %v, want accepted: %v", line, err, ok)
		}
	}
}

func TestHandlerDirectiveSections(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"<Location />\nHeader set X y\n</Location>":           true,
		"<Files x>\nAddType a/b c\n</Files>":                  true,
		"<Directory /x>\nModMimeUsePathInfo on\n</Directory>": true,
		"ModMimeUsePathInfo on":                               false,
		"<Location />\nTypesConfig x\n</Location>":            false,
		"<Location />\nMultiviewsMatch Any\n</Location>":      false,
		"<Files x>\nMultiviewsMatch Any\n</Files>":            true,
	} {
		if err := compileLine(text); (err == nil) != ok {
			t.Errorf("%s: %v, want accepted: %v", text, err, ok)
		}
	}
}

// Findings about what is accepted without full effect.
func TestHandlerDirectiveFindings(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Header set X %b": "test.conf:1:14: Header with %l, %i or %b is not supported",
		"Header note X y": "test.conf:1:1: Header note is for logs only",
		"<Location />\nHeader set X y early\n</Location>": "test.conf:2:1: Header with early has an effect in server context only",
		`Header edit* X "a*" b`:                           `test.conf:1:17: Header edit* with a pattern that can match nothing`,
		`ExpiresDefault "Access plus 1 month"`:            `test.conf:1:17: ExpiresDefault: httpd takes "Access plus 1 month" for "A"`,
		"ErrorDocument 401 http://x/":                     "test.conf:1:1: ErrorDocument 401 with a full URL has no effect",
		"DefaultType text/plain":                          "test.conf:1:1: DefaultType has no effect",
		"SetHandler proxy:unix:/x|fcgi://y":               "test.conf:1:12: SetHandler does not forward",
		"SetOutputFilter DEFLATE":                         "test.conf:1:1: SetOutputFilter: filters are not run",
		"DirectoryIndex a.html":                           "test.conf:1:1: DirectoryIndex is left to the server around",
		"DirectorySlash off":                              "test.conf:1:1: DirectorySlash is left to the server around",
		"FallbackResource /x":                             "test.conf:1:1: FallbackResource is left to the server around",
		"TypesConfig /etc/mime.types":                     "test.conf:1:1: TypesConfig is not read",
		"MultiviewsMatch Any":                             "test.conf:1:1: MultiviewsMatch has no effect",
		"HttpProtocolOptions LenientMethods Unsafe":       "test.conf:1:36: HttpProtocolOptions Unsafe has no effect",
		"HttpProtocolOptions Allow0.9":                    "test.conf:1:21: HttpProtocolOptions Allow0.9 has no effect",
		"RequestHeader edit* X ^ b":                       "test.conf:1:23: RequestHeader edit* with a pattern that can match nothing",
	} {
		f, err := parser.Parse("test.conf", []byte(line+"\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		e, err := matcher.Compile(f, nil)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if got := e.Warnings().Error(); !strings.Contains(got, want) {
			t.Errorf("%s: findings %q, want %q", line, got, want)
		}
	}
}
