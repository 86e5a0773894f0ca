package replay

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// iisSites are sites with requests and what is expected of them, a request a line:
// "METHOD TARGET [Name: value; …] => kind what". A section begins with "-- file --".
const iisSites = `
== a rule that stops ends the rules of the folders below, too
-- web.config --
<rules><rule name="a" stopProcessing="true"><match url="^d/x$"/><action type="None"/></rule></rules>
-- d/web.config --
<rules><rule name="b"><match url=".*"/><action type="Redirect" url="/hit"/></rule></rules>
GET /d/x => pass
GET /d/y => redirect 301 /hit
GET /D/y => pass
== a global rule that stops does not end the others, which see what it made
-- applicationHost.config --
<globalRules><rule name="g" stopProcessing="true"><match url="^old/(.*)"/><action type="Rewrite" url="/new/{R:1}"/></rule></globalRules>
-- web.config --
<rules><rule name="b"><match url="^new/(.*)"/><action type="Rewrite" url="last/{R:1}"/></rule></rules>
GET /old/1?q=2 => rewrite /last/1?q=2
== a folder takes inherited rules away
-- web.config --
<rules><rule name="One"><match url="1$"/><action type="Redirect" url="/one"/></rule><rule name="two"><match url="2$"/><action type="Redirect" url="/two"/></rule></rules>
-- a/web.config --
<rules><remove name="ONE"/></rules>
-- b/web.config --
<rules><clear/><rule name="two"><match url="1$"/><action type="Redirect" url="own"/></rule></rules>
-- c/web.config --
<rules><rule name="one"><match url="x"/><action type="None"/></rule></rules>
GET /1 => redirect 301 /one
GET /a/1 => pass
GET /a/2 => redirect 301 /two
GET /b/1 => redirect 301 /b/own
GET /b/2 => pass
GET /c/1 => status 500.19
== a broken file fails the requests below it, and no others
-- web.config --
<rules></rules>
-- d/web.config --
<rules>
-- d/e/f --
x
GET / => pass
GET /d => status 500.19
GET /d/e/f => status 500.19
GET /dd => pass
== a variable that is not allowed
-- applicationHost.config --
<allowedServerVariables><add name="HTTP_X_OK"/></allowedServerVariables>
-- web.config --
<rules><rule name="a"><match url="^ok"/><serverVariables><set name="HTTP_X_OK" value="{R:0}&#13;&#10;X-Bad: 1"/></serverVariables></rule>
<rule name="b"><match url="^no"/><serverVariables><set name="HTTP_X_NO" value="1"/></serverVariables></rule>
<rule name="c"><match url="^see"/><conditions><add input="{HTTP_X_OK}" pattern="^$" negate="true"/></conditions><action type="AbortRequest"/></rule></rules>
GET /ok => pass X-Ok: okX-Bad: 1
GET /no => status 500.50
GET /see => pass
GET /see X-Ok: 1 => abort
== captures of all conditions, beyond nine
-- web.config --
<rules><rule name="a"><match url="^(.)"/><conditions trackAllCaptures="true">
<add input="{QUERY_STRING}" pattern="(1)(2)(3)(4)(5)(6)(7)(8)(9)(0)"/><add input="{REQUEST_METHOD}" pattern="^(?:POST)$" negate="true"/><add input="{HTTP_HOST}" pattern="(www)(x)?"/></conditions>
<action type="Redirect" url="/{C:10}{C:11}{C:12}-{C:0}-{R:1}" appendQueryString="false"/></rule></rules>
GET /z?1234567890 => redirect 301 /0www-1234567890-z
POST /z?1234567890 => pass
== what comes from the request is neither a query nor expanded
-- web.config --
<rules><rule name="a"><match url="^go/(.*)"/><action type="Redirect" url="/to/{R:1}"/></rule><rule name="b"><match url="^in/(.*)"/><action type="Rewrite" url="to/{R:1}"/></rule>
<rule name="c"><match url="^d$"/><action type="Redirect" url="/{UrlDecode:{QUERY_STRING}}" appendQueryString="false"/></rule></rules>
GET /go/a%3Fb%23c => redirect 301 /to/a%3Fb%23c
GET /go/%7BR:0%7D => redirect 301 /to/%7BR:0%7D
GET /in/a%3Fb => rewrite /to/a%3Fb
GET /d?a%0d%0ab%00c => redirect 301 /abc
== web.config is never served, whatever leads to it
-- web.config --
<rules><rule name="a"><match url="^(.*)/conf$"/><action type="Rewrite" url="{R:1}"/></rule></rules>
<security/>
GET /web.config/conf => status 404.8
GET /x/WEB~1.CON => status 404.8
GET /web.config%20 => status 404.8
GET /web.config::$DATA => status 404.8
GET /a%0Ab => status 400
== request filtering, stock and not
-- web.config --
FILTER <requestFiltering allowHighBitCharacters="false"><requestLimits maxUrl="20" maxQueryString="5"><headerLimits><add header="X-A" sizeLimit="3"/></headerLimits></requestLimits>
<fileExtensions><remove fileExtension=".CS"/><add fileExtension=".config" allowed="true"/></fileExtensions><hiddenSegments><remove segment="bin"/><add segment="own"/></hiddenSegments>
<verbs allowUnlisted="false"><add verb="GET" allowed="true"/></verbs><denyUrlSequences><add sequence="a%62"/></denyUrlSequences><alwaysAllowedUrls><add url="/XabX"/></alwaysAllowedUrls></requestFiltering>
GET /x.cs => pass
GET /bin/x => pass
GET /own/x => status 404.8
GET /x.config => pass
GET /x.VB => status 404.7
GET /x.vb. => status 404.7
GET /x.vb::$DATA => status 404.7
GET /%C3%A4 => status 404.12
GET /123456789012345678901 => status 404.14
GET /?123456 => status 404.15
GET / X-A: 1234 => status 431
get / => status 404.6
GET /xaBx => pass
GET /xaBy => status 404.5
== httpRedirect
-- web.config --
WEB <httpRedirect enabled="true" destination="http://h/to" httpResponseStatus="Permanent"><add wildcard="/old/*.htm" destination="http://w/$0$Q"/></httpRedirect>
-- off/web.config --
WEB <httpRedirect enabled="false"/>
-- one/web.config --
WEB <httpRedirect childOnly="true" exactDestination="true" destination="http://c$V"/>
-- off/x --
x
-- one/x/y --
x
GET /a/b?c => redirect 301 http://h/to/a/b?c
GET /old/a/b.htm?c => redirect 301 http://w/a/b?c/old/a/b.htm?c
GET /off/x => pass
GET /one/x => redirect 301 http://c/one/x
GET /one/x/y => pass
== a map that is nowhere
-- web.config --
<rules><rule name="a"><match url="{Nope:x}"/><action type="None"/></rule></rules>
GET / => status 500.19
== a map of a folder below counts for the rules above
-- web.config --
<rules><rule name="a"><match url="(.*)$"/><conditions><add input="{M:{R:1}}" pattern="(.+)"/></conditions><action type="Redirect" url="/{C:1}"/></rule></rules>
-- d/web.config --
<rewriteMaps><rewriteMap name="m"><add key="d/a" value="found"/></rewriteMap></rewriteMaps>
GET /d/a => redirect 301 /found
GET /d/b => pass
GET /a => status 500.19
== patterns that ECMAScript does not have
-- web.config --
<rules><rule name="a"><match url="x\Z"/><action type="None"/></rule></rules>
GET / => status 500.19
== isapi2: formats choose by groups, prefixes, N
-- httpd.ini --
[ISAPI_Rewrite]
UriMatchPrefix /p
RewriteRule /c(a)?(b)? /r(?1yes:no)(?2yes:no) [L]
UriMatchPrefix
RewriteRule /n/(x*)x /n/$1 [N]
RewriteHeader X-A: (.*)old(.*) $1new$2
RewriteRule /o/a.b /hit [O,L]
GET /p/ca => rewrite /ryesno
GET /p/cb => rewrite /rnoyes
GET /n/xxx => rewrite /n/
GET /o/a%20b => rewrite /hit
GET /q X-A: an old one => pass X-A: an new one
== iirf: restarts, and one rule more than the limit
-- IIRF.ini --
IterationLimit 3
RewriteRule ^/i/(.*)$ /i/a$1
RewriteCond %{HTTP_X_A} ^(a)$ [OR]
RewriteCond %{HTTP_X_B} ^b$
RewriteCond %{HTTP_X_C} ^c$
RewriteRule ^/or$ /hit*1 [L]
RewriteRule ^/ni$ /first [NI]
RewriteRule ^/ni$ /second [L]
RewriteRule ^/dash$ - [F,QSA]
RewriteHeader url: ^/header$ /fromheader [L]
GET /header => rewrite /fromheader
GET /i/ => rewrite /i/aaaa
GET /or X-A: a => rewrite /hita
GET /or X-B: b => pass
GET /or X-B: b; X-C: c => rewrite /hit
GET /ni => rewrite /second
GET /dash => pass
== isapi3: flags of its own
-- .htaccess --
RewriteEngine on
RewriteRule ^p$ /x [RP,L]
RewriteRule ^n$ - [NF]
RewriteRule ^c/(.*)$ /Low/$1 [CL,L]
GET /p => redirect 301 /x
GET /n => status 404
GET /c/AB => rewrite /low/ab
== isapi3: a file in each folder
-- .htaccess --
RewriteEngine on
RewriteRule ^root$ /x [RP,L]
-- sub/.htaccess --
RewriteEngine on
RewriteRule ^p$ q [L]
-- sub/q --
x
GET /root => redirect 301 /x
GET /sub/p => rewrite /sub/q
GET /p => pass
== what a condition captured of a path is decoded once
-- web.config --
WEB <security><requestFiltering allowDoubleEscaping="true"/></security><rewrite><rules>
<rule name="a"><match url="^a/"/><conditions><add input="{URL}" pattern="^/a/(.*)"/></conditions><action type="Rewrite" url="/f/{C:1}"/></rule>
<rule name="b"><match url="^b/"/><conditions><add input="{REQUEST_URI}" pattern="^/b/(.*)"/></conditions><action type="Redirect" url="http://n/{C:1}" appendQueryString="false"/></rule>
<rule name="q"><match url="^q$"/><conditions><add input="{QUERY_STRING}" pattern="to=(.*)"/></conditions><action type="Rewrite" url="/q/{C:1}" appendQueryString="false"/></rule>
<rule name="m"><match url="^m/"/><conditions><add input="{HTTP_HOST}{REQUEST_URI}" pattern="^www\.(.*)"/></conditions><action type="Redirect" url="http://{C:1}" appendQueryString="false"/></rule>
<rule name="l"><match url="^l/"/><conditions><add input="{ToLower:{URL}}" pattern="^/l/(.*)"/></conditions><action type="Rewrite" url="/low/{C:1}"/></rule>
<rule name="t"><match url="^t/(.*)"/><conditions trackAllCaptures="true"><add input="{QUERY_STRING}" pattern="q=(.*)"/><add input="{R:1}" pattern="(.*)"/></conditions><action type="Rewrite" url="/t/{C:2}/{C:1}" appendQueryString="false"/></rule>
<rule name="x"><match url="^x/"/><conditions><add input="{URL}" pattern="^/x/(.*)"/><add input="{C:1}" pattern="(.*)"/></conditions><action type="Rewrite" url="/y/{C:1}"/></rule>
<rule name="f"><match url="^f1/"/><action type="Rewrite" url="/dl{REQUEST_FILENAME}"/></rule>
</rules></rewrite>
GET /a/%252e%252e/x => rewrite /f/%252e%252e/x
GET /a/b%3Fc%23 => rewrite /f/b%3Fc%23
GET /b/x%3Fy?z=%20%3F => redirect 301 http://n/x%3Fy?z=%20%3F
GET /q?to=a%2520b => rewrite /q/a%2520b
GET /q?to=a%20b => rewrite /q/a%20b
GET /m/a%253Fb?c=%3F => redirect 301 http://example.com/m/a%253Fb?c=%3F
GET /l/A%252E => rewrite /low/a%252e
GET /t/a%252e?q=b%252e => rewrite /t/a%252e/b%252e
GET /t/a%252e?q=b%2e => rewrite /t/a%252e/b.
GET /x/a%252e => rewrite /y/a%252e
GET /f1/a%252e => rewrite /dl/site/f1/a%252e
== what a rule set a variable to is decoded once
-- applicationHost.config --
<allowedServerVariables><add name="HTTP_X_P"/><add name="MINE"/></allowedServerVariables>
-- web.config --
WEB <security><requestFiltering allowDoubleEscaping="true"/></security><rewrite><rules>
<rule name="a"><match url="^a/(.*)"/><serverVariables><set name="HTTP_X_P" value="{R:1}"/><set name="MINE" value="x{REQUEST_URI}"/></serverVariables></rule>
<rule name="b"><match url="^a/"/><conditions><add input="{HTTP_X_P}" pattern="(.*)"/></conditions><action type="Rewrite" url="/f/{C:1}/{MINE}" appendQueryString="false"/></rule>
<rule name="c"><match url="^c"/><action type="Rewrite" url="/c/{HTTP_X_P}"/></rule></rules></rewrite>
GET /a/%252e?q=%2e => rewrite /f/%252e/x/a/%252e?q=%2e
GET /c X-P: a%2520b => rewrite /c/a%2520b
== what a function makes of decoded text is not decoded again
-- applicationHost.config --
<allowedServerVariables><add name="MINE"/><add name="HTTP_X_FOO"/><add name="HTTP_X-BAR"/></allowedServerVariables>
-- web.config --
WEB <security><requestFiltering allowDoubleEscaping="true"/></security><rewrite><rules>
<rule name="h"><match url="^h/(.*)"/><serverVariables><set name="MINE" value="{HtmlEncode:{R:1}}"/></serverVariables><action type="Rewrite" url="/set/{MINE}"/></rule>
<rule name="i"><match url="^i/(.*)"/><action type="Rewrite" url="/is/{HtmlEncode:{R:1}}"/></rule>
<rule name="c"><match url="^c/(.*)"/><conditions><add input="{HtmlEncode:{R:1}}" pattern="(.*)"/></conditions><action type="Rewrite" url="/cond/{C:1}"/></rule>
<rule name="d"><match url="^d/(.*)"/><serverVariables><set name="MINE" value="{UrlDecode:{R:1}}"/></serverVariables><action type="Rewrite" url="/set/{MINE}"/></rule>
<rule name="e"><match url="^e/(.*)"/><serverVariables><set name="MINE" value="{UrlEncode:{R:1}}"/></serverVariables><action type="Rewrite" url="/set/{MINE}"/></rule>
<rule name="f"><match url="^f/(.*)"/><serverVariables><set name="HTTP_X_FOO" value="{R:1}"/></serverVariables><action type="Rewrite" url="/set/{HTTP_X-FOO}"/></rule>
<rule name="g"><match url="^g/(.*)"/><serverVariables><set name="HTTP_X-BAR" value="{R:1}"/></serverVariables><action type="Rewrite" url="/set/{HTTP_X_BAR}"/></rule>
</rules></rewrite>
GET /h/%252e => rewrite /set/%252e
GET /i/%252e => rewrite /is/%252e
GET /c/%252e => rewrite /cond/%252e
GET /d/%25252e => rewrite /set/%252e
GET /e/%252e => rewrite /set/%252e
GET /f/%252e => rewrite /set/%252e
GET /g/%252e => rewrite /set/%252e
== places of applicationHost.config are places of a site
-- applicationHost.config --
FILE <configuration><location path="Default Web Site/adm"><system.webServer><rewrite><rules><rule name="x"><match url="^x"/><action type="CustomResponse" statusCode="403"/></rule></rules></rewrite></system.webServer></location>
<location path="default web site"><system.webServer><security><requestFiltering><denyUrlSequences><add sequence="bad"/></denyUrlSequences></requestFiltering></security></system.webServer></location>
<location path=""><system.webServer><security><requestFiltering><denyQueryStringSequences><add sequence="evil"/></denyQueryStringSequences></requestFiltering></security></system.webServer></location></configuration>
-- web.config --
<rules/>
GET /adm/x => status 403
GET /ADM./x => status 403
GET /x => pass
GET /bad => status 404.5
GET /?evil => status 404.18
GET /Default%20Web%20Site/adm/x => pass
== places of two sites, of which one is served
-- applicationHost.config --
FILE <configuration><location path="One/a"/><location path="Two/b"/></configuration>
GET / => status 500.19
== extensions of files with something behind them, and of short names
-- web.config --
FILTER <requestFiltering><fileExtensions><add fileExtension=".aspx" allowed="false"/></fileExtensions>
<filteringRules><filteringRule name="r" scanQueryString="true"><appliesTo><add fileExtension=".html"/></appliesTo><denyStrings><add string="evil"/></denyStrings></filteringRule></filteringRules></requestFiltering>
-- x.cs --
x
-- page.html --
x
-- dir.cs/y --
x
GET /x.cs/y => status 404.7
GET /x.cs/ => status 404.7
GET /dir.cs/y => pass
GET /nowhere.cs/y => pass
GET /PAGE~1.CON => status 404.7
GET /PAGE~1.ASP => status 404.7
GET /page~1.ht => pass
GET /WE1A2B~1.CON => status 404.8
GET /AP1A2B~1/x => status 404.8
GET /APP_DA~1/x => status 404.8
GET /page.html/info?evil => status 404.19
GET /PAGE~1.HTM?evil => status 404.19
GET /page.txt?evil => pass
== extensions that are let in, alone, of files with something behind them
-- web.config --
FILTER <requestFiltering><fileExtensions allowUnlisted="false"><add fileExtension="." allowed="true"/><add fileExtension=".aspx" allowed="true"/></fileExtensions></requestFiltering>
-- x.php --
x
-- x.aspx --
x
-- plain --
x
-- v1.2/y --
x
GET /x.php => status 404.7
GET /x.php/ => status 404.7
GET /x.php// => status 404.7
GET /x.php/y => status 404.7
GET /x.php/y/z.aspx => status 404.7
GET /x.aspx/y => pass
GET /plain/y => pass
GET /v1.2/y => pass
GET /none.php/y => pass
== a file without an extension, with something behind it
-- web.config --
FILTER <requestFiltering><fileExtensions allowUnlisted="false"><add fileExtension=".aspx" allowed="true"/></fileExtensions></requestFiltering>
-- plain --
x
-- dir/x.aspx --
x
GET /plain/x.aspx => status 404.7
GET /dir/x.aspx => pass
GET /new/x.aspx => pass
== a condition's first alternative that holds, a value by default, and what is negated
-- web.config --
<rewriteMaps><rewriteMap name="M" defaultValue="none"><add key="/A" value="/b"/></rewriteMap></rewriteMaps><rules>
<rule name="m"><match url="^(a|c)$"/><conditions><add input="{m:{URL}}" pattern="(.+)"/></conditions><action type="Redirect" url="{C:1}" redirectType="Found"/></rule>
<rule name="o"><match url="^or"/><conditions logicalGrouping="MatchAny"><add input="{HTTP_HOST}" pattern="^(no)$"/><add input="{HTTP_HOST}" pattern="^(www)"/></conditions><action type="Redirect" url="/{C:1}"/></rule>
<rule name="n"><match url="^[^n]" negate="true"/><conditions><add input="{URL}" pattern="not"/></conditions><action type="Redirect" url="/n{R:1}"/></rule>
<rule name="w" patternSyntax="Wildcard"><match url="*/w?c/*"/><action type="Redirect" url="/{R:1}/{R:2}/{R:0}"/></rule></rules>
GET /a => redirect 302 /b
GET /c => redirect 302 /none
GET /or => redirect 301 /www
GET /not => redirect 301 /n
GET /x/wbc/z => redirect 301 /x/z/x/wbc/z
GET /x/wbbc/z => pass
== a header's name is a part of what is searched
-- web.config --
FILTER <requestFiltering><filteringRules><filteringRule name="x"><scanHeaders><add requestHeader="X-Evil"/></scanHeaders><denyStrings><add string="evil"/></denyStrings></filteringRule></filteringRules></requestFiltering>
GET / X-Evil: good => status 404.19
GET / => pass
== iirf: IncludeIni, as if it stood in its place
-- IIRF.ini --
RewriteCond %{HTTP_X_A} ^a$
IncludeIni sub\more.ini
RewriteRule ^/z$ /last [L]
-- sub/more.ini --
RewriteRule ^/a$ /hit [L]
IncludeIni ../third.ini
-- third.ini --
RewriteRule ^/t$ /third [L]
GET /a X-A: a => rewrite /hit
GET /a => pass
GET /t => rewrite /third
GET /z => rewrite /last
== iirf: IncludeIni in a circle
-- IIRF.ini --
IncludeIni other.ini
-- other.ini --
IncludeIni ./iirf.ini/../IIRF.ini
GET / => status 500.19
== iirf: IncludeIni of what is not there
-- IIRF.ini --
IncludeIni other.ini
GET / => status 500.19
== request filtering at its bounds
-- web.config --
FILTER <requestFiltering allowHighBitCharacters="false"><requestLimits maxAllowedContentLength="10" maxUrl="20" maxQueryString="5"><headerLimits><add header="X-A" sizeLimit="3"/></headerLimits></requestLimits>
<denyUrlSequences><add sequence="%41b"/></denyUrlSequences></requestFiltering>
POST / Content-Length: 10 => pass
POST / Content-Length: 11 => status 413.1
GET /1234567890123456789 => pass
GET /12345678901234567890 => status 404.14
GET /?12345 => pass
GET / X-A: 123 => pass
GET /%80 => status 404.12
GET /~ => pass
GET /Ab => status 404.5
GET /%2541b => status 404.11
GET /a%2Bb => status 404.11
GET /a%25 => pass
== no body at all
-- web.config --
FILTER <requestFiltering><requestLimits maxAllowedContentLength="0"/></requestFiltering>
POST / Content-Length: 0 => pass
POST / Content-Length: 1 => status 413.1
POST / Transfer-Encoding: chunked => status 413.1
GET / => pass
== the extension of a folder does not count
-- web.config --
FILTER <requestFiltering><fileExtensions><add fileExtension=".php" allowed="false"/></fileExtensions></requestFiltering>
-- a.php/x.txt --
x
-- b.php --
x
GET /a.php/x.txt => pass
GET /b.php/x.txt => status 404.7
GET /.php => status 404.7
GET /a.phps => pass
== server variables
-- web.config --
<rules>
<rule name="raw"><match url="^raw"/><conditions><add input="{ALL_RAW}" pattern="^Host: www\.example\.com\r\nX-A: 1\r\n$"/><add input="{ALL_HTTP}" pattern="^HTTP_HOST:www\.example\.com\nHTTP_X_A:1\n$"/></conditions><action type="Redirect" url="/ok"/></rule>
<rule name="name"><match url="^name"/><action type="Redirect" url="/{SERVER_NAME}/{SERVER_PORT}/{HTTPS}/{SERVER_PORT_SECURE}/{CERT_FLAGS}"/></rule>
<rule name="relative"><match url="^relative"/><action type="Redirect" url="{REQUEST_METHOD}"/></rule>
<rule name="target"><match url="^target"/><action type="Redirect" url="/to{UNENCODED_URL}"/></rule>
</rules>
GET /raw X-A: 1 => redirect 301 /ok
GET /raw X-A: 2 => pass
GET /name => redirect 301 /www.example.com/80/OFF/0/
GET /target%20x => redirect 301 /to/target%20x
GET http://www.example.com/target => redirect 301 http://www.example.com/to/target
GET /relative Host: www.example.com:81 => redirect 301 http://www.example.com:81/GET
GET /name Host: www.example.com:81 => redirect 301 /www.example.com/81/OFF/0/
GET /name Host: [::1]:81 => redirect 301 /::1/81/OFF/0/
GET /name Host: [::1] => redirect 301 /::1/80/OFF/0/
== expressions of ECMAScript
-- web.config --
<rules>
<rule name="v"><match url="^v[\v\u0041\x42\cJ\0]$"/><action type="Redirect" url="/v"/></rule>
<rule name="u"><match url="^u\u00e4\u0041$"/><action type="Redirect" url="/u"/></rule>
<rule name="i"><match url="^i\i$" ignoreCase="false"/><action type="Redirect" url="/i"/></rule>
<rule name="p"><match url="^p[[:a]\]$"/><action type="Redirect" url="/p"/></rule>
</rules>
GET /vA => redirect 301 /v
GET /vB => redirect 301 /v
GET /vu => pass
GET /u%C3%A4A => redirect 301 /u
GET /ii => redirect 301 /i
GET /Ii => pass
GET /p:] => redirect 301 /p
GET /p[] => redirect 301 /p
GET /px] => pass
== a wildcard of httpRedirect
-- web.config --
WEB <httpRedirect enabled="true" destination="http://h" exactDestination="true"><add wildcard="/same" destination="http://h/one$$$0"/><add wildcard="/a*b*c" destination="http://h/two/$0/$1/$2"/><add wildcard="*.gif" destination="http://h/three$0$"/></httpRedirect>
GET /SAME => redirect 302 http://h/one$
GET /same/ => redirect 302 http://h
GET /aXbYc => redirect 302 http://h/two/X/Y/
GET /abc => redirect 302 http://h/two///
GET /abbc => redirect 302 http://h/two//b/
GET /ab => redirect 302 http://h
GET /abbcx => redirect 302 http://h
GET /x.gif => redirect 302 http://h/three/x$
== iirf: tests that are no patterns
-- IIRF.ini --
RewriteCond %{HTTP_X_LESS} <bb
RewriteRule ^/less$ /hit [L]
RewriteCond %{HTTP_X_MORE} >bb
RewriteRule ^/more$ /hit [L]
RewriteCond %{HTTP_X_SAME} =bb
RewriteRule ^/same$ /hit [L]
RewriteCond %{HTTP_X_SAME} =bb [NC]
RewriteRule ^/fold$ /hit [L]
RewriteCond %{DOCUMENT_ROOT}%{HTTP_X_FILE} -f
RewriteRule ^/f$ /hit [L]
RewriteCond %{DOCUMENT_ROOT}%{HTTP_X_FILE} -d
RewriteRule ^/d$ /hit [L]
RewriteCond %{DOCUMENT_ROOT}%{HTTP_X_FILE} -s
RewriteRule ^/s$ /hit [L]
RewriteCond %{DOCUMENT_ROOT}%{HTTP_X_FILE} -l
RewriteRule ^/l$ /hit [L]
-- dir/full --
x
-- dir/empty --
GET /less X-Less: ba => rewrite /hit
GET /less X-Less: bb => pass
GET /less X-Less: bc => pass
GET /more X-More: bc => rewrite /hit
GET /more X-More: bb => pass
GET /more X-More: ba => pass
GET /same X-Same: bb => rewrite /hit
GET /same X-Same: BB => pass
GET /fold X-Same: BB => rewrite /hit
GET /fold X-Same: b => pass
GET /f X-File: /dir/full => rewrite /hit
GET /f X-File: /dir => pass
GET /f X-File: /none => pass
GET /d X-File: /dir => rewrite /hit
GET /d X-File: /dir/full => pass
GET /s X-File: /dir/full => rewrite /hit
GET /s X-File: /dir/none => pass
GET /s X-File: /dir => pass
GET /l X-File: /dir/full => pass
== isapi2: groups of conditions come first
-- httpd.ini --
[ISAPI_Rewrite]
RepeatLimit 1
RewriteCond Host: (www)\.(.*)
RewriteRule /g/(.*) /got/$1/$2/$3/$4 [L]
RewriteCond Host: (www)\.(.*)
RewriteRule /w/(.*) /whole$0 [L]
RewriteCond METHOD POST
RewriteRule /m /post [L]
RewriteRule /f /no [F]
RewriteRule /r (/[a-z]*) [L]
GET /g/x => rewrite /got/www/example.com/x/
GET /w/x => rewrite /whole/w/x
POST /m => rewrite /post
GET /m => pass
GET /f => status 404
== iirf: operators of case and of encoding
-- IIRF.ini --
RewriteRule ^/upper/(.*)/(.*)$ /u#U$1#E/$2 [L]
RewriteRule ^/lower/(.*)/(.*)$ /l#L$1#E/$2 [L]
RewriteRule ^/first/(.*)/(.*)$ /f/#u$1$2/#l$2$1 [L]
RewriteRule ^/maybe(x?)/(.*)$ /m/#u$1$2 [L]
RewriteRule ^/code/(.*)/(.*)$ /c?#X/$1/#E/$2/#X/#E [L]
RewriteRule ^/both/(.*)$ /b?#X#U/$1#E/$1#E/$1#E [L]
RewriteRule ^/ends/(.*)$ /e/#E$1 [L]
GET /upper/aBz@[/cD => rewrite /uABZ@%5B/cD
GET /lower/aBZ@[/cD => rewrite /labz@%5B/cD
GET /first/aB/Cd => rewrite /f/ABCd/cdaB
GET /maybe/cD => rewrite /m/CD
GET /maybex/cD => rewrite /m/XcD
GET /code/a/b => rewrite /c?%2fa%2f/b/%2f
GET /both/a => rewrite /b?%2fA%2fa/a
GET /ends/aB => rewrite /e/aB
== iirf: a base
-- IIRF.ini --
RewriteBase /App
RewriteRule ^/a/(.*)$ /b/$1 [L]
RewriteRule ^/q(?:\?y)?$ /q2?z [QSA,L]
RewriteRule ^/q3(?:\?y)?$ /q4 [QSA,L]
RewriteRule ^/r$ /to [R=302,L]
RewriteRule ^/h$ http://h/to [R=302,L]
RewriteRule ^/d$ - [L]
GET /app/a/x => rewrite /App/b/x
GET /a/x => rewrite /b/x
GET /APP/q?y => rewrite /App/q2?z&y
GET /app/q3?y => rewrite /App/q4?y
GET /app/q3 => rewrite /App/q4
GET /app/r => redirect 302 /App/to
GET /app/h => redirect 302 http://h/to
GET /app/d => pass
== iirf: a base with a slash at its end
-- IIRF.ini --
RewriteBase /app/
RewriteRule ^a/(.*)$ /b/$1 [L]
RewriteRule ^c/(.*)$ d/$1 [L]
GET /app/a/x => rewrite /app/b/x
GET /app/c/x => rewrite /app/d/x
== a rule that may not set a variable does nothing else
-- web.config --
<rules><rule name="a"><match url="^a"/><serverVariables><set name="HTTP_X_NO" value="1"/></serverVariables><action type="Redirect" url="/hit"/></rule>
<rule name="b"><match url="^b"/><action type="Rewrite" url="/x%00"/></rule>
<rule name="c"><match url=".*"/><action type="Redirect" url="/last"/></rule></rules>
GET /a => status 500.50
GET /b => status 400
GET /c => redirect 301 /last
== variables that are set, and not replaced
-- applicationHost.config --
<allowedServerVariables><add name="OLD"/><clear/><add name="HTTP_X_A"/><add name="MINE"/><add name="HTTP_METHOD"/><add name="HTTP_X_ORIGINAL_URL"/></allowedServerVariables>
-- web.config --
<rules><rule name="a"><match url="^keep"/><serverVariables><set name="HTTP_X_A" value="new" replace="false"/><set name="MINE" value="1"/></serverVariables></rule>
<rule name="b"><match url="^take"/><serverVariables><set name="HTTP_X_A" value="new"/><set name="MINE" value="1" replace="false"/></serverVariables></rule>
<rule name="a2"><match url="^keep"/><serverVariables><set name="MINE" value="2" replace="false"/></serverVariables></rule>
<rule name="b2"><match url="^take"/><serverVariables><set name="MINE" value="2"/></serverVariables></rule>
<rule name="c"><match url="^(?:keep|take)/see"/><action type="Redirect" url="/{MINE}/{HTTP_X_A}"/></rule>
<rule name="d"><match url="^own"/><serverVariables><set name="HTTP_METHOD" value="NONE"/><set name="HTTP_X_ORIGINAL_URL" value="/else"/></serverVariables></rule>
<rule name="e"><match url="^own/see"/><action type="Redirect" url="/{HTTP_METHOD}{HTTP_X_ORIGINAL_URL}{HTTP_X_B}"/></rule>
<rule name="f"><match url="^old"/><serverVariables><set name="OLD" value="1"/></serverVariables></rule>
<rule name="g"><match url="^once"/><serverVariables><set name="MINE" value="1" replace="false"/></serverVariables><action type="Redirect" url="/{MINE}"/></rule>
<rule name="h"><match url="^from$"/><action type="Rewrite" url="original"/></rule>
<rule name="i"><match url="^original$"/><action type="Redirect" url="to{HTTP_X_ORIGINAL_URL}"/></rule></rules>
GET /keep X-A: old => pass X-A: old
GET /keep => pass X-A: new
GET /take X-A: old => pass X-A: new
GET /keep/see X-A: old => redirect 301 /1/old
GET /keep/see => redirect 301 /1/new
GET /take/see => redirect 301 /2/new
GET /own/see X-B: b => redirect 301 /NONE/elseb
GET /own Method: x => pass Method: x
GET /old => status 500.50
GET /once => redirect 301 /1
GET /original X-Original-Url: /sent => redirect 301 /to/sent
GET /from X-Original-Url: /sent => redirect 301 /to/from
== queries and fragments of what actions say
-- web.config --
<rules><rule name="a"><match url="^a$"/><action type="Redirect" url="#top"/></rule>
<rule name="b"><match url="^b$"/><action type="Redirect" url="/x?a#f"/></rule>
<rule name="c"><match url="^c$"/><action type="Redirect" url="/x#f"/></rule>
<rule name="d"><match url="^d$"/><conditions logicalGrouping="MatchAny"/><action type="Redirect" url="mailto:me"/></rule>
<rule name="e"><match url="^e/go"/><action type="Rewrite" url="/f"/></rule>
<rule name="e2"><match url="^e/up"/><action type="Rewrite" url="/"/></rule></rules>
-- d/web.config --
<rules><rule name="x"><match url="^$"/><action type="Rewrite" url="?q=1"/></rule></rules>
-- e/web.config --
<rules><rule name="x"><match url=".*"/><action type="Redirect" url="/hit"/></rule></rules>
GET /a => redirect 301 /#top
GET /a?q => redirect 301 /?q#top
GET /b => redirect 301 /x?a#f
GET /b?q => redirect 301 /x?a&q#f
GET /c => redirect 301 /x#f
GET /c?q => redirect 301 /x?q#f
GET /d => redirect 301 mailto:me
GET /d/ => rewrite /d/?q=1
GET /e/go => rewrite /f
GET /e/up => rewrite /
GET /e/x => redirect 301 /hit
== which parts of a variable were decoded
-- applicationHost.config --
<allowedServerVariables><add name="MINE"/></allowedServerVariables>
-- web.config --
WEB <security><requestFiltering allowDoubleEscaping="true"/></security><rewrite><rules>
<rule name="a"><match url="^a/(.*)"/><serverVariables><set name="MINE" value="&#10;%41{R:1}"/></serverVariables></rule>
<rule name="b"><match url="^b/"/><conditions><add input="{URL}" pattern="^/b/(.*)/"/></conditions><serverVariables><set name="MINE" value="%41{C:1}%42"/></serverVariables></rule>
<rule name="c"><match url="^c"/><serverVariables><set name="MINE" value="&#10;{QUERY_STRING}"/></serverVariables></rule>
<rule name="d"><match url="^d/(.*)"/><serverVariables><set name="MINE" value="{ToLower:X%41{R:1}}"/></serverVariables></rule>
<rule name="e"><match url="^e/(.*)"/><serverVariables><set name="MINE" value="{HtmlEncode:%41{R:1}}"/></serverVariables></rule>
<rule name="f"><match url="^f"/><serverVariables><set name="MINE" value="{HtmlEncode:{QUERY_STRING}}"/></serverVariables></rule>
<rule name="see"><match url="^[a-f](?:/|$)"/><action type="Rewrite" url="/{MINE}" appendQueryString="false"/></rule>
<rule name="p"><match url="^p$"/><conditions><add input="{QUERY_STRING}" pattern="(.*)"/><add input="{C:1}" pattern="(.*)"/></conditions><action type="Rewrite" url="/p/{C:1}" appendQueryString="false"/></rule>
<rule name="q"><match url="^q/"/><conditions><add input="{CACHE_URL}" pattern="^(http://[^/]*)/q/([^?]*)(.*)"/></conditions><action type="Redirect" url="/q/{C:2}{C:3}" appendQueryString="false"/></rule>
<rule name="r"><match url="^r/"/><conditions><add input="{SCRIPT_FILENAME}" pattern="^/site/(.*)"/></conditions><action type="Rewrite" url="/{C:1}"/></rule>
</rules></rewrite>
GET /a/%252e => rewrite /%2541%252e
GET /b/%252e/x => rewrite /A%252eB
GET /c?%2e%252e => rewrite /.%252e
GET /d/%252e => rewrite /xA%252e
GET /d/%C4%B0%252e => rewrite /x%2541i%252e
GET /e/%252e => rewrite /%2541%252e
GET /e/%3C%252e => rewrite /%2541&lt;%252e
GET /f?%41 => rewrite /A
GET /p?%41%2541 => rewrite /p/A%2541
GET /q/a%252e?z=%2e => redirect 301 /q/a%252e?z=%2e
GET /r/%252e => rewrite /r/%252e
== files and folders by their names
-- web.config --
<rules><rule name="f"><match url="^f"/><conditions><add input="{QUERY_STRING}" matchType="IsFile"/></conditions><action type="Redirect" url="/file" appendQueryString="false"/></rule>
<rule name="d"><match url="^d"/><conditions><add input="{QUERY_STRING}" matchType="IsDirectory"/></conditions><action type="Redirect" url="/folder" appendQueryString="false"/></rule></rules>
-- dir/full --
x
GET /f?/site/dir/full => redirect 301 /file
GET /f?\site\dir\full => redirect 301 /file
GET /f?/site/dir/full/ => pass
GET /f?/site/dir => pass
GET /f?site/dir/full => pass
GET /f => pass
GET /d?/site/dir => redirect 301 /folder
GET /d?/site/dir/ => redirect 301 /folder
GET /d?/site/dir/full => pass
GET /d?site/dir => pass
== request filtering of a folder below
-- web.config --
FILTER <requestFiltering><denyUrlSequences><add sequence="bad"/></denyUrlSequences><filteringRules><filteringRule name="One" scanUrl="true"><denyStrings><add string="one"/></denyStrings></filteringRule>
<filteringRule name="two" scanUrl="true"><denyStrings><add string="two"/></denyStrings></filteringRule></filteringRules></requestFiltering>
-- a/web.config --
FILTER <requestFiltering><filteringRules><remove name="ONE"/></filteringRules></requestFiltering>
-- b/web.config --
FILTER <requestFiltering><filteringRules><filteringRule name="one" scanUrl="true"/></filteringRules></requestFiltering>
-- c/web.config --
FILTER <requestFiltering><denyUrlSequences><add sequence="BAD"/></denyUrlSequences></requestFiltering>
-- d/web.config --
FILTER <requestFiltering><filteringRules><clear/></filteringRules></requestFiltering>
GET /one => status 404.19
GET /a/one => pass
GET /a/two => status 404.19
GET /b/x => status 500.19
GET /c/x => status 500.19
GET /d/two => pass
== queries that are let in, and all that the client sent
-- web.config --
FILTER <requestFiltering><alwaysAllowedQueryStrings><add queryString="Evil=1"/></alwaysAllowedQueryStrings><denyQueryStringSequences><add sequence="evil"/></denyQueryStringSequences>
<filteringRules><filteringRule name="raw" scanAllRaw="true"><denyStrings><add string="robot"/></denyStrings></filteringRule></filteringRules></requestFiltering>
GET /?evil => status 404.18
GET /?EVIL=1 => pass
GET /?evil=1& => status 404.18
GET / User-Agent: a Robot => status 404.19
GET / => pass
== web.config is not served where nothing is hidden
-- web.config --
FILTER <requestFiltering><hiddenSegments><clear/></hiddenSegments><fileExtensions><clear/><add fileExtension=".aspx" allowed="true"/><add fileExtension=".exe" allowed="false"/></fileExtensions></requestFiltering>
GET /web.config => status 404.8
GET /WEB~1.CON => status 404.8
GET /bin/x => pass
GET /PAGE~1.ASP => pass
GET /PAGE~1.EXE => status 404.7
== limits come before what characters say, and bodies that are not announced
-- web.config --
FILTER <requestFiltering allowHighBitCharacters="false"><requestLimits maxUrl="9" maxAllowedContentLength="10"/></requestFiltering>
GET /123456%2B => status 404.14
GET /1234%C3%A4 => status 404.14
POST / Transfer-Encoding: chunked => pass
== maps of a folder below
-- web.config --
<rewriteMaps><rewriteMap name="a"><add key="k" value="1"/></rewriteMap><rewriteMap name="b"><add key="k" value="2"/></rewriteMap></rewriteMaps>
-- removed/web.config --
<rewriteMaps><remove name="A"/><rewriteMap name="a"><add key="k" value="3"/></rewriteMap></rewriteMaps><rules><rule name="r"><match url=".*"/><action type="Redirect" url="/{a:k}{b:k}"/></rule></rules>
-- cleared/web.config --
<rewriteMaps><clear/><rewriteMap name="a"><add key="k" value="4"/></rewriteMap></rewriteMaps><rules><rule name="r"><match url=".*"/><action type="Redirect" url="/{a:k}"/></rule></rules>
-- cleared/more/web.config --
<rules><rule name="s"><match url=".*"/><action type="Redirect" url="/{b:k}"/></rule></rules>
-- again/web.config --
<rewriteMaps><rewriteMap name="A"/></rewriteMaps>
-- again/x --
x
GET /removed/x => redirect 301 /32
GET /cleared/x => redirect 301 /4
GET /cleared/more/x => status 500.19
GET /again/x => status 500.19
== escapes of ECMAScript at their bounds
-- web.config --
<rules>
<rule name="a"><match url="^p[a][b]$"/><action type="Redirect" url="/classes"/></rule>
<rule name="a2"><match url="^s[a[:alpha:]]$"/><action type="Redirect" url="/brackets"/></rule>
<rule name="b"><match url="^x$"/><conditions><add input="{HTTP_X_A}" pattern="^a\cIb$"/></conditions><action type="Redirect" url="/control"/></rule>
<rule name="c"><match url="^e\c"/><action type="Redirect" url="/letter"/></rule>
<rule name="d"><match url="^nul\0"/><action type="Redirect" url="/nul"/></rule>
<rule name="e"><match url="^z[^\00]$"/><action type="Redirect" url="/zeros"/></rule>
<rule name="f"><match url="^y[^\010]$"/><action type="Redirect" url="/octal"/></rule>
<rule name="g"><match url="^d\dabcd$"/><action type="Redirect" url="/digit"/></rule>
<rule name="h"><match url="^h\u0041"/><action type="Redirect" url="/hex"/></rule>
<rule name="i"><match url="^w\b"/><action type="Redirect" url="/word"/></rule>
<rule name="j" patternSyntax="ExactMatch"><match url="b\c"/><action type="Redirect" url="/exact"/></rule>
</rules>
GET /pab => redirect 301 /classes
GET /pa[b] => pass
GET /s:] => redirect 301 /brackets
GET /sb => pass
GET /x X-A: a	b => redirect 301 /control
GET /x X-A: acb => pass
GET /ec => redirect 301 /letter
GET /nul => pass
GET /z0 => redirect 301 /zeros
GET /y0 => redirect 301 /octal
GET /y1 => redirect 301 /octal
GET /d1abcd => redirect 301 /digit
GET /hA => redirect 301 /hex
GET /w => redirect 301 /word
GET /wb => pass
GET /b%5Cc => redirect 301 /exact
== the first escape that ECMAScript does not have
-- web.config --
<rules><rule name="a"><match url="\Ax"/><action type="None"/></rule></rules>
GET / => status 500.19
== the last escape that ECMAScript does not have
-- web.config --
<rules><rule name="a"><match url="x\z"/><action type="None"/></rule></rules>
GET / => status 500.19
== a pattern that ends in a backslash
-- web.config --
<rules><rule name="a"><match url="a\"/><action type="None"/></rule></rules>
GET / => status 500.19
== variables of httpRedirect, and wildcards whose parts overlap
-- web.config --
WEB <httpRedirect enabled="true" destination="!" exactDestination="true"><add wildcard="/x*x" destination="http://h/overlap"/><add wildcard="/all/*" destination="http://h/$v$s$q-$p-$x-$9-$$-$0"/>
<add wildcard="/caps/*" destination="http://h$V$S$Q/$P"/></httpRedirect>
GET /x => pass
GET /xx => redirect 302 http://h/overlap
GET /all/a?b => redirect 302 http://h//all/a/all/a?b-b-$x--$-a
GET /all/a => redirect 302 http://h//all/a/all/a--$x--$-a
GET /caps/a?b => redirect 302 http://h/caps/a/caps/a?b/b
== iirf: maps
-- IIRF.ini --
RewriteMap m txt:map.txt
RewriteRule ^/with/(.*)$ /to/${m:$1|none} [L]
RewriteRule ^/bare/(.*)$ /to/${m:$1} [L]
RewriteRule ^/other/(.*)$ /to/${x:$1|else$1} [L]
-- map.txt --
a one
b two
GET /with/a => rewrite /to/one
GET /with/b => rewrite /to/two
GET /with/c => rewrite /to/none
GET /bare/a => rewrite /to/one
GET /bare/c => rewrite /to/${m:c}
GET /other/a => rewrite /to/elsea
== iirf: limits
-- IIRF.ini --
IterationLimit 30
RewriteRule ^/i/(.*)$ /i/a$1
GET /i/ => rewrite /i/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
== iirf: a limit that is too high
-- IIRF.ini --
IterationLimit 31
RewriteRule ^/i/(.*)$ /i/a$1
GET /i/ => rewrite /i/aaaaaaaaa
== iirf: a limit of nothing
-- IIRF.ini --
IterationLimit 0
RewriteRule ^/i/(.*)$ /i/a$1
GET /i/ => rewrite /i/aaaaaaaaa
== isapi2: limits
-- httpd.ini --
[ISAPI_Rewrite]
RepeatLimit 2
RewriteRule /i/(.*) /i/a$1 [N]
GET /i/ => rewrite /i/aa
== isapi2: a limit of nothing
-- httpd.ini --
[ISAPI_Rewrite]
RepeatLimit 0
RewriteRule /i/(.*) /i/a$1 [N]
GET /i/ => rewrite /i/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
== isapi2: prefixes, and other servers
-- httpd.ini --
[ISAPI_Rewrite]
RewriteProxy /px/(.*) http://other/$1
RewriteRule /py/(.*) http://other/$1 [P]
RewriteRule /bad http://other/
RewriteCond URL /o.p [O]
RewriteRule /o.* /hit [L]
UriFormatPrefix /new
RewriteRule /a /b [L]
RewriteHeader X-A: old new
UriFormatPrefix
RewriteRule /e/(.*) /f/$1 [L]
RewriteRule /n/(.*) /f/$1 [O,L]
GET /px/a => rewrite http://other/a
GET /py/a => rewrite http://other/a
GET /bad => status 400
GET /o%20p => rewrite /hit
GET /a => rewrite /new/b
GET /x X-A: old => pass X-A: new
GET /e/%252e => rewrite /f/%252e
GET /n/%252e => status 404.11
GET /n/%2e => rewrite /f/.
== iirf: what is decoded, and what is no path
-- IIRF.ini --
RewriteBase /app
RewriteHeader X-A: ^old$ new
RewriteHeader X-B: ^(a/.*)$ #X$1#E
RewriteCond %{HTTP_X_C} ^a$ [OR]
RewriteRule ^/last$ /hit [L]
RewriteRule ^/a/(.*)$ /f/$1 [L]
RewriteRule ^/p$ /path [P]
RewriteRule ^/q$ http://other/path [P]
RewriteRule ^/r$ path [L]
RewriteRule ^/s$ http://other/ [L]
GET /app/z X-A: old => pass X-A: new
GET /z X-B: a/b => pass X-B: a%2Fb
GET /last X-C: a => rewrite /hit
GET /last X-C: b => pass
GET /a/%252e => status 404.11
GET /p => status 400
GET /q => rewrite http://other/path
GET /r => status 400
GET /s => status 400
== iirf: nothing is decoded
-- IIRF.ini --
UrlDecoding Off
RewriteRule ^/a/(.*)$ /f/$1 [L]
RewriteRule ^/b%20c$ /hit [L]
GET /a/%252e => rewrite /f/%252e
GET /b%20c => rewrite /hit
== isapi2: DisableRewrite
-- httpd.ini --
[ISAPI_Rewrite]
RewriteRule /a /b [L]
DisableRewrite
GET /a => pass
== isapi2: EnableRewrite after it
-- httpd.ini --
[ISAPI_Rewrite]
DisableRewrite
EnableRewrite
RewriteRule /a /b [L]
GET /a => rewrite /b
== isapi2: rules of one site
-- httpd.ini --
[ISAPI_Rewrite]
EnableRewrite 2
RewriteRule /a /b [L]
GET /a => status 500.19
`

