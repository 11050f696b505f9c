//! What `rialto up` prints once the shop is open.

use std::{fmt::Write, path::Path, time::Duration};

/// What a newcomer wants to know.
#[derive(Debug)]
pub struct Banner<'a> {
    pub url: &'a str,
    pub data: &'a Path,
    pub admin: AdminLine<'a>,
    pub ready_after: Duration,
    pub products: u64,
    pub sample_loaded: bool,
}

#[derive(Debug)]
pub enum AdminLine<'a> {
    /// Made just now; the password is shown this once.
    Made { email: &'a str, password: &'a str },
    /// Made just now with a password that its owner chose.
    Chosen { email: &'a str },
    /// There from an earlier start.
    Known,
}

impl Banner<'_> {
    pub fn text(&self) -> String {
        let url = self.url;
        let admin = match &self.admin {
            AdminLine::Made { email, password } => format!("{email}     shown once: {password}"),
            AdminLine::Chosen { email } => (*email).to_owned(),
            AdminLine::Known => "as before   (rialto admin reset EMAIL makes a new password)".to_owned(),
        };
        let loaded = if self.sample_loaded { ", the sample shop was loaded" } else { "" };
        let mut text = String::new();
        let _ = write!(
            text,
            "
rialto {version}   mode: all-in-one   data: {data}

  Storefront   {url}
  Admin        {url}/admin     {admin}
  API docs     {url}/docs
  Mailbox      {url}/dev/mail   (all mail lands here)
  Test cards   4242 4242 4242 4242  ok   |  4000 0000 0000 0002  declined  |  4000 0027 6000 3184  3-D Secure

  ready in {secs:.1} s   |   {products} products{loaded}   |   Ctrl+C stops
",
            version = env!("CARGO_PKG_VERSION"),
            data = self.data.display(),
            secs = self.ready_after.as_secs_f64(),
            products = self.products,
        );
        text
    }
}
