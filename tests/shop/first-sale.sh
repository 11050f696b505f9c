#!/bin/sh
# Buys something from a running shop with curl alone, and says how long that took. Usage: first-sale.sh [URL]
set -eu

shop=${1:-http://localhost:8080}
started=$(date +%s)

# One value of a JSON answer: field NAME prints the first string with that name.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
first() { tr '{,' '\n\n' | sed -n "s/^\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
post() { path=$1; body=$2; shift 2; curl -sS --fail-with-body "$shop$path" -H 'Content-Type: application/json' -d "$body" "$@"; }

sku=$(curl -sS --fail-with-body "$shop/products?in_stock=true&limit=1" | first sku)
echo "product   $sku"
option=$(post /shipping/calculate \
    "{\"destination\":{\"country\":\"DE\",\"postal_code\":\"10119\"},\"items\":[{\"sku\":\"$sku\",\"quantity\":1}]}" | first id)
echo "delivery  $(echo "$option" | cut -c1-24)…"
order=$(post /orders "{\"items\":[{\"sku\":\"$sku\",\"quantity\":1}],\"email\":\"first@example.test\",
    \"shipping_address\":{\"name\":\"Ada Lovelace\",\"line1\":\"Torstraße 1\",\"city\":\"Berlin\",\"postal_code\":\"10119\",\"country\":\"DE\"},
    \"shipping_option\":\"$option\"}")
token=$(echo "$order" | first guest_token)
number=$(echo "$order" | first number)
id=$(echo "$order" | grep -o '"id":"[0-9a-f-]*"' | tail -n 1 | field id)
for candidate in $(echo "$order" | grep -o '"id":"[0-9a-f-]*"' | cut -d'"' -f4); do
    if curl -sSf -o /dev/null "$shop/orders/$candidate" -H "Order-Token: $token" 2>/dev/null; then id=$candidate; fi
done
echo "order     $number"
paid=$(post /payment/checkout "{\"order_id\":\"$id\",\"method\":{\"type\":\"card\",\"token\":\"tok_visa\"}}" -H "Order-Token: $token" | first status)
echo "payment   $paid"
for _ in 1 2 3 4 5 6 7 8 9 10; do
    status=$(curl -sS "$shop/orders/$id" -H "Order-Token: $token" | first status)
    [ "$status" = processing ] && break
    sleep 0.2
done
echo "status    $status, $(($(date +%s) - started)) s after the first request"
[ "$paid" = succeeded ]
