//! A real S3 server: S3Proxy from Maven Central, which keeps its buckets in a folder and checks signatures.
//!
//! Buckets and objects lie as folders and files, so a test can look at them and damage them from outside.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::{Supervised, maven};

const VERSION: &str = "3.1.0";
const POM: &str = include_str!("../s3proxy/pom.xml");
const SUMS: &str = include_str!("../s3proxy/jars.sha256");
/// Without it every byte that goes by is written down.
const LOGBACK: &str = r#"<configuration><appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder>
<pattern>%level %logger{0} %msg%n</pattern></encoder></appender><root level="WARN"><appender-ref ref="out"/></root></configuration>"#;
/// How often start-up is looked at, and how long it may take at most on a busy machine.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 1_200;

/// The certificate in the server's folder.
const CA: &str = "ca.pem";

/// The access key that it knows.
pub const KEY: &str = "callboard";
/// The secret of that key.
pub const SECRET: &str = "wall-of-figures";

/// A running S3 server; it ends with this value.
#[derive(Debug)]
pub struct S3 {
    program: Supervised,
    port: u16,
    scheme: &'static str,
}

/// Brings the jars unless the cache has them; their folder.
///
/// # Errors
/// When Maven is missing or fails, or a jar is not the one that is written down.
pub fn fetch() -> anyhow::Result<PathBuf> {
    maven::jars(&format!("s3proxy-{VERSION}"), POM, SUMS)
}

impl S3 {
    /// Starts one without buckets.
    ///
    /// # Errors
    /// When it cannot be fetched or does not start.
    pub fn start() -> anyhow::Result<Self> {
        Self::serve("http", |_| Ok(String::new()))
    }

    /// Starts one that speaks TLS, with a certificate that nobody knows; see [`S3::ca`].
    ///
    /// # Errors
    /// When it cannot be fetched or does not start.
    pub fn start_tls() -> anyhow::Result<Self> {
        Self::serve("https", |folder| {
            let store = folder.join("keys.p12");
            let common = ["-keystore", &store.display().to_string(), "-storepass", SECRET, "-alias", "s3"].map(str::to_owned);
            keytool(&common, &["-genkeypair", "-keyalg", "EC", "-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12"])?;
            let ca = folder.join(CA).display().to_string();
            keytool(&common, &["-exportcert", "-rfc", "-file", &ca])?;
            Ok(format!("s3proxy.keystore-path={}\ns3proxy.keystore-password={SECRET}\n", store.display()))
        })
    }

    fn serve(scheme: &'static str, more: impl FnOnce(&Path) -> anyhow::Result<String>) -> anyhow::Result<Self> {
        let jars = fetch()?;
        let folder = tempfile::Builder::new().prefix("s3").tempdir()?;
        // Free now; nobody else asks for it in the moment between.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let data = folder.path().join("data");
        fs::create_dir(&data)?;
        let endpoint = if scheme == "https" { "secure-endpoint" } else { "endpoint" };
        let text = format!(
            "s3proxy.{endpoint}={scheme}://127.0.0.1:{port}\n\
             s3proxy.authorization=aws-v4\n\
             s3proxy.ignore-unknown-headers=true\n\
             s3proxy.identity={KEY}\n\
             s3proxy.credential={SECRET}\n\
             jclouds.provider=filesystem-nio2\n\
             jclouds.filesystem.basedir={}\n{}",
            data.display(),
            more(folder.path())?
        );
        let properties = folder.path().join("s3proxy.properties");
        fs::write(&properties, text)?;
        let logback = folder.path().join("logback.xml");
        fs::write(&logback, LOGBACK)?;
        let mut server = maven::java(&jars, "-Xmx256m");
        server.arg(format!("-Dlogback.configurationFile={}", logback.display())).arg("org.gaul.s3proxy.Main").arg("--properties").arg(&properties);
        let mut s3 = Self { program: Supervised::new(folder, server)?, port, scheme };
        s3.restart()?;
        Ok(s3)
    }

    /// Its address.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    /// The certificate of one that speaks TLS, PEM.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.program.folder().join(CA)
    }

    /// Makes a bucket; the folder that its objects lie in.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn bucket(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.program.folder().join("data").join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// `kill -9`; returns when it is gone.
    ///
    /// # Errors
    /// When its supervisor is gone.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.program.kill()
    }

    /// Starts it again on the same folder and port.
    ///
    /// # Errors
    /// When it does not start.
    pub fn restart(&mut self) -> anyhow::Result<()> {
        self.program.kill()?;
        self.program.start()?;
        for _ in 0..LOOKS {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            if !self.program.is_alive()? {
                break;
            }
            std::thread::sleep(LOOK);
        }
        bail!("S3Proxy did not start: {}", self.program.said())
    }

    /// Stops its clockwork: connections stay open and nobody answers.
    ///
    /// # Errors
    /// When its supervisor is gone.
    pub fn pause(&mut self) -> anyhow::Result<()> {
        self.program.pause()
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// When its supervisor is gone.
    pub fn resume(&mut self) -> anyhow::Result<()> {
        self.program.resume()
    }

    /// What it printed so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.program.said()
    }
}

/// Java's own tool for keys.
fn keytool(common: &[String], more: &[&str]) -> anyhow::Result<()> {
    let [what, more @ ..] = more else { bail!("keytool needs a command") };
    let mut command = Command::new("keytool");
    command.arg(what).args(common).args(more);
    let output = command.output().context("could not start keytool (Debian: apt-get install openjdk-17-jre-headless)")?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stdout));
    }
    Ok(())
}
