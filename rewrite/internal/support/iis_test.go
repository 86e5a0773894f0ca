package support

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/modrewrite-go/modrewrite/matcher"
	"github.com/modrewrite-go/modrewrite/parser"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/dialect"
	"github.com/modrewrite-go/modrewrite/rewrite/internal/ruleset"
)

const iisFile = root + "testdata/SUPPORT-IIS.md"

const iisHead = `# What runs of the rules of IIS

~web.config~ of IIS, ~httpd.ini~ of ISAPI_Rewrite 2, ISAPI_Rewrite 3 and ~IIRF.ini~ run as their documents say; there is no IIS to compare with. "runs" means that the
engine finds nothing in a small configuration that uses the item; otherwise its finding is shown. The last column says how the engine differs, or what was decided where
no document says it. ~go test ./rewrite/internal/support -run IIS -update~ writes this page, and the test checks it.

- The order is request filtering, global rules, the rules of the folders from parent to child, ~httpRedirect~. It happens once, on the client's request.
- A folder with an ~.htaccess~ file is governed by that, and its ~web.config~ is not run, which is reported; ~-dialect webconfig~ reverses it.
- The file is found whatever the case of its name is. Of a folder with more than 10,000 names, where none is ~web.config~, ~Web.config~, ~Web.Config~ or ~WEB.CONFIG~, not
  all are looked at, which is reported.
- In ~applicationHost.config~ the path of a ~<location>~ begins with the name of a site, as in ~Default Web Site/shop~. Places of several sites are an error, unless
  ~webconfig.Options.Site~ names the one that is served.
- ~.~ matches every byte, line feeds too, ~$~ the very end alone. Letters beyond ASCII know case in patterns. A wildcard's ~*~ takes as much as it can.
- ~{C:n}~ is of the condition that matched a pattern last. ~{UrlEncode:}~ writes capital hexadecimal digits and ~%20~. ~{REQUEST_URI}~, ~{URL}~ and ~{QUERY_STRING}~ are
  as rules left them, paths decoded. An unknown variable is empty; a map that no file has is an error.
- What comes out of ~{R:n}~, ~{URL}~ and its like neither ends the path nor begins a query, and is decoded once; so does what ~{C:n}~ or a variable that a rule set has of
  it. Control characters are left out of headers and of what ~{UrlDecode:}~ yields, and a path that
  holds one is answered with 400.
- Where a rule of IIRF, or one of ISAPI_Rewrite 2 with O, saw the path without escapes and made another of it, a path that was escaped twice is answered with 404.11, as
  the request filtering of IIS does.
- The text of a status line is that of net/http, whatever ~statusReason~ says. ~statusDescription~ is sent as plain text.
- The lists of a stock server for hidden segments and extensions hold wherever a ~web.config~ does; ~web.config~ itself is never served.
- Names are judged as Windows resolves them: without case, a stream, or dots and spaces at the end, and by their short names
  (8.3), with a number or with a hash, too. An extension that is denied is so where path info follows the file; without a document root every segment may be a file.
`

// iisItem is a line of the table.
type iisItem struct {
	what    string
	text    string // what the file holds
	differs string
}

// iisTable is a dialect with its items.
type iisTable struct {
	title   string
	dialect dialect.Dialect
	file    string
	wrap    func(string) string
	items   []iisItem
}

func inRules(s string) string {
	return "<configuration><system.webServer><rewrite><rules>" + s + "</rules></rewrite></system.webServer></configuration>"
}

func ruleWith(attributes, children string) string {
	return `<rule name="a" ` + attributes + `><match url="x"/>` + children + `</rule>`
}

func inServer(s string) string {
	return "<configuration><system.webServer>" + s + "</system.webServer></configuration>"
}

func inFiltering(s string) string {
	return inServer("<security><requestFiltering>" + s + "</requestFiltering></security>")
}

