//! What the services' configurations have in common: written once at the top, handed to each of them here.

use anyhow::Result;

use crate::{config::Config, secrets::derive};

/// Hands the shop-wide values to the services' sections. Secrets that an operator set for one service stay.
pub fn share(config: &mut Config) -> Result<()> {
    if config.public_url.is_empty() {
        let port = config.listen.rsplit_once(':').map_or("8080", |(_, port)| port);
        config.public_url = format!("http://localhost:{port}");
    }
    let url = config.public_url.trim_end_matches('/').to_owned();
    let name = config.shop.name.clone();
    let secret = &config.secret;
    let open_shards = config.shop.open_shards(1 + config.orders.shards.len());

    let gateway = &mut config.gateway.settings;
    gateway.public_url.clone_from(&url);
    gateway.shop_name.clone_from(&name);
    gateway.tls |= !gateway.tls_cert.as_os_str().is_empty();
    gateway.currency = config.shop.currency;
    gateway.prices_include_tax = config.orders.settings.tax.prices_include_tax;
    gateway.default_country.clone_from(&config.orders.settings.tax.default_country);
    gateway.return_window_days = config.orders.settings.return_window_days;

    let users = &mut config.users.settings;
    users.public_url.clone_from(&url);
    users.shop_name.clone_from(&name);
    users.secret.or(derive(secret, "users")?);
    users.open_shards.clone_from(&open_shards);

    let catalog = &mut config.catalog.settings;
    catalog.currency = config.shop.currency;
    if catalog.index_dir.is_none() {
        catalog.index_dir = Some(config.data.join("index"));
    }
    // What is shared already stays where it is, also below a data directory that is relative itself.
    if catalog.media_dir.is_relative() && !catalog.media_dir.starts_with(&config.data) {
        catalog.media_dir = config.data.join(&catalog.media_dir);
    }

    let orders = &mut config.orders.settings;
    orders.public_url.clone_from(&url);
    orders.currency = config.shop.currency;
    orders.time_zone = config.shop.time_zone;
    orders.token_secret.or(derive(secret, "orders")?);
    orders.open_shards = open_shards;

    let payments = &mut config.payments.settings;
    payments.public_url.clone_from(&url);

    let shipping = &mut config.shipping.settings;
    shipping.public_url.clone_from(&url);
    shipping.currency = config.shop.currency;
    shipping.secret.or(derive(secret, "shipping")?);

    let notifications = &mut config.notifications.settings;
    notifications.public_url = url;
    notifications.shop_name = name;
    notifications.unsubscribe_secret.or(derive(secret, "notifications")?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::config::{self, Flags};

    #[test]
    fn sharing_again_moves_no_folder() {
        let flags = Flags { data: Some(PathBuf::from("shop")), ..Flags::default() };
        let mut config = config::load(&flags).expect("the defaults are sound");
        share(&mut config).expect("shares");
        assert_eq!(config.catalog.settings.media_dir, PathBuf::from("shop/media"));
    }
}
