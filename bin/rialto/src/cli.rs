//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use contracts::Service;
use uuid::Uuid;

use crate::config::Flags;

/// An online shop in one program.
#[derive(Debug, Parser)]
#[command(
    name = "rialto",
    version,
    after_help = "Examples:
  rialto up                                  open the shop at http://localhost:8080
  rialto serve orders payments               run two services of a larger shop
  rialto import shopify products.csv --dry-run
  rialto backup shop.tar.gz                  keep all of it in one file
  rialto verify                              check that all books agree"
)]
pub struct Cli {
    #[command(flatten)]
    pub place: Place,
    #[command(subcommand)]
    pub command: Command,
}

/// Which shop.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// The configuration file [default: rialto.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The directory with the shop's data [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Write JSON to standard output
    #[arg(long, global = true)]
    pub json: bool,
}

impl Place {
    pub fn flags(&self) -> Flags {
        Flags { file: self.config.clone(), data: self.data.clone(), ..Flags::default() }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the whole shop in this process
    Up(Up),
    /// Run some services of a shop whose others run elsewhere
    Serve(Serve),
    /// Bring the databases' schemas up to date, or say what is missing
    Migrate {
        #[command(subcommand)]
        action: Migrate,
    },
    /// Read products from a file
    Import(Import),
    /// Write all products as a file in the Shopify format
    Export(Export),
    /// Manage administrators
    Admin {
        #[command(subcommand)]
        action: Admin,
    },
    /// Make certificates by which the processes of a shop know each other
    Certs {
        /// Where to write them. An authority that is there already is used again
        #[arg(long, value_name = "DIR", default_value = "certs")]
        to: PathBuf,
        /// The services of one process, for one certificate that names them all; without any, one for each service
        services: Vec<Service>,
    },
    /// Write all of a shop in one process to one file, beside the running shop or without it
    Backup {
        /// The file to write, such as shop.tar.gz
        file: PathBuf,
    },
    /// Make a shop's data directory from a backup
    Restore {
        /// The file that `rialto backup` wrote
        file: PathBuf,
    },
    /// Look at the configuration
    Config {
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Check what the shop needs, and say how to mend what is missing
    Doctor,
    /// Look at events, and move those that are stuck
    Events {
        #[command(subcommand)]
        action: Events,
    },
    /// Write the OpenAPI document to standard output
    Openapi,
    /// Check that all books agree; exits with 1 if they do not
    Verify,
}

#[derive(Debug, Args)]
pub struct Up {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// What a new shop begins with
    #[arg(long, value_enum, default_value_t = Sample::Shop)]
    pub sample: Sample,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sample {
    /// A sample shop with 48 products
    Shop,
    /// Nothing
    None,
}

#[derive(Debug, Args)]
pub struct Serve {
    /// gateway, users, catalog, orders, payments, shipping, notifications
    #[arg(required = true)]
    pub services: Vec<Service>,
    /// Bring the schemas up to date first
    #[arg(long)]
    pub migrate: bool,
}

#[derive(Debug, Subcommand)]
pub enum Migrate {
    /// Run what is pending
    Up,
    /// List what is pending; exits with 3 if something is
    Status,
    /// Show what is pending as the SQL that `up` would execute; changes nothing, exits with 3 if something is pending
    Plan,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Shopify,
    Woocommerce,
}

#[derive(Debug, Args)]
pub struct Import {
    pub format: Format,
    pub file: PathBuf,
    /// Say what would happen and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write refused rows with their reasons to this file
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Export {
    /// Where to write it [default: standard output]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Make an administrator; the password is read from standard input, or made and printed
    Create { email: String },
    /// Set a new password, read from standard input, or made and printed
    Reset { email: String },
    /// Give a user a role
    Role { email: String, role: String },
}

#[derive(Debug, Subcommand)]
pub enum ConfigAction {
    /// Read the configuration and tell all its problems
    Check,
    /// Show every value, with secrets masked
    Show {
        /// Say where each value comes from
        #[arg(long)]
        origin: bool,
    },
    /// Print the default configuration, which explains every key
    Defaults,
}

#[derive(Debug, Subcommand)]
pub enum Events {
    /// How events flow: what waits to be sent, how far each service has read, what is parked
    Status,
    /// The newest events, and all that are parked
    List {
        #[arg(long, default_value_t = 20)]
        limit: u64,
    },
    /// One event with its data and, if it is parked, the cause
    Show { id: Uuid },
    /// Try parked events again now
    Retry {
        /// The event; all of them if absent
        id: Option<Uuid>,
    },
    /// Give a parked event up for good, so that those behind it go on
    Skip {
        /// The service that could not apply it
        service: Service,
        id: Uuid,
        /// Kept with the event
        #[arg(long)]
        reason: String,
    },
    /// Let a service read its events again from a time or a position; effects do not happen twice
    Replay {
        consumer: Service,
        /// An RFC 3339 time or a position [default: the beginning]
        #[arg(long)]
        from: Option<String>,
    },
}
