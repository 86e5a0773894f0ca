// Package notrun lists the directives of httpd that the engine does not run, and why.
package notrun

import "github.com/modrewrite-go/modrewrite/matcher/internal/httpd"

// Groups are the directives and sections that the engine does not run, by the
// module they belong to, why, and where they may stand.
func Groups() []httpd.NotRunGroup {
	type group struct {
		module string
		why    httpd.WhyNotRun
		place  httpd.OverrideClass
		names  string
	}
	var groups []httpd.NotRunGroup
	for _, g := range []group{
		{"mpm_common", httpd.NoEffect, httpd.InServer, "AsyncRequestWorkerFactor GracefulShutdownTimeout ListenBackLog ListenCoresBucketsRatio " +
			"ListenTCPDeferAccept MaxClients MaxRequestWorkers MaxSpareThreads MinSpareThreads ReceiveBufferSize SendBufferSize " +
			"ServerLimit StartServers ThreadLimit ThreadsPerChild"},
		{"mod_actions", httpd.OnResponse, httpd.InServer | httpd.InDirectory, "Script"},
		{"mod_auth_basic", httpd.Guards, httpd.OverrideAuthConfig, "AuthBasicFake AuthBasicUseDigestAlgorithm"},
		{"mod_auth_digest", httpd.Guards, httpd.InServer, "AuthDigestShmemSize"},
		{"mod_auth_digest", httpd.Guards, httpd.OverrideAuthConfig, "AuthDigestAlgorithm AuthDigestDomain AuthDigestNcCheck AuthDigestNonceLifetime " +
			"AuthDigestProvider AuthDigestQop"},
		{"mod_auth_form", httpd.Guards, httpd.InDirectory, "AuthFormSize"},
		{"mod_auth_form", httpd.Guards, httpd.OverrideAuthConfig, "AuthFormAuthoritative AuthFormBody AuthFormDisableNoStore AuthFormFakeBasicAuth " +
			"AuthFormLocation AuthFormLoginRequiredLocation AuthFormLoginSuccessLocation AuthFormLogoutLocation AuthFormMethod " +
			"AuthFormMimetype AuthFormPassword AuthFormProvider AuthFormSitePassphrase AuthFormUsername"},
		{"mod_authn_anon", httpd.Guards, httpd.OverrideAuthConfig, "Anonymous Anonymous_LogEmail Anonymous_MustGiveEmail Anonymous_NoUserID " +
			"Anonymous_VerifyEmail"},
		{"mod_authn_core", httpd.Guards, httpd.InServer, "<AuthnProviderAlias"},
		{"mod_authn_dbd", httpd.Guards, httpd.InDirectory, "AuthDBDUserPWQuery AuthDBDUserRealmQuery"},
		{"mod_authn_dbm", httpd.Guards, httpd.OverrideAuthConfig, "AuthDBMType AuthDBMUserFile"},
		{"mod_authn_socache", httpd.Guards, httpd.InDirectory, "AuthnCacheContext"},
		{"mod_authn_socache", httpd.Guards, httpd.InServer, "AuthnCacheEnable AuthnCacheSOCache"},
		{"mod_authn_socache", httpd.Guards, httpd.OverrideAuthConfig, "AuthnCacheProvideFor AuthnCacheTimeout"},
		{"mod_authnz_fcgi", httpd.Guards, httpd.InServer, "AuthnzFcgiDefineProvider"},
		{"mod_authnz_fcgi", httpd.Guards, httpd.OverrideFileInfo, "AuthnzFcgiCheckAuthnProvider"},
		{"mod_authnz_ldap", httpd.Guards, httpd.InServer, "AuthLDAPCharsetConfig"},
		{"mod_authnz_ldap", httpd.Guards, httpd.OverrideAuthConfig, "AuthLDAPAuthorizePrefix AuthLDAPBindAuthoritative AuthLDAPBindDN " +
			"AuthLDAPBindPassword AuthLDAPCompareAsUser AuthLDAPCompareDNOnServer AuthLDAPDereferenceAliases AuthLDAPGroupAttribute " +
			"AuthLDAPGroupAttributeIsDN AuthLDAPInitialBindAsUser AuthLDAPInitialBindPattern AuthLDAPMaxSubGroupDepth " +
			"AuthLDAPRemoteUserAttribute AuthLDAPRemoteUserIsDN AuthLDAPSearchAsUser AuthLDAPSubGroupAttribute AuthLDAPSubGroupClass " +
			"AuthLDAPURL"},
		{"mod_authz_core", httpd.Guards, httpd.InServer, "<AuthzProviderAlias"},
		{"mod_authz_dbd", httpd.Guards, httpd.InDirectory, "AuthzDBDLoginToReferer AuthzDBDQuery AuthzDBDRedirectQuery"},
		{"mod_authz_dbm", httpd.Guards, httpd.OverrideAuthConfig, "AuthDBMGroupFile AuthzDBMType"},
		{"mod_autoindex", httpd.NoEffect, httpd.OverrideAll, "FancyIndexing"},
		{"mod_autoindex", httpd.NoEffect, httpd.OverrideIndexes, "AddAlt AddAltByEncoding AddAltByType AddDescription AddIcon AddIconByEncoding " +
			"AddIconByType DefaultIcon HeaderName IndexHeadInsert IndexOrderDefault " +
			"IndexStyleSheet ReadmeName"},
		{"mod_brotli", httpd.NoEffect, httpd.InServer, "BrotliAlterETag BrotliCompressionMaxInputBlock BrotliCompressionQuality " +
			"BrotliCompressionWindow BrotliFilterNote"},
		{"mod_buffer", httpd.NoEffect, httpd.InDirectory, "BufferSize"},
		{"mod_cache", httpd.NoEffect, httpd.InServer, "CacheIgnoreCacheControl CacheIgnoreHeaders CacheIgnoreQueryString " +
			"CacheIgnoreURLSessionIdentifiers CacheKeyBaseURL CacheLock CacheLockMaxAge CacheLockPath CacheQuickHandler"},
		{"mod_cache", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "CacheDefaultExpire CacheDetailHeader CacheDisable CacheEnable CacheHeader " +
			"CacheIgnoreNoLastMod CacheLastModifiedFactor CacheMinExpire CacheStaleOnError CacheStoreExpired CacheStoreNoStore " +
			"CacheStorePrivate"},
		{"mod_cache", httpd.OnResponse, httpd.InServer | httpd.InDirectory, "CacheMaxExpire"},
		{"mod_cache_disk", httpd.NoEffect, httpd.InServer, "CacheDirLength CacheDirLevels CacheRoot"},
		{"mod_cache_disk", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "CacheMaxFileSize CacheMinFileSize CacheReadSize CacheReadTime"},
		{"mod_cache_socache", httpd.NoEffect, httpd.InServer, "CacheSOCache"},
		{"mod_cache_socache", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "CacheSocacheMaxSize CacheSocacheMaxTime CacheSocacheMinTime " +
			"CacheSocacheReadSize CacheSocacheReadTime"},
		{"mod_cern_meta", httpd.OnResponse, httpd.OverrideIndexes, "MetaDir MetaFiles MetaSuffix"},
		{"mod_cgi", httpd.NoEffect, httpd.InServer, "ScriptLog ScriptLogBuffer ScriptLogLength"},
		{"mod_cgi", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "CGIScriptTimeout"},
		{"mod_cgid", httpd.NoEffect, httpd.InServer, "ScriptSock"},
		{"mod_cgid", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "CGIDScriptTimeout"},
		{"mod_charset_lite", httpd.OnResponse, httpd.OverrideFileInfo, "CharsetDefault CharsetOptions CharsetSourceEnc"},
		{"mod_dav", httpd.Decides, httpd.InDirectory, "DAV"},
		{"mod_dav", httpd.NoEffect, httpd.InDirectory, "DAVBasePath"},
		{"mod_dav", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "DAVDepthInfinity DAVLockDiscovery DAVMinTimeout"},
		{"mod_dav_fs", httpd.NoEffect, httpd.InServer, "DAVLockDB"},
		{"mod_dav_lock", httpd.NoEffect, httpd.InDirectory, "DAVGenericLockDB"},
		{"mod_dbd", httpd.NoEffect, httpd.InServer, "DBDExptime DBDInitSQL DBDKeep DBDMax DBDMin DBDParams DBDPersist DBDPrepareSQL DBDriver"},
		{"mod_deflate", httpd.NoEffect, httpd.OverrideAll, "DeflateInflateLimitRequestBody DeflateInflateRatioBurst DeflateInflateRatioLimit"},
		{"mod_deflate", httpd.NoEffect, httpd.InServer, "DeflateBufferSize DeflateFilterNote DeflateMemLevel DeflateWindowSize"},
		{"mod_dialup", httpd.NoEffect, httpd.InDirectory, "ModemStandard"},
		{"mod_dumpio", httpd.NoEffect, httpd.InServer, "DumpIOInput DumpIOOutput"},
		{"mod_echo", httpd.Decides, httpd.InServer, "ProtocolEcho"},
		{"mod_ext_filter", httpd.OnResponse, httpd.InDirectory, "ExtFilterOptions"},
		{"mod_ext_filter", httpd.OnResponse, httpd.InServer, "ExtFilterDefine"},
		{"mod_file_cache", httpd.NoEffect, httpd.InServer, "CacheFile MMapFile"},
		{"mod_filter", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "FilterTrace"},
		{"mod_filter", httpd.OnResponse, httpd.OverrideOptions, "FilterChain FilterDeclare FilterProtocol FilterProvider"},
		{"mod_heartbeat", httpd.NoEffect, httpd.InServer, "HeartbeatAddress"},
		{"mod_heartmonitor", httpd.NoEffect, httpd.InServer, "HeartbeatListen HeartbeatMaxServers HeartbeatStorage"},
		{"mod_http2", httpd.NoEffect, httpd.InServer, "H2Direct H2EarlyHints H2MaxDataFrameLen H2MaxHeaderBlockLen H2MaxSessionStreams " +
			"H2MaxStreamErrors H2MaxWorkerIdleSeconds H2MaxWorkers H2MinWorkers H2ModernTLSOnly H2OutputBuffering H2Padding " +
			"H2PushDiarySize H2PushPriority H2SerializeHeaders H2SessionExtraFiles H2StreamMaxMemSize H2StreamTimeout H2TLSCoolDownSecs " +
			"H2TLSWarmUpSize H2WebSockets H2WindowSize"},
		{"mod_http2", httpd.NoEffect, httpd.InServer | httpd.OverrideAuthConfig, "H2PUSH H2Upgrade"},
		{"mod_http2", httpd.NoEffect, httpd.OverrideAuthConfig | httpd.OverrideFileInfo, "H2EarlyHint H2PushResource"},
		{"mod_http2", httpd.NoEffect, httpd.OverrideFileInfo, "H2CopyFiles H2ProxyRequests"},
		{"mod_ident", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "IdentityCheck IdentityCheckTimeout"},
		{"mod_imagemap", httpd.OnResponse, httpd.OverrideIndexes, "ImapBase ImapDefault ImapMenu"},
		{"mod_include", httpd.NoEffect, httpd.OverrideOptions, "XBitHack"},
		{"mod_include", httpd.OnResponse, httpd.InServer, "SSIEndTag SSIStartTag"},
		{"mod_include", httpd.OnResponse, httpd.OverrideAll, "SSIErrorMsg SSITimeFormat SSIUndefinedEcho"},
		{"mod_include", httpd.OnResponse, httpd.OverrideLimit, "SSIETag SSILastModified SSILegacyExprParser"},
		{"mod_info", httpd.NoEffect, httpd.InServer, "AddModuleInfo"},
		{"mod_log_config", httpd.NoEffect, httpd.InServer, "BufferedLogs CustomLog GlobalLog LogFormat TransferLog"},
		{"mod_log_debug", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "LogMessage"},
		{"mod_log_forensic", httpd.NoEffect, httpd.InServer, "ForensicLog"},
		{"mod_logio", httpd.NoEffect, httpd.OverrideAll, "LogIOTrackTTFB"},
		{"mod_lua", httpd.Decides, httpd.OverrideAll, "<LuaHookFixups <LuaHookMapToStorage <LuaHookPreTranslateName <LuaHookTranslateName " +
			"<LuaHookTypeChecker <LuaQuickHandler LuaHookFixups LuaHookMapToStorage LuaHookPreTranslateName LuaHookTranslateName " +
			"LuaHookTypeChecker LuaMapHandler LuaQuickHandler"},
		{"mod_lua", httpd.Guards, httpd.InServer, "LuaAuthzProvider"},
		{"mod_lua", httpd.Guards, httpd.OverrideAll, "<LuaHookAccessChecker <LuaHookAuthChecker <LuaHookCheckUserID LuaHookAccessChecker " +
			"LuaHookAuthChecker LuaHookCheckUserID"},
		{"mod_lua", httpd.NoEffect, httpd.OverrideAll, "LuaCodeCache LuaHookLog LuaInherit LuaPackageCPath LuaPackagePath LuaRoot LuaScope"},
		{"mod_lua", httpd.OnResponse, httpd.OverrideAll, "LuaHookInsertFilter LuaInputFilter LuaOutputFilter"},
		{"mod_md", httpd.Decides, httpd.InServer | httpd.OverrideAuthConfig, "MDRequireHttps"},
		{"mod_md", httpd.NoEffect, httpd.InServer, "<MDomain <MDomainSet MDActivationDelay MDBaseServer MDCACertificateFile MDCAChallenges " +
			"MDCertificateAgreement MDCertificateAuthority MDCertificateCheck MDCertificateFile MDCertificateKeyFile " +
			"MDCertificateProtocol MDCertificateStatus MDChallengeDns01 MDChallengeDns01Version MDCheckInterval MDContactEmail " +
			"MDDriveMode MDExternalAccountBinding MDHttpProxy MDHttpProxyCACertificateFile MDInitialDelay MDMatchNames MDMember MDMembers " +
			"MDMessageCmd MDMustStaple MDNotifyCmd MDomain MDPortMap MDPrivateKeys MDProfile MDProfileMandatory MDRenewMode MDRenewViaARI " +
			"MDRenewWindow MDRetryDelay MDRetryFailover MDServerStatus MDStapleOthers MDStapling MDStaplingKeepResponse " +
			"MDStaplingRenewWindow MDStoreDir MDStoreLocks MDWarnWindow"},
		{"mod_mime", httpd.OnResponse, httpd.OverrideFileInfo, "AddInputFilter RemoveInputFilter"},
		{"mod_mime_magic", httpd.NoEffect, httpd.InServer, "MimeMagicFile"},
		{"mod_negotiation", httpd.NoEffect, httpd.InServer, "CacheNegotiatedDocs"},
		{"mod_proxy", httpd.Decides, httpd.InServer, "NoProxy ProxyRemote ProxyRemoteMatch ProxyRequests"},
		{"mod_proxy", httpd.Decides, httpd.InServer | httpd.InDirectory, "BalancerMember ProxyPass ProxyPassMatch ProxyPassReverse " +
			"ProxyPassReverseCookieDomain ProxyPassReverseCookiePath ProxyPreserveHost"},
		{"mod_proxy", httpd.Guards, httpd.InServer, "ProxyBlock"},
		{"mod_proxy", httpd.NoEffect, httpd.InServer, "BalancerGrowth BalancerInherit BalancerPersist ProxyBadHeader ProxyDomain ProxyIOBufferSize " +
			"ProxyPassInherit ProxyReceiveBufferSize ProxySourceAddress ProxyStatus ProxyTimeout"},
		{"mod_proxy", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "Proxy100Continue ProxyPassInterpolateEnv ProxySet"},
		{"mod_proxy", httpd.OnResponse, httpd.InServer, "ProxyMaxForwards ProxyVia"},
		{"mod_proxy", httpd.OnResponse, httpd.InServer | httpd.InDirectory, "ProxyAddHeaders ProxyErrorOverride"},
		{"mod_proxy_connect", httpd.Guards, httpd.InServer, "AllowCONNECT"},
		{"mod_proxy_express", httpd.Decides, httpd.OverrideFileInfo, "ProxyExpressDBMFile ProxyExpressDBMType ProxyExpressEnable"},
		{"mod_proxy_ftp", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "ProxyFtpDirCharset ProxyFtpEscapeWildcards ProxyFtpListOnWildcard"},
		{"mod_proxy_hcheck", httpd.NoEffect, httpd.InServer, "ProxyHCTPsize"},
		{"mod_proxy_hcheck", httpd.NoEffect, httpd.OverrideFileInfo, "ProxyHCExpr ProxyHCTemplate"},
		{"mod_proxy_html", httpd.OnResponse, httpd.InServer | httpd.InDirectory, "ProxyHTMLBufSize ProxyHTMLCharsetOut ProxyHTMLDocType ProxyHTMLEnable " +
			"ProxyHTMLEvents ProxyHTMLExtended ProxyHTMLFixups ProxyHTMLInterp ProxyHTMLLinks ProxyHTMLMeta ProxyHTMLStripComments " +
			"ProxyHTMLURLMap"},
		{"mod_proxy_scgi", httpd.Decides, httpd.InServer | httpd.InDirectory, "ProxySCGIInternalRedirect"},
		{"mod_proxy_scgi", httpd.OnResponse, httpd.InServer | httpd.InDirectory, "ProxySCGISendfile"},
		{"mod_proxy_wstunnel", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "ProxyWebsocketFallbackToProxyHttp"},
		{"mod_reflector", httpd.NoEffect, httpd.OverrideOptions, "ReflectorHeader"},
		{"mod_remoteip", httpd.Decides, httpd.InServer, "RemoteIPHeader RemoteIPInternalProxy RemoteIPInternalProxyList RemoteIPProxiesHeader " +
			"RemoteIPProxyProtocol RemoteIPProxyProtocolExceptions RemoteIPTrustedProxy RemoteIPTrustedProxyList"},
		{"mod_reqtimeout", httpd.Guards, httpd.InServer, "RequestReadTimeout"},
		{"mod_request", httpd.NoEffect, httpd.InDirectory, "KeptBodySize"},
		{"mod_sed", httpd.OnResponse, httpd.InDirectory, "InputSed OutputSed"},
		{"mod_session", httpd.Decides, httpd.InServer | httpd.OverrideAuthConfig, "SESSION SessionEnv SessionHeader"},
		{"mod_session", httpd.NoEffect, httpd.InServer | httpd.OverrideAuthConfig, "SessionExclude SessionExpiryUpdateInterval SessionInclude SessionMaxAge"},
		{"mod_session_cookie", httpd.OnResponse, httpd.InServer | httpd.OverrideAuthConfig, "SessionCookieName SessionCookieName2 SessionCookieRemove"},
		{"mod_session_crypto", httpd.NoEffect, httpd.InServer, "SessionCryptoDriver"},
		{"mod_session_crypto", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "SessionCryptoPassphraseFile"},
		{"mod_session_crypto", httpd.NoEffect, httpd.InServer | httpd.OverrideAuthConfig, "SessionCryptoCipher SessionCryptoPassphrase"},
		{"mod_session_dbd", httpd.OnResponse, httpd.InServer | httpd.OverrideAuthConfig, "SessionDBDCookieName SessionDBDCookieName2 " +
			"SessionDBDCookieRemove SessionDBDDeleteLabel SessionDBDInsertLabel SessionDBDPerUser SessionDBDSelectLabel " +
			"SessionDBDUpdateLabel"},
		{"mod_so", httpd.NoEffect, httpd.InServer, "LoadFile LoadModule"},
		{"mod_socache_memcache", httpd.NoEffect, httpd.InServer, "MemcacheConnTTL"},
		{"mod_socache_redis", httpd.NoEffect, httpd.InServer, "RedisConnPoolTTL RedisTimeout"},
		{"mod_speling", httpd.OnResponse, httpd.OverrideOptions, "CheckBasenameMatch CheckCaseOnly CheckSpelling"},
		{"mod_ssl", httpd.Decides, httpd.InServer | httpd.OverrideAuthConfig, "SSLUserName"},
		{"mod_ssl", httpd.Guards, httpd.InServer, "SSLCARevocationCheck SSLOCSPEnable SSLStrictSNIVHostCheck SSLVHostSNIPolicy"},
		{"mod_ssl", httpd.Guards, httpd.InServer | httpd.OverrideAuthConfig, "SSLVerifyClient SSLVerifyDepth"},
		{"mod_ssl", httpd.Guards, httpd.OverrideAuthConfig, "SSLRequire"},
		{"mod_ssl", httpd.NoEffect, httpd.InServer, "SSLCADNRequestFile SSLCADNRequestPath SSLCARevocationFile SSLCARevocationPath " +
			"SSLCertificateChainFile SSLCertificateFile SSLCertificateKeyFile SSLCompression SSLCryptoDevice SSLFIPS SSLHonorCipherOrder " +
			"SSLInsecureRenegotiation SSLLogLevel SSLOCSPDefaultResponder SSLOCSPNoVerify SSLOCSPOverrideResponder SSLOCSPProxyURL " +
			"SSLOCSPResponderCertificateFile SSLOCSPResponderTimeout SSLOCSPResponseMaxAge SSLOCSPResponseTimeSkew SSLOCSPUseRequestNonce " +
			"SSLOpenSSLConfCmd SSLPassPhraseDialog SSLProtocol SSLRandomSeed SSLSessionCache SSLSessionCacheTimeout " +
			"SSLSessionTicketKeyFile SSLSessionTickets SSLSRPUnknownUserSeed SSLSRPVerifierFile SSLStaplingCache " +
			"SSLStaplingErrorCacheTimeout SSLStaplingFakeTryLater SSLStaplingForceURL SSLStaplingResponderTimeout " +
			"SSLStaplingResponseMaxAge SSLStaplingResponseTimeSkew SSLStaplingReturnResponderErrors SSLStaplingStandardCacheTimeout " +
			"SSLUseStapling"},
		{"mod_ssl", httpd.NoEffect, httpd.InServer | httpd.InDirectory, "SSLProxyCACertificateFile SSLProxyCACertificatePath SSLProxyCARevocationCheck " +
			"SSLProxyCARevocationFile SSLProxyCARevocationPath SSLProxyCheckPeerCN SSLProxyCheckPeerExpire SSLProxyCheckPeerName " +
			"SSLProxyCipherSuite SSLProxyEngine SSLProxyMachineCertificateChainFile SSLProxyMachineCertificateFile " +
			"SSLProxyMachineCertificatePath SSLProxyProtocol SSLProxyVerify SSLProxyVerifyDepth"},
		{"mod_ssl", httpd.NoEffect, httpd.InServer | httpd.OverrideAuthConfig, "SSLCACertificateFile SSLCACertificatePath SSLCipherSuite"},
		{"mod_ssl", httpd.NoEffect, httpd.OverrideAll, "SSLLog"},
		{"mod_ssl", httpd.NoEffect, httpd.OverrideAuthConfig, "SSLRenegBufferSize"},
		{"mod_substitute", httpd.OnResponse, httpd.OverrideFileInfo, "SUBSTITUTE SubstituteInheritBefore SubstituteMaxLineLength"},
		{"mod_suexec", httpd.Guards, httpd.InServer, "SuexecUserGroup"},
		{"mod_unixd", httpd.NoEffect, httpd.InServer, "ChrootDir GROUP Suexec USER"},
		{"mod_userdir", httpd.Decides, httpd.InServer, "UserDir"},
		{"mod_usertrack", httpd.NoEffect, httpd.OverrideFileInfo, "CookieDomain CookieExpires CookieHTTPOnly CookieName CookieSameSite CookieSecure " +
			"CookieStyle CookieTracking"},
		{"mod_vhost_alias", httpd.Decides, httpd.InServer, "VirtualDocumentRoot VirtualDocumentRootIP VirtualScriptAlias VirtualScriptAliasIP"},
		{"mod_watchdog", httpd.NoEffect, httpd.InServer, "WatchdogInterval"},
		{"mod_xml2enc", httpd.OnResponse, httpd.InServer, "xml2EncAlias"},
		{"mod_xml2enc", httpd.OnResponse, httpd.OverrideAll, "xml2EncDefault xml2StartParse"},
		{"mpm_common", httpd.NoEffect, httpd.InServer, "MaxSpareServers MinSpareServers"},
		{"mod_ldap", httpd.NoEffect, httpd.InServer, "LDAPCacheEntries LDAPCacheTTL LDAPConnectionPoolTTL LDAPConnectionTimeout LDAPLibraryDebug " +
			"LDAPOpCacheEntries LDAPOpCacheTTL LDAPRetries LDAPRetryDelay LDAPSharedCacheFile LDAPSharedCacheSize LDAPTimeout " +
			"LDAPTrustedGlobalCert LDAPTrustedMode LDAPVerifyServerCert"},
		{"mod_ldap", httpd.NoEffect, httpd.OverrideAuthConfig, "LDAPReferralHopLimit LDAPReferrals LDAPTrustedClientCert"},
		{"mod_macro", httpd.WhileReading, httpd.OverrideAll, "<Macro Use"},
		{"mod_version", httpd.WhileReading, httpd.OverrideAll, "<IfVersion"},
		// Not of httpd 2.4, but often beside its own.
		{"httpd 2.2", httpd.NoEffect, httpd.Anywhere, "AcceptMutex EnableExceptionHook Port StartThreads"},
		{"PHP", httpd.NoEffect, httpd.Anywhere, "php_admin_flag php_admin_value php_flag php_value"},
		{"PageSpeed", httpd.NoEffect, httpd.Anywhere, "ModPagespeed"},
		{"ModSecurity", httpd.Guards, httpd.Anywhere, "SecAction SecFilterEngine SecFilterScanPOST SecRule SecRuleEngine"},
	} {
		groups = append(groups, httpd.NotRunGroup{Module: g.module, Why: g.why, Place: g.place, Names: g.names})
	}
	return groups
}
