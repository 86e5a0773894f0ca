package front

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"
)

// revocations are lists of revoked certificates, by the public keys of their
// issuers, each of which must have one. Nil demands none.
type revocations map[string]revocationList

type revocationList struct {
	*x509.RevocationList
	serials map[string]bool
}

// setRevoked replaces the lists. The log of files has a line once the first one expires.
func (c *Certificates) setRevoked(src []byte, files *Files) error {
	all, err := parseRevocations(src, c.authorities)
	if err != nil {
		return err
	}
	c.revoked.Store(&all)
	var first *x509.RevocationList // to expire
	for _, list := range all {
		if first == nil || list.NextUpdate.Before(first.NextUpdate) {
			first = list.RevocationList
		}
	}
	if c.expiry != nil {
		c.expiry.Stop()
	}
	c.expiry = time.AfterFunc(time.Until(first.NextUpdate), func() {
		files.log().Warn("a list of revoked certificates has expired: its issuer's are refused", "issuer", first.Issuer.String())
	})
	return nil
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
// its chains to an authority; nil if it can be. Without a chain it cannot.
func (r *revocations) check(chains [][]*x509.Certificate, now time.Time) error {
	err := errors.New("the client's certificate is not verified")
	for _, chain := range chains {
		if err = r.checkChain(chain, now); err == nil {
			return nil
		}
	}
	return err
}

func (r *revocations) checkChain(chain []*x509.Certificate, now time.Time) error {
	for i, c := range chain {
		issuer := chain[min(i+1, len(chain)-1)]
		if now.After(c.NotAfter) {
			return errors.New("the client's certificate, or its issuer's, has expired")
		}
		if r == nil || c == issuer {
			continue
		}
		list := (*r)[string(issuer.RawSubjectPublicKeyInfo)]
		if list.serials[c.SerialNumber.String()] { // in an old list, too
			return errors.New("the client's certificate is revoked")
		}
		if list.RevocationList == nil || now.Before(list.ThisUpdate) || !now.Before(list.NextUpdate) {
			return fmt.Errorf("the list of certificates that %s revoked is missing or out of date", issuer.Subject)
		}
	}
	return nil
}
