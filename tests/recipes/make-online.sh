#!/bin/bash
# Makes tests/online/site/ (what servers answer, by host and path) and tests/online/incoming/ (files whose certificates name
# those addresses): the transcripts in docs/revocation.md and docs/air-gapped.md are run against them, behind a proxy on the
# loopback. Needs openssl 3.0, osslsigncode and gcab; keys and the root are the TEST ones. Everything is valid for ten years
# from the day on which this is run.
set -euo pipefail
cd "$(dirname "$0")"
pki=$PWD/pki out=$PWD/../online fixtures=$PWD/../../fixtures trust=$PWD/../trust/sync
site=$out/site/pki.badsig.test microsoft=$out/site/ctldl.windowsupdate.com/msdownload/update/v3/static/trustedr/en
rm -rf "$out/site" "$out/incoming"
mkdir -p "$site/ocsp" "$microsoft" "$out/incoming"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TZ=UTC LC_ALL=C
cd "$work"
url=http://pki.badsig.test days=3650
printf '[req]\ndistinguished_name=dn\n[dn]\n' > req.cnf

# issue NAME COMMON-NAME KEY ISSUER ISSUER-KEY SERIAL < extensions
issue() {
    cat > "$1.ext"
    openssl req -new -config req.cnf -key "$3" -subj "/O=badsig TEST/CN=$2" -out "$1.csr"
    openssl x509 -req -in "$1.csr" -sha256 -days $days -set_serial "0x$6" -extfile "$1.ext" -CA "$4" -CAkey "$5" -out "$1.pem"
}
issue ca "TEST Online CA" "$pki/TEST-sub-ca.key" "$pki/test-root.pem" "$pki/TEST-root.key" 3001 <<E_EXT
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
extendedKeyUsage=codeSigning
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
crlDistributionPoints=URI:$url/root.crl
E_EXT
# signer NAME SERIAL EXTENSION...
signer() {
    local name=$1 serial=$2
    {
        printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n'
        printf 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n'
        printf '%s\n' "${@:3}"
    } | issue "$name" "TEST ${name^}" "$pki/TEST-publisher.key" ca.pem "$pki/TEST-sub-ca.key" "$serial"
}
signer good 3101 "authorityInfoAccess=OCSP;URI:$url/ocsp/good,caIssuers;URI:$url/ca.cer"
signer revoked 3102 "crlDistributionPoints=URI:$url/ca.crl"
signer silent 3103 "authorityInfoAccess=OCSP;URI:$url/ocsp/silent"

# list NAME CERTIFICATE KEY NUMBER EXTENSIONS < index
list() {
    cat > "$1.index"
    echo 'unique_subject = no' > "$1.index.attr"
    echo "$4" > "$1.number"
    printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s.index\ncrlnumber=%s.number\ndefault_md=sha256\n' "$1" "$1" > ca.cnf
    printf 'default_crl_days=%s\ncrl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n%s\n' "$days" "$5" >> ca.cnf
    openssl ca -config ca.cnf -gencrl -cert "$2" -keyfile "$3" -out list.pem
    openssl crl -in list.pem -outform DER -out "$site/$1.crl"
}
known() { printf '%s\t390101000000Z\t%s\t%s\tunknown\t/O=badsig TEST/CN=TEST %s\n' "$1" "$2" "$3" "$3"; }
known V '' 3001 | list root "$pki/test-root.pem" "$pki/TEST-root.key" 01 ''
# The complete list knows of no revocation; the delta list that it names does.
{ known V '' 3101; known V '' 3102; } | list ca ca.pem "$pki/TEST-sub-ca.key" 01 "freshestCRL=URI:$url/delta.crl"
known R '261120120000Z,keyCompromise' 3102 |
    list delta ca.pem "$pki/TEST-sub-ca.key" 02 '2.5.29.27=critical,ASN1:INTEGER:1'
openssl ocsp -issuer ca.pem -cert good.pem -no_nonce -reqout good.req
openssl ocsp -index ca.index -CA ca.pem -rsigner ca.pem -rkey "$pki/TEST-sub-ca.key" -ndays $days -reqin good.req \
    -respout "$site/ocsp/good"
openssl x509 -in ca.pem -outform DER -out "$site/ca.cer"

# sign NAME FILE OUT OPTION...
sign() {
    osslsigncode sign -h sha256 -certs "$1.pem" -key "$pki/TEST-publisher.key" "${@:4}" -in "$2" -out "$3"
}
sign good "$fixtures/exe/unsigned.exe" "$out/incoming/good.exe"
sign revoked "$fixtures/exe/unsigned.exe" "$out/incoming/revoked.exe" -ac ca.pem
sign silent "$fixtures/exe/unsigned.exe" "$out/incoming/silent.exe" -ac ca.pem
cp "$out/incoming/revoked.exe" .
gcab -c unsigned.cab revoked.exe
sign good unsigned.cab "$out/incoming/setup.cab" -ac ca.pem

# What stands at Microsoft's address: lists signed with TEST keys.
cp "$trust"/*.stl .
gcab -c -z "$microsoft/authrootstl.cab" authroot.stl
gcab -c -z "$microsoft/disallowedcertstl.cab" disallowedcert.stl
cp "$trust"/*.crt "$microsoft/"
