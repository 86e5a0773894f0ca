package support

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/modrewrite-go/modrewrite/parser"
)

// root is the folder of the repository.
const root = "../../../"

// directiveItems are all directives and sections of httpd and its modules.
func directiveItems(t *testing.T) []item {
	t.Helper()
	var items []item
	for name := range parser.Directives() {
		text, ok := directiveTexts[properName(name)]
		if !ok {
			text = name + " x"
			if strings.HasPrefix(name, "<") {
				text += ">\n</" + name[1:] + ">"
			}
		}
		display := properName(name)
		if strings.HasPrefix(name, "<") {
			display += ">"
		}
		items = append(items, item{
			name: display, text: text, shows: regexp.MustCompile(`(?im)^[ \t]*` + regexp.QuoteMeta(name) + `(?:[ \t>]|$)`), goTest: directiveTests[name],
		})
	}
	for name := range directiveTexts {
		if !slices.ContainsFunc(items, func(it item) bool { return strings.TrimSuffix(it.name, ">") == name }) {
			t.Error(name)
		}
	}
	return items
}

// directiveTexts are configurations with a directive, by its name, where one
// word is not what it takes.
var directiveTexts = map[string]string{
	"CGIVar":                      "CGIVar REQUEST_URI current-uri",
	"ProxyFCGIBackendType":        "ProxyFCGIBackendType FPM",
	"ProxyFCGISetEnvIf":           "ProxyFCGISetEnvIf true NAME",
	"QualifyRedirectURL":          "QualifyRedirectURL On",
	"<Directory":                  "<Directory /srv>\n</Directory>",
	"<DirectoryMatch":             "<DirectoryMatch ^/srv/>\n</DirectoryMatch>",
	"<Else":                       "<If true>\n</If>\n<Else>\n</Else>",
	"<ElseIf":                     "<If true>\n</If>\n<ElseIf true>\n</ElseIf>",
	"<If":                         "<If true>\n</If>",
	"<IfVersion":                  "<IfVersion >= 2.4>\n</IfVersion>",
	"<IfModule":                   "<IfModule mod_rewrite.c>\n</IfModule>",
	"<Limit":                      "<Limit GET>\nRequire all granted\n</Limit>",
	"<LimitExcept":                "<LimitExcept GET>\nRequire all granted\n</LimitExcept>",
	"<Location":                   "<Location /x>\n</Location>",
	"<Macro":                      "<Macro M>\nServerAdmin a\n</Macro>\nUse M",
	"<Proxy":                      "<Proxy *>\n</Proxy>",
	"<ProxyMatch":                 "<ProxyMatch ^http:>\n</ProxyMatch>",
	"<RequireAll":                 "<RequireAll>\nRequire all granted\n</RequireAll>",
	"<RequireAny":                 "<RequireAny>\nRequire all granted\n</RequireAny>",
	"<RequireNone":                "<RequireAll>\nRequire all granted\n<RequireNone>\nRequire ip 192.0.2.1\n</RequireNone>\n</RequireAll>",
	"<VirtualHost":                "<VirtualHost *:80>\nServerName www.example.com\n</VirtualHost>",
	"AccessFileName":              "AccessFileName .rules",
	"AddCharset":                  "AddCharset UTF-8 .html",
	"AddDefaultCharset":           "AddDefaultCharset utf-8",
	"AddEncoding":                 "AddEncoding x-gzip .gz",
	"Action":                      "Action own /cgi-bin/run",
	"AliasPreservePath":           "AliasPreservePath On",
	"CGIPassAuth":                 "CGIPassAuth On",
	"RedirectRelative":            "RedirectRelative On",
	"SSLOptions":                  "SSLOptions +StdEnvVars",
	"AddHandler":                  "AddHandler own .html",
	"AddLanguage":                 "AddLanguage de .html",
	"AddOutputFilter":             "AddOutputFilter SUBSTITUTE html",
	"AddOutputFilterByType":       "AddOutputFilterByType DEFLATE text/html",
	"AddType":                     "AddType text/x-own .html",
	"Alias":                       "Alias /x /srv/x",
	"AliasMatch":                  "AliasMatch ^/x /srv/x",
	"Allow":                       "Allow from all",
	"AllowEncodedSlashes":         "AllowEncodedSlashes NoDecode",
	"AllowOverride":               "AllowOverride All",
	"AllowOverrideList":           "AllowOverrideList RewriteRule",
	"AllowMethods":                "AllowMethods GET",
	"StrictHostCheck":             "StrictHostCheck On",
	"HttpProtocolOptions":         "HttpProtocolOptions RegisteredMethods",
	"AuthBasicAuthoritative":      "AuthBasicAuthoritative Off",
	"AuthBasicProvider":           "AuthBasicProvider file",
	"AuthType":                    "AuthType Basic",
	"AuthMerging":                 "AuthMerging And",
	"AuthzSendForbiddenOnFailure": "AuthzSendForbiddenOnFailure On",
	"BrowserMatch":                "BrowserMatch Bot robot",
	"BrowserMatchNoCase":          "BrowserMatchNoCase bot robot",
	"DefaultType":                 "DefaultType None",
	"DeflateAlterETag":            "DeflateAlterETag NoChange",
	"DeflateCompressionLevel":     "DeflateCompressionLevel 9",
	"Define":                      "Define NAME value",
	"Deny":                        "Deny from all",
	"DirectoryCheckHandler":       "DirectoryCheckHandler On",
	"DirectoryIndexRedirect":      "DirectoryIndexRedirect permanent",
	"DirectorySlash":              "DirectorySlash Off",
	"DocumentRoot":                "DocumentRoot /srv",
	"Error":                       "<IfDefine NO_SUCH>\nError x\n</IfDefine>",
	"AcceptPathInfo":              "AcceptPathInfo Off",
	"FileETag":                    "FileETag Size",
	"IndexIgnoreReset":            "IndexIgnoreReset On",
	"IndexOptions":                "IndexOptions Charset=UTF-8",
	"ForceLanguagePriority":       "ForceLanguagePriority Prefer",
	"TypesConfig":                 "TypesConfig /dev/null",
	"MaxRanges":                   "MaxRanges 5",
	"MaxRangeOverlaps":            "MaxRangeOverlaps 5",
	"MaxRangeReversals":           "MaxRangeReversals 5",
	"ErrorDocument":               "ErrorDocument 404 /404.html",
	"ExpiresActive":               "ExpiresActive On",
	"ExpiresByType":               "ExpiresByType text/html \"access plus 1 day\"",
	"ExpiresDefault":              "ExpiresDefault \"access plus 1 day\"",
	"FallbackResource":            "FallbackResource /index.php",
	"ForceType":                   "ForceType text/x-own",
	"Header":                      "Header set X-Own 1",
	"HostnameLookups":             "HostnameLookups On",
	"Include":                     "Include part.conf",
	"IncludeOptional":             "IncludeOptional part.conf",
	"LimitInternalRecursion":      "LimitInternalRecursion 5",
	"LimitRequestBody":            "LimitRequestBody 4000",
	"LimitRequestFields":          "LimitRequestFields 50",
	"LimitRequestFieldSize":       "LimitRequestFieldSize 4000",
	"LimitRequestLine":            "LimitRequestLine 4000",
	"Listen":                      "Listen 80",
	"MergeSlashes":                "MergeSlashes Off",
	"LoadModule":                  "LoadModule own_module own.so",
	"MacroIgnoreBadNesting":       "MacroIgnoreBadNesting",
	"MacroIgnoreEmptyArgs":        "MacroIgnoreEmptyArgs",
	"ModMimeUsePathInfo":          "ModMimeUsePathInfo On",
	"MultiviewsMatch":             "MultiviewsMatch Any",
	"Options":                     "Options +FollowSymLinks",
	"Order":                       "Order allow,deny",
	"PassEnv":                     "PassEnv PATH",
	"Redirect":                    "Redirect /x /y",
	"RedirectMatch":               "RedirectMatch ^/x /y",
	"RedirectPermanent":           "RedirectPermanent /x /y",
	"RedirectTemp":                "RedirectTemp /x /y",
	"RegexDefaultOptions":         "RegexDefaultOptions +DOTALL",
	"RequestHeader":               "RequestHeader set X-Own 1",
	"Require":                     "Require all granted",
	"RewriteBase":                 "RewriteEngine On\nRewriteBase /x\nRewriteRule ^ -",
	"RewriteCond":                 "RewriteEngine On\nRewriteCond %{HTTPS} on\nRewriteRule ^ -",
	"RewriteEngine":               "RewriteEngine On\nRewriteRule ^ -",
	"RewriteMap":                  "RewriteMap m int:tolower",
	"RewriteOptions":              "RewriteOptions Inherit",
	"RewriteRule":                 "RewriteEngine On\nRewriteRule ^ -",
	"SSLEngine":                   "SSLEngine On",
	"Satisfy":                     "Satisfy Any",
	"ScriptAlias":                 "ScriptAlias /x /srv/x",
	"ScriptAliasMatch":            "ScriptAliasMatch ^/x /srv/x",
	"ServerRoot":                  "ServerRoot /etc/apache2",
	"SetEnv":                      "SetEnv NAME value",
	"SetEnvIf":                    "SetEnvIf Host ^ NAME",
	"SetEnvIfExpr":                "SetEnvIfExpr true NAME",
	"SetEnvIfNoCase":              "SetEnvIfNoCase Host ^ NAME",
	"SetOutputFilter":             "SetOutputFilter SUBSTITUTE",
	"UndefMacro":                  "<Macro M>\nServerAdmin a\n</Macro>\nUse M\nUndefMacro M",
	"TraceEnable":                 "TraceEnable Off",
	"UseCanonicalName":            "UseCanonicalName On",
	"UseCanonicalPhysicalPort":    "UseCanonicalPhysicalPort On",
	"Use":                         "<Macro M>\nServerAdmin a\n</Macro>\nUse M",
}

