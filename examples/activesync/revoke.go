package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// revocations are lists of revoked certificates, at least one for each issuer that
// clients' certificates are accepted from.
type revocations []revocationList

type revocationList struct {
	issuer      *x509.Certificate
	from, until time.Time
	serials     map[string]bool
}

// parseRevocations reads lists in PEM, or one in DER. Each must be signed by one of
// the authorities.
func parseRevocations(src []byte, authorities []*x509.Certificate) (revocations, error) {
	var all revocations
	ders := pemBlocks(src, "X509 CRL")
	if len(ders) == 0 {
		ders = [][]byte{src}
	}
	for _, der := range ders {
		list, err := parseRevocationList(der, authorities)
		if err != nil {
			return nil, err
		}
		all = append(all, list)
	}
	return all, nil
}

func parseRevocationList(der []byte, authorities []*x509.Certificate) (revocationList, error) {
	crl, err := x509.ParseRevocationList(der)
	if err != nil {
		return revocationList{}, fmt.Errorf("no list of revoked certificates: %w", err)
	}
	for _, e := range crl.Extensions {
		if e.Critical { // a list of changes, or one for some certificates only
			return revocationList{}, fmt.Errorf("the list of %s has extension %v, which is not supported", crl.Issuer, e.Id)
		}
	}
	for _, ca := range authorities {
		if crl.CheckSignatureFrom(ca) == nil {
			list := revocationList{ca, crl.ThisUpdate, crl.NextUpdate, map[string]bool{}}
			for _, c := range crl.RevokedCertificateEntries {
				list.serials[c.SerialNumber.String()] = true
			}
			return list, nil
		}
	}
	return revocationList{}, fmt.Errorf("the list of %s is signed by none of the authorities of -client-ca", crl.Issuer)
}

// pemBlocks returns the contents of the blocks of a kind.
func pemBlocks(src []byte, kind string) (all [][]byte) {
	for {
		block, rest := pem.Decode(src)
		if block == nil {
			return all
		}
		if block.Type == kind {
			all = append(all, block.Bytes)
		}
		src = rest
	}
}

// check returns why the client's certificate cannot be accepted at a time. It is
// asked for each request: a connection may outlive its certificate. A nil r knows
// of no lists, and has none demanded.
func (r revocations) check(cs *tls.ConnectionState, now time.Time) error {
	if cs == nil || len(cs.PeerCertificates) == 0 {
		return nil
	}
	err := errors.New("the client's certificate is not verified")
	for _, chain := range cs.VerifiedChains {
		if err = r.chain(chain, now); err == nil {
			return nil
		}
	}
	return err
}

func (r revocations) chain(chain []*x509.Certificate, now time.Time) error {
	for i, c := range chain {
		if now.After(c.NotAfter) {
			return errors.New("the client's certificate, or its issuer's, has expired")
		}
		if r == nil || i == len(chain)-1 {
			continue
		}
		if err := r.certificate(c, chain[i+1], now); err != nil {
			return err
		}
	}
	return nil
}

// certificate looks into the issuer's lists. One that is out of date proves
// nothing, nor does the absence of any; what an old one revokes stays revoked.
func (r revocations) certificate(c, issuer *x509.Certificate, now time.Time) error {
	current := false
	for _, list := range r {
		if !list.issuer.Equal(issuer) {
			continue
		}
		if list.serials[c.SerialNumber.String()] {
			return errors.New("the client's certificate is revoked")
		}
		current = current || !now.Before(list.from) && now.Before(list.until)
	}
	if !current {
		return fmt.Errorf("the list of certificates that %s revoked is missing or out of date", issuer.Subject)
	}
	return nil
}
