package matcher

// notRun are the directives and sections that the engine does not run, by the
// module they belong to, why, and where they may stand.
func notRun() []notRunGroup {
	type group struct {
		module string
		why    whyNotRun
		place  overrideClass
		names  string
	}
	var groups []notRunGroup
	for _, g := range []group{
		{"core", decides, overrideFileInfo, "QualifyRedirectURL"},
		{"core", guards, inServer, "StrictHostCheck"},
		{"core", guards, overrideAll, "LimitXMLRequestBody"},
		{"core", noEffect, inServer, "AcceptFilter CoreDumpDirectory DefaultRuntimeDir ErrorLog ErrorLogFormat ExtendedStatus " +
			"FlushMaxPipelined FlushMaxThreshold HttpProtocolOptions MaxConnectionsPerChild MaxMemFree MaxRequestsPerChild MergeTrailers " +
			"Mutex NameVirtualHost PidFile PROTOCOL Protocols ProtocolsHonorOrder RegisterHttpMethod ScoreBoardFile SeeRequestTail " +
			"ServerRoot ServerTokens ThreadStackSize TimeOut"},
		{"core", noEffect, inServer | inDirectory, "Define LogLevel MaxRangeOverlaps MaxRangeReversals MaxRanges ReadBufferSize UnDefine"},
		{"core", noEffect, overrideAll, "RLimitCPU RLimitMEM RLimitNPROC ServerSignature"},
		{"core", noEffect, overrideFileInfo, "AcceptPathInfo CGIVar EnableMMAP EnableSendfile FileETag"},
		{"core", noEffect, overrideOptions, "ContentDigest"},
		{"core", onResponse, overrideFileInfo, "SetInputFilter"},
		{"mpm_common", noEffect, inServer, "AsyncRequestWorkerFactor GracefulShutdownTimeout ListenBackLog ListenCoresBucketsRatio " +
			"ListenTCPDeferAccept MaxClients MaxRequestWorkers MaxSpareThreads MinSpareThreads ReceiveBufferSize SendBufferSize " +
			"ServerLimit StartServers ThreadLimit ThreadsPerChild"},
		{"core", noEffect, inServer, "KeepAlive KeepAliveTimeout MaxKeepAliveRequests"},
		{"mod_actions", onResponse, inServer | inDirectory, "Script"},
		{"mod_allowmethods", guards, inDirectory, "AllowMethods"},
		{"mod_auth_basic", guards, overrideAuthConfig, "AuthBasicAuthoritative AuthBasicFake AuthBasicProvider " +
			"AuthBasicUseDigestAlgorithm"},
		{"mod_auth_digest", guards, inServer, "AuthDigestShmemSize"},
		{"mod_auth_digest", guards, overrideAuthConfig, "AuthDigestAlgorithm AuthDigestDomain AuthDigestNcCheck AuthDigestNonceLifetime " +
			"AuthDigestProvider AuthDigestQop"},
		{"mod_auth_form", guards, inDirectory, "AuthFormSize"},
		{"mod_auth_form", guards, overrideAuthConfig, "AuthFormAuthoritative AuthFormBody AuthFormDisableNoStore AuthFormFakeBasicAuth " +
			"AuthFormLocation AuthFormLoginRequiredLocation AuthFormLoginSuccessLocation AuthFormLogoutLocation AuthFormMethod " +
			"AuthFormMimetype AuthFormPassword AuthFormProvider AuthFormSitePassphrase AuthFormUsername"},
		{"mod_authn_anon", guards, overrideAuthConfig, "Anonymous Anonymous_LogEmail Anonymous_MustGiveEmail Anonymous_NoUserID " +
			"Anonymous_VerifyEmail"},
		{"mod_authn_core", guards, inServer, "<AuthnProviderAlias"},
		{"mod_authn_core", guards, overrideAuthConfig, "AuthName"},
		{"mod_authn_dbd", guards, inDirectory, "AuthDBDUserPWQuery AuthDBDUserRealmQuery"},
		{"mod_authn_dbm", guards, overrideAuthConfig, "AuthDBMType AuthDBMUserFile"},
		{"mod_authn_file", guards, overrideAuthConfig, "AuthUserFile"},
		{"mod_authn_socache", guards, inDirectory, "AuthnCacheContext"},
		{"mod_authn_socache", guards, inServer, "AuthnCacheEnable AuthnCacheSOCache"},
		{"mod_authn_socache", guards, overrideAuthConfig, "AuthnCacheProvideFor AuthnCacheTimeout"},
		{"mod_authnz_fcgi", guards, inServer, "AuthnzFcgiDefineProvider"},
		{"mod_authnz_fcgi", guards, overrideFileInfo, "AuthnzFcgiCheckAuthnProvider"},
		{"mod_authnz_ldap", guards, inServer, "AuthLDAPCharsetConfig"},
		{"mod_authnz_ldap", guards, overrideAuthConfig, "AuthLDAPAuthorizePrefix AuthLDAPBindAuthoritative AuthLDAPBindDN " +
			"AuthLDAPBindPassword AuthLDAPCompareAsUser AuthLDAPCompareDNOnServer AuthLDAPDereferenceAliases AuthLDAPGroupAttribute " +
			"AuthLDAPGroupAttributeIsDN AuthLDAPInitialBindAsUser AuthLDAPInitialBindPattern AuthLDAPMaxSubGroupDepth " +
			"AuthLDAPRemoteUserAttribute AuthLDAPRemoteUserIsDN AuthLDAPSearchAsUser AuthLDAPSubGroupAttribute AuthLDAPSubGroupClass " +
			"AuthLDAPURL"},
		{"mod_authz_core", guards, inServer, "<AuthzProviderAlias"},
		{"mod_authz_dbd", guards, inDirectory, "AuthzDBDLoginToReferer AuthzDBDQuery AuthzDBDRedirectQuery"},
		{"mod_authz_dbm", guards, overrideAuthConfig, "AuthDBMGroupFile AuthzDBMType"},
		{"mod_authz_groupfile", guards, overrideAuthConfig, "AuthGroupFile"},
		{"mod_autoindex", noEffect, overrideAll, "FancyIndexing"},
		{"mod_autoindex", noEffect, overrideIndexes, "AddAlt AddAltByEncoding AddAltByType AddDescription AddIcon AddIconByEncoding " +
			"AddIconByType DefaultIcon HeaderName IndexHeadInsert IndexIgnore IndexIgnoreReset IndexOptions IndexOrderDefault " +
			"IndexStyleSheet ReadmeName"},
		{"mod_brotli", onResponse, inServer, "BrotliAlterETag BrotliCompressionMaxInputBlock BrotliCompressionQuality " +
			"BrotliCompressionWindow BrotliFilterNote"},
		{"mod_buffer", noEffect, inDirectory, "BufferSize"},
		{"mod_cache", noEffect, inServer, "CacheIgnoreCacheControl CacheIgnoreHeaders CacheIgnoreQueryString " +
			"CacheIgnoreURLSessionIdentifiers CacheKeyBaseURL CacheLock CacheLockMaxAge CacheLockPath CacheQuickHandler"},
		{"mod_cache", noEffect, inServer | inDirectory, "CacheDefaultExpire CacheDetailHeader CacheDisable CacheEnable CacheHeader " +
			"CacheIgnoreNoLastMod CacheLastModifiedFactor CacheMinExpire CacheStaleOnError CacheStoreExpired CacheStoreNoStore " +
			"CacheStorePrivate"},
		{"mod_cache", onResponse, inServer | inDirectory, "CacheMaxExpire"},
		{"mod_cache_disk", noEffect, inServer, "CacheDirLength CacheDirLevels CacheRoot"},
		{"mod_cache_disk", noEffect, inServer | inDirectory, "CacheMaxFileSize CacheMinFileSize CacheReadSize CacheReadTime"},
		{"mod_cache_socache", noEffect, inServer, "CacheSOCache"},
		{"mod_cache_socache", noEffect, inServer | inDirectory, "CacheSocacheMaxSize CacheSocacheMaxTime CacheSocacheMinTime " +
			"CacheSocacheReadSize CacheSocacheReadTime"},
		{"mod_cern_meta", onResponse, overrideIndexes, "MetaDir MetaFiles MetaSuffix"},
		{"mod_cgi", noEffect, inServer, "ScriptLog ScriptLogBuffer ScriptLogLength"},
		{"mod_cgi", noEffect, inServer | inDirectory, "CGIScriptTimeout"},
		{"mod_cgid", noEffect, inServer, "ScriptSock"},
		{"mod_cgid", noEffect, inServer | inDirectory, "CGIDScriptTimeout"},
		{"mod_charset_lite", onResponse, overrideFileInfo, "CharsetDefault CharsetOptions CharsetSourceEnc"},
		{"mod_dav", decides, inDirectory, "DAV"},
		{"mod_dav", noEffect, inDirectory, "DAVBasePath"},
		{"mod_dav", noEffect, inServer | inDirectory, "DAVDepthInfinity DAVLockDiscovery DAVMinTimeout"},
		{"mod_dav_fs", noEffect, inServer, "DAVLockDB"},
		{"mod_dav_lock", noEffect, inDirectory, "DAVGenericLockDB"},
		{"mod_dbd", noEffect, inServer, "DBDExptime DBDInitSQL DBDKeep DBDMax DBDMin DBDParams DBDPersist DBDPrepareSQL DBDriver"},
		{"mod_deflate", noEffect, overrideAll, "DeflateInflateLimitRequestBody DeflateInflateRatioBurst DeflateInflateRatioLimit"},
		{"mod_deflate", onResponse, inServer, "DeflateAlterETag DeflateBufferSize DeflateCompressionLevel DeflateFilterNote " +
			"DeflateMemLevel DeflateWindowSize"},
		{"mod_dialup", noEffect, inDirectory, "ModemStandard"},
		{"mod_dumpio", noEffect, inServer, "DumpIOInput DumpIOOutput"},
		{"mod_echo", decides, inServer, "ProtocolEcho"},
		{"mod_ext_filter", onResponse, inDirectory, "ExtFilterOptions"},
		{"mod_ext_filter", onResponse, inServer, "ExtFilterDefine"},
		{"mod_file_cache", noEffect, inServer, "CacheFile MMapFile"},
		{"mod_filter", noEffect, inServer | inDirectory, "FilterTrace"},
		{"mod_filter", onResponse, overrideOptions, "FilterChain FilterDeclare FilterProtocol FilterProvider"},
		{"mod_heartbeat", noEffect, inServer, "HeartbeatAddress"},
		{"mod_heartmonitor", noEffect, inServer, "HeartbeatListen HeartbeatMaxServers HeartbeatStorage"},
		{"mod_http2", noEffect, inServer, "H2Direct H2EarlyHints H2MaxDataFrameLen H2MaxHeaderBlockLen H2MaxSessionStreams " +
			"H2MaxStreamErrors H2MaxWorkerIdleSeconds H2MaxWorkers H2MinWorkers H2ModernTLSOnly H2OutputBuffering H2Padding " +
			"H2PushDiarySize H2PushPriority H2SerializeHeaders H2SessionExtraFiles H2StreamMaxMemSize H2StreamTimeout H2TLSCoolDownSecs " +
			"H2TLSWarmUpSize H2WebSockets H2WindowSize"},
		{"mod_http2", noEffect, inServer | overrideAuthConfig, "H2PUSH H2Upgrade"},
		{"mod_http2", noEffect, overrideAuthConfig | overrideFileInfo, "H2EarlyHint H2PushResource"},
		{"mod_http2", noEffect, overrideFileInfo, "H2CopyFiles H2ProxyRequests"},
		{"mod_ident", noEffect, inServer | inDirectory, "IdentityCheck IdentityCheckTimeout"},
		{"mod_imagemap", onResponse, overrideIndexes, "ImapBase ImapDefault ImapMenu"},
		{"mod_include", noEffect, overrideOptions, "XBitHack"},
		{"mod_include", onResponse, inServer, "SSIEndTag SSIStartTag"},
		{"mod_include", onResponse, overrideAll, "SSIErrorMsg SSITimeFormat SSIUndefinedEcho"},
		{"mod_include", onResponse, overrideLimit, "SSIETag SSILastModified SSILegacyExprParser"},
		{"mod_info", noEffect, inServer, "AddModuleInfo"},
		{"mod_log_config", noEffect, inServer, "BufferedLogs CustomLog GlobalLog LogFormat TransferLog"},
		{"mod_log_debug", noEffect, inServer | inDirectory, "LogMessage"},
		{"mod_log_forensic", noEffect, inServer, "ForensicLog"},
		{"mod_logio", noEffect, overrideAll, "LogIOTrackTTFB"},
		{"mod_lua", decides, overrideAll, "<LuaHookFixups <LuaHookMapToStorage <LuaHookPreTranslateName <LuaHookTranslateName " +
			"<LuaHookTypeChecker <LuaQuickHandler LuaHookFixups LuaHookMapToStorage LuaHookPreTranslateName LuaHookTranslateName " +
			"LuaHookTypeChecker LuaMapHandler LuaQuickHandler"},
		{"mod_lua", guards, inServer, "LuaAuthzProvider"},
		{"mod_lua", guards, overrideAll, "<LuaHookAccessChecker <LuaHookAuthChecker <LuaHookCheckUserID LuaHookAccessChecker " +
			"LuaHookAuthChecker LuaHookCheckUserID"},
		{"mod_lua", noEffect, overrideAll, "LuaCodeCache LuaHookLog LuaInherit LuaPackageCPath LuaPackagePath LuaRoot LuaScope"},
		{"mod_lua", onResponse, overrideAll, "LuaHookInsertFilter LuaInputFilter LuaOutputFilter"},
		{"mod_md", decides, inServer | overrideAuthConfig, "MDRequireHttps"},
		{"mod_md", noEffect, inServer, "<MDomain <MDomainSet MDActivationDelay MDBaseServer MDCACertificateFile MDCAChallenges " +
			"MDCertificateAgreement MDCertificateAuthority MDCertificateCheck MDCertificateFile MDCertificateKeyFile " +
			"MDCertificateProtocol MDCertificateStatus MDChallengeDns01 MDChallengeDns01Version MDCheckInterval MDContactEmail " +
			"MDDriveMode MDExternalAccountBinding MDHttpProxy MDHttpProxyCACertificateFile MDInitialDelay MDMatchNames MDMember MDMembers " +
			"MDMessageCmd MDMustStaple MDNotifyCmd MDomain MDPortMap MDPrivateKeys MDProfile MDProfileMandatory MDRenewMode MDRenewViaARI " +
			"MDRenewWindow MDRetryDelay MDRetryFailover MDServerStatus MDStapleOthers MDStapling MDStaplingKeepResponse " +
			"MDStaplingRenewWindow MDStoreDir MDStoreLocks MDWarnWindow"},
		{"mod_mime", onResponse, overrideFileInfo, "AddInputFilter RemoveInputFilter"},
		{"mod_mime_magic", noEffect, inServer, "MimeMagicFile"},
		{"mod_negotiation", noEffect, inServer, "CacheNegotiatedDocs"},
		{"mod_negotiation", noEffect, overrideFileInfo, "ForceLanguagePriority LanguagePriority"},
		{"mod_proxy", decides, inServer, "NoProxy ProxyRemote ProxyRemoteMatch ProxyRequests"},
		{"mod_proxy", decides, inServer | inDirectory, "BalancerMember ProxyPass ProxyPassMatch ProxyPassReverse " +
			"ProxyPassReverseCookieDomain ProxyPassReverseCookiePath ProxyPreserveHost"},
		{"mod_proxy", guards, inServer, "ProxyBlock"},
		{"mod_proxy", noEffect, inServer, "BalancerGrowth BalancerInherit BalancerPersist ProxyBadHeader ProxyDomain ProxyIOBufferSize " +
			"ProxyPassInherit ProxyReceiveBufferSize ProxySourceAddress ProxyStatus ProxyTimeout"},
		{"mod_proxy", noEffect, inServer | inDirectory, "Proxy100Continue ProxyPassInterpolateEnv ProxySet"},
		{"mod_proxy", onResponse, inServer, "ProxyMaxForwards ProxyVia"},
		{"mod_proxy", onResponse, inServer | inDirectory, "ProxyAddHeaders ProxyErrorOverride"},
		{"mod_proxy_connect", guards, inServer, "AllowCONNECT"},
		{"mod_proxy_express", decides, overrideFileInfo, "ProxyExpressDBMFile ProxyExpressDBMType ProxyExpressEnable"},
		{"mod_proxy_fcgi", decides, overrideFileInfo, "ProxyFCGISetEnvIf"},
		{"mod_proxy_fcgi", noEffect, overrideFileInfo, "ProxyFCGIBackendType"},
		{"mod_proxy_ftp", noEffect, inServer | inDirectory, "ProxyFtpDirCharset ProxyFtpEscapeWildcards ProxyFtpListOnWildcard"},
		{"mod_proxy_hcheck", noEffect, inServer, "ProxyHCTPsize"},
		{"mod_proxy_hcheck", noEffect, overrideFileInfo, "ProxyHCExpr ProxyHCTemplate"},
		{"mod_proxy_html", onResponse, inServer | inDirectory, "ProxyHTMLBufSize ProxyHTMLCharsetOut ProxyHTMLDocType ProxyHTMLEnable " +
			"ProxyHTMLEvents ProxyHTMLExtended ProxyHTMLFixups ProxyHTMLInterp ProxyHTMLLinks ProxyHTMLMeta ProxyHTMLStripComments " +
			"ProxyHTMLURLMap"},
		{"mod_proxy_scgi", decides, inServer | inDirectory, "ProxySCGIInternalRedirect"},
		{"mod_proxy_scgi", onResponse, inServer | inDirectory, "ProxySCGISendfile"},
		{"mod_proxy_wstunnel", noEffect, inServer | inDirectory, "ProxyWebsocketFallbackToProxyHttp"},
		{"mod_reflector", noEffect, overrideOptions, "ReflectorHeader"},
		{"mod_remoteip", decides, inServer, "RemoteIPHeader RemoteIPInternalProxy RemoteIPInternalProxyList RemoteIPProxiesHeader " +
			"RemoteIPProxyProtocol RemoteIPProxyProtocolExceptions RemoteIPTrustedProxy RemoteIPTrustedProxyList"},
		{"mod_reqtimeout", guards, inServer, "RequestReadTimeout"},
		{"mod_request", noEffect, inDirectory, "KeptBodySize"},
		{"mod_sed", onResponse, inDirectory, "InputSed OutputSed"},
		{"mod_session", decides, inServer | overrideAuthConfig, "SESSION SessionEnv SessionHeader"},
		{"mod_session", noEffect, inServer | overrideAuthConfig, "SessionExclude SessionExpiryUpdateInterval SessionInclude SessionMaxAge"},
		{"mod_session_cookie", onResponse, inServer | overrideAuthConfig, "SessionCookieName SessionCookieName2 SessionCookieRemove"},
		{"mod_session_crypto", noEffect, inServer, "SessionCryptoDriver"},
		{"mod_session_crypto", noEffect, inServer | inDirectory, "SessionCryptoPassphraseFile"},
		{"mod_session_crypto", noEffect, inServer | overrideAuthConfig, "SessionCryptoCipher SessionCryptoPassphrase"},
		{"mod_session_dbd", onResponse, inServer | overrideAuthConfig, "SessionDBDCookieName SessionDBDCookieName2 " +
			"SessionDBDCookieRemove SessionDBDDeleteLabel SessionDBDInsertLabel SessionDBDPerUser SessionDBDSelectLabel " +
			"SessionDBDUpdateLabel"},
		{"mod_so", noEffect, inServer, "LoadFile LoadModule"},
		{"mod_socache_memcache", noEffect, inServer, "MemcacheConnTTL"},
		{"mod_socache_redis", noEffect, inServer, "RedisConnPoolTTL RedisTimeout"},
		{"mod_speling", onResponse, overrideOptions, "CheckBasenameMatch CheckCaseOnly CheckSpelling"},
		{"mod_ssl", decides, inServer | overrideAuthConfig, "SSLUserName"},
		{"mod_ssl", guards, inServer, "SSLCARevocationCheck SSLOCSPEnable SSLStrictSNIVHostCheck SSLVHostSNIPolicy"},
		{"mod_ssl", guards, inServer | overrideAuthConfig, "SSLVerifyClient SSLVerifyDepth"},
		{"mod_ssl", guards, overrideAuthConfig, "SSLRequire"},
		{"mod_ssl", noEffect, inServer, "SSLCADNRequestFile SSLCADNRequestPath SSLCARevocationFile SSLCARevocationPath " +
			"SSLCertificateChainFile SSLCertificateFile SSLCertificateKeyFile SSLCompression SSLCryptoDevice SSLFIPS SSLHonorCipherOrder " +
			"SSLInsecureRenegotiation SSLLogLevel SSLOCSPDefaultResponder SSLOCSPNoVerify SSLOCSPOverrideResponder SSLOCSPProxyURL " +
			"SSLOCSPResponderCertificateFile SSLOCSPResponderTimeout SSLOCSPResponseMaxAge SSLOCSPResponseTimeSkew SSLOCSPUseRequestNonce " +
			"SSLOpenSSLConfCmd SSLPassPhraseDialog SSLProtocol SSLRandomSeed SSLSessionCache SSLSessionCacheTimeout " +
			"SSLSessionTicketKeyFile SSLSessionTickets SSLSRPUnknownUserSeed SSLSRPVerifierFile SSLStaplingCache " +
			"SSLStaplingErrorCacheTimeout SSLStaplingFakeTryLater SSLStaplingForceURL SSLStaplingResponderTimeout " +
			"SSLStaplingResponseMaxAge SSLStaplingResponseTimeSkew SSLStaplingReturnResponderErrors SSLStaplingStandardCacheTimeout " +
			"SSLUseStapling"},
		{"mod_ssl", noEffect, inServer | inDirectory, "SSLProxyCACertificateFile SSLProxyCACertificatePath SSLProxyCARevocationCheck " +
			"SSLProxyCARevocationFile SSLProxyCARevocationPath SSLProxyCheckPeerCN SSLProxyCheckPeerExpire SSLProxyCheckPeerName " +
			"SSLProxyCipherSuite SSLProxyEngine SSLProxyMachineCertificateChainFile SSLProxyMachineCertificateFile " +
			"SSLProxyMachineCertificatePath SSLProxyProtocol SSLProxyVerify SSLProxyVerifyDepth"},
		{"mod_ssl", noEffect, inServer | overrideAuthConfig, "SSLCACertificateFile SSLCACertificatePath SSLCipherSuite"},
		{"mod_ssl", noEffect, overrideAll, "SSLLog"},
		{"mod_ssl", noEffect, overrideAuthConfig, "SSLRenegBufferSize"},
		{"mod_substitute", onResponse, overrideFileInfo, "SUBSTITUTE SubstituteInheritBefore SubstituteMaxLineLength"},
		{"mod_suexec", guards, inServer, "SuexecUserGroup"},
		{"mod_unixd", noEffect, inServer, "ChrootDir GROUP Suexec USER"},
		{"mod_userdir", decides, inServer, "UserDir"},
		{"mod_usertrack", noEffect, overrideFileInfo, "CookieDomain CookieExpires CookieHTTPOnly CookieName CookieSameSite CookieSecure " +
			"CookieStyle CookieTracking"},
		{"mod_vhost_alias", decides, inServer, "VirtualDocumentRoot VirtualDocumentRootIP VirtualScriptAlias VirtualScriptAliasIP"},
		{"mod_watchdog", noEffect, inServer, "WatchdogInterval"},
		{"mod_xml2enc", onResponse, inServer, "xml2EncAlias"},
		{"mod_xml2enc", onResponse, overrideAll, "xml2EncDefault xml2StartParse"},
		{"mpm_common", noEffect, inServer, "MaxSpareServers MinSpareServers"},
		{"mod_ldap", noEffect, inServer, "LDAPCacheEntries LDAPCacheTTL LDAPConnectionPoolTTL LDAPConnectionTimeout LDAPLibraryDebug " +
			"LDAPOpCacheEntries LDAPOpCacheTTL LDAPRetries LDAPRetryDelay LDAPSharedCacheFile LDAPSharedCacheSize LDAPTimeout " +
			"LDAPTrustedGlobalCert LDAPTrustedMode LDAPVerifyServerCert"},
		{"mod_ldap", noEffect, overrideAuthConfig, "LDAPReferralHopLimit LDAPReferrals LDAPTrustedClientCert"},
		{"core", whileReading, inServer | inDirectory, "Include IncludeOptional"},
		{"core", whileReading, overrideAll, "<IfDefine <IfDirective <IfFile <IfModule <IfSection"},
		{"mod_macro", whileReading, overrideAll, "<Macro Use"},
		{"mod_version", whileReading, overrideAll, "<IfVersion"},
		// Not of httpd 2.4, but often beside its own.
		{"httpd 2.2", noEffect, anywhere, "AcceptMutex EnableExceptionHook Port StartThreads"},
		{"PHP", noEffect, anywhere, "php_admin_flag php_admin_value php_flag php_value"},
		{"PageSpeed", noEffect, anywhere, "ModPagespeed"},
		{"ModSecurity", guards, anywhere, "SecAction SecFilterEngine SecFilterScanPOST SecRule SecRuleEngine"},
	} {
		groups = append(groups, notRunGroup{module: g.module, why: g.why, place: g.place, names: g.names})
	}
	return groups
}