// TestIISSites runs them.
func TestIISSites(t *testing.T) {
	t.Parallel()
	for site := range strings.SplitSeq(strings.TrimSpace(iisSites), "== ") {
		if site == "" {
			continue
		}
		c := readIISSite(t, site)
		require.NoError(t, RunIIS(t.Context(), c))
		require.NotEmpty(t, c.Expect)
		for i := range c.Expect {
			if d := c.Differs(i); d != "" {
				t.Errorf("%s: %s %s: %s", c.Name, c.Requests[i].Method, c.Requests[i].Target, d)
			}
		}
	}
}

// readIISSite reads a site.
func readIISSite(t *testing.T, text string) *IISCase {
	t.Helper()
	name, text, _ := strings.Cut(text, "\n")
	c := &IISCase{Name: name, Dialect: "webconfig", Files: map[string]string{}}
	file := ""
	for line := range strings.Lines(text) {
		request, want, isRequest := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
		switch {
		case strings.HasPrefix(line, "-- "):
			file = strings.TrimSuffix(strings.TrimPrefix(line, "-- "), " --\n")
		case isRequest:
			c.Requests, c.Expect = append(c.Requests, iisRequestOf(request)), append(c.Expect, iisResultOf(want))
		default:
			c.Files[file] += line
		}
	}
	for file, text := range c.Files {
		switch {
		case file == "httpd.ini":
			c.Dialect = "isapi2"
		case file == "IIRF.ini":
			c.Dialect = "iirf"
		case file == ".htaccess":
			c.Dialect = "isapi3"
		case strings.HasSuffix(file, ".config"):
			c.Files[file] = webConfigWith(text)
		}
	}
	return c
}