// iisTables are the tables.
func iisTables() []iisTable {
	variables := iisTable{title: "Server variables of web.config", dialect: dialect.WebConfig, file: "web.config", wrap: func(name string) string {
		return inRules(ruleWith("", `<conditions><add input="{`+name+`}" pattern="x"/></conditions><action type="Rewrite" url="y"/>`))
	}}
	empty := "empty: there is no such thing here"
	for name := range strings.FieldsSeq(`ALL_HTTP ALL_RAW APP_POOL_ID APPL_MD_PATH APPL_PHYSICAL_PATH AUTH_PASSWORD AUTH_TYPE AUTH_USER CACHE_URL
		CERT_COOKIE CERT_FLAGS CERT_ISSUER CERT_KEYSIZE CERT_SECRETKEYSIZE CERT_SERIALNUMBER CERT_SERVER_ISSUER CERT_SERVER_SUBJECT CERT_SUBJECT
		CONTENT_LENGTH CONTENT_TYPE CRYPT_CIPHER_ALG_ID CRYPT_HASH_ALG_ID CRYPT_KEYEXCHANGE_ALG_ID CRYPT_PROTOCOL DOCUMENT_ROOT GATEWAY_INTERFACE
		HTTPS HTTPS_KEYSIZE HTTPS_SECRETKEYSIZE HTTPS_SERVER_ISSUER HTTPS_SERVER_SUBJECT HTTP_USER_AGENT HTTP_X_ORIGINAL_URL INSTANCE_ID
		INSTANCE_META_PATH INSTANCE_NAME LOCAL_ADDR LOGON_USER PATH_INFO PATH_TRANSLATED QUERY_STRING REMOTE_ADDR REMOTE_HOST REMOTE_PORT REMOTE_USER
		REQUEST_FILENAME REQUEST_METHOD REQUEST_URI SCRIPT_FILENAME SCRIPT_NAME SCRIPT_TRANSLATED SERVER_NAME SERVER_PORT SERVER_PORT_SECURE
		SERVER_PROTOCOL SERVER_SOFTWARE SSI_EXEC_DISABLED UNENCODED_URL UNMAPPED_REMOTE_USER URL URL_PATH_INFO USER_AGENT`) {
		differs := ""
		switch name {
		case "AUTH_PASSWORD", "AUTH_TYPE", "AUTH_USER", "LOGON_USER", "REMOTE_USER", "UNMAPPED_REMOTE_USER":
			differs = "empty, as on IIS, where rules run before authentication"
		case "CERT_COOKIE", "CERT_KEYSIZE", "CERT_SECRETKEYSIZE", "CERT_SERVER_ISSUER", "CERT_SERVER_SUBJECT", "CRYPT_HASH_ALG_ID",
			"CRYPT_KEYEXCHANGE_ALG_ID", "HTTPS_SERVER_ISSUER", "HTTPS_SERVER_SUBJECT":
			differs = empty
		case "APP_POOL_ID", "APPL_MD_PATH", "INSTANCE_ID", "INSTANCE_META_PATH", "INSTANCE_NAME", "SERVER_SOFTWARE", "SSI_EXEC_DISABLED":
			differs = "that of a stock server"
		case "CRYPT_CIPHER_ALG_ID", "CRYPT_PROTOCOL":
			differs = "a name, as of mod_ssl, and not a number"
		case "HTTPS":
			differs = "ON or OFF"
		case "SERVER_PORT":
			differs = "of the connection; where that is not known, of Host"
		}
		variables.items = append(variables.items, iisItem{name, name, differs})
	}
	return []iisTable{
		{"Rules of web.config", dialect.WebConfig, "web.config", inRules, []iisItem{
			{"rule: name, enabled, stopProcessing", ruleWith(`enabled="true" stopProcessing="true"`, `<action type="None"/>`), ""},
			{"patternSyntax ECMAScript", ruleWith(`patternSyntax="ECMAScript"`, `<action type="Rewrite" url="y"/>`), ""},
			{"patternSyntax Wildcard", ruleWith(`patternSyntax="Wildcard"`, `<action type="Rewrite" url="y"/>`), ""},
			{"patternSyntax ExactMatch", ruleWith(`patternSyntax="ExactMatch"`, `<action type="Rewrite" url="y"/>`), "all of the input"},
			{"responseCacheDirective", ruleWith(`responseCacheDirective="Never"`, `<action type="Rewrite" url="y"/>`), ""},
			{"match: url, ignoreCase, negate", `<rule name="a"><match url="x" ignoreCase="false" negate="true"/><action type="Rewrite" url="y"/></rule>`, ""},
			{"conditions: logicalGrouping, trackAllCaptures", ruleWith("", `<conditions logicalGrouping="MatchAny" trackAllCaptures="true"><add input="{URL}" pattern="y"/></conditions><action type="Rewrite" url="y"/>`), ""},
			{"condition: negate, ignoreCase", ruleWith("", `<conditions><add input="{URL}" pattern="y" negate="true" ignoreCase="false"/></conditions><action type="Rewrite" url="y"/>`), ""},
			{"matchType IsFile, IsDirectory", ruleWith("", `<conditions><add input="{REQUEST_FILENAME}" matchType="IsFile"/><add matchType="IsDirectory"/></conditions><action type="Rewrite" url="y"/>`), "without a document root neither holds"},
			{"action None", ruleWith(`stopProcessing="true"`, `<action type="None"/>`), ""},
			{"action Rewrite: url, appendQueryString", ruleWith("", `<action type="Rewrite" url="y" appendQueryString="false"/>`), ""},
			{"action Rewrite to another server", ruleWith("", `<action type="Rewrite" url="http://example.com/"/>`), "forwarded, as by P of mod_rewrite"},
			{"action Redirect: redirectType", ruleWith("", `<action type="Redirect" url="y" redirectType="SeeOther"/>`), "Location is absolute"},
			{"redirectType 308", ruleWith("", `<action type="Redirect" url="y" redirectType="308"/>`), ""},
			{"action CustomResponse: statusCode, subStatusCode", ruleWith("", `<action type="CustomResponse" statusCode="403" subStatusCode="1" statusReason="a" statusDescription="b"/>`), "a statusCode of 600 or more is answered with 500"},
			{"statusCode 300 to 307", ruleWith("", `<action type="CustomResponse" statusCode="301"/>`), ""},
			{"action AbortRequest", ruleWith("", `<action type="AbortRequest"/>`), ""},
			{"logRewrittenUrl", ruleWith("", `<action type="Rewrite" url="y" logRewrittenUrl="true"/>`), ""},
			{"serverVariables, HTTP_ names", ruleWith("", `<serverVariables><set name="HTTP_X_A" value="{R:0}" replace="false"/></serverVariables>`), ""},
			{"serverVariables, RESPONSE_ names", ruleWith("", `<serverVariables><set name="RESPONSE_X_A" value="b"/></serverVariables>`), ""},
			{"{R:0} to {R:31}, {C:0} to {C:31}", ruleWith("", `<action type="Rewrite" url="{R:0}"/>`), ""},
			{"{R:32}", ruleWith("", `<action type="Rewrite" url="{R:32}"/>`), ""},
			{"{ToLower:}, {UrlEncode:}, {UrlDecode:}, {HtmlEncode:}", ruleWith("", `<action type="Rewrite" url="{ToLower:{UrlEncode:{UrlDecode:{HtmlEncode:{R:0}}}}}"/>`), ""},
			{"a map that is not there", ruleWith("", `<action type="Rewrite" url="{M:{R:0}}"/>`), ""},
			{"a group with a name", `<rule name="a"><match url="(?&lt;n&gt;x)"/><action type="Rewrite" url="y"/></rule>`, ""},
			{"clear, remove", `<clear/><remove name="b"/>`, ""},
		}},
		{"Other sections of web.config", dialect.WebConfig, "web.config", inServer, []iisItem{
			{"rewriteMaps: defaultValue, ignoreCase", `<rewrite><rewriteMaps><rewriteMap name="m" defaultValue="d" ignoreCase="false"><add key="a" value="b"/></rewriteMap></rewriteMaps></rewrite>`, "an empty value is none"},
			{"globalRules", `<rewrite><globalRules><rule name="a"><match url="x"/><action type="Rewrite" url="y"/></rule></globalRules></rewrite>`, ""},
			{"allowedServerVariables", `<rewrite><allowedServerVariables><add name="HTTP_X_A"/></allowedServerVariables></rewrite>`, "counts in every file"},
			{"useOriginalURLEncoding", `<rewrite><rules useOriginalURLEncoding="false"/></rewrite>`, "the URL is decoded and escaped again in either case"},
			{"providers", `<rewrite><providers><provider name="p" type="t"/></providers></rewrite>`, ""},
			{"outboundRules", `<rewrite><outboundRules><rule name="a"><match serverVariable="RESPONSE_X_A" pattern="x"/><action type="Rewrite" value="y"/></rule></outboundRules></rewrite>`, ""},
			{"outboundRules that guard", `<rewrite><outboundRules><rule name="a"><match serverVariable="RESPONSE_Strict_Transport_Security" pattern=".*"/><action type="Rewrite" value="y"/></rule></outboundRules></rewrite>`, ""},
			{"httpRedirect", `<httpRedirect enabled="true" destination="/y" exactDestination="true" childOnly="true" httpResponseStatus="PermRedirect"><add wildcard="*.php" destination="/$V$Q$P$S$0"/></httpRedirect>`, "the query goes along where exactDestination is false; $0 is the first wildcard"},
			{"security/authorization", `<security><authorization/></security>`, ""},
		}},
		{"Request filtering of web.config", dialect.WebConfig, "web.config", inFiltering, []iisItem{
			{"404.5 denyUrlSequences, alwaysAllowedUrls", `<denyUrlSequences><add sequence="x"/></denyUrlSequences><alwaysAllowedUrls><add url="/x"/></alwaysAllowedUrls>`, ""},
			{"404.6 verbs", `<verbs allowUnlisted="false"><add verb="GET" allowed="true"/></verbs>`, "applyToWebDAV has no effect"},
			{"404.7 fileExtensions", `<fileExtensions allowUnlisted="false"><add fileExtension=".x" allowed="true"/></fileExtensions>`, `"." stands for a path without extension`},
			{"404.8 hiddenSegments", `<hiddenSegments><add segment="x"/></hiddenSegments>`, "names as Windows resolves them"},
			{"404.11 allowDoubleEscaping", "", "an escape, or a +, that is left after decoding"},
			{"404.12 allowHighBitCharacters", "", ""},
			{"404.14, 404.15, 413.1 requestLimits", `<requestLimits maxUrl="1" maxQueryString="1" maxAllowedContentLength="1"/>`, "the slash counts; a body of unknown length is counted while it is read"},
			{"431 headerLimits", `<requestLimits><headerLimits><add header="X" sizeLimit="1"/></headerLimits></requestLimits>`, ""},
			{"404.18 denyQueryStringSequences", `<denyQueryStringSequences><add sequence="x"/></denyQueryStringSequences>`, ""},
			{"404.19 filteringRules", `<filteringRules><filteringRule name="a" scanUrl="true"><denyStrings><add string="x"/></denyStrings></filteringRule></filteringRules>`, "queries are searched raw and decoded"},
		}},
		variables,
		{"ISAPI_Rewrite 2", dialect.ISAPI2, "httpd.ini", func(s string) string { return "[ISAPI_Rewrite]\n" + s + "\n" }, []iisItem{
			{"RewriteRule", "RewriteRule /a /b", "the URL is matched as the client wrote it"},
			{"RewriteCond", "RewriteCond User-Agent: .*x.*\nRewriteRule /a /b", ""},
			{"RewriteHeader", "RewriteHeader X: .* b", ""},
			{"RewriteProxy", "RewriteProxy /a http\\://example.com/", ""},
			{"I, L, N, NS, R, RP, U, CL, CU", "RewriteRule /a /b [I,N,U,CL]", "N and NS end at RepeatLimit with what there is"},
			{"F, NF", "RewriteRule /a / [F]", "404 both"},
			{"O", "RewriteRule /a /b [O]", "decoded, without dot segments"},
			{"P", "RewriteRule /a http\\://example.com/ [P]", ""},
			{"(?1yes:no)", "RewriteRule /(a)?b /(?1yes:no)", ""},
			{"UriMatchPrefix, UriFormatPrefix", "UriMatchPrefix /p\nUriFormatPrefix /q\nRewriteRule /a /b", ""},
			{"RepeatLimit", "RepeatLimit 20", ""},
			{"CacheClockRate", "CacheClockRate 300", ""},
			{"DisableRewrite, EnableRewrite", "DisableRewrite\nEnableRewrite\nRewriteRule /a /b", "the last one counts"},
			{"DisableRewrite of a site", "DisableRewrite 1", ""},
			{"EnableConfig", "EnableConfig", ""},
			{"DisableConfig", "DisableConfig", ""},
			{"RFStyle", "RFStyle old", ""},
		}},
		{"IIRF", dialect.IIRF, "IIRF.ini", func(s string) string { return s + "\n" }, []iisItem{
			{"RewriteRule", "RewriteRule ^/a$ /b", ""},
			{"RedirectRule", "RedirectRule ^/a$ /b [R=301]", ""},
			{"RewriteCond", "RewriteCond %{HTTP_HOST} ^x$ [I,OR]\nRewriteCond %{REQUEST_FILENAME} -f\nRewriteRule ^/a$ /b", ""},
			{"RewriteHeader", "RewriteHeader X-A .* b", ""},
			{"RewriteHeader url", "RewriteHeader url ^/a$ /b", "a RewriteRule"},
			{"RewriteHeader method", "RewriteHeader method .* GET", ""},
			{"ProxyPass", "ProxyPass ^/a$ http://example.com/", ""},
			{"PH", "ProxyPass ^/a$ http://example.com/ [PH]", ""},
			{"F, G, NF, L, NI, QSA, U", "RewriteRule ^/a$ /b [NI,QSA,U]", ""},
			{"#L #U #E #l #u #X", "RewriteRule ^/(a)$ /#L$1#E#X$1#E", ""},
			{"*n", "RewriteCond %{URL} (a)\nRewriteRule ^/a$ /*1", ""},
			{"RewriteMap txt:, rnd:", "RewriteMap m txt:map.txt\nRewriteRule ^/(a)$ /${m:$1|x}", ""},
			{"RewriteEngine", "RewriteEngine off", ""},
			{"RewriteBase", "RewriteBase /x", ""},
			{"IterationLimit", "IterationLimit 5", "at the limit the last result counts"},
			{"UrlDecoding", "UrlDecoding off", ""},
			{"MaxMatchCount", "MaxMatchCount 10", ""},
			{"IncludeIni", "IncludeIni other.ini", "relative to the file that it stands in; not by drive"},
			{"ProxyPassReverse", "ProxyPassReverse /a", ""},
			{"StatusUrl", "StatusUrl x", ""},
			{"a flag that it does not have", "RewriteRule ^/a$ /b [E=a:b]", ""},
		}},
		{"ISAPI_Rewrite 3, beside what mod_rewrite has", dialect.ISAPI3, "httpd.conf", func(s string) string { return "RewriteEngine on\n" + s + "\n" }, []iisItem{
			{"RP, NF, CL, CU", "RewriteRule ^/a$ /b [RP,CL]", ""},
			{"U, O", "RewriteRule ^/a$ /b [U,O]", "no effect: URLs are normalised"},
			{"H", "RewriteRule ^/a$ /b [H=x]", ""},
			{"RewriteHeader", "RewriteHeader X-A: .* b", ""},
			{"RewriteProxy", "RewriteProxy ^/a$ http://example.com/", ""},
			{"server variables of IIS", "RewriteCond %{URL} a\nRewriteRule ^/a$ /b", ""},
			{"RewriteCompatibility2", "RewriteCompatibility2 on", ""},
			{"RepeatLimit", "RepeatLimit 20", ""},
		}},
	}
}

