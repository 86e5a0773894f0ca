package rewrite

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// sslVar returns a variable of mod_ssl's, as far as Go's TLS has it. The client
// certificate is the client's own; there is nothing of the server's.
func sslVar(cs *tls.ConnectionState, name string) string {
	switch name {
	case "HTTPS":
		return "on"
	case "SSL_PROTOCOL":
		return protocol(cs.Version)
	case "SSL_SECURE_RENEG":
		return "true"
	case "SSL_COMPRESS_METHOD":
		return "NULL"
	case "SSL_TLS_SNI":
		return cs.ServerName
	case "SSL_SESSION_RESUMED":
		if cs.DidResume {
			return "Resumed"
		}
		return "Initial"
	case "SSL_CLIENT_VERIFY":
		return verified(cs)
	}
	if suffix, ok := strings.CutPrefix(name, "SSL_CIPHER"); ok {
		return cipherVar(cs.CipherSuite, suffix)
	}
	if suffix, ok := strings.CutPrefix(name, "SSL_CLIENT_"); ok && len(cs.PeerCertificates) > 0 {
		return certVar(cs.PeerCertificates, suffix)
	}
	return ""
}

func protocol(version uint16) string {
	switch version {
	case tls.VersionTLS10:
		return "TLSv1"
	case tls.VersionTLS11:
		return "TLSv1.1"
	case tls.VersionTLS12:
		return "TLSv1.2"
	case tls.VersionTLS13:
		return "TLSv1.3"
	}
	return ""
}

// verified tells what is known of the client's certificate. A failed
// verification ends the handshake, so "FAILED" does not occur.
func verified(cs *tls.ConnectionState) string {
	switch {
	case len(cs.PeerCertificates) == 0:
		return "NONE"
	case len(cs.VerifiedChains) == 0:
		return "GENEROUS"
	}
	return "SUCCESS"
}

// cipherVar returns SSL_CIPHER and its relatives.
func cipherVar(id uint16, suffix string) string {
	name := openSSLCipher(tls.CipherSuiteName(id))
	switch suffix {
	case "":
		return name
	case "_EXPORT":
		return "false"
	case "_USEKEYSIZE":
		used, _ := keySizes(name)
		return used
	case "_ALGKEYSIZE":
		_, algorithm := keySizes(name)
		return algorithm
	}
	return ""
}

// openSSLCipher turns a suite's standard name into OpenSSL's, which mod_ssl
// shows. Those of TLS 1.3 have one name only.
func openSSLCipher(name string) string {
	exchange, cipher, ok := strings.Cut(strings.TrimPrefix(name, "TLS_"), "_WITH_")
	if !ok {
		return name
	}
	cipher = strings.NewReplacer(
		"AES_128_CBC", "AES128", "AES_256_CBC", "AES256",
		"AES_128", "AES128", "AES_256", "AES256",
		"3DES_EDE_CBC", "DES-CBC3", "RC4_128", "RC4",
		"CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305",
	).Replace(cipher)
	if exchange != "RSA" {
		cipher = exchange + "-" + cipher
	}
	return strings.ReplaceAll(cipher, "_", "-")
}

// keySizes returns a cipher's key size in bits, used and of the algorithm.
func keySizes(name string) (used, algorithm string) {
	switch {
	case strings.Contains(name, "CHACHA20"), strings.Contains(name, "AES256"), strings.Contains(name, "AES_256"):
		return "256", "256"
	case strings.Contains(name, "CBC3"):
		return "112", "168"
	case strings.Contains(name, "AES"), strings.Contains(name, "RC4"):
		return "128", "128"
	}
	return "", ""
}

// certVar returns SSL_CLIENT_ variables of the certificate that comes first in
// chain.
func certVar(chain []*x509.Certificate, suffix string) string {
	cert := chain[0]
	if n, ok := strings.CutPrefix(suffix, "CERT_CHAIN_"); ok {
		if i, err := strconv.Atoi(n); err == nil && i >= 0 && i+1 < len(chain) {
			return encodePEM(chain[i+1])
		}
		return ""
	}
	switch suffix {
	case "CERT":
		return encodePEM(cert)
	case "M_VERSION":
		return strconv.Itoa(cert.Version)
	case "M_SERIAL":
		return fmt.Sprintf("%X", cert.SerialNumber.Bytes())
	case "V_START":
		return certTime(cert.NotBefore)
	case "V_END":
		return certTime(cert.NotAfter)
	case "V_REMAIN":
		return strconv.Itoa(int(time.Until(cert.NotAfter).Hours() / 24))
	case "S_DN":
		return cert.Subject.String()
	case "I_DN":
		return cert.Issuer.String()
	}
	if attr, ok := strings.CutPrefix(suffix, "S_DN_"); ok {
		return nameVar(&cert.Subject, attr)
	}
	if attr, ok := strings.CutPrefix(suffix, "I_DN_"); ok {
		return nameVar(&cert.Issuer, attr)
	}
	if n, ok := strings.CutPrefix(suffix, "SAN_"); ok {
		return altName(cert, n)
	}
	return ""
}

func encodePEM(cert *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}))
}

func certTime(t time.Time) string { return t.UTC().Format("Jan _2 15:04:05 2006 GMT") }
