//! TLS between the processes of a shop: each has a certificate that names the services it runs, from an authority of the
//! shop's own, and believes only those.
//!
//! A certificate names a service (`orders.rialto.internal`), not a machine: processes come and go with their addresses.
//! So what is checked is not the host of the URL that is called but the service that is meant.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use contracts::Service;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem, pem::PemObject},
    server::WebPkiClientVerifier,
};

pub use rustls::ServerConfig;

/// What a certificate calls a service.
pub fn name_of(service: Service) -> String {
    format!("{service}.rialto.internal")
}

/// The files that make a process known to the others.
#[derive(Clone, Debug)]
pub struct Files {
    /// The authority's certificate, PEM.
    pub ca: PathBuf,
    /// This process's certificate and the key to it, PEM.
    pub cert: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{path}: {error}")]
    File { path: PathBuf, error: pem::Error },
    #[error(transparent)]
    Tls(#[from] Error),
    #[error("the authority's certificate cannot be used: {0}")]
    Authority(#[from] rustls::server::VerifierBuilderError),
}

/// Who this process is among those of the shop, and whom it believes. Cheap to clone.
#[derive(Clone)]
pub struct Identity {
    server: Arc<ServerConfig>,
    clients: Arc<Client>,
}

struct Client {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads the files. Whoever changes them starts the process again.
    pub fn read(files: &Files) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for authority in certificates(&files.ca)? {
            roots.add(authority)?;
        }
        let (chain, key) = (certificates(&files.cert)?, private_key(&files.key)?);
        let (roots, provider) = (Arc::new(roots), Arc::new(aws_lc_rs::default_provider()));
        let callers = WebPkiClientVerifier::builder_with_provider(roots.clone(), provider.clone()).build()?;
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone()).build()?;
        let mut server = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(callers)
            .with_single_cert(chain.clone(), key.clone_key())?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), clients: Arc::new(Client { provider, verifier, chain, key }) })
    }

    /// For a listener that only processes of the shop may talk to.
    pub fn server(&self) -> Arc<ServerConfig> {
        self.server.clone()
    }

    /// For calls to `service`, wherever it is.
    pub(crate) fn client(&self, service: Service) -> Result<ClientConfig, TlsError> {
        let Client { provider, verifier, chain, key } = &*self.clients;
        let name = ServerName::try_from(name_of(service)).map_err(|error| Error::General(error.to_string()))?;
        let verifier = Arc::new(Named { name, inner: verifier.clone() });
        let mut client = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_client_auth_cert(chain.clone(), key.clone_key())?;
        client.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(client)
    }
}

/// For a listener that the public talks to, with a certificate that an authority of theirs has signed.
pub fn public(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let mut server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates(cert)?, private_key(key)?)?;
    server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(server))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).and_then(|found| found.collect::<Result<Vec<_>, _>>());
    let found = read.map_err(|error| TlsError::File { path: path.to_owned(), error })?;
    if found.is_empty() {
        return Err(TlsError::File { path: path.to_owned(), error: pem::Error::NoItemsFound });
    }
    Ok(found)
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| TlsError::File { path: path.to_owned(), error })
}

/// Checks a certificate as any client does, but for the name that is meant instead of the one that was dialled.
#[derive(Debug)]
struct Named {
    name: ServerName<'static>,
    inner: Arc<WebPkiServerVerifier>,
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _dialled: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.inner.verify_server_cert(end_entity, intermediates, &self.name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}
