//! How much of a line's money goes back for some of its pieces.

/// The part of `amount`, paid for `ordered` pieces, that belongs to `quantity` more pieces after `before` came back.
///
/// Each piece gets the same, the last one also what is left, so that all returns together give back `amount` exactly.
pub fn share_of(amount: i64, ordered: u32, before: u32, quantity: u32) -> i64 {
    let ordered = ordered.max(1);
    let each = amount / i64::from(ordered);
    let up_to = |pieces: u32| if pieces >= ordered { amount } else { each * i64::from(pieces) };
    up_to(before.saturating_add(quantity)) - up_to(before)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_piece_takes_the_remainder() {
        assert_eq!([share_of(1000, 3, 0, 1), share_of(1000, 3, 1, 1), share_of(1000, 3, 2, 1)], [333, 333, 334]);
        assert_eq!(share_of(1000, 3, 0, 3), 1000);
        assert_eq!(share_of(0, 3, 0, 2), 0);
    }

    proptest! {
        #[test]
        fn all_partial_returns_together_give_back_everything(
            amount in 0_i64..1_000_000_000,
            parts in prop::collection::vec(1_u32..50, 1..20),
        ) {
            let ordered: u32 = parts.iter().sum();
            let mut before = 0;
            let mut back = 0;
            for part in parts {
                let share = share_of(amount, ordered, before, part);
                prop_assert!(share >= 0);
                back += share;
                before += part;
            }
            prop_assert_eq!(back, amount);
        }
    }
}