// directiveTests show directives that no case has.
var directiveTests = map[string]string{
	"CGIVar":                "rewrite/phpfpm_test.go:TestPHPLikeHTTPD",
	"ProxyFCGIBackendType":  "rewrite/phpfpm_test.go:TestPHPLikeHTTPD",
	"ProxyFCGISetEnvIf":     "rewrite/phpfpm_test.go:TestPHPLikeHTTPD",
	"QualifyRedirectURL":    "rewrite/phpfpm_test.go:TestPHPLikeHTTPD",
	"RegisterHttpMethod":    "rewrite/files_test.go:TestFilesMethods",
	"FileETag":              "rewrite/files_test.go:TestFilesLikeRecorded",
	"IndexIgnore":           "rewrite/files_test.go:TestListing",
	"IndexIgnoreReset":      "rewrite/files_test.go:TestListing",
	"IndexOptions":          "rewrite/files_test.go:TestListingType",
	"ForceLanguagePriority": "rewrite/negotiation_test.go:TestNegotiation",
	"LanguagePriority":      "rewrite/negotiation_test.go:TestNegotiation",
	"MultiviewsMatch":       "rewrite/negotiation_test.go:TestNegotiation",
	"TypesConfig":           "matcher/types_test.go:TestTypes",
	"MaxRanges":             "rewrite/files_test.go:TestFilesLikeRecorded",
	"MaxRangeOverlaps":      "rewrite/files_test.go:TestFilesLikeRecorded",
	"MaxRangeReversals":     "rewrite/files_test.go:TestFilesLikeRecorded",
	"RegexDefaultOptions":   "matcher/regexoptions_test.go:TestRegexDefaultOptions",
}

// properName is the name of a directive as the documentation spells it.
func properName(name string) string {
	for proper := range directiveTexts {
		if strings.EqualFold(proper, name) {
			return proper
		}
	}
	return name
}
