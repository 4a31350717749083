//! The client that reaches ClickHouse: plain, or over TLS with the certificates of the system or of a file.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use clickhouse::{Client, Compression};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::{Error, Options};

/// As the plain client has them.
const KEEPALIVE: Duration = Duration::from_secs(60);
/// ClickHouse closes what is idle for 3 seconds.
const IDLE: Duration = Duration::from_secs(2);

/// A client of the server that `options` name, without settings.
pub(super) fn client(options: &Options) -> Result<Client, Error> {
    let url = Url::parse(&options.url).map_err(|e| wrong(options, io::Error::other(e)))?;
    let client = match url.scheme() {
        "http" => Client::default(),
        "https" => secure(options).map_err(|e| wrong(options, e))?,
        other => return Err(wrong(options, io::Error::other(format!("{other:?} is neither http nor https")))),
    };
    // Within a machine packing costs more than it saves.
    let is_near = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    Ok(client.with_url(&options.url).with_compression(if is_near { Compression::None } else { Compression::Lz4 }))
}

fn wrong(options: &Options, source: io::Error) -> Error {
    Error::Connection { place: options.url.clone(), source }
}

fn secure(options: &Options) -> io::Result<Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(io::Error::other)?;
    let config = match &options.ca {
        None => builder.with_native_roots()?.with_no_client_auth(),
        Some(path) => {
            let failed = |e: &dyn std::fmt::Display| io::Error::other(format!("the certificates in {}: {e}", path.display()));
            let mut roots = RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| failed(&e))? {
                roots.add(certificate.map_err(|e| failed(&e))?).map_err(|e| failed(&e))?;
            }
            if roots.is_empty() {
                return Err(failed(&"there are none"));
            }
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    let mut connector = HttpConnector::new();
    connector.set_keepalive(Some(KEEPALIVE));
    connector.enforce_http(false);
    let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_only().enable_http1().wrap_connector(connector);
    Ok(Client::with_http_client(legacy::Client::builder(TokioExecutor::new()).pool_idle_timeout(IDLE).build(connector)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Mutex;

    use callboard_engines::ClickHouse;
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use rustls::pki_types::PrivateKeyDer;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::Table;
    use crate::history::{ClickHouseHistory, Commit, History};

    /// An authority, written to a file, and an acceptor with a certificate of it for `localhost`.
    fn authority(file: &Path) -> TlsAcceptor {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        std::fs::write(file, params.self_signed(&key).unwrap().pem()).unwrap();
        let issuer = Issuer::new(params, key);
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }

    /// Hands on to `plain` what comes over TLS, and notes it; its port.
    async fn front(acceptor: TlsAcceptor, plain: String, heard: Arc<Mutex<Vec<u8>>>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (acceptor, plain, heard) = (acceptor.clone(), plain.clone(), Arc::clone(&heard));
                tokio::spawn(async move {
                    let Ok(secured) = acceptor.accept(socket).await else { return };
                    let (mut from, mut to) = tokio::io::split(secured);
                    let (mut back, mut on) = TcpStream::connect(plain).await.unwrap().into_split();
                    let answers = tokio::spawn(async move { tokio::io::copy(&mut back, &mut to).await });
                    let mut piece = vec![0; 64 * 1024];
                    while let Ok(n @ 1..) = from.read(&mut piece).await {
                        heard.lock().unwrap().extend_from_slice(&piece[..n]);
                        on.write_all(&piece[..n]).await.unwrap();
                    }
                    drop(on);
                    let _ = answers.await;
                });
            }
        });
        port
    }

    #[test]
    fn over_tls_the_certificate_must_be_of_a_known_authority_and_for_the_name() {
        let engine = ClickHouse::start().unwrap();
        let (folder, runtime) = (tempfile::tempdir().unwrap(), tokio::runtime::Runtime::new().unwrap());
        let (ca, heard) = (folder.path().join("ca.pem"), Arc::new(Mutex::new(Vec::new())));
        let plain = engine.url().trim_start_matches("http://").to_owned();
        let port = runtime.block_on(front(authority(&ca), plain, Arc::clone(&heard)));
        let mut options = Options::new(format!("https://localhost:{port}"), "log", "test");
        options.database = engine.database().unwrap();
        (options.user, options.password) = (Some("wall".into()), Some("secret".into()));
        let refused = |options: &Options| ClickHouseHistory::open(options, runtime.handle().clone()).unwrap_err();

        // The machine knows nothing of this authority.
        assert!(matches!(refused(&options), Error::ClickHouse { .. } | Error::Connection { .. }));
        options.ca = Some(ca.clone());
        let history = ClickHouseHistory::open(&options, runtime.handle().clone()).unwrap();
        let at = "2026-03-02T00:00:00Z".parse().unwrap();
        let gap = crate::table::Gap { source: "pbx".into(), from_at: at, to_at: at, reason: None, filled_at: None, version: 1 };
        let batches = vec![(Table::Gaps, <crate::table::Gap as crate::TableRow>::batch(&[gap]))];
        history.commit(Commit { position: 5, batches, engine_state: b"state".to_vec(), at }).unwrap();
        assert_eq!(history.engine_state().unwrap().unwrap(), b"state");
        let heard = String::from_utf8_lossy(&heard.lock().unwrap()).to_lowercase();
        assert!(heard.contains("x-clickhouse-user: wall") && heard.contains("x-clickhouse-key: secret"), "{}", heard.get(..400).unwrap_or_default());

        // Another name than the certificate's, and a file without certificates.
        options.url = format!("https://127.0.0.1:{port}");
        assert!(matches!(refused(&options), Error::ClickHouse { .. }));
        std::fs::write(&ca, "nothing").unwrap();
        let error = refused(&options).to_string();
        assert!(error.contains("ca.pem: there are none"), "{error}");
        options.url = "ftp://localhost".into();
        assert!(refused(&options).to_string().contains("neither http nor https"));
    }
}
