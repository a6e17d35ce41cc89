#!/usr/bin/env bash
# How fast badsig gets the content of a catalog, beside `curl --parallel` on the same files from the same server: the downloads
# alone (crates/badsig-fetch/examples/download_many.rs), and `badsig updates check --download`, which judges every file too. Both make
# SHA-1 and SHA-256 of every file as it arrives; curl makes none. Needs nginx, curl, python3, GNU time. Everything lies below TMPDIR.
# Usage: scripts/bench-downloads.sh [FILES [BYTES]]
#
# No file is removed before the end: ext4 searches long for a free number while it remembers numbers that were just freed.
set -euo pipefail
cd "$(dirname "$0")/.."
files=${1:-2000} bytes=${2:-131072} runs=${RUNS:-3}
target=${CARGO_TARGET_DIR:-target}/release
badsig=${BADSIG:-$target/badsig} many=${DOWNLOAD_MANY:-$target/examples/download_many}
[ -x "$badsig" ] || cargo build --release --locked --quiet
[ -x "$many" ] || cargo build --release --locked --quiet -p badsig-fetch --example download_many
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
with open(place / "catalog.xml", "w") as xml, open(place / "curl", "w") as curl, open(place / "list", "w") as many:
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
        curl.write(f'url = "{url}"\noutput = "{n}.exe"\n')
        many.write(f"{url} {size} {hashlib.sha1(data).hexdigest()} {hashlib.sha256(data).hexdigest()}\n")
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

# Wall, user and system seconds of the fastest run, and the largest memory; one run of each by turns, so that all see the
# same machine.
best() { sort -n "$1" | awk 'NR == 1 { t = $1; u = $2; s = $3 } { if ($4 > m) m = $4 } END { printf "%6.2f s wall %6.2f s user %6.2f s system %7d KiB", t, u, s, m }'; }
measure() { command time -q -a -o "$dir/$1.times" -f '%e %U %S %M' "${@:2}" >"$dir/report" 2>&1 || true; }
there() { [ "$(find "$1" -name '*.exe' | wc -l)" = "$files" ] || { cat "$dir/report"; exit 1; }; }
for run in $(seq "$runs"); do
    own=$dir/run-$run
    mkdir -p "$own/curl"
    (cd "$own/curl" && measure curl curl --silent --parallel --config "$dir/curl")
    there "$own/curl"
    measure many "$many" "$dir/list" "$own/many"
    there "$own/many"
    measure badsig "$badsig" updates check "$dir/catalog.xml" --download "$own/badsig" \
        --allow-private-addresses --proxy none --no-progress --quiet
    there "$own/badsig"
done
printf '%-34s %s\n' "curl --parallel" "$(best "$dir/curl.times")" "badsig, downloads alone" "$(best "$dir/many.times")" \
    "badsig updates check --download" "$(best "$dir/badsig.times")"
