//! `rialto admin`: administrators, from the command line. Passwords come from standard input, never from arguments.

use std::{
    collections::BTreeSet,
    io::{IsTerminal, Read},
    process::ExitCode,
};

use anyhow::{Context, bail};
use contracts::Service;

use super::{out, say};
use crate::{
    cli::Admin,
    config::Config,
    shop::{Schemas, Shop, Work},
};

pub async fn run(config: &Config, action: Admin) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&config.data).with_context(|| format!("{} cannot be made", config.data.display()))?;
    let shop = Shop::open(config, &BTreeSet::from([Service::Users]), Schemas::Migrate, Work::LookOnly).await?;
    let users = shop.users.as_ref().context("users was opened")?;
    match action {
        Admin::Create { email } => {
            let made_up = match users::admin::create(users, &email, given_password()?).await {
                Err(users::Error::EmailTaken) => {
                    bail!("{email} has an account already: `rialto admin role {email} admin` makes it an administrator")
                }
                made => made?,
            };
            say(&format!("{email} is an administrator"));
            made_up.iter().for_each(|password| out(password));
        }
        Admin::Reset { email } => {
            let generated = users::admin::set_password(users, &email, given_password()?).await?;
            say(&format!("the password of {email} is set, and all sessions have ended"));
            generated.iter().for_each(|password| out(password));
        }
        Admin::Role { email, role } => {
            users::admin::set_role(users, &email, &role).await?;
            say(&format!("{email} has the role {role}"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A password on standard input, unless that is a terminal: then one is made.
fn given_password() -> anyhow::Result<Option<String>> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input.read_to_string(&mut text)?;
    let password = text.trim_end_matches(['\r', '\n']);
    Ok((!password.is_empty()).then(|| password.to_owned()))
}
