package core

import "github.com/modrewrite-go/modrewrite/matcher/internal/httpd"

// notRun returns the rows of the directives that are not run.
func notRun() []httpd.Command {
	var rows []httpd.Command
	for _, g := range []struct {
		why   httpd.WhyNotRun
		place httpd.OverrideClass
		names string
	}{
		{httpd.Guards, httpd.OverrideAll, "LimitXMLRequestBody"},
		{httpd.NoEffect, httpd.InServer, "AcceptFilter CoreDumpDirectory DefaultRuntimeDir ErrorLog ErrorLogFormat ExtendedStatus " +
			"FlushMaxPipelined FlushMaxThreshold MaxConnectionsPerChild MaxMemFree MaxRequestsPerChild MergeTrailers " +
			"Mutex NameVirtualHost PidFile PROTOCOL Protocols ProtocolsHonorOrder ScoreBoardFile SeeRequestTail " +
			"ServerRoot ServerTokens ThreadStackSize TimeOut"},
		{httpd.NoEffect, httpd.InServer | httpd.InDirectory, "Define LogLevel ReadBufferSize UnDefine"},
		{httpd.NoEffect, httpd.OverrideAll, "RLimitCPU RLimitMEM RLimitNPROC ServerSignature"},
		{httpd.NoEffect, httpd.OverrideFileInfo, "EnableMMAP EnableSendfile"},
		{httpd.NoEffect, httpd.OverrideOptions, "ContentDigest"},
		{httpd.OnResponse, httpd.OverrideFileInfo, "SetInputFilter"},
		{httpd.NoEffect, httpd.InServer, "KeepAlive KeepAliveTimeout MaxKeepAliveRequests"},
		{httpd.WhileReading, httpd.InServer | httpd.InDirectory, "Include IncludeOptional"},
		{httpd.WhileReading, httpd.OverrideAll, "<IfDefine <IfDirective <IfFile <IfModule <IfSection"},
	} {
		group := httpd.NotRunGroup{Module: name, Why: g.why, Place: g.place, Names: g.names}
		rows = append(rows, group.Commands()...)
	}
	return rows
}
