#!/bin/sh
# Lays out a folder in which nginx stands in front of gateways of this machine, by the configuration of deploy/nginx and
# with a certificate of its own: `nginx -p FOLDER -c nginx.conf -e stderr -g 'daemon off;'` starts it.
# Usage: deploy/local/nginx.sh FOLDER HTTP_PORT HTTPS_PORT GATEWAY_PORT...
set -eu

deploy=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mkdir -p "$1/rialto" "$1/temp" && cd "$1" && pwd)
http=$2
https=$3
shift 3

cd "$folder"
# It speaks for itself and nobody else, so that a client can be told to believe it.
[ -e shop.crt ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 800 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
    -keyout shop.key -out shop.crt 2>openssl.log || {
    cat openssl.log >&2
    exit 1
}
cp "$deploy/nginx/rialto/proxy.conf" rialto/
{
    head -n 1 "$deploy/nginx/rialto/gateways.conf"
    for port; do
        echo "server 127.0.0.1:$port max_fails=2 fail_timeout=5s;"
    done
    for port; do
        echo "server 127.0.0.1:$port backup max_fails=0;"
    done
} >rialto/gateways.conf
cat >rialto/http.conf <<END
listen 127.0.0.1:$http;
return 301 https://localhost:$https\$request_uri;
END
cat >rialto/https.conf <<END
listen 127.0.0.1:$https ssl http2;
server_name localhost;
ssl_certificate shop.crt;
ssl_certificate_key shop.key;
access_log access.log rialto;
END
cat >nginx.conf <<END
pid nginx.pid;
events {}
http {
    client_body_temp_path temp/body;
    proxy_temp_path temp/proxy;
    fastcgi_temp_path temp/fastcgi;
    uwsgi_temp_path temp/uwsgi;
    scgi_temp_path temp/scgi;
    include "$deploy/nginx/rialto.conf";
}
END
