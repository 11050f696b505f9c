//! What `rialto verify` says of accounts: nothing while all is well, and the rule that is broken otherwise.

use chrono::Duration;
use sea_orm::ConnectionTrait;
use serde_json::json;

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
        assert!(broken.iter().any(|sentence| sentence.contains(what)), "{what}: {broken:?}");
        self.spoil(undo).await;
        assert_eq!(self.broken().await, Vec::<String>::new(), "{what}");
    }
}

#[tokio::test]
async fn broken_rules_of_accounts_are_found() {
    for shop in Shop::all().await {
        shop.register("ada@example.test").await;
        shop.mails().await;
        shop.client.post("/users/password/forgot", &json!({"email": "ada@example.test"})).await.expect(202);
        let token = shop.mailed_token("password_reset", "ada@example.test").await;
        shop.advance(Duration::minutes(2));
        let reset = json!({"token": token, "password": OTHER_PASSWORD});
        shop.client.post("/users/password/reset", &reset).await.expect(204);
        let ada = shop.login("ada@example.test", OTHER_PASSWORD).await;
        shop.refresh(&ada.refresh_token).await;
        shop.register("eve@example.test").await;
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
            "its account is closed",
            &account("status", "disabled", "eve@example.test"),
            &account("status", "active", "eve@example.test"),
        )
        .await;
        shop.finds(
            "is older than the password",
            "UPDATE sessions SET revoked_at = NULL WHERE revoked_because = 'password_reset'",
            "UPDATE sessions SET revoked_at = created_at WHERE revoked_because = 'password_reset'",
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
