//! The routes, by what they are about.

mod mailbox;
mod messages;
mod preferences;
mod suppressions;
mod templates;
mod unsubscribe;

use axum::Router;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::App;

/// What the OpenAPI document describes.
pub fn public() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(messages::send_notification))
        .routes(routes!(messages::list_notifications))
        .routes(routes!(messages::get_notification))
        .routes(routes!(messages::resend_notification))
        .routes(routes!(preferences::get_notification_preferences, preferences::update_notification_preferences))
        .routes(routes!(preferences::list_notification_consents))
        .routes(routes!(unsubscribe::confirm_unsubscribe, unsubscribe::unsubscribe_notifications))
        .routes(routes!(suppressions::list_suppressions, suppressions::create_suppression))
        .routes(routes!(suppressions::update_suppression, suppressions::delete_suppression))
        .routes(routes!(templates::list_notification_templates))
        .routes(routes!(
            templates::get_notification_template,
            templates::update_notification_template,
            templates::delete_notification_template
        ))
        .routes(routes!(templates::list_notification_template_versions))
        .routes(routes!(templates::preview_notification_template))
        .routes(routes!(templates::test_notification_template))
}

/// Everything, with the mailbox where it is wanted.
pub fn all(app: App) -> Router {
    let (router, _) = public().split_for_parts();
    let router = if app.config.mailbox_page { router.merge(mailbox::routes()) } else { router };
    router.with_state(app)
}
