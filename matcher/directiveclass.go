package matcher

import "strings"

// directiveClass is what a directive that the engine does not run is about.
type directiveClass int

const (
	classUnknown  directiveClass = iota // no directive of httpd
	classHarmless                       // no bearing on what becomes of a request
	classResponse                       // acts on the response
	classGuard                          // guards access
	classDecides                        // decides what becomes of a request
)

// classOf returns the class of a directive, or of a section whose name starts
// with "<".
func classOf(name string) (directiveClass, bool) {
	name = strings.ToLower(name)
	for _, t := range []struct {
		class directiveClass
		names string
	}{
		{classHarmless, harmlessDirectives},
		{classResponse, responseDirectives},
		{classGuard, guardDirectives},
		{classDecides, decidingDirectives},
	} {
		if strings.Contains(t.names, " "+name+" ") {
			return t.class, true
		}
	}
	return classUnknown, false
}

// The names of each class, in lower case, a blank on either side of each.
const (
	harmlessDirectives = " acceptfilter acceptmutex acceptpathinfo addalt addaltbyencoding addaltbytype adddescription addicon " +
		"addiconbyencoding addiconbytype addmoduleinfo bufferedlogs bufsize cacheenable cachedisable " +
		"contentdigest cookiedomain cookieexpires cookiename cookiestyle cookietracking coredumpdirectory customlog " +
		"dbdriver dbdexptime dbdinitsql dbdkeep dbdmax dbdmin dbdparams dbdpersist dbdpreparesql defaulticon " +
		"define enableexceptionhook enablemmap enablesendfile errorlog " +
		"errorlogformat extendedstatus fancyindexing fileetag forcelanguagepriority forensiclog globallog gracefulshutdowntimeout group " +
		"headername identitycheck indexheadinsert indexignore indexignorereset indexoptions indexorderdefault " +
		"indexstylesheet keepalive keepalivetimeout languagepriority listenbacklog listencoresbucketsratio loadfile loadmodule " +
		"logformat loglevel logiotrackttfb maxclients maxconnectionsperchild maxkeepaliverequests maxmemfree maxrequestsperchild " +
		"maxrequestworkers maxsparethreads maxspareservers minsparethreads minspareservers mimemagicfile modpagespeed mutex " +
		"namevirtualhost pidfile protocol protocols protocolshonororder proxytimeout readmename receivebuffersize reflectorheader " +
		"scoreboardfile sendbuffersize serverlimit serverroot serversignature servertokens sslcacertificatefile sslcacertificatepath " +
		"sslcertificatechainfile sslcertificatefile sslcertificatekeyfile sslciphersuite sslcompression sslhonorcipherorder " +
		"sslopensslconfcmd sslprotocol sslproxyengine sslrandomseed sslsessioncache sslsessioncachetimeout sslsessiontickets " +
		"sslstaplingcache sslusestapling startservers startthreads threadlimit threadsperchild threadstacksize timeout transferlog " +
		"undefine unsetenvlog usecanonicalnamedns user xbithack php_flag php_value php_admin_flag php_admin_value httpprotocoloptions " +
		"asyncrequestworkerfactor balancergrowth balancerinherit balancerpersist cachenegotiateddocs cgivar chrootdir defaultruntimedir " +
		"deflateinflatelimitrequestbody deflateinflateratioburst deflateinflateratiolimit filtertrace flushmaxpipelined " +
		"flushmaxthreshold listentcpdeferaccept maxrangeoverlaps maxrangereversals maxranges mergetrailers port proxy100continue " +
		"proxybadheader proxydomain proxyiobuffersize proxypassinherit proxypassinterpolateenv proxyreceivebuffersize proxyset " +
		"proxysourceaddress proxystatus readbuffersize registerhttpmethod rlimitcpu rlimitmem rlimitnproc seerequesttail sslcadnrequestfile " +
		"sslcadnrequestpath sslcarevocationfile sslcarevocationpath sslcryptodevice sslfips sslinsecurerenegotiation ssllog sslloglevel " +
		"sslocspdefaultresponder sslocspnoverify sslocspoverrideresponder sslocspproxyurl sslocsprespondercertificatefile " +
		"sslocsprespondertimeout sslocspresponsemaxage sslocspresponsetimeskew sslocspuserequestnonce sslpassphrasedialog " +
		"sslproxycacertificatefile sslproxycacertificatepath sslproxycarevocationcheck sslproxycarevocationfile sslproxycarevocationpath " +
		"sslproxycheckpeercn sslproxycheckpeerexpire sslproxycheckpeername sslproxyciphersuite sslproxymachinecertificatechainfile " +
		"sslproxymachinecertificatefile sslproxymachinecertificatepath sslproxyprotocol sslproxyverify sslproxyverifydepth " +
		"sslsessionticketkeyfile sslsrpunknownuserseed sslsrpverifierfile sslstaplingerrorcachetimeout sslstaplingfaketrylater " +
		"sslstaplingforceurl sslstaplingrespondertimeout sslstaplingresponsemaxage sslstaplingresponsetimeskew " +
		"sslstaplingreturnrespondererrors sslstaplingstandardcachetimeout suexec watchdoginterval "
	responseDirectives = " addinputfilter " +
		"browsermatchcharset checkcaseonly checkspelling deflatebuffersize deflatecompressionlevel deflatefilternote " +
		"deflatealteretag deflatememlevel deflatewindowsize proxyaddheaders proxyerroroverride proxymaxforwards proxyvia " +
		"filterchain filterdeclare filterprotocol filterprovider imapbase imapdefault imapmenu metadir metafiles metasuffix " +
		"removeinputfilter script " +
		"setinputfilter setoutputfilterbytype ssierrormsg ssitimeformat ssiundefinedecho " +
		"brotlicompressionquality brotlifilternote substitute substituteinheritbefore substitutemaxlinelength cachemaxexpire "
	guardDirectives = " allowmethods anonymous anonymous_logemail anonymous_mustgiveemail anonymous_nouserid " +
		"anonymous_verifyemail authbasicauthoritative authbasicfake authbasicprovider authbasicusedigestalgorithm authdbduserpwquery " +
		"authdbmgroupfile authdbmtype authdbmuserfile authdigestalgorithm authdigestdomain authdigestprovider authdigestqop authformprovider " +
		"authgroupfile authldapurl authldapbinddn authldapbindpassword authname authnprovideralias authtype authuserfile authzdbmtype authzprovideralias " +
		"limitxmlrequestbody secrulengine secruleengine secrule secaction " +
		"secfilterengine secfilterscanpost sslrequire sslverifyclient sslverifydepth suexecusergroup " +
		"<authnprovideralias <authzprovideralias requestreadtimeout " +
		"proxyblock sslcarevocationcheck sslocspenable sslstrictsnivhostcheck sslvhostsnipolicy stricthostcheck "
	decidingDirectives = " proxypass proxypassmatch proxypassreverse " +
		"proxypassreversecookiedomain proxypassreversecookiepath proxypreservehost proxyrequests " +
		"remoteipheader remoteipinternalproxy remoteiptrustedproxy " +
		"balancermember noproxy proxyremote proxyremotematch qualifyredirecturl remoteipinternalproxylist remoteipproxiesheader " +
		"remoteipproxyprotocol remoteipproxyprotocolexceptions remoteiptrustedproxylist sslusername " +
		"userdir virtualdocumentroot virtualdocumentrootip virtualscriptalias dbmap "
)
