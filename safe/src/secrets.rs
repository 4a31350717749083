//! Secrets of other systems (client secrets, keys of buckets): encrypted in the store, by keys that lie in a file beside it.
//!
//! XChaCha20-Poly1305 with a nonce by chance for each; the name is sealed in, so no row can be given another's value. The
//! file has one key, two while they are changed. Nothing here is ever answered by the API.

mod keys;
mod resource;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use callboard_admin::Admin;
use callboard_admin::random::Random;
use callboard_admin::store::row;
pub use keys::{Key, Keys};
pub use resource::SECRETS;

const NONCE: usize = 24;

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file of keys cannot be read or written.
    #[error("could not use the key file {}", path.display())]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others than its owner may read it.
    #[error("the key file {} may be read by others; take that from them: chmod 600", path.display())]
    Exposed {
        /// Which.
        path: std::path::PathBuf,
    },
    /// It holds no keys.
    #[error("the keys cannot be read: each line is an id, a blank and 32 bytes in base64url")]
    Unreadable,
    /// A secret was sealed by a key that is not here.
    #[error(
        "the secret {name} was sealed by the key {key_id}, which is not in the key file; put that file back, or delete the secret and set it anew"
    )]
    OtherKey {
        /// The secret.
        name: String,
        /// The key.
        key_id: String,
    },
    /// A row was tampered with.
    #[error("the secret {name} is not what was sealed")]
    Tampered {
        /// The secret.
        name: String,
    },
    /// Keys of the environment are not in a file that could be changed.
    #[error("the keys come from the environment; put them into a key file to change them")]
    Unchangeable,
    /// The server was started without keys.
    #[error("there are no keys for secrets")]
    NoKeys,
    /// The settings store refused.
    #[error("the settings store refused")]
    Refused(#[from] DbErr),
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.bytes().into())
}

/// Seals a value under a name; the value as it is kept.
///
/// # Errors
/// The value is longer than any memory.
pub fn seal(key: &Key, random: &dyn Random, name: &str, value: &str) -> Result<String, Error> {
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce);
    let payload = Payload { msg: value.as_bytes(), aad: name.as_bytes() };
    let sealed = cipher(key).encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::Tampered { name: name.into() })?;
    Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
}

/// What was sealed under a name.
///
/// # Errors
/// The key is not here, or it is not what was sealed.
pub fn unseal(keys: &Keys, name: &str, sealed: &str, key_id: &str) -> Result<String, Error> {
    let tampered = || Error::Tampered { name: name.into() };
    let key = keys.find(key_id).ok_or_else(|| Error::OtherKey { name: name.into(), key_id: key_id.into() })?;
    let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| tampered())?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(tampered)?;
    let payload = Payload { msg: sealed, aad: name.as_bytes() };
    let value = cipher(key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| tampered())?;
    String::from_utf8(value).map_err(|_| tampered())
}

/// A secret by its name, for the server's own use.
///
/// # Errors
/// Its key is not here, it was tampered with, or the store fails.
pub async fn reveal(admin: &Admin, name: &str) -> Result<Option<String>, Error> {
    let select = Query::select().columns(["sealed", "key_id"]).from("secrets").and_where(Expr::col("name").eq(name)).to_owned();
    let Some(row) = admin.db().query_one(&select).await? else { return Ok(None) };
    let (sealed, key_id): (String, String) = (row.try_get("", "sealed")?, row.try_get("", "key_id")?);
    let keys = admin.given::<Keys>().ok_or(Error::NoKeys)?;
    unseal(&keys, name, &sealed, &key_id).map(Some)
}

