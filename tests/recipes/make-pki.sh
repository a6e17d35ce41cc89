#!/bin/bash
# Makes the TEST certificates, their keys and the TEST certificate revocation lists in the folder `pki` beside this script.
# Run once: the result is committed, because every fixture depends on it. Needs openssl 3.0.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p pki
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TZ=UTC LC_ALL=C

cat > "$work/ca.cnf" <<E_CNF
[ca]
default_ca = any
[any]
database = $work/index.txt
new_certs_dir = $work
serial = $work/serial
default_md = sha256
policy = names
unique_subject = no
copy_extensions = none
[names]
organizationName = supplied
commonName = supplied
[req]
distinguished_name = none
[none]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[ca_code]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca_tls]
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[not_ca]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[code]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[code_crl]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://pki.badsig.invalid/test-code-signing-ca.crl
[lifetime]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning,1.3.6.1.4.1.311.10.3.13
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tls]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[no_eku]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[self_signed]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = codeSigning
subjectKeyIdentifier = hash
E_CNF

serial=1000
key() {  # name algorithm
    local how=(-algorithm EC -pkeyopt "ec_paramgen_curve:$2" -pkeyopt ec_param_enc:named_curve)
    [[ $2 == rsa* ]] && how=(-algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}")
    openssl genpkey "${how[@]}" -out "pki/TEST-$1.key" 2>/dev/null
}
# name, common name, issuer name, extension section, first day, last day, key algorithm
certificate() {
    key "$1" "${7:-rsa2048}"
    serial=$((serial + 1))
    : > "$work/index.txt"; printf '%08X\n' "$serial" > "$work/serial"
    openssl req -new -key "pki/TEST-$1.key" -subj "/O=badsig TEST/CN=$2" -config "$work/ca.cnf" -out "$work/$1.csr"
    local by=(-cert "pki/test-$3.pem" -keyfile "pki/TEST-$3.key")
    [ "$3" = self ] && by=(-selfsign -keyfile "pki/TEST-$1.key")
    openssl ca -batch -notext -config "$work/ca.cnf" "${by[@]}" -extensions "$4" \
        -startdate "$5" -enddate "$6" -in "$work/$1.csr" -out "pki/test-$1.pem" 2>"$work/log" || { cat "$work/log"; exit 1; }
    openssl x509 -in "pki/test-$1.pem" -outform DER -out "pki/test-$1.der"
}
make_all() {
    local from=20190101000000Z leaf=20200101000000Z to=20390101000000Z
    certificate root              "TEST Root"              self            root        $from 20450101000000Z
    certificate code-signing-ca   "TEST Code Signing CA"   root            ca_code     $from 20400101000000Z
    certificate publisher         "TEST Publisher"         code-signing-ca code        $leaf $to
    certificate other-publisher   "TEST Other Publisher"   code-signing-ca code        $leaf $to
    certificate expired           "TEST Expired"           code-signing-ca code        $leaf 20210101000000Z
    certificate not-yet-valid     "TEST Not Yet Valid"     code-signing-ca code        20380101000000Z $to
    certificate tls               "TEST TLS"               code-signing-ca tls         $leaf $to
    certificate lifetime          "TEST Lifetime"          code-signing-ca lifetime    $leaf 20210101000000Z
    certificate no-eku            "TEST No EKU"            code-signing-ca no_eku      $leaf $to
    certificate ecdsa-p256        "TEST ECDSA P-256"       code-signing-ca code        $leaf $to P-256
    certificate ecdsa-p384        "TEST ECDSA P-384"       code-signing-ca code        $leaf $to P-384
    certificate ecdsa-p521        "TEST ECDSA P-521"       code-signing-ca code        $leaf $to P-521
    certificate rsa-pss           "TEST RSA-PSS"           code-signing-ca code        $leaf $to
    certificate weak-rsa-1024     "TEST Weak RSA-1024"     code-signing-ca code        $leaf $to rsa1024
    certificate revoked           "TEST Revoked"           code-signing-ca code_crl    $leaf $to
    certificate tsa               "TEST TSA"               root            tsa         $from 20400101000000Z
    certificate tsa-expired       "TEST TSA Expired"       root            tsa         $leaf 20210101000000Z
    certificate not-a-tsa         "TEST Not A TSA"         root            code        $from 20400101000000Z
    certificate missing-ca        "TEST Missing CA"        root            ca_code     $from 20400101000000Z
    certificate incomplete        "TEST Incomplete Chain"  missing-ca      code        $leaf $to
    certificate not-a-ca          "TEST Not A CA"          root            not_ca      $from 20400101000000Z
    certificate under-not-a-ca    "TEST Under Not A CA"    not-a-ca        code        $leaf $to
    certificate tls-ca            "TEST TLS CA"            root            ca_tls      $from 20400101000000Z
    certificate nested-eku        "TEST Nested EKU"        tls-ca          code        $leaf $to
    certificate sub-ca            "TEST Sub CA"            code-signing-ca ca_code     $from $to
    certificate path-length       "TEST Path Length"       sub-ca          code        $leaf $to
    certificate untrusted-root    "TEST Untrusted Root"    self            self_signed $leaf $to
    certificate untrusted-tsa     "TEST Untrusted TSA"     self            tsa         $leaf $to
}
make_all

# Revocation lists: TEST Revoked is revoked on 2020-09-01 (key compromise); the root revokes nothing.
crl() {  # ca name, file name, index
    printf '01\n' > "$work/crlnumber"
    cp "$3" "$work/index.txt"
    openssl ca -config "$work/ca.cnf" -gencrl -cert "pki/test-$1.pem" -keyfile "pki/TEST-$1.key" \
        -crl_lastupdate 20260101000000Z -crl_nextupdate 20400101000000Z -out "$work/crl.pem" 2>"$work/log" || { cat "$work/log"; exit 1; }
    openssl crl -in "$work/crl.pem" -outform DER -out "pki/$2"
}
revoked=$(openssl x509 -in pki/test-revoked.pem -noout -serial | cut -d= -f2)
printf 'R\t390101000000Z\t200901000000Z,keyCompromise\t%s\tunknown\t/O=badsig TEST/CN=TEST Revoked\n' "$revoked" > "$work/one.txt"
: > "$work/nothing.txt"
crl code-signing-ca test-code-signing-ca.crl "$work/one.txt"
crl root test-root.crl "$work/nothing.txt"
openssl crl -inform DER -in pki/test-code-signing-ca.crl -out pki/test-code-signing-ca.crl.pem
