//! What a role allows, and who may hand it on.

use contracts::permissions::Permission;

/// The role every account begins with; it holds no permission.
pub const CUSTOMER: &str = "customer";
/// The role that holds every permission, those of later versions too.
pub const ADMIN: &str = "admin";

const NAME_MAX_LEN: usize = 40;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    pub role: String,
    permissions: Vec<Permission>,
}

impl Rights {
    pub fn new(role: &str, permissions: Vec<Permission>) -> Self {
        Self { role: role.to_owned(), permissions }
    }

    pub fn is_admin(&self) -> bool {
        self.role == ADMIN
    }

    pub fn is_staff(&self) -> bool {
        self.role != CUSTOMER
    }

    pub fn can(&self, permission: Permission) -> bool {
        self.is_admin() || self.permissions.contains(&permission)
    }

    /// Every permission, spelled out.
    pub fn permissions(&self) -> Vec<Permission> {
        if self.is_admin() { Permission::ALL.to_vec() } else { self.permissions.clone() }
    }

    /// Whether nothing in `other` goes beyond this. Who gives, takes or changes rights must cover them.
    pub fn cover(&self, other: &Self) -> bool {
        self.is_admin() || (!other.is_admin() && other.permissions.iter().all(|permission| self.can(*permission)))
    }
}

/// Whether a role may be called so: it stands in tokens, addresses and logs.
pub fn is_role_name(name: &str) -> bool {
    name.len() >= 2
        && name.len() <= NAME_MAX_LEN
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use contracts::permissions::Permission::{OrdersRead, OrdersWrite, RolesWrite};

    use super::*;

    #[test]
    fn rights_cover_what_they_hold() {
        let admin = Rights::new(ADMIN, vec![]);
        let clerk = Rights::new("clerk", vec![OrdersRead, RolesWrite]);
        let reader = Rights::new("reader", vec![OrdersRead]);
        let writer = Rights::new("writer", vec![OrdersRead, OrdersWrite]);
        let customer = Rights::new(CUSTOMER, vec![]);
        for (giver, given, covers) in [
            (&admin, &admin, true),
            (&admin, &writer, true),
            (&clerk, &reader, true),
            (&clerk, &customer, true),
            (&clerk, &clerk, true),
            (&clerk, &writer, false),
            (&clerk, &admin, false),
            (&reader, &clerk, false),
            (&customer, &reader, false),
            (&customer, &customer, true),
        ] {
            assert_eq!(giver.cover(given), covers, "{} over {}", giver.role, given.role);
        }
    }

    #[test]
    fn role_names_are_plain_words() {
        for good in ["clerk", "night-shift_2", "ab"] {
            assert!(is_role_name(good), "{good}");
        }
        for bad in ["", "a", "Clerk", "2fast", "with space", "naïve", "a/b", &"x".repeat(41)] {
            assert!(!is_role_name(bad), "{bad}");
        }
    }
}
