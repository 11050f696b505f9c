//! Delivery: takes messages from the queue in order, hands each to its channel outside a transaction, and notes
//! the answer.
//!
//! A process that dies in between leaves the message `sending`; it is then tried once more and never a third time.
//! While a channel cannot be reached its queue stands still, so that messages arrive in the order they were written.

use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::{Shard, calls::Channel, time};
use fail::fail_point;
use sea_orm::{ActiveEnum, DbErr, EntityTrait, Set, sea_query::OnConflict};
use uuid::Uuid;

use crate::{
    App,
    channel::{Message, Outcome, Unavailable},
    consent,
    entity::{notification, pause},
    erase, guest_link,
    model::{self, Fact, Status},
    queue::{self, Change},
};

const BATCH: u64 = 50;
/// A message is handed over, or may have been, at most so often.
const HANDOVERS_MAX: i32 = 2;
/// After so many failures of one message the next one is tried too: perhaps it is the message, not the channel.
const PATIENCE: i32 = 5;
/// How much longer than the channel's own time a claim lasts.
const CLAIM_MARGIN_SECS: u64 = 15;

/// What became of a message in one round.
enum Step {
    Done,
    Unavailable,
}

/// One round over all channels. Answers how many messages are done with.
pub async fn deliver_due(app: &App) -> Result<u64, DbErr> {
    reclaim(app).await?;
    let mut done = 0;
    for channel in model::CHANNELS {
        loop {
            let (drained, more) = drain(app, channel).await?;
            done += drained;
            if !more {
                break;
            }
        }
    }
    erase::sweep(app).await?;
    Ok(done)
}

/// Hands over what is due on a channel. The second answer says whether more may be waiting.
async fn drain(app: &App, channel: Channel) -> Result<(u64, bool), DbErr> {
    let failures = match paused(app, channel).await? {
        Some(pause) if pause.resume_at > time::now() => return Ok((0, false)),
        pause => pause.map_or(0, |pause| pause.failures),
    };
    let due = queue::due(&app.db, channel, BATCH).await?;
    let more = due.len() as u64 == BATCH;
    let mut done = 0;
    let mut failed: Vec<Uuid> = Vec::new();
    for message in due {
        match hand_over(app, channel, &message).await? {
            Step::Done => {
                if failures > 0 || !failed.is_empty() {
                    resume(app, channel).await?;
                }
                done += 1;
            }
            Step::Unavailable => {
                failed.push(message.id);
                if failed.len() > 1 || message.attempts < PATIENCE {
                    hold(app, channel, failures.saturating_add(1), &failed).await?;
                    return Ok((done, false));
                }
            }
        }
    }
    Ok((done, more && done > 0))
}

async fn hand_over(app: &App, channel: Channel, queued: &notification::Model) -> Result<Step, DbErr> {
    let Some(message) = claim(app, queued).await? else { return Ok(Step::Done) };
    let letter = guest_link::opened(app, &message, letter(app, channel, &message)).await;
    let limit = Duration::from_secs(app.config.deliver_timeout_secs);
    let answer = tokio::time::timeout(limit, app.channels.of(channel).deliver(&letter)).await;
    let answer = answer.unwrap_or_else(|_| Err(Unavailable("no answer in time".into())));
    fail_point!("mail::handed_over", |_| std::process::abort());
    note(app, &message, answer).await
}

/// Takes a message up, unless it is not wanted any more, was tried long enough, or somebody else has it.
async fn claim(app: &App, queued: &notification::Model) -> Result<Option<notification::Model>, DbErr> {
    let notification::Model { topic, channel, recipient_key, user_id, .. } = queued;
    // The first shard knows who wants to be told what. Others ask it before their own transaction.
    let told = match app.shard {
        Shard::FIRST => None,
        _ => Some(consent::veto(app.shards.first().reader(), *topic, channel, recipient_key, *user_id).await?),
    };
    let tx = app.db.begin().await?;
    let veto = match told {
        Some(veto) => veto,
        None => consent::veto(&*tx, *topic, channel, recipient_key, *user_id).await?,
    };
    let age_hours = (time::now() - queued.created_at).num_hours();
    let fact = match veto {
        Some(_) => Fact::OptedOut,
        None if queued.attempts > 0 && age_hours >= i64::from(app.config.give_up_hours) => Fact::GivenUp,
        None => Fact::Claimed,
    };
    let Ok(status) = queued.status.after(fact) else { return Ok(None) };
    let reason = veto.map(str::to_owned).or_else(|| queued.reason.clone());
    let change = if fact == Fact::Claimed {
        let secs = app.config.deliver_timeout_secs + CLAIM_MARGIN_SECS;
        let claimed_until = Some(time::now() + Duration::from_secs(secs));
        Change { handovers: 1, claimed_until, ..Change::default() }
    } else {
        Change { reason, ..Change::default() }
    };
    let ours = queue::set_status(&tx, queued, status, change).await?;
    tx.commit().await?;
    if ours && status.is_final() {
        finished(queued, status);
    }
    let claimed = notification::Model { status, handovers: queued.handovers + 1, ..queued.clone() };
    Ok(Some(claimed).filter(|_| ours && fact == Fact::Claimed))
}

