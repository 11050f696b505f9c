//! What an operator can set for this service.

pub use contracts::Secret;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where shoppers reach the shop; links in messages begin with it.
    pub public_url: String,
    pub shop_name: String,
    /// Sender of mails, as in `Rialto <shop@example.com>`.
    pub from: String,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<String>,
    /// Who is told about disputes. Nobody if absent.
    pub admin_email: Option<String>,
    /// Language of messages to people whose language is not known.
    pub default_locale: String,
    /// A signed-in buyer's page of an order; `{id}` stands for its id.
    pub order_page: String,
    /// A guest's page of an order, which the token opens.
    pub guest_order_page: String,
    /// Where a guest finds an order by number and address; `{number}` stands for its number.
    pub lookup_page: String,
    pub account_page: String,
    /// A product's page; `{slug}` and `{sku}` stand for its slug and the variant's SKU.
    pub product_page: String,
    /// The staff's page of an order.
    pub admin_order_page: String,
    /// Which wording of the consent text people agree to, kept with each consent as proof.
    pub consent_text_version: String,
    /// Signs unsubscribe links; at least 32 bytes.
    pub unsubscribe_secret: Secret,
    /// Shows every message at `/dev/mail` to anyone. For development only.
    pub mailbox_page: bool,
    /// The pause after a first failure; it doubles with each further one.
    pub retry_first_ms: u64,
    pub retry_max_secs: u64,
    /// A message that could not be delivered for so long has failed.
    pub give_up_hours: u32,
    /// How long a channel may take over one message.
    pub deliver_timeout_secs: u64,
    /// How often the queue is looked at without being woken.
    pub poll_ms: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8080".into(),
            shop_name: "Rialto".into(),
            from: "Rialto <shop@localhost.localdomain>".into(),
            reply_to: None,
            admin_email: None,
            default_locale: "en".into(),
            order_page: "/account/orders/{id}".into(),
            guest_order_page: "/order/{id}?token={token}".into(),
            lookup_page: "/order/lookup?number={number}".into(),
            account_page: "/account".into(),
            product_page: "/p/{slug}?variant={sku}".into(),
            admin_order_page: "/admin/orders/{id}".into(),
            consent_text_version: "1".into(),
            unsubscribe_secret: Secret::default(),
            mailbox_page: false,
            retry_first_ms: 1000,
            retry_max_secs: 3600,
            give_up_hours: 72,
            deliver_timeout_secs: 30,
            poll_ms: 1000,
        }
    }
}

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        let is_web = self.public_url.starts_with("http://") || self.public_url.starts_with("https://");
        require(is_web, "public_url must start with http:// or https://");
        require(!self.public_url.ends_with('/'), "public_url must not end with a slash");
        require(self.unsubscribe_secret.bytes().len() >= 32, "unsubscribe_secret must have at least 32 bytes");
        require(self.from.contains('@') && !has_control(&self.from), "from must be a mail address");
        let answerable = self.reply_to.as_deref().is_none_or(|to| to.contains('@') && !has_control(to));
        require(answerable, "reply_to must be a mail address");
        let admin = self.admin_email.as_deref().is_none_or(|to| to.contains('@') && !has_control(to));
        require(admin, "admin_email must be a mail address");
        for (name, page) in [
            ("order_page", &self.order_page),
            ("guest_order_page", &self.guest_order_page),
            ("lookup_page", &self.lookup_page),
            ("account_page", &self.account_page),
            ("product_page", &self.product_page),
            ("admin_order_page", &self.admin_order_page),
        ] {
            require(page.starts_with('/'), &format!("{name} must start with a slash"));
        }
        require(self.retry_first_ms >= 1, "retry_first_ms must be at least 1");
        require(self.retry_max_secs >= 1, "retry_max_secs must be at least 1");
        require(self.give_up_hours >= 1, "give_up_hours must be at least 1");
        require((1..=300).contains(&self.deliver_timeout_secs), "deliver_timeout_secs must be between 1 and 300");
        require(self.poll_ms >= 10, "poll_ms must be at least 10");
        problems
    }
}

fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_told_at_once_and_the_secret_never() {
        let config = Config { public_url: "shop.example/".into(), poll_ms: 0, ..Config::default() };
        assert_eq!(config.problems().len(), 4, "{:?}", config.problems());
        let config = Config { unsubscribe_secret: Secret::new("s".repeat(32)), ..Config::default() };
        assert_eq!(config.problems(), Vec::<String>::new());
        assert!(!format!("{config:?}").contains("ssss"));
    }
}
