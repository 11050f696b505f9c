//! The HTTP face of the users service.

mod account;
mod addresses;
mod email;
mod internal;
mod login;
mod password;
mod roles;
mod sessions;
mod staff;

use axum::{Router, routing::get};
use http::{HeaderValue, header};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::Checks;

use crate::{App, model::email::Email};

/// Longer than any password that is taken, so that even a refused one is judged, but no more.
const PASSWORD_FIELD_MAX: usize = 1024;
const TOKEN_FIELD_MAX: usize = 200;

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(login::register_user))
        .routes(routes!(login::login_user))
        .routes(routes!(login::refresh_token))
        .routes(routes!(login::logout_user))
        .routes(routes!(account::get_profile))
        .routes(routes!(account::update_profile))
        .routes(routes!(account::export_user))
        .routes(routes!(account::erase_user))
        .routes(routes!(password::forgot_password))
        .routes(routes!(password::reset_password))
        .routes(routes!(password::change_password))
        .routes(routes!(email::verify_email))
        .routes(routes!(email::resend_verification))
        .routes(routes!(email::change_email))
        .routes(routes!(email::confirm_email))
        .routes(routes!(email::undo_email))
        .routes(routes!(sessions::list_sessions, sessions::end_other_sessions))
        .routes(routes!(sessions::end_session))
        .routes(routes!(addresses::list_addresses, addresses::create_address))
        .routes(routes!(addresses::get_address, addresses::update_address, addresses::delete_address))
        .routes(routes!(roles::list_roles, roles::create_role))
        .routes(routes!(roles::update_role, roles::delete_role))
        .routes(routes!(staff::list_users))
        .routes(routes!(staff::get_user))
        .routes(routes!(staff::assign_role))
        .routes(routes!(staff::disable_user))
        .routes(routes!(staff::enable_user))
        .routes(routes!(internal::get_jwks))
}

pub fn router(app: App) -> Router {
    let (router, _) = api().split_for_parts();
    let db = app.db.clone();
    let ready = move || {
        let db = db.clone();
        async move { db.ping().await.map_err(|_| "database".to_owned()) }
    };
    router
        .route("/internal/users/{id}/contact", get(internal::contact))
        .route("/internal/sessions/{id}", get(internal::standing))
        .merge(web::health::routes(ready))
        // Answers carry tokens and personal data. The keys say otherwise for themselves.
        .layer(axum::middleware::map_response(|mut response: axum::response::Response| async {
            let headers = response.headers_mut();
            headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
            response
        }))
        .with_state(app)
}

pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// Checks an address and brings it into the form it is kept in.
fn email_of(checks: &mut Checks, field: &str, text: &str) -> Email {
    let email = Email::of(text);
    checks.email(field, &email.address);
    email
}

/// A language tag (BCP 47), in its plain forms.
fn check_locale(checks: &mut Checks, locale: &str) {
    let mut subtags = locale.split('-');
    let language = subtags.next().unwrap_or_default();
    let well_formed = locale.len() <= 35
        && (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && subtags.all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    checks.require(well_formed, "locale", "invalid", "must be a language tag such as en or de-AT");
}

/// A number in the international form (E.164), without the signs people put in between.
fn phone_of(checks: &mut Checks, phone: &str) -> String {
    let number: String = phone.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    let well_formed = (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    checks.require(well_formed, "phone", "invalid", "must be an international number such as +49 30 1234567");
    number
}

fn check_password(checks: &mut Checks, field: &str, password: &str) {
    let fits = password.len() <= PASSWORD_FIELD_MAX * 4 && password.chars().count() <= PASSWORD_FIELD_MAX;
    checks.require(!password.is_empty(), field, "required", "must not be empty");
    checks.require(fits, field, "too_long", "is too long");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_international() {
        let taken = |phone: &str| {
            let mut checks = Checks::new();
            let number = phone_of(&mut checks, phone);
            checks.is_clean().then_some(number)
        };
        assert_eq!(taken("+49 (30) 123-4567").as_deref(), Some("+49301234567"));
        for bad in ["", "+", "030 1234567", "+0301234567", "+49abc", "+1234567890123456", "++4930123456"] {
            assert_eq!(taken(bad), None, "{bad}");
        }
    }

    #[test]
    fn locales_are_language_tags() {
        let taken = |locale: &str| {
            let mut checks = Checks::new();
            check_locale(&mut checks, locale);
            checks.is_clean()
        };
        for good in ["en", "de-AT", "zh-Hant-TW", "gsw"] {
            assert!(taken(good), "{good}");
        }
        for bad in ["", "e", "english", "de_AT", "de-", "12", "de-\u{e4}"] {
            assert!(!taken(bad), "{bad}");
        }
    }
}