/// Notes what the channel said.
async fn note(app: &App, message: &notification::Model, answer: Result<Outcome, Unavailable>) -> Result<Step, DbErr> {
    let (fact, change, step) = match answer {
        Ok(Outcome::Delivered { provider_ref }) => {
            (Fact::Accepted, Change { attempts: 1, provider_ref: Some(provider_ref), ..Change::default() }, Step::Done)
        }
        Ok(Outcome::Refused { reason }) => {
            let reason = Some(format!("refused: {reason}"));
            (Fact::Refused, Change { handovers: -1, attempts: 1, reason, ..Change::default() }, Step::Done)
        }
        Err(Unavailable(cause)) => {
            tracing::warn!(notification = %message.id, channel = message.channel, attempts = message.attempts + 1, "channel unavailable");
            let next = time::now() + pause_after(app, message.attempts.unsigned_abs() + 1);
            let reason = Some(format!("unavailable: {cause}"));
            let change =
                Change { handovers: -1, attempts: 1, reason, next_attempt_at: Some(next), ..Change::default() };
            (Fact::Postponed, change, Step::Unavailable)
        }
    };
    let Ok(status) = message.status.after(fact) else { return Ok(step) };
    let tx = app.db.begin().await?;
    let ours = queue::set_status(&tx, message, status, change).await?;
    tx.commit().await?;
    if ours && status.is_final() {
        finished(message, status);
    }
    Ok(step)
}

/// Takes care of messages that a dead process left `sending`.
async fn reclaim(app: &App) -> Result<(), DbErr> {
    for message in queue::interrupted(&app.db, BATCH).await? {
        let fact = if message.handovers >= HANDOVERS_MAX { Fact::GivenUp } else { Fact::Interrupted };
        let Ok(status) = message.status.after(fact) else { continue };
        let reason = Some("interrupted: it may have been sent already".to_owned());
        let tx = app.db.begin().await?;
        let ours = queue::set_status(&tx, &message, status, Change { reason, ..Change::default() }).await?;
        tx.commit().await?;
        tracing::warn!(notification = %message.id, %status, "delivery was interrupted");
        if ours && status.is_final() {
            finished(&message, status);
        }
    }
    Ok(())
}

fn letter(app: &App, channel: Channel, message: &notification::Model) -> Message {
    Message {
        id: message.id.into(),
        channel,
        from: app.config.from.clone(),
        to: message.recipient.clone(),
        subject: message.subject.clone(),
        text: message.text.clone(),
        html: message.html.clone(),
        headers: serde_json::from_value(message.headers.clone()).unwrap_or_default(),
    }
}

fn finished(message: &notification::Model, status: Status) {
    queue::count(&message.channel, status);
    match status {
        Status::Failed => {
            tracing::error!(notification = %message.id, channel = message.channel, topic = message.topic.to_value(), "message failed");
        }
        _ => tracing::debug!(notification = %message.id, channel = message.channel, %status, "message done"),
    }
}

fn pause_after(app: &App, failures: u32) -> Duration {
    let first = Duration::from_millis(app.config.retry_first_ms);
    let longest = Duration::from_secs(app.config.retry_max_secs);
    model::backoff(failures, first, longest, rand::random())
}

async fn paused(app: &App, channel: Channel) -> Result<Option<pause::Model>, DbErr> {
    pause::Entity::find_by_id(model::channel_name(channel).to_owned()).one(app.db.reader()).await
}

/// Stops a channel for a while. What failed in this round waits just as long, so that it comes first afterwards.
async fn hold(app: &App, channel: Channel, failures: i32, failed: &[Uuid]) -> Result<(), DbErr> {
    let resume_at: DateTime<Utc> = time::now() + pause_after(app, failures.unsigned_abs());
    let tx = app.db.begin().await?;
    let row = pause::ActiveModel {
        channel: Set(model::channel_name(channel).to_owned()),
        failures: Set(failures),
        resume_at: Set(resume_at),
    };
    pause::Entity::insert(row)
        .on_conflict(
            OnConflict::column("channel").update_columns([pause::Column::Failures, pause::Column::ResumeAt]).to_owned(),
        )
        .exec_without_returning(&*tx)
        .await?;
    queue::postpone(&tx, failed, resume_at).await?;
    tx.commit().await
}

async fn resume(app: &App, channel: Channel) -> Result<(), DbErr> {
    let tx = app.db.begin().await?;
    pause::Entity::delete_by_id(model::channel_name(channel).to_owned()).exec(&*tx).await?;
    tx.commit().await
}
