//! How to reach a bucket of S3, or of a store that speaks like it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::{BackoffConfig, Certificate, ClientOptions, RetryConfig};
use serde::Deserialize;

/// The most that a wait between two tries grows to.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The settings of a bucket. What is not set is taken from `AWS_*` in the environment, then from the machine's role.
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct S3 {
    /// Address of a store that is not Amazon's, such as `https://minio.example:9000`.
    pub endpoint: Option<String>,
    /// The region that the bucket lies in.
    pub region: Option<String>,
    /// Id of the access key.
    pub access_key: Option<String>,
    /// Name of the environment variable that holds the secret of the access key.
    pub secret_key_env: Option<String>,
    /// Whether the bucket stands in the path of an address (`https://host/bucket`), not before its host.
    pub path_style: bool,
    /// Whether `http://` without TLS will do: for a store in the same house only.
    pub allow_http: bool,
    /// The certificate (PEM) of who signed the store's, where the system does not know it.
    pub ca: Option<PathBuf>,
    /// Seconds that a connection may take to be made.
    pub connect_timeout_s: u32,
    /// Seconds that a request may take until its answer is whole. With tries again it is at most twice as much.
    pub timeout_s: u32,
    /// How often a request that failed is tried again.
    pub retries: usize,
}

impl Default for S3 {
    fn default() -> Self {
        Self {
            endpoint: None,
            region: None,
            access_key: None,
            secret_key_env: None,
            path_style: true,
            allow_http: false,
            ca: None,
            connect_timeout_s: 5,
            timeout_s: 30,
            retries: 3,
        }
    }
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An access key's id is no secret, but no log needs it.
        f.debug_struct("S3").field("endpoint", &self.endpoint).field("region", &self.region).finish_non_exhaustive()
    }
}

impl S3 {
    /// The bucket at `url`; `secret` looks a name up in the environment. What is wrong is said in words.
    pub(crate) fn bucket(&self, url: &str, secret: impl Fn(&str) -> Option<String>) -> Result<AmazonS3, String> {
        // Whatever stands in AWS_*, such as a role's token; the settings go before it.
        let mut builder = AmazonS3Builder::from_env().with_url(url).with_client_options(self.client()?).with_retry(self.tries());
        builder = builder.with_virtual_hosted_style_request(!self.path_style);
        let endpoint = match &self.endpoint {
            Some(endpoint) => {
                builder = builder.with_config(AmazonS3ConfigKey::S3Endpoint, endpoint);
                Some(endpoint.clone())
            }
            None => {
                let known = builder.get_config_value(&AmazonS3ConfigKey::S3Endpoint);
                known.or_else(|| builder.get_config_value(&AmazonS3ConfigKey::Endpoint))
            }
        };
        if let Some(endpoint) = endpoint.filter(|e| e.starts_with("http://") && !self.allow_http) {
            return Err(format!("{endpoint} is not encrypted; take https, or set allow_http = true for a store in the same house"));
        }
        if let Some(region) = &self.region {
            builder = builder.with_region(region);
        }
        match (&self.access_key, &self.secret_key_env) {
            (Some(key), Some(name)) => {
                let value = secret(name).ok_or_else(|| format!("the environment variable {name}, which holds its secret key, is not set"))?;
                builder = builder.with_access_key_id(key).with_secret_access_key(value);
            }
            (None, None) => {}
            (Some(_), None) => return Err("access_key has no secret; name the environment variable that holds it as secret_key_env".into()),
            (None, Some(_)) => return Err("secret_key_env has no access key; set access_key".into()),
        }
        builder.build().map_err(|e| e.to_string())
    }

    fn client(&self) -> Result<ClientOptions, String> {
        let mut options = ClientOptions::new()
            .with_allow_http(self.allow_http)
            .with_connect_timeout(Duration::from_secs(self.connect_timeout_s.into()))
            .with_timeout(Duration::from_secs(self.timeout_s.into()));
        if let Some(path) = &self.ca {
            let pem = std::fs::read(path).map_err(|e| format!("the certificate {} cannot be read: {e}", path.display()))?;
            for certificate in Certificate::from_pem_bundle(&pem).map_err(|e| format!("{} holds no certificate: {e}", path.display()))? {
                options = options.with_root_certificate(certificate);
            }
        }
        Ok(options)
    }

    fn tries(&self) -> RetryConfig {
        RetryConfig {
            backoff: BackoffConfig { max_backoff: LONGEST_PAUSE, ..BackoffConfig::default() },
            max_retries: self.retries,
            retry_timeout: Duration::from_secs(self.timeout_s.into()),
        }
    }
}
