//! Whose account a person's is: by issuer and subject, which never change; by name only once, and only where that is allowed.

use std::collections::BTreeSet;

use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use serde_json::{Value, json};

use super::{Failed, Oidc, Person, Settings};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::entity::standard::{self, record};
use callboard_admin::entity::users::USERS;
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::Problem;
use callboard_admin::resource::{Record, body, list, write};
use callboard_admin::store::row;
use callboard_admin::words::Lang;

/// The id of a person's account, found, linked or made, with the roles of their groups.
pub(crate) async fn account(admin: &Admin, oidc: &Oidc, person: &Person, address: &str) -> Result<String, Failed> {
    let mut server = Caller::server(admin.now());
    server.address = address.into();
    let found = whole(admin, &server, &oidc.settings, person).await;
    found.unwrap_or_else(|problem| {
        let errors: Vec<&str> = problem.errors().iter().map(|e| e.message.get(Lang::En)).collect();
        tracing::warn!("could not find or make an account for {}: {} {}", person.subject, problem.detail().get(Lang::En), errors.join("; "));
        Err(Failed::Unknown)
    })
}

async fn whole(admin: &Admin, server: &Caller, settings: &Settings, person: &Person) -> Result<Result<String, Failed>, Problem> {
    let tx = admin.begin().await?;
    let id = match known(&tx, settings, person).await? {
        Some(id) => id,
        None => match link_or_make(admin, server, &tx, settings, person).await? {
            Some(id) => id,
            None => return Ok(Err(Failed::Unknown)),
        },
    };
    let user = list::raw(&tx, server, &USERS, &id, DataScope::All).await?.ok_or_else(Problem::not_found)?;
    if user.get("enabled") != Some(&Value::Bool(true)) {
        return Ok(Err(Failed::Disabled));
    }
    roles(admin, server, &tx, settings, person, (&id, &user)).await?;
    let now = admin.now().as_millis();
    let mut update = Query::update();
    update.table("identities").value("used_at", now).and_where(Expr::col("issuer").eq(settings.issuer.as_str()));
    tx.execute(update.and_where(Expr::col("subject").eq(person.subject.as_str()))).await?;
    tx.commit().await?;
    Ok(Ok(id))
}

async fn known(tx: &DatabaseTransaction, settings: &Settings, person: &Person) -> Result<Option<String>, Problem> {
    let select = Query::select()
        .column("user_id")
        .from("identities")
        .and_where(Expr::col("issuer").eq(settings.issuer.as_str()))
        .and_where(Expr::col("subject").eq(person.subject.as_str()))
        .to_owned();
    Ok(tx.query_one(&select).await?.map(|row| row.try_get("", "user_id")).transpose()?)
}

/// Whether somebody of this provider has the account already.
async fn linked(tx: &DatabaseTransaction, settings: &Settings, user_id: &str) -> Result<bool, Problem> {
    let select = Query::select()
        .column("id")
        .from("identities")
        .and_where(Expr::col("issuer").eq(settings.issuer.as_str()))
        .and_where(Expr::col("user_id").eq(user_id))
        .to_owned();
    Ok(tx.query_one(&select).await?.is_some())
}

async fn link_or_make(
    admin: &Admin,
    server: &Caller,
    tx: &DatabaseTransaction,
    settings: &Settings,
    person: &Person,
) -> Result<Option<String>, Problem> {
    let Some(login) = person.text(&settings.name_claim).map(str::to_lowercase) else {
        tracing::warn!("the OpenID provider says no {} of {}", settings.name_claim, person.subject);
        return Ok(None);
    };
    let id = match (standard::one(tx, "users", "login", &login).await?, &settings.create) {
        // Once: a name that is given to somebody else later does not bring the account along.
        (Some(id), _) if settings.link && !linked(tx, settings, &id).await? => id,
        // The same name is not the same person.
        (Some(_), _) | (None, None) => return Ok(None),
        (None, Some(role)) => {
            let role = role_id(tx, role).await?;
            write::create(admin, server, tx, &USERS, new_user(person, &login, &role), DataScope::All).await?
        }
    };
    let columns = vec![
        ("user_id", id.clone().into()),
        ("issuer", settings.issuer.clone().into()),
        ("subject", person.subject.clone().into()),
        ("used_at", admin.now().as_millis().into()),
    ];
    tx.execute(&row::insert("identities", &admin.new_id(), admin.now(), columns)).await?;
    let after = record(json!({ "issuer": settings.issuer, "subject": person.subject }));
    let entry = Entry { action: "link-identity", resource: USERS.name, target: Some(&id), label: &login, after: Some(after), ..Entry::default() };
    audit::note(admin, tx, server, entry).await?;
    Ok(Some(id))
}

fn new_user(person: &Person, login: &str, role: &str) -> Record {
    let mut user = record(json!({ "login": login, "name": person.text("name").unwrap_or(login), "role_ids": [role] }));
    // A provider's mail address may be none that is taken here.
    let mail = person.text("email").map(Value::from).zip(USERS.field("email"));
    if let Some(Ok(mail)) = mail.map(|(mail, field)| body::normal(field, mail)) {
        user.insert("email".into(), mail);
    }
    user
}

async fn role_id(tx: &DatabaseTransaction, name: &str) -> Result<String, Problem> {
    let missing = || Problem::refused(format!("the configuration names a role {name}, which there is not"), format!("配置中的角色 {name} 不存在"));
    standard::one(tx, "roles", "name", name).await?.ok_or_else(missing)
}

/// Gives the roles of the person's groups and takes those of groups that they have left; others stay.
async fn roles(
    admin: &Admin,
    server: &Caller,
    tx: &DatabaseTransaction,
    settings: &Settings,
    person: &Person,
    (id, user): (&str, &Record),
) -> Result<(), Problem> {
    let held = user.get("role_ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let (mut given, mut managed) = (BTreeSet::new(), BTreeSet::new());
    for (group, name) in &settings.roles {
        let role = role_id(tx, name).await?;
        if person.has(&settings.groups_claim, group) {
            given.insert(role.clone());
        }
        managed.insert(role);
    }
    let held: BTreeSet<String> = held.map(str::to_owned).collect();
    let wanted: BTreeSet<String> = held.difference(&managed).chain(&given).cloned().collect();
    if wanted == held {
        return Ok(());
    }
    write::change(admin, server, tx, &USERS, (id, None), record(json!({ "role_ids": wanted })), DataScope::All).await.map(drop)
}
