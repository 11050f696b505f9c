//! The keys that sign access tokens: made here, kept sealed in the database, published, rotated.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use contracts::ids::UserId;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::{Value, json};
use uuid::Uuid;
use web::auth::{AUDIENCE, Claims, ISSUER};

use crate::{
    App,
    entity::{session, signing_key, user},
    error::Error,
    model::{
        rights::Rights,
        rotation::{self, Dated},
    },
};

impl Dated for signing_key::Model {
    fn signs_from(&self) -> DateTime<Utc> {
        self.signs_from
    }
}

/// The key that signs now.
pub struct Signer {
    id: String,
    key: EncodingKey,
}

impl Signer {
    /// An access token for `user` in `session`.
    pub fn token(
        &self,
        user: &user::Model,
        session: &session::Model,
        rights: &Rights,
        now: DateTime<Utc>,
        life_secs: i64,
    ) -> Result<String, Error> {
        let claims = Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: UserId::from(user.id),
            exp: now.timestamp() + life_secs,
            iat: now.timestamp(),
            jti: Uuid::now_v7().to_string(),
            sid: session.id.into(),
            role: rights.role.clone(),
            // The role alone says it for an administrator, and keeps the token short.
            permissions: if rights.is_admin() { Vec::new() } else { rights.permissions() },
            email: user.email.clone(),
            email_verified: user.email_verified_at.is_some(),
            auth_time: session.authenticated_at.timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.id.clone());
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}

pub async fn signer(app: &App) -> Result<Signer, Error> {
    let keys = all(app.db.reader()).await?;
    let key =
        rotation::signing(&keys, app.clock.now()).ok_or_else(|| Error::Crypto("there is no signing key".into()))?;
    let pkcs8 = app.secrets.open(&key.id, &key.private_key)?;
    Ok(Signer { id: key.id.clone(), key: EncodingKey::from_ed_der(&pkcs8) })
}

/// The public halves, as `/.well-known/jwks.json` shows them (RFC 7517, RFC 8037).
pub async fn jwks(app: &App) -> Result<Value, Error> {
    let keys = all(app.db.reader()).await?;
    let life = Duration::seconds(app.config.access_token_secs);
    let jwk = |key: &signing_key::Model| {
        let x = URL_SAFE_NO_PAD.encode(&key.public_key);
        json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key.id, "x": x})
    };
    let keys: Vec<Value> = rotation::published(&keys, app.clock.now(), life).iter().map(jwk).collect();
    Ok(json!({"keys": keys}))
}

/// Sees to it that there is a key to sign with: at the first start, and after the service's secret was changed, when
/// the old keys cannot be opened any more and go.
pub async fn ensure(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let keys = all(app.db.reader()).await?;
    let newest = keys.last().map(|key| key.generation);
    let (readable, lost): (Vec<_>, Vec<_>) =
        keys.into_iter().partition(|key| app.secrets.open(&key.id, &key.private_key).is_ok());
    if !lost.is_empty() {
        tracing::warn!(keys = lost.len(), "signing keys cannot be opened with this secret and are replaced");
        let tx = app.db.begin().await?;
        let lost = lost.into_iter().map(|key| key.id);
        signing_key::Entity::delete_many().filter(signing_key::Column::Id.is_in(lost)).exec(&*tx).await?;
        tx.commit().await?;
    }
    if rotation::signing(&readable, now).is_some() {
        return Ok(());
    }
    add(app, newest, now).await
}

/// Publishes the next key when it is time, and removes those whose tokens have all run out.
pub async fn rotate(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let keys = all(app.db.reader()).await?;
    let days = Duration::days(app.config.signing_key_days);
    let lead = Duration::seconds(app.config.signing_key_lead_secs);
    if rotation::is_due(&keys, now, days, lead) {
        add(app, keys.last().map(|key| key.generation), now + lead).await?;
    }
    let kept = rotation::published(&keys, now, Duration::seconds(app.config.access_token_secs));
    if let Some(oldest) = kept.first() {
        let tx = app.db.begin().await?;
        signing_key::Entity::delete_many()
            .filter(signing_key::Column::Generation.lt(oldest.generation))
            .exec(&*tx)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn add(app: &App, newest: Option<i32>, signs_from: DateTime<Utc>) -> Result<(), Error> {
    let pair = Ed25519KeyPair::generate()?;
    let pkcs8 = pair.to_pkcs8v1()?;
    let id = Uuid::now_v7().simple().to_string();
    let row = signing_key::ActiveModel {
        private_key: Set(app.secrets.seal(&id, pkcs8.as_ref())?),
        public_key: Set(pair.public_key().as_ref().to_vec()),
        id: Set(id),
        generation: Set(newest.map_or(1, |newest| newest + 1)),
        signs_from: Set(signs_from),
        created_at: Set(app.clock.now()),
    };
    let tx = app.db.begin().await?;
    // Another process may have made the same generation in the meantime; its key is as good.
    db::insert_absent(&*tx, [row], &["generation"]).await?;
    tx.commit().await?;
    Ok(())
}

async fn all(connection: &impl ConnectionTrait) -> Result<Vec<signing_key::Model>, DbErr> {
    signing_key::Entity::find().order_by_asc(signing_key::Column::Generation).all(connection).await
}
