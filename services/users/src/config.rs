//! The configuration of the users service, with its defaults.

pub use contracts::Secret;
use contracts::Shard;
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where shoppers reach the shop, such as `https://shop.example`; links in mails begin with it.
    pub public_url: String,
    /// Further origins whose pages may refresh a session with the cookie.
    pub allowed_origins: Vec<String>,
    pub shop_name: String,
    pub default_locale: String,
    /// At least 32 characters. Links in mails, refresh tokens and the sealing of signing keys are derived from it;
    /// with another one, sessions and links end, and new signing keys are made.
    pub secret: Secret,
    pub access_token_secs: i64,
    pub refresh_idle_days: i64,
    pub refresh_absolute_days: i64,
    /// Sessions of staff end after this long, whatever happens in them.
    pub staff_session_hours: i64,
    /// And after this long in which nobody used them.
    pub staff_idle_mins: i64,
    /// A refresh token that was just used still gets the same answer for this long, for answers that were lost.
    pub refresh_grace_secs: i64,
    /// What cannot be undone needs a sign-in no older than this.
    pub privilege_secs: i64,
    pub signing_key_days: i64,
    /// A new key is published this long before it signs, so that every service knows it by then.
    pub signing_key_lead_secs: i64,
    pub verify_email_hours: i64,
    pub reset_password_mins: i64,
    pub change_email_mins: i64,
    pub undo_email_days: i64,
    /// Mails of one kind for one account, and mails asked for from one address, an hour.
    pub mails_per_account: u64,
    pub mails_per_ip: u64,
    pub password: PasswordConfig,
    /// The shards that new customers go to; none: the first. The shop says it for all its services.
    #[serde(skip)]
    pub open_shards: Vec<Shard>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordConfig {
    pub min_chars: usize,
    pub min_chars_staff: usize,
    pub max_chars: usize,
    /// Argon2id: KiB of memory, passes, lanes.
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
    /// Hashes computed at a time; 0 takes the number of cores.
    pub parallel: usize,
    /// Requests that may wait for their turn; more are told to come back.
    pub queue: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8080".into(),
            allowed_origins: Vec::new(),
            shop_name: "Rialto".into(),
            default_locale: "en".into(),
            secret: Secret::default(),
            access_token_secs: 600,
            refresh_idle_days: 14,
            refresh_absolute_days: 30,
            staff_session_hours: 12,
            staff_idle_mins: 30,
            refresh_grace_secs: 10,
            privilege_secs: 600,
            signing_key_days: 30,
            signing_key_lead_secs: 3600,
            verify_email_hours: 24,
            reset_password_mins: 30,
            change_email_mins: 60,
            undo_email_days: 7,
            mails_per_account: 3,
            mails_per_ip: 10,
            password: PasswordConfig::default(),
            open_shards: Vec::new(),
        }
    }
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self {
            min_chars: 12,
            min_chars_staff: 15,
            max_chars: 128,
            memory_kib: 19_456,
            passes: 2,
            lanes: 1,
            parallel: 0,
            queue: 50,
        }
    }
}

/// Memory and passes that are equally hard to attack (OWASP password storage sheet): weaker ones are refused.
const ARGON2_FLOOR: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];

impl Config {
    /// Every problem at once, so that an operator fixes the file in one go.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut require = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        let is_url = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        require(is_url(&self.public_url), "public_url must start with http:// or https://");
        require(
            self.allowed_origins.iter().all(|origin| is_url(origin)),
            "allowed_origins must start with http:// or https://",
        );
        require(self.secret.expose().len() >= 32, "secret must have at least 32 characters");
        require((60..=3600).contains(&self.access_token_secs), "access_token_secs must be 60 to 3600");
        require(self.refresh_idle_days >= 1, "refresh_idle_days must be at least 1");
        require(
            self.refresh_absolute_days >= self.refresh_idle_days,
            "refresh_absolute_days must not be less than refresh_idle_days",
        );
        require(self.staff_session_hours >= 1, "staff_session_hours must be at least 1");
        // An access token is good without being asked about for as long as it lives.
        require(
            self.staff_idle_mins.saturating_mul(60) >= self.access_token_secs,
            "staff_idle_mins must not be shorter than access_token_secs",
        );
        require((0..=60).contains(&self.refresh_grace_secs), "refresh_grace_secs must be 0 to 60");
        require(self.privilege_secs >= 60, "privilege_secs must be at least 60");
        require((1..=365).contains(&self.signing_key_days), "signing_key_days must be 1 to 365");
        // Services keep the published keys for five minutes.
        require(self.signing_key_lead_secs >= 600, "signing_key_lead_secs must be at least 600");
        require(
            self.signing_key_lead_secs < self.signing_key_days * 86_400,
            "signing_key_lead_secs must be shorter than signing_key_days",
        );
        require(self.verify_email_hours >= 1, "verify_email_hours must be at least 1");
        require((15..=60).contains(&self.reset_password_mins), "reset_password_mins must be 15 to 60");
        require(self.change_email_mins >= 5, "change_email_mins must be at least 5");
        require(self.undo_email_days >= 1, "undo_email_days must be at least 1");
        require(
            self.mails_per_account >= 1 && self.mails_per_ip >= 1,
            "mails_per_account and mails_per_ip must be at least 1",
        );
        problems.extend(self.password.problems());
        problems
    }
}

impl PasswordConfig {
    fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.min_chars < 8 || self.min_chars_staff < self.min_chars {
            problems.push("password.min_chars must be at least 8, and min_chars_staff no less".to_owned());
        }
        if self.max_chars < 64 || self.max_chars > 1024 {
            problems.push("password.max_chars must be 64 to 1024".to_owned());
        }
        let hard_enough =
            ARGON2_FLOOR.iter().any(|(memory, passes)| self.memory_kib >= *memory && self.passes >= *passes);
        if !hard_enough || self.lanes == 0 {
            problems.push(
                "password.memory_kib and password.passes must reach one of 47104/1, 19456/2, 12288/3, 9216/4, 7168/5, \
                 with at least one of password.lanes"
                    .to_owned(),
            );
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_lack_only_the_secret_and_weak_hashing_is_refused() {
        let mut config = Config::default();
        assert_eq!(config.problems(), ["secret must have at least 32 characters"]);
        config.secret = Secret::new("0123456789abcdef0123456789abcdef");
        assert!(config.problems().is_empty());
        for (memory_kib, passes, fine) in
            [(19_456, 2, true), (47_104, 1, true), (19_456, 1, false), (7_167, 9, false), (8, 1, false)]
        {
            config.password = PasswordConfig { memory_kib, passes, ..PasswordConfig::default() };
            assert_eq!(config.problems().is_empty(), fine, "{memory_kib} KiB, {passes} passes");
        }
    }

    #[test]
    fn the_secret_does_not_show() {
        let config = Config { secret: Secret::new("hush"), ..Config::default() };
        assert!(!format!("{config:?}").contains("hush"));
    }
}
