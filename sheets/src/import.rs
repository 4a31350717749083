//! Imports: a file of rows as a job with progress, a sentence for every row that is wrong, and all of it or nothing.
//!
//! Jobs live in memory: one that the server did not finish has changed nothing.

mod row;

pub(crate) use row::importable;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use callboard_domain::Timestamp;
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};

use crate::sheet::{self, Format};
use callboard_admin::Admin;
use callboard_admin::audit::{self, Entry};
use callboard_admin::identity::{Caller, DataScope};
use callboard_admin::problem::{FieldError, Problem};
use callboard_admin::resource::Resource;
use callboard_admin::resource::many::{Checked, Earlier, Place, Ready};
use callboard_admin::words::Lang;

/// Errors that are kept of a file; all are counted.
const MOST_ERRORS: usize = 1_000;
/// Rows that are made ready at a time; between them an import can be cancelled.
const PIECE: usize = 1_000;
/// How often a file is worked through while others write what it writes.
const MOST_ATTEMPTS: usize = 3;
/// Jobs that are remembered, and for how long.
const MOST_JOBS: usize = 100;
const KEEP_MS: i64 = 24 * 3_600_000;

/// What becomes of a row that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// It is an error.
    Insert,
    /// It is changed.
    Upsert,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits.
    Queued,
    /// It works.
    Running,
    /// Every row is kept.
    Done,
    /// No row is kept.
    Failed,
    /// No row is kept, because somebody said so.
    Cancelled,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A file on its way.
#[derive(Debug)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What it is a file of.
    pub resource: &'static Resource,
    /// Whose it is; nobody else sees it.
    pub owner: String,
    at: Timestamp,
    rows: AtomicUsize,
    done: AtomicUsize,
    rejected: AtomicUsize,
    cancel: AtomicBool,
    outcome: Mutex<Outcome>,
}

#[derive(Debug)]
struct Outcome {
    state: State,
    errors: Vec<(usize, FieldError)>,
}

/// The jobs of this server.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<HashMap<String, Arc<Job>>>);

impl Jobs {
    /// A job, if it is the caller's.
    #[must_use]
    pub fn find(&self, id: &str, caller: &Caller) -> Option<Arc<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).filter(|job| job.owner == owner(caller)).cloned()
    }

    fn add(&self, job: &Arc<Job>, now: Timestamp) -> Result<(), Problem> {
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.retain(|_, job| job.is_open() || now.since(job.at) < KEEP_MS);
        if jobs.len() >= MOST_JOBS {
            let oldest = jobs.values().filter(|job| !job.is_open()).min_by_key(|job| job.at).map(|job| job.id.clone());
            jobs.remove(&oldest.ok_or_else(|| Problem::too_often(60))?);
        }
        jobs.insert(job.id.clone(), Arc::clone(job));
        Ok(())
    }
}

fn owner(caller: &Caller) -> String {
    caller.user_id.clone().unwrap_or_else(|| caller.name.clone())
}

impl Job {
    /// Asks it to stop; it stops before the next row, and for the last time before all of them are kept.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }

    /// As the API tells it.
    #[must_use]
    pub fn told(&self, lang: Lang) -> Value {
        let outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let (rows, done, rejected) = (self.rows.load(Ordering::Relaxed), self.done.load(Ordering::Relaxed), self.rejected.load(Ordering::Relaxed));
        let accepted = if outcome.state == State::Done { rows - rejected } else { 0 };
        let errors: Vec<Value> =
            outcome.errors.iter().map(|(row, e)| json!({"row": row, "field": e.field, "code": e.code, "message": e.message.get(lang)})).collect();
        json!({
            "id": self.id, "resource": self.resource.name, "path": self.resource.path, "state": outcome.state.name(), "rows": rows, "done": done,
            "accepted": accepted, "rejected": rejected, "errors": errors,
        })
    }

    fn is_open(&self) -> bool {
        matches!(self.outcome.lock().unwrap_or_else(PoisonError::into_inner).state, State::Queued | State::Running)
    }

    fn turn(&self, state: State) {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).state = state;
    }

    /// Its rows are looked at, from the first.
    fn start(&self, rows: usize) {
        self.rows.store(rows, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.rejected.store(0, Ordering::Relaxed);
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner).errors.clear();
    }

    /// A row that is wrong; rows are counted from 1 for the head, as spreadsheets show them.
    fn reject(&self, row: usize, errors: &[FieldError]) {
        self.rejected.fetch_add(1, Ordering::Relaxed);
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_ERRORS.saturating_sub(outcome.errors.len());
        outcome.errors.extend(errors.iter().take(room).map(|e| (row, e.clone())));
    }
}

/// Begins an import; the job works beside and is found by its id.
///
/// # Errors
/// Too many at once.
pub fn begin(
    admin: &Arc<Admin>,
    caller: Caller,
    resource: &'static Resource,
    data: DataScope,
    (format, bytes, mode): (Format, axum::body::Bytes, Mode),
) -> Result<Arc<Job>, Problem> {
    let job = Arc::new(Job {
        id: admin.new_id(),
        resource,
        owner: owner(&caller),
        at: admin.now(),
        rows: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        rejected: AtomicUsize::new(0),
        cancel: AtomicBool::new(false),
        outcome: Mutex::new(Outcome { state: State::Queued, errors: Vec::new() }),
    });
    admin.own::<Jobs>().add(&job, admin.now())?;
    let (work, admin) = (Arc::clone(&job), Arc::clone(admin));
    let spawn = Arc::clone(admin.spawn());
    spawn(Box::pin(async move {
        work.turn(State::Running);
        let state = match run(&admin, &caller, &work, data, (format, bytes, mode)).await {
            Ok(state) => state,
            Err((row, problem)) => {
                let whole = FieldError { field: String::new(), code: "file", message: problem.detail().clone() };
                let errors = if problem.errors().is_empty() { vec![whole] } else { problem.errors().to_vec() };
                work.reject(row, &errors);
                State::Failed
            }
        };
        work.turn(state);
    }));
    Ok(job)
}