/// Keeps a value that belongs to a row of a part above, in place of the one before. No list shows it, and nobody names it: it goes
/// with [`forget`].
///
/// # Errors
/// There are no keys, or the store fails.
pub async fn keep(admin: &Admin, tx: &DatabaseTransaction, owner: &str, name: &str, value: &str) -> Result<(), Error> {
    let keys = admin.given::<Keys>().ok_or(Error::NoKeys)?;
    let key = keys.current();
    tx.execute(Query::delete().from_table("secrets").and_where(Expr::col("owner").eq(owner)).and_where(Expr::col("name").eq(name))).await?;
    let columns =
        vec![("name", name.into()), ("owner", owner.into()), ("sealed", seal(key, admin.random(), name, value)?.into()), ("key_id", key.id().into())];
    tx.execute(&row::insert("secrets", &admin.new_id(), admin.now(), columns)).await?;
    Ok(())
}

/// Forgets every secret of a row that goes.
///
/// # Errors
/// When the store fails.
pub async fn forget(tx: &DatabaseTransaction, owner: &str) -> Result<(), DbErr> {
    tx.execute(Query::delete().from_table("secrets").and_where(Expr::col("owner").eq(owner))).await?;
    Ok(())
}

/// Whether every secret can be had; at the start, before one is missed.
///
/// # Errors
/// The first that cannot.
pub async fn check(admin: &Admin) -> Result<(), Error> {
    for (name, ..) in all(admin.db()).await? {
        reveal(admin, &name).await?;
    }
    Ok(())
}

/// Makes a new key, seals every secret by it and forgets the key before; how many there are. No server may run meanwhile.
///
/// # Errors
/// A secret cannot be had, or the file or the store fails. The key before stays in the file then, and nothing is lost.
pub async fn rotate(admin: &Admin, keys: &mut Keys) -> Result<usize, Error> {
    keys.add(admin.random())?;
    let tx = admin.store().begin().await?;
    let secrets = all(&tx).await?;
    for (name, sealed, key_id) in &secrets {
        let value = unseal(keys, name, sealed, key_id)?;
        let key = keys.current();
        let mut update = Query::update();
        update.table("secrets").and_where(Expr::col("name").eq(name.as_str()));
        update.value("sealed", seal(key, admin.random(), name, &value)?).value("key_id", key.id());
        tx.execute(&update).await?;
    }
    tx.commit().await?;
    keys.forget_others()?;
    Ok(secrets.len())
}

async fn all(db: &impl ConnectionTrait) -> Result<Vec<(String, String, String)>, DbErr> {
    let rows = db.query_all(Query::select().columns(["name", "sealed", "key_id"]).from("secrets")).await?;
    rows.iter().map(|row| Ok((row.try_get("", "name")?, row.try_get("", "sealed")?, row.try_get("", "key_id")?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count;

    impl Random for Count {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.iter_mut().zip(1_u8..).for_each(|(byte, n)| *byte = n);
        }
    }

    #[test]
    fn a_value_opens_under_its_own_name_with_its_own_key_and_unchanged_only() {
        let keys = Keys::parse(&format!("first {}", URL_SAFE_NO_PAD.encode([7; 32]))).unwrap();
        let other = Keys::parse(&format!("first {}", URL_SAFE_NO_PAD.encode([8; 32]))).unwrap();
        let sealed = seal(keys.current(), &Count, "s3", "wJalrXUtnFEMI").unwrap();
        assert!(!sealed.contains("wJalr"));
        assert_eq!(unseal(&keys, "s3", &sealed, "first").unwrap(), "wJalrXUtnFEMI");
        assert!(matches!(unseal(&keys, "oidc", &sealed, "first"), Err(Error::Tampered { .. })));
        assert!(matches!(unseal(&other, "s3", &sealed, "first"), Err(Error::Tampered { .. })));
        assert!(matches!(unseal(&keys, "s3", &sealed, "second"), Err(Error::OtherKey { .. })));
        let mut bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for at in [0, NONCE, bytes.len() - 1] {
            bytes[at] ^= 1;
            assert!(matches!(unseal(&keys, "s3", &URL_SAFE_NO_PAD.encode(&bytes), "first"), Err(Error::Tampered { .. })), "byte {at}");
            bytes[at] ^= 1;
        }
        assert!(unseal(&keys, "s3", "", "first").is_err());
    }
}
