//! The seam: a channel carries messages to people. Which company does it is the channel's business.

use std::sync::Arc;

use async_trait::async_trait;
use contracts::{calls::Channel, ids::NotificationId};

use crate::mailbox::Mailbox;

/// A message, ready to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The same message always has the same id. A channel that can should use it to send a repeat only once.
    pub id: NotificationId,
    pub channel: Channel,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: Option<String>,
    /// Further headers of a mail: `Message-ID`, `Reply-To`, `List-Unsubscribe`, …
    pub headers: Vec<(String, String)>,
}

/// What a channel answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has the message and sees to the rest.
    Delivered { provider_ref: String },
    /// It will never take this message, as for an address that does not exist.
    Refused { reason: String },
}

/// The channel did not take the message because it cannot be reached or asks to wait. Trying again is safe.
#[derive(Clone, Debug, thiserror::Error)]
#[error("channel unavailable: {0}")]
pub struct Unavailable(pub String);

#[async_trait]
pub trait MessageChannel: Send + Sync {
    /// Hands a message over. Answers `Unavailable` only if it was not taken.
    async fn deliver(&self, message: &Message) -> Result<Outcome, Unavailable>;
}

/// Which channel carries what.
#[derive(Clone)]
pub struct Channels {
    pub email: Arc<dyn MessageChannel>,
    pub sms: Arc<dyn MessageChannel>,
    pub push: Arc<dyn MessageChannel>,
}

impl Channels {
    /// Everything lands in the mailbox, to be looked at instead of being sent.
    pub fn mailbox(shards: impl Into<db::Shards>) -> Self {
        let mailbox: Arc<dyn MessageChannel> = Arc::new(Mailbox::new(shards));
        Self { email: mailbox.clone(), sms: mailbox.clone(), push: mailbox }
    }

    pub fn of(&self, channel: Channel) -> &dyn MessageChannel {
        match channel {
            Channel::Email => &*self.email,
            Channel::Sms => &*self.sms,
            Channel::Push => &*self.push,
        }
    }
}
