//! Names nobody can guess: cart tokens, guests' order tokens, order numbers; and ids that can be derived again.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use contracts::{
    Secret, Shard,
    ids::{OrderId, RefundId},
    order::Item,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// Crockford's base 32: no I, L, O or U, so that a number survives being read out.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 256 random bits for a guest's cart, behind the number of its shard where that is not the first.
pub fn cart_token(shard: Shard) -> String {
    let drawn = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    if shard.is_first() { drawn } else { format!("{shard}.{drawn}") }
}

/// The shard of the cart that a token opens.
pub fn shard_of_cart(token: &str) -> Shard {
    let number = token.split_once('.').and_then(|(number, _)| number.parse().ok());
    number.and_then(Shard::numbered).unwrap_or_default()
}

/// What is kept of a token.
pub fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// The token of a guest's order. Derived, so that a repeated request gets it again though only its hash is kept.
pub fn guest_token(secret: &Secret, order: OrderId) -> String {
    URL_SAFE_NO_PAD.encode(keyed(secret, &format!("guest-order:{order}")))
}

/// Whether `token` is the one whose hash is kept.
pub fn matches(token: &str, kept: &str) -> bool {
    hash(token).as_bytes().ct_eq(kept.as_bytes()).into()
}

/// `R-4F7K-2M9D`: 40 random bits. It names an order to people and opens nothing.
pub fn order_number() -> String {
    let mut number = String::from("R-");
    for (index, byte) in rand::random::<[u8; 8]>().into_iter().enumerate() {
        if index == 4 {
            number.push('-');
        }
        number.push(char::from(ALPHABET[usize::from(byte % 32)]));
    }
    number
}

/// An order number as people type it: any case, any spacing, look-alikes forgiven.
pub fn read_order_number(typed: &str) -> String {
    let typed = typed.trim().to_ascii_uppercase();
    let rest = typed.strip_prefix('R').unwrap_or(&typed);
    let symbols: String = rest
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|symbol| match symbol {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .take(9)
        .collect();
    match symbols.split_at_checked(4) {
        Some((first, second)) => format!("R-{first}-{second}"),
        None => format!("R-{symbols}"),
    }
}

/// What order numbers begin with if `typed` is the begun one of somebody who searches; `None` if it has marks that no
/// number has, or fewer than four symbols: so few fit strangers' orders by chance.
pub fn begun_order_number(typed: &str) -> Option<String> {
    let plain = typed.chars().all(|symbol| symbol.is_ascii_alphanumeric() || symbol == '-' || symbol == ' ');
    let number = read_order_number(typed);
    (plain && number.len() > "R-4F7".len()).then_some(number)
}

/// The id of the order that `claim`, a cart or an idempotency key, becomes with these goods: always the same, so that a
/// repeat reserves the same stock again, not more of it. Other goods get another id, and a reservation of their own.
pub fn order_id(shard: Shard, claim: &str, goods: &[Item]) -> OrderId {
    let mut text = format!("order:{claim}");
    for item in goods {
        // A SKU has no line breaks, so that no two lists of goods read the same.
        let _ = write!(text, "\n{} {}", item.quantity, item.sku);
    }
    derived(shard, &text).into()
}

/// The id of the refund of `order` for `cause`: always the same, so that asking twice refunds once.
pub fn refund_id(order: OrderId, cause: &str) -> RefundId {
    derived(order.shard(), &format!("refund:{order}:{cause}")).into()
}

/// A UUID of version 8 (RFC 9562): made from what it names, not drawn, and telling its shard.
fn derived(shard: Shard, text: &str) -> Uuid {
    let digest = Sha256::digest(text);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    shard.marked(bytes)
}

fn keyed(secret: &Secret, message: &str) -> [u8; 32] {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.bytes()) else { return [0; 32] };
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn tokens_are_long_unlike_and_known_by_their_hash() {
        let cart_token = || cart_token(Shard::FIRST);
        assert_ne!(cart_token(), cart_token());
        assert_eq!(URL_SAFE_NO_PAD.decode(cart_token()).expect("base64").len(), 32);
        let secret = Secret::new("one");
        let order = OrderId::new();
        let token = guest_token(&secret, order);
        assert_eq!(token, guest_token(&secret, order));
        assert_ne!(token, guest_token(&secret, OrderId::new()));
        assert_ne!(token, guest_token(&Secret::new("two"), order));
        assert!(matches(&token, &hash(&token)));
        assert!(!matches("", &hash(&token)));
    }

    #[test]
    fn order_numbers_are_unlike_and_survive_typing() {
        let numbers: HashSet<String> = (0..1000).map(|_| order_number()).collect();
        assert_eq!(numbers.len(), 1000);
        for number in numbers {
            assert_eq!(number.len(), 11);
            assert_eq!(read_order_number(&number), number);
            assert_eq!(read_order_number(&format!(" {} ", number.to_lowercase().replace('-', " "))), number);
        }
        assert_eq!(read_order_number("r-o1il-2m9d"), "R-0111-2M9D");
        assert_eq!(read_order_number("é"), "R-");
    }

    #[test]
    fn a_search_is_for_a_number_only_if_it_looks_like_one() {
        assert_eq!(begun_order_number("r-4f7k 2m").as_deref(), Some("R-4F7K-2M"));
        assert_eq!(begun_order_number("4f7k").as_deref(), Some("R-4F7K-"));
        for other in ["", "r-", "TEA", "4f7k%", "4f_7k", "ann@example.test", "4f7ké"] {
            assert_eq!(begun_order_number(other), None, "{other}");
        }
    }

    #[test]
    fn order_ids_follow_the_claim_and_the_goods() {
        let goods = |list: &[(&str, u32)]| -> Vec<Item> {
            list.iter().map(|(sku, quantity)| Item { sku: (*sku).into(), quantity: *quantity }).collect()
        };
        let order_id = |claim: &str, goods: &[Item]| order_id(Shard::FIRST, claim, goods);
        let id = order_id("cart:1", &goods(&[("A", 1), ("B", 2)]));
        assert_eq!(id, order_id("cart:1", &goods(&[("A", 1), ("B", 2)])));
        assert_ne!(id, order_id("cart:2", &goods(&[("A", 1), ("B", 2)])));
        assert_ne!(id, order_id("cart:1", &goods(&[("A", 1), ("B", 3)])));
        assert_ne!(id, order_id("cart:1", &goods(&[("A", 1)])));
        assert_ne!(order_id("c", &goods(&[("A 1", 1)])), order_id("c", &goods(&[("A", 1), ("1", 1)])));
    }

    #[test]
    fn tokens_and_derived_ids_tell_their_shard() {
        for number in [0, 1, 4095] {
            let shard = Shard::numbered(number).expect("an id can tell it");
            assert_eq!(shard_of_cart(&cart_token(shard)), shard);
            let order = order_id(shard, "cart:1", &[]);
            assert_eq!((order.shard(), refund_id(order, "cancel").shard()), (shard, shard));
        }
        for other in ["", "1", "4096.x", "-1.x", "one.x"] {
            assert_eq!(shard_of_cart(other), Shard::FIRST, "{other}");
        }
    }

    #[test]
    fn refund_ids_are_derived() {
        let order = OrderId::new();
        assert_eq!(refund_id(order, "cancel"), refund_id(order, "cancel"));
        assert_ne!(refund_id(order, "cancel"), refund_id(order, "late"));
    }
}
