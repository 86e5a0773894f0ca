package main

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"
)

// revocations are lists of revoked certificates, by the public keys of their
// issuers. Nil has no lists demanded, else each issuer must have one.
type revocations map[string]revocationList

type revocationList struct {
	*x509.RevocationList
	serials map[string]bool
}

// readAuthorities reads certificates in PEM; none without a name.
func readAuthorities(name string) (all []*x509.Certificate, err error) {
	if name == "" {
		return nil, nil
	}
	src, err := readFile(name, maxFile)
	if err == nil {
		all, err = x509.ParseCertificates(bytes.Join(pemBlocks(src, "CERTIFICATE"), nil))
	}
	if err == nil && len(all) == 0 {
		err = errors.New("no certificate in PEM")
	}
	if err != nil {
		return nil, fmt.Errorf("-client-ca %s: %w", name, err)
	}
	return all, nil
}

// pemBlocks returns the contents of the blocks of a kind.
func pemBlocks(src []byte, kind string) (all [][]byte) {
	for block, rest := pem.Decode(src); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == kind {
			all = append(all, block.Bytes)
		}
	}
	return all
}

// parseRevocations reads lists in PEM, or one in DER. Each must be signed by one of
// the authorities, and be about all of its certificates.
func parseRevocations(src []byte, authorities []*x509.Certificate) (revocations, error) {
	ders := pemBlocks(src, "X509 CRL")
	if len(ders) == 0 {
		ders = [][]byte{src}
	}
	all := revocations{}
	for _, der := range ders {
		crl, err := x509.ParseRevocationList(der)
		if err != nil {
			return nil, fmt.Errorf("not a list of revoked certificates: %w", err)
		}
		if slices.ContainsFunc(crl.Extensions, func(e pkix.Extension) bool { return e.Critical }) {
			return nil, fmt.Errorf("the list of %s is one of changes, or for some certificates only, which is not supported", crl.Issuer)
		}
		i := slices.IndexFunc(authorities, func(ca *x509.Certificate) bool { return crl.CheckSignatureFrom(ca) == nil })
		if i < 0 {
			return nil, fmt.Errorf("the list of %s is signed by none of the authorities of -client-ca", crl.Issuer)
		}
		issuer := string(authorities[i].RawSubjectPublicKeyInfo)
		if all[issuer].RevocationList != nil {
			return nil, fmt.Errorf("two lists of %s", crl.Issuer)
		}
		all[issuer] = revocationList{crl, map[string]bool{}}
		for _, c := range crl.RevokedCertificateEntries {
			all[issuer].serials[c.SerialNumber.String()] = true
		}
	}
	return all, nil
}

// check returns why a client's certificate cannot be accepted at a time, by any of
// its chains to an authority; nil if it can be. Without a chain it cannot. It is asked
// for each request: a connection may outlive its certificate.
func (r revocations) check(chains [][]*x509.Certificate, now time.Time) error {
	err := errors.New("the client's certificate is not verified")
	for _, chain := range chains {
		err = nil
		for i, c := range chain {
			issuer := chain[min(i+1, len(chain)-1)]
			list := r[string(issuer.RawSubjectPublicKeyInfo)]
			switch {
			case now.After(c.NotAfter):
				err = errors.New("the client's certificate, or its issuer's, has expired")
			case r == nil || c == issuer:
			case list.serials[c.SerialNumber.String()]: // by an old list, too
				err = errors.New("the client's certificate is revoked")
			case list.RevocationList == nil || now.Before(list.ThisUpdate) || !now.Before(list.NextUpdate):
				err = fmt.Errorf("the list of certificates that %s revoked is missing or out of date", issuer.Subject)
			}
			if err != nil {
				break
			}
		}
		if err == nil {
			return nil
		}
	}
	return err
}
