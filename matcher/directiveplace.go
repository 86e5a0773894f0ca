package matcher

import (
	"strings"

	"github.com/modrewrite-go/modrewrite/parser"
)

// placeOf returns where a directive of httpd may stand, or a section whose name
// starts with "<". ok is false for one that httpd does not have.
func placeOf(name string) (place overrideClass, ok bool) {
	name = strings.ToLower(name)
	for _, t := range []struct {
		place overrideClass
		names string
	}{
		{overrideAll, anyClassDirectives},
		{overrideAuthConfig, authConfigDirectives},
		{inServer | overrideAuthConfig, serverAuthConfigDirectives},
		{overrideAuthConfig | overrideFileInfo, authConfigFileInfoDirectives},
		{overrideAuthConfig | overrideLimit, authConfigLimitDirectives},
		{overrideFileInfo, fileInfoDirectives},
		{overrideIndexes, indexesDirectives},
		{overrideLimit, limitDirectives},
		{overrideOptions, optionsDirectives},
		{inDirectory, sectionDirectives},
		{inServer | inDirectory, serverSectionDirectives},
	} {
		if strings.Contains(t.names, " "+name+" ") {
			return t.place, true
		}
	}
	return inServer, parser.KnownDirective(name)
}

// The names of the directives by where they may stand, in lower case, a blank
// on either side of each. What is in none of them stands in a server only.
const (
	anyClassDirectives = " <else <elseif <files <filesmatch <if <ifdefine <ifdirective <iffile <ifmodule <ifsection <ifversion " +
		"<luahookaccesschecker <luahookauthchecker <luahookcheckuserid <luahookfixups <luahookmaptostorage " +
		"<luahookpretranslatename <luahooktranslatename <luahooktypechecker <luaquickhandler <macro " +
		"deflateinflatelimitrequestbody deflateinflateratioburst deflateinflateratiolimit error fancyindexing limitrequestbody " +
		"limitxmlrequestbody logiotrackttfb luacodecache luahookaccesschecker luahookauthchecker luahookcheckuserid " +
		"luahookfixups luahookinsertfilter luahooklog luahookmaptostorage luahookpretranslatename luahooktranslatename " +
		"luahooktypechecker luainherit luainputfilter luamaphandler luaoutputfilter luapackagecpath luapackagepath " +
		"luaquickhandler luaroot luascope rlimitcpu rlimitmem rlimitnproc serversignature ssierrormsg ssitimeformat " +
		"ssiundefinedecho ssllog macroignoreemptyargs macroignorebadnesting undefmacro use xml2encdefault xml2startparse "
	authConfigDirectives = " <requireall <requireany <requirenone anonymous anonymous_logemail anonymous_mustgiveemail anonymous_nouserid " +
		"anonymous_verifyemail authbasicauthoritative authbasicfake authbasicprovider authbasicusedigestalgorithm " +
		"authdbmgroupfile authdbmtype authdbmuserfile authdigestalgorithm authdigestdomain authdigestnccheck " +
		"authdigestnoncelifetime authdigestprovider authdigestqop authformauthoritative authformbody authformdisablenostore " +
		"authformfakebasicauth authformlocation authformloginrequiredlocation authformloginsuccesslocation " +
		"authformlogoutlocation authformmethod authformmimetype authformpassword authformprovider authformsitepassphrase " +
		"authformusername authgroupfile authldapauthorizeprefix authldapbindauthoritative authldapbinddn authldapbindpassword " +
		"authldapcompareasuser authldapcomparednonserver authldapdereferencealiases authldapgroupattribute " +
		"authldapgroupattributeisdn authldapinitialbindasuser authldapinitialbindpattern authldapmaxsubgroupdepth " +
		"authldapremoteuserattribute authldapremoteuserisdn authldapsearchasuser authldapsubgroupattribute " +
		"authldapsubgroupclass authldapurl authmerging authname authncacheprovidefor authncachetimeout authtype authuserfile " +
		"authzdbmtype authzsendforbiddenonfailure ldapreferralhoplimit ldapreferrals ldaptrustedclientcert require " +
		"satisfy sslrenegbuffersize sslrequire "
	serverAuthConfigDirectives = " h2push h2upgrade mdrequirehttps session sessioncookiename sessioncookiename2 sessioncookieremove sessioncryptocipher " +
		"sessioncryptopassphrase sessiondbdcookiename sessiondbdcookiename2 sessiondbdcookieremove sessiondbddeletelabel " +
		"sessiondbdinsertlabel sessiondbdperuser sessiondbdselectlabel sessiondbdupdatelabel sessionenv sessionexclude " +
		"sessionexpiryupdateinterval sessionheader sessioninclude sessionmaxage sslcacertificatefile sslcacertificatepath " +
		"sslciphersuite sslusername sslverifyclient sslverifydepth "
	authConfigFileInfoDirectives = " h2earlyhint h2pushresource "
	authConfigLimitDirectives    = " <limit <limitexcept "
	fileInfoDirectives           = " acceptpathinfo action addcharset adddefaultcharset addencoding addhandler addinputfilter addlanguage addoutputfilter " +
		"addoutputfilterbytype addtype aliaspreservepath authnzfcgicheckauthnprovider browsermatch browsermatchnocase cgivar " +
		"charsetdefault charsetoptions charsetsourceenc cookiedomain cookieexpires cookiehttponly cookiename cookiesamesite " +
		"cookiesecure cookiestyle cookietracking defaultlanguage defaulttype enablemmap enablesendfile errordocument fileetag " +
		"forcelanguagepriority forcetype h2copyfiles h2proxyrequests header languagepriority multiviewsmatch passenv " +
		"proxyexpressdbmfile proxyexpressdbmtype proxyexpressenable proxyfcgibackendtype proxyfcgisetenvif proxyhcexpr " +
		"proxyhctemplate qualifyredirecturl redirect redirectmatch redirectpermanent redirectrelative redirecttemp " +
		"removecharset removeencoding removehandler removeinputfilter removelanguage removeoutputfilter removetype " +
		"requestheader rewritebase rewritecond rewriteengine rewriteoptions rewriterule setenv setenvif setenvifexpr " +
		"setenvifnocase sethandler setinputfilter setoutputfilter substitute substituteinheritbefore substitutemaxlinelength " +
		"unsetenv "
	indexesDirectives = " addalt addaltbyencoding addaltbytype adddescription addicon addiconbyencoding addiconbytype defaulticon " +
		"directorycheckhandler directoryindex directoryindexredirect directoryslash expiresactive expiresbytype expiresdefault " +
		"fallbackresource headername imapbase imapdefault imapmenu indexheadinsert indexignore indexignorereset indexoptions " +
		"indexorderdefault indexstylesheet metadir metafiles metasuffix readmename "
	limitDirectives   = " allow deny order ssietag ssilastmodified ssilegacyexprparser "
	optionsDirectives = " checkbasenamematch checkcaseonly checkspelling contentdigest filterchain filterdeclare filterprotocol filterprovider " +
		"options reflectorheader xbithack "
	sectionDirectives = " allowmethods allowoverride allowoverridelist authdbduserpwquery authdbduserrealmquery authformsize authncachecontext " +
		"authzdbdlogintoreferer authzdbdquery authzdbdredirectquery buffersize dav davbasepath davgenericlockdb " +
		"extfilteroptions inputsed keptbodysize modemstandard modmimeusepathinfo outputsed "
	serverSectionDirectives = " alias balancermember cachedefaultexpire cachedetailheader cachedisable cacheenable cacheheader cacheignorenolastmod " +
		"cachelastmodifiedfactor cachemaxexpire cachemaxfilesize cacheminexpire cacheminfilesize cachereadsize cachereadtime " +
		"cachesocachemaxsize cachesocachemaxtime cachesocachemintime cachesocachereadsize cachesocachereadtime " +
		"cachestaleonerror cachestoreexpired cachestorenostore cachestoreprivate cgidscripttimeout cgiscripttimeout " +
		"davdepthinfinity davlockdiscovery davmintimeout define filtertrace hostnamelookups identitycheck identitychecktimeout " +
		"include includeoptional loglevel logmessage maxrangeoverlaps maxrangereversals maxranges proxy100continue " +
		"proxyaddheaders proxyerroroverride proxyftpdircharset proxyftpescapewildcards proxyftplistonwildcard proxyhtmlbufsize " +
		"proxyhtmlcharsetout proxyhtmldoctype proxyhtmlenable proxyhtmlevents proxyhtmlextended proxyhtmlfixups proxyhtmlinterp " +
		"proxyhtmllinks proxyhtmlmeta proxyhtmlstripcomments proxyhtmlurlmap proxypass proxypassinterpolateenv proxypassmatch " +
		"proxypassreverse proxypassreversecookiedomain proxypassreversecookiepath proxypreservehost proxyscgiinternalredirect " +
		"proxyscgisendfile proxyset proxywebsocketfallbacktoproxyhttp readbuffersize script scriptalias " +
		"sessioncryptopassphrasefile sslproxycacertificatefile sslproxycacertificatepath sslproxycarevocationcheck " +
		"sslproxycarevocationfile sslproxycarevocationpath sslproxycheckpeercn sslproxycheckpeerexpire sslproxycheckpeername " +
		"sslproxyciphersuite sslproxyengine sslproxymachinecertificatechainfile sslproxymachinecertificatefile " +
		"sslproxymachinecertificatepath sslproxyprotocol sslproxyverify sslproxyverifydepth undefine usecanonicalname " +
		"usecanonicalphysicalport "
)
