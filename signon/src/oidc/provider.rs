//! Talking to a provider: what it says about itself, where it is asked, and what it says about a person.

use std::error::Error as Cause;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreGenderClaim, CoreIdToken, CoreJwsSigningAlgorithm as Signed,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, Scope,
    SignatureVerificationError, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{FLOW_MS, Failed, Flow, Oidc, Person};
use callboard_admin::Admin;
use callboard_admin::random::secret;
use callboard_safe::secrets;

pub(super) type Provider = ProviderMetadataWithLogout;
type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Signatures that only the provider can make: none by a shared secret, and never none at all.
const SIGNATURES: [Signed; 10] = [
    Signed::RsaSsaPkcs1V15Sha256,
    Signed::RsaSsaPkcs1V15Sha384,
    Signed::RsaSsaPkcs1V15Sha512,
    Signed::RsaSsaPssSha256,
    Signed::RsaSsaPssSha384,
    Signed::RsaSsaPssSha512,
    Signed::EcdsaP256Sha256,
    Signed::EcdsaP384Sha384,
    Signed::EcdsaP521Sha512,
    Signed::EdDsa,
];

/// Every claim there is.
#[derive(Debug, Serialize, Deserialize)]
struct Every(Map<String, Value>);

impl AdditionalClaims for Every {}

/// Notes why a provider is not believed; people are told only that it is so.
fn not_believed(what: &str, error: &dyn Cause) -> Failed {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    tracing::warn!("could not {what}: {text}");
    Failed::Provider
}

impl Oidc {
    /// What the provider says about itself, as it is remembered, unless that is `old`.
    async fn provider(&self, admin: &Admin, old: Option<&Arc<Provider>>) -> Result<Arc<Provider>, Failed> {
        let known = || self.remembered(admin.now()).filter(|known| old.is_none_or(|old| !Arc::ptr_eq(known, old)));
        if let Some(provider) = known() {
            return Ok(provider);
        }
        let _asking = self.asking.lock().await;
        if let Some(provider) = known() {
            return Ok(provider);
        }
        if self.away(admin.now()) {
            return Err(Failed::Provider);
        }
        let found = Provider::discover_async(self.issuer.clone(), &self.http).await.map(Arc::new);
        self.learn(admin.now(), found.as_ref().ok().cloned());
        found.map_err(|e| not_believed("ask the OpenID provider about itself", &e))
    }

    async fn client(&self, admin: &Admin, provider: &Provider) -> Result<Client, Failed> {
        let secret = match &self.settings.secret {
            Some(name) => match secrets::reveal(admin, name).await {
                Ok(Some(value)) => Some(ClientSecret::new(value)),
                Ok(None) => {
                    tracing::error!("the secret {name} of the OpenID provider is not among the secrets; set it in the console");
                    return Err(Failed::Provider);
                }
                Err(error) => return Err(not_believed("have the client secret", &error)),
            },
            None => None,
        };
        let ways = provider.token_endpoint_auth_methods_supported();
        let takes = |way| ways.is_some_and(|ways| ways.contains(&way));
        let in_body = takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic);
        let client = CoreClient::from_provider_metadata(provider.clone(), self.client.clone(), secret);
        let client = client.set_redirect_uri(self.back.clone());
        Ok(if in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
    }

    /// Where a browser is sent, and what it remembers until it comes back.
    pub(crate) async fn begin(&self, admin: &Admin, to: &str) -> Result<(String, Flow), Failed> {
        let client = self.client(admin, &*self.provider(admin, None).await?).await?;
        let chance = || secret(admin.random());
        let flow = Flow { state: chance(), nonce: chance(), verifier: chance(), to: to.into(), until: admin.now().plus(FLOW_MS).as_millis() };
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(flow.verifier.clone()));
        let (state, nonce) = (CsrfToken::new(flow.state.clone()), Nonce::new(flow.nonce.clone()));
        let request = client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce).set_pkce_challenge(challenge);
        let (url, ..) = request.add_scopes(self.settings.scopes.iter().cloned().map(Scope::new)).url();
        Ok((url.into(), flow))
    }

    /// Whom the provider vouches for, by the code that a browser brought back.
    pub(crate) async fn end(&self, admin: &Admin, code: String, flow: Flow) -> Result<Person, Failed> {
        let provider = self.provider(admin, None).await?;
        let mut client = self.client(admin, &provider).await?;
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|e| not_believed("ask the OpenID provider for a token", &e))?;
        let tokens = request.set_pkce_verifier(PkceCodeVerifier::new(flow.verifier)).request_async(&self.http).await;
        let tokens = tokens.map_err(|e| not_believed("have a token of the OpenID provider", &e))?;
        let token = tokens.id_token().ok_or_else(|| {
            tracing::warn!("the OpenID provider gave no ID token");
            Failed::Provider
        })?;
        let nonce = Nonce::new(flow.nonce);
        let hash = AccessTokenHash::from_token;
        let checked = |client: &Client| {
            let verifier = client.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(|| time(admin));
            let claims = token.claims(&verifier, &nonce).map_err(|e| not_believed("believe the ID token", &e))?;
            if let Some(expected) = claims.access_token_hash() {
                let alg = token.signing_alg().map_err(|e| not_believed("read the ID token's signature", &e))?;
                let key = token.signing_key(&verifier).map_err(|e| not_believed("find the ID token's key", &e))?;
                let own = hash(tokens.access_token(), alg, key).map_err(|e| not_believed("hash the access token", &e))?;
                if own != *expected {
                    tracing::warn!("the OpenID provider's access token is not the one that its ID token names");
                    return Err(Failed::Provider);
                }
            }
            Ok(claims.subject().clone())
        };
        if matches!(token.signing_key(&client.id_token_verifier().set_allowed_algs(SIGNATURES)), Err(SignatureVerificationError::NoMatchingKey)) {
            // Its keys have changed since they were asked for.
            client = self.client(admin, &*self.provider(admin, Some(&provider)).await?).await?;
        }
        let subject = checked(&client)?;
        let mut claims = payload(token).unwrap_or_default();
        if !self.needed().all(|claim| claims.contains_key(claim))
            && let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject.clone()))
        {
            let told: UserInfoClaims<Every, CoreGenderClaim> =
                request.request_async(&self.http).await.map_err(|e| not_believed("ask the OpenID provider about a person", &e))?;
            if let Ok(Value::Object(told)) = serde_json::to_value(told) {
                for (claim, value) in told {
                    claims.entry(claim).or_insert(value);
                }
            }
        }
        Ok(Person { subject: subject.to_string(), claims })
    }

    /// The claims that an account is made of; a provider may tell them in the ID token or only where it is asked about a person.
    fn needed(&self) -> impl Iterator<Item = &String> {
        let groups = (!self.settings.roles.is_empty()).then_some(&self.settings.groups_claim);
        std::iter::once(&self.settings.name_claim).chain(groups)
    }

    /// Where a browser signs out of the provider and comes back from; none where it has no such page.
    pub(crate) async fn out(&self, admin: &Admin) -> Result<Option<String>, Failed> {
        let provider = self.provider(admin, None).await?;
        let Some(page) = provider.additional_metadata().end_session_endpoint.clone() else { return Ok(None) };
        let request = LogoutRequest::from(page).set_client_id(self.client.clone());
        Ok(Some(request.set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(self.home.clone())).http_get_url().into()))
    }
}

/// The claims of a token that was checked before.
fn payload(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let text = serde_json::to_value(token).ok()?;
    let bytes = URL_SAFE_NO_PAD.decode(text.as_str()?.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn time(admin: &Admin) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(admin.now().as_millis()).unwrap_or_default()
}
