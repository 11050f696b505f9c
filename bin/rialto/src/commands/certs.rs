//! `rialto certs`: the shop's own authority, and certificates by which its processes know each other.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context;
use chrono::{Datelike, Duration, NaiveDate};
use contracts::{Service, time};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use upstream::tls;

use super::{out, say};

const AUTHORITY: &str = "ca";
/// The authority's own certificate, and those it signs.
const AUTHORITY_YEARS: i64 = 10;
const PROCESS_DAYS: i64 = 397;

pub fn run(to: &Path, services: &[Service]) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    let authority = authority(to)?;
    if services.is_empty() {
        for service in Service::ALL {
            certify(to, &authority, &[service])?;
        }
    } else {
        certify(to, &authority, services)?;
    }
    say(&format!(
        "{}/{AUTHORITY}.key signs for the whole shop: keep it where no process of the shop can read it",
        to.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The authority that is there, or a new one.
fn authority(to: &Path) -> anyhow::Result<Issuer<'static, KeyPair>> {
    let (cert, key) = (to.join(format!("{AUTHORITY}.pem")), to.join(format!("{AUTHORITY}.key")));
    match fs::read_to_string(&key) {
        Ok(text) => {
            let known = fs::read_to_string(&cert).with_context(|| format!("{} cannot be read", cert.display()))?;
            return Issuer::from_ca_cert_pem(&known, KeyPair::from_pem(&text)?).context("the authority's files");
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", key.display())),
    }
    let mut params = valid_for(CertificateParams::default(), AUTHORITY_YEARS * 365)?;
    params.distinguished_name.push(DnType::CommonName, "Rialto internal authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let pair = KeyPair::generate()?;
    write(&key, &pair.serialize_pem(), Readers::Owner)?;
    write(&cert, &params.self_signed(&pair)?.pem(), Readers::All)?;
    Ok(Issuer::new(params, pair))
}

/// One certificate for a process that runs these services.
fn certify(to: &Path, authority: &Issuer<'_, KeyPair>, services: &[Service]) -> anyhow::Result<()> {
    let file = services.iter().map(|service| service.name()).collect::<Vec<_>>().join("-");
    let names: Vec<String> = services.iter().copied().map(tls::name_of).collect();
    let mut params = valid_for(CertificateParams::new(names)?, PROCESS_DAYS)?;
    params.distinguished_name.push(DnType::CommonName, file.as_str());
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let pair = KeyPair::generate()?;
    let (cert, key) = (to.join(format!("{file}.pem")), to.join(format!("{file}.key")));
    write(&key, &pair.serialize_pem(), Readers::Owner)?;
    write(&cert, &params.signed_by(&pair, authority)?.pem(), Readers::All)?;
    out(&format!("{} until {}", cert.display(), day(PROCESS_DAYS)));
    Ok(())
}

/// From yesterday on, for clocks differ.
fn valid_for(mut params: CertificateParams, days: i64) -> anyhow::Result<CertificateParams> {
    let at = |day: NaiveDate| -> anyhow::Result<_> {
        Ok(date_time_ymd(day.year(), u8::try_from(day.month())?, u8::try_from(day.day())?))
    };
    params.not_before = at(day(-1))?;
    params.not_after = at(day(days))?;
    Ok(params)
}

fn day(from_now: i64) -> NaiveDate {
    (time::now() + Duration::days(from_now)).date_naive()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Readers {
    Owner,
    All,
}

fn write(path: &Path, text: &str, readers: Readers) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if readers == Readers::Owner { 0o600 } else { 0o644 });
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
