#!/usr/bin/env bash
# How fast `badsig updates check --download` gets the content of a catalog, beside `curl --parallel` on the same files
# from the same server. Needs nginx, curl, python3, GNU time. Usage: scripts/bench-downloads.sh [FILES [BYTES]]
#
# badsig does more: it makes SHA-1 and SHA-256 of every file twice (as it arrives and as it is judged), and judges it.
set -euo pipefail
cd "$(dirname "$0")/.."
files=${1:-2000} bytes=${2:-131072} runs=${RUNS:-3}
badsig=${BADSIG:-target/release/badsig}
[ -x "$badsig" ] || cargo build --release --locked --quiet
dir=$(mktemp -d)
trap '[ -s "$dir/nginx.pid" ] && kill "$(cat "$dir/nginx.pid")"; rm -rf "$dir"' EXIT

port=$(python3 - "$dir" "$files" "$bytes" <<'P'
import base64, hashlib, os, pathlib, socket, sys
place, files, size = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
(place / "site").mkdir()
ns = "http://schemas.microsoft.com/wsus/2005/04/CorporatePublishing/"
smc = "http://schemas.microsoft.com/sms/2005/04/CorporatePublishing/SystemsManagementCatalog.xsd"
with open(place / "catalog.xml", "w") as xml, open(place / "curl", "w") as curl:
    xml.write(f'<?xml version="1.0"?>\n<smc:SystemsManagementCatalog xmlns:smc="{smc}" xmlns:sdp="{ns}SoftwareDistributionPackage.xsd" '
              f'xmlns:cmd="{ns}Installers/CommandLineInstallation.xsd">\n')
    for n in range(files):
        data = os.urandom(size)
        (place / "site" / f"{n}.exe").write_bytes(data)
        url = f"http://127.0.0.1:{port}/{n}.exe"
        b64 = lambda digest: base64.b64encode(digest).decode()
        xml.write(f'''<smc:SoftwareDistributionPackage SchemaVersion="1.1"><sdp:Properties PackageID="00000000-0000-4000-8000-{n:012x}" CreationDate="2026-01-02T03:04:05" VendorName="V"><sdp:ProductName>P</sdp:ProductName></sdp:Properties>
<sdp:LocalizedProperties><sdp:Language>en</sdp:Language><sdp:Title>T {n}</sdp:Title><sdp:Description>D</sdp:Description></sdp:LocalizedProperties><sdp:UpdateSpecificData UpdateClassification="Updates"/>
<sdp:InstallableItem ID="00000000-0000-4000-9000-{n:012x}"><cmd:CommandLineInstallerData Program="{n}.exe" Arguments="/S" DefaultResult="Failed" RebootByDefault="false"/>
<sdp:OriginFile Digest="{b64(hashlib.sha1(data).digest())}" FileName="{n}.exe" Size="{size}" Modified="2026-01-02T03:04:05Z" OriginUri="{url}"><sdp:AdditionalDigest Algorithm="SHA256">{b64(hashlib.sha256(data).digest())}</sdp:AdditionalDigest></sdp:OriginFile></sdp:InstallableItem></smc:SoftwareDistributionPackage>
''')
        curl.write(f'url = "{url}"\noutput = "{place}/curl-out/{n}.exe"\n')
    xml.write("</smc:SystemsManagementCatalog>\n")
(place / "nginx.conf").write_text(f"""worker_processes 1; pid {place}/nginx.pid; error_log {place}/error.log; daemon on;
events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; keepalive_requests 100000; client_body_temp_path {place}/t1; proxy_temp_path {place}/t2;
fastcgi_temp_path {place}/t3; uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;
server {{ listen 127.0.0.1:{port}; root {place}/site; }} }}
""")
print(port)
P
)
chmod -R a+rX "$dir"
nginx -c "$dir/nginx.conf" -e "$dir/error.log"
total=$((files * bytes / 1048576))
echo "$files files of $bytes bytes ($total MiB) from nginx at 127.0.0.1:$port, $(nproc) cores, $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg)"

# wall, user and system seconds of the fastest run, and the largest memory; one run of each by turns, so that both see the
# same machine
best() { sort -n "$1" | awk 'NR == 1 { t = $1; u = $2; s = $3 } { if ($4 > m) m = $4 } END { printf "%6.2f s wall %6.2f s user %6.2f s system %7d KiB", t, u, s, m }'; }
for _ in $(seq "$runs"); do
    rm -rf "$dir/curl-out" "$dir/content"
    mkdir "$dir/curl-out"
    command time -q -a -o "$dir/curl.times" -f '%e %U %S %M' curl --silent --parallel --config "$dir/curl"
    command time -q -a -o "$dir/badsig.times" -f '%e %U %S %M' "$badsig" updates check "$dir/catalog.xml" --download "$dir/content" \
        --allow-private-addresses --proxy none --no-progress --quiet >"$dir/report" 2>&1 || true
    [ "$(find "$dir/content" -name '*.exe' | wc -l)" = "$files" ] || { cat "$dir/report"; exit 1; }
done
printf '%-34s %s\n' "curl --parallel" "$(best "$dir/curl.times")" "badsig updates check --download" "$(best "$dir/badsig.times")"