// webConfigWith is a web.config that holds text: sections of rewrite, or what follows
// FILTER in security and WEB in system.webServer. What follows FILE is all of it.
func webConfigWith(text string) string {
	open, end := "<rewrite>", "</rewrite>"
	if rest, ok := strings.CutPrefix(text, "FILE "); ok {
		return rest
	}
	if rest, ok := strings.CutPrefix(text, "FILTER "); ok {
		open, text, end = "<security>", rest, "</security>"
	} else if rest, ok := strings.CutPrefix(text, "WEB "); ok {
		open, text, end = "", rest, ""
	}
	text = strings.Replace(text, "<security/>", "", 1)
	return "<configuration><system.webServer>" + open + text + end + "</system.webServer></configuration>"
}

func iisRequestOf(line string) IISRequest {
	method, rest, _ := strings.Cut(line, " ")
	target, fields, _ := strings.Cut(rest, " ")
	q := IISRequest{Method: method, Target: target, Host: "www.example.com", Headers: map[string]string{}}
	for field := range strings.SplitSeq(fields, "; ") {
		switch name, value, ok := strings.Cut(field, ": "); {
		case name == "Host":
			q.Host = value
		case ok:
			q.Headers[name] = value
		}
	}
	return q
}

func iisResultOf(line string) IISResult {
	kind, what, _ := strings.Cut(line, " ")
	r := IISResult{Kind: kind}
	number := func(s string) (n int) {
		for _, c := range s {
			n = 10*n + int(c-'0')
		}
		return n
	}
	switch kind {
	case KindPass:
		if name, value, ok := strings.Cut(what, ": "); ok {
			r.RequestHeaders = map[string]*string{name: &value}
		}
	case KindRewrite:
		r.URL = what
	case KindRedirect:
		status, location, _ := strings.Cut(what, " ")
		r.Status, r.Location = number(status), location
	case KindStatus:
		status, sub, _ := strings.Cut(what, ".")
		r.Status, r.SubStatus = number(status), number(sub)
	}
	return r
}
