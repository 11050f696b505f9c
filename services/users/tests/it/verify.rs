//! What `rialto verify` says of accounts: nothing while all is well, and the rule that is broken otherwise.

use chrono::Duration;
use sea_orm::ConnectionTrait;

use crate::shop::{OTHER_PASSWORD, Shop};

impl Shop {
    /// The rules that are broken.
    async fn broken(&self) -> Vec<String> {
        let invariants = users::invariants(&self.app).await.expect("the tables can be read");
        assert!(invariants.iter().all(|invariant| invariant.exercised > 0), "{invariants:#?}");
        invariants.into_iter().flat_map(|invariant| invariant.violations).collect()
    }

    /// Writes past the service, as a fault of it would.
    async fn spoil(&self, sql: &str) {
        let tx = self.app.db.begin().await.expect("begins");
        tx.execute_unprepared(sql).await.expect("writes");
        tx.commit().await.expect("commits");
    }

    /// Breaks one rule, looks, and undoes it.
    async fn finds(&self, what: &str, spoil: &str, undo: &str) {
        self.spoil(spoil).await;
        let broken = self.broken().await;
        // An ellipsis stands for which one.
        let says = |sentence: &String| what.split(" … ").all(|part| sentence.contains(part));
        assert!(broken.iter().any(says), "{what}: {broken:?}");
        self.spoil(undo).await;
        assert_eq!(self.broken().await, Vec::<String>::new(), "{what}");
    }
}

#[tokio::test]
async fn broken_rules_of_accounts_are_found() {
    for shop in Shop::all().await {
        shop.register("ada@example.test").await;
        shop.forgot("ada@example.test").await;
        shop.mails().await;
        shop.advance(Duration::minutes(2));
        // Which makes the first one worthless.
        shop.forgot("ada@example.test").await;
        let token = shop.mailed_token("password_reset", "ada@example.test").await;
        shop.reset(&token, OTHER_PASSWORD).await.expect(204);
        let ada = shop.login("ada@example.test", OTHER_PASSWORD).await;
        shop.refresh(&ada.refresh_token).await;
        shop.register("eve@example.test").await;
        shop.forgot("eve@example.test").await;
        assert_eq!(shop.broken().await, Vec::<String>::new());

        let account = |field: &str, value: &str, email: &str| {
            format!("UPDATE users SET {field} = '{value}' WHERE email = '{email}'")
        };
        shop.finds(
            "the address of another account",
            &account("email", "Eve@example.test", "ada@example.test"),
            &account("email", "ada@example.test", "Eve@example.test"),
        )
        .await;
        shop.finds(
            "found by another address than its own",
            &account("email_key", "adam@example.test", "ada@example.test"),
            &account("email_key", "ada@example.test", "ada@example.test"),
        )
        .await;
        for what in
            ["session … is good, and its account is closed", "the token of letter … is good, and its account is closed"]
        {
            shop.finds(
                what,
                &account("status", "disabled", "eve@example.test"),
                &account("status", "active", "eve@example.test"),
            )
            .await;
        }
        shop.finds(
            "session … is good, and older than the password",
            "UPDATE sessions SET revoked_at = NULL WHERE revoked_because = 'password_reset'",
            "UPDATE sessions SET revoked_at = created_at WHERE revoked_because = 'password_reset'",
        )
        .await;
        shop.finds(
            "the token of letter … is good, and older than the password",
            "UPDATE letters SET void_at = NULL WHERE void_at IS NOT NULL",
            "UPDATE letters SET void_at = created_at WHERE used_at IS NULL AND user_id IN \
             (SELECT id FROM users WHERE email = 'ada@example.test')",
        )
        .await;
        let used = shop.query("SELECT digest FROM refresh_tokens WHERE used_at IS NOT NULL").await;
        let digest = used[0].as_deref().expect("a digest");
        shop.finds(
            "two good refresh tokens",
            &format!("UPDATE refresh_tokens SET used_at = NULL WHERE digest = '{digest}'"),
            &format!("UPDATE refresh_tokens SET used_at = created_at WHERE digest = '{digest}'"),
        )
        .await;
    }
}