/// Works through a file. What somebody else took while it was on its way is found, with its row, when it is checked once more.
async fn run(
    admin: &Arc<Admin>,
    caller: &Caller,
    job: &Job,
    data: DataScope,
    (format, bytes, mode): (Format, axum::body::Bytes, Mode),
) -> Result<State, (usize, Problem)> {
    let mut attempts = 1;
    loop {
        match attempt(admin, caller, job, data, (format, bytes.clone(), mode)).await {
            Err((_, problem)) if problem.is_overtaken() && attempts < MOST_ATTEMPTS => attempts += 1,
            told => return told,
        }
    }
}

async fn attempt(
    admin: &Arc<Admin>,
    caller: &Caller,
    job: &Job,
    data: DataScope,
    (format, bytes, mode): (Format, axum::body::Bytes, Mode),
) -> Result<State, (usize, Problem)> {
    let read = tokio::task::spawn_blocking(move || sheet::read(format, &bytes)).await;
    let mut rows = read.map_err(|_| whole(Problem::internal()))?.map_err(whole)?.into_iter();
    let head = row::Head::read(admin, job.resource, &rows.next().unwrap_or_default()).await.map_err(whole)?;
    job.start(rows.len());
    let tx = admin.store().look().await.map_err(|e| whole(e.into()))?;
    let place = Place { admin, caller, tx: &tx, resource: job.resource, data, earlier: None };
    let checked = check(&place, job, (&head, mode), rows).await?;
    if job.cancelled() {
        return Ok(State::Cancelled);
    }
    if job.rejected.load(Ordering::Relaxed) > 0 {
        return Ok(State::Failed);
    }
    drop(tx);
    let mut ready = Ready::open(admin.store()).await.map_err(whole)?;
    let state = keep(&mut ready, (admin, caller, data), job, checked).await;
    ready.close().await;
    state
}

const fn whole(problem: Problem) -> (usize, Problem) {
    (1, problem)
}

/// The rows that can be kept; the others are told. A row may name one before it, such as the group above.
async fn check(
    place: &Place<'_>,
    job: &Job,
    (head, mode): (&row::Head, Mode),
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<Checked>, (usize, Problem)> {
    let (mut names, mut claimed, mut waiting) = (row::Names::default(), row::Claimed::default(), Vec::new());
    let mut earlier = Earlier::default();
    for (row, cells) in (2_usize..).zip(rows).take_while(|_| !job.cancelled()) {
        if cells.iter().all(String::is_empty) {
            job.rows.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let place = Place { earlier: head.names_itself().then_some(&earlier), ..*place };
        let checked = row::check(&place, head, (&cells, mode), &mut names).await;
        job.done.fetch_add(1, Ordering::Relaxed);
        match checked.and_then(|c| c.as_ref().map_or(Ok(()), |c| claimed.take(head, row, c)).map(|()| c)) {
            Ok(Some(checked)) => {
                if head.names_itself()
                    && let Some(id) = earlier.note(&checked)
                {
                    names.add(head, &checked, id);
                }
                waiting.push(checked);
            }
            Ok(None) => {}
            Err(problem) if problem.status() == 422 => job.reject(row, problem.errors()),
            Err(problem) => return Err((row, problem)),
        }
    }
    Ok(waiting)
}

/// Makes the rows ready while nobody waits, then keeps all of them.
async fn keep(
    ready: &mut Ready,
    (admin, caller, data): (&Admin, &Caller, DataScope),
    job: &Job,
    checked: Vec<Checked>,
) -> Result<State, (usize, Problem)> {
    let mut checked = checked.into_iter();
    while checked.len() > 0 && !job.cancelled() {
        let tx = ready.aside().await.map_err(whole)?;
        let place = Place { admin, caller, tx: &tx, resource: job.resource, data, earlier: None };
        ready.add(&place, checked.by_ref().take(PIECE).collect()).await.map_err(whole)?;
        tx.commit().await.map_err(|e| whole(e.into()))?;
    }
    if job.cancelled() {
        return Ok(State::Cancelled);
    }
    let tx = ready.begin().await.map_err(whole)?;
    ready.keep(&Place { admin, caller, tx: &tx, resource: job.resource, data, earlier: None }).await.map_err(whole)?;
    end(admin, caller, job, tx).await
}

/// The last step: what was kept is kept for good, unless it was cancelled.
async fn end(admin: &Admin, caller: &Caller, job: &Job, tx: DatabaseTransaction) -> Result<State, (usize, Problem)> {
    let told = json!({"rows": job.rows.load(Ordering::Relaxed)}).as_object().cloned();
    let entry = Entry { action: "import", resource: job.resource.name, label: job.resource.path, after: told, ..Entry::default() };
    audit::note(admin, &tx, caller, entry).await.map_err(whole)?;
    if job.cancelled() {
        return Ok(State::Cancelled);
    }
    tx.commit().await.map_err(|e| whole(e.into()))?;
    Ok(State::Done)
}