// TestIIS compares the page with what the engine says of each item.
func TestIIS(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(iisHead, "~", "`"))
	for _, table := range iisTables() {
		fmt.Fprintf(&b, "\n## %s\n\n| | | how it differs |\n|---|---|---|\n", table.title)
		for _, item := range table.items {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", cell(item.what), cell(table.verdict(t, item)), cell(item.differs))
		}
	}
	if *update {
		require.NoError(t, os.WriteFile(iisFile, []byte(b.String()), 0o644))
		return
	}
	old, err := os.ReadFile(iisFile)
	require.NoError(t, err)
	if d := cmp.Diff(string(old), b.String()); d != "" {
		t.Errorf("the page is not what the engine says (-page +engine); run the test with -update:\n%s", d)
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// verdict returns what the engine says of an item.
func (table *iisTable) verdict(t *testing.T, item iisItem) string {
	t.Helper()
	src := []byte(table.wrap(item.text))
	files := fstest.MapFS{"map.txt": {Data: []byte("a b\n")}, "other.ini": {}}
	mo := &matcher.Options{FS: files}
	var rs *ruleset.Ruleset
	var err error
	if table.dialect == dialect.ISAPI3 {
		rs, err = ruleset.Read(table.file, src, false, &parser.Options{ISAPI3: true, FS: files}, mo)
	} else {
		rs, err = ruleset.ReadForeign(table.dialect, "/"+table.file, src, &ruleset.Place{Folder: files, Files: files, Path: table.file}, mo)
	}
	require.NoError(t, err, item.what)
	if rs.Engine != nil {
		rs.Engine.Close()
	}
	if len(rs.Findings) == 0 {
		return "runs"
	}
	worst := rs.Findings[0]
	for _, d := range rs.Findings {
		if d.Severity < worst.Severity {
			worst = d
		}
	}
	return worst.Severity.String() + ": " + worst.Message
}
