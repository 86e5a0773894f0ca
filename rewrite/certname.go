package rewrite

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strconv"
	"strings"
)

// nameVar returns an attribute of a distinguished name: "CN", or "OU_1" for
// the second of several.
func nameVar(name *pkix.Name, attr string) string {
	attr, index, ok := cutIndex(attr)
	oid := attributeOID(attr)
	if !ok || oid == nil {
		return ""
	}
	for _, a := range name.Names {
		if !a.Type.Equal(oid) {
			continue
		}
		if index == 0 {
			value, _ := a.Value.(string)
			return value
		}
		index--
	}
	return ""
}

// attributeOID returns the identifier of the attributes that mod_ssl names.
func attributeOID(attr string) asn1.ObjectIdentifier {
	switch attr {
	case "CN":
		return asn1.ObjectIdentifier{2, 5, 4, 3}
	case "S":
		return asn1.ObjectIdentifier{2, 5, 4, 4}
	case "C":
		return asn1.ObjectIdentifier{2, 5, 4, 6}
	case "L":
		return asn1.ObjectIdentifier{2, 5, 4, 7}
	case "ST", "SP":
		return asn1.ObjectIdentifier{2, 5, 4, 8}
	case "O":
		return asn1.ObjectIdentifier{2, 5, 4, 10}
	case "OU":
		return asn1.ObjectIdentifier{2, 5, 4, 11}
	case "T":
		return asn1.ObjectIdentifier{2, 5, 4, 12}
	case "D":
		return asn1.ObjectIdentifier{2, 5, 4, 13}
	case "G":
		return asn1.ObjectIdentifier{2, 5, 4, 42}
	case "I":
		return asn1.ObjectIdentifier{2, 5, 4, 43}
	case "UID":
		return asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 1}
	case "Email":
		return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}
	}
	return nil
}

// altName returns a subject alternative name: "Email_0", "DNS_1".
func altName(cert *x509.Certificate, kind string) string {
	kind, index, ok := cutIndex(kind)
	var names []string
	switch kind {
	case "Email":
		names = cert.EmailAddresses
	case "DNS":
		names = cert.DNSNames
	}
	if !ok || index >= len(names) {
		return ""
	}
	return names[index]
}

// cutIndex splits "OU_2" into "OU" and 2; the index of "OU" is 0.
func cutIndex(s string) (name string, index int, ok bool) {
	name, n, found := strings.Cut(s, "_")
	if !found {
		return name, 0, true
	}
	index, err := strconv.Atoi(n)
	return name, index, err == nil && index >= 0
}
