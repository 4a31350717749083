//! `callboard serve`: wiring, and the order in which things start and stop.

mod demo;
mod keeping;
mod sources;

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Weak};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use callboard_admin::Admin;
use callboard_domain::Clock;
use callboard_domain::time::SECOND_MS;
use callboard_sql::{QueryLayer, Snapshot};
use callboard_store::history::{Action, Day, History};
use callboard_wallboard::board::Head;
use callboard_wallboard::hub::Stage;
use callboard_wallboard::{Hub, Live, built_in, router};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::asking::{Asking, Lane};
use crate::calls::Calls;
use crate::cli;
use crate::clock::Stopwatch;
use crate::config::Config;
use crate::data::{self, Data, Past, Patience};
use crate::fold::{SettingsNow, away};
use crate::http::{self, Api};
use crate::organisation;
use crate::organisation::measured::{self, Heard};
use crate::telemetry::{Inlet, Looks, Telemetry};

/// How often the log is looked through for what is old.
/// How often history is compared with its checksums.
const CHECK_EVERY: Duration = Duration::from_secs(24 * 3_600);
/// How often it is looked whether history that was away has answered.
const CONNECTED_EVERY: Duration = Duration::from_secs(60);
/// How long a server whose log has failed answers on.
const FAREWELL: Duration = Duration::from_millis(500);
/// Keeps the node's name in the data folder.
const NODE: &str = "node";
/// Refused lines that are kept.
const MOST_REJECTED: u64 = 1_000_000;

pub(super) fn run(options: &cli::Serve) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(options.config.as_deref())?;
    if let Some(data) = &options.data {
        config.data.clone_from(data);
    }
    let remembers = if options.config.is_none() { config.recall(&config.data.clone())? } else { false };
    if let Some(listen) = options.listen {
        config.listen = listen;
    }
    if let Some(roles) = options.roles {
        config.roles = roles;
    }
    config.admin.open |= options.open;
    if options.demo {
        demo::furnish(&mut config, remembers, crate::clock::machine().now());
    }
    super::runtime(2)?.block_on(async {
        let running = Running::with(config, crate::clock::machine(), options.demo).await?;
        // Whoever reads this may stop the server: by then it must hear of it.
        let signals = Signals::listen().context("could not listen for signals")?;
        tracing::info!("open http://{}/ for the wall", running.address());
        let signal = tokio::spawn(wait_for_signal(signals, running.stop.clone()));
        let result = running.ended().await;
        signal.abort();
        result
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A server at work.
pub struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    snapshot: watch::Receiver<Arc<Snapshot>>,
    data: Data,
    serving: JoinHandle<std::io::Result<()>>,
    ticking: Option<JoinHandle<()>>,
    /// What is looked after now and then, until the end.
    upkeep: Vec<JoinHandle<()>>,
    log_failed: JoinHandle<()>,
    playing: Option<JoinHandle<anyhow::Result<()>>>,
    sources: Vec<JoinHandle<()>>,
    folds: Vec<JoinHandle<anyhow::Result<()>>>,
}

impl Running {
    /// Opens the data folder, starts everything and listens. Needs a runtime of several threads.
    ///
    /// # Errors
    /// When the folder cannot be opened, is somebody else's, or the address is taken.
    pub async fn start(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        Self::with(config, clock, false).await
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What walls and questions see now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.borrow())
    }

    /// Stops, and waits until everything is in history.
    ///
    /// # Errors
    /// When a part had failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        self.ended().await
    }

    async fn with(mut config: Config, clock: Arc<dyn Clock>, demo: bool) -> anyhow::Result<Self> {
        if config.admin.open && !config.listen.ip().is_loopback() {
            bail!("could not listen on {}: an open server asks nobody who they are, so it listens on this machine's own address only", config.listen);
        }
        let listener = tokio::net::TcpListener::bind(config.listen).await.with_context(|| format!("could not listen on {}", config.listen))?;
        let address = listener.local_addr()?;
        config.settings()?;
        config.sources.iter().try_for_each(|source| source.rules().map(drop))?;
        data::make(&config.data)?;
        crate::log::note(&config.data, &config.log)?;
        crate::place::note(&config.data, &config.history, crate::log::stream(&config.log), &clock)?;
        let mut data = Data::open(&config.data, &clock, &Patience::Waits(&config.snapshots))?;
        data.commit_every_ms = i64::from(config.history.commit_every_s) * SECOND_MS;
        let admin = organisation::open(&config, &clock).await?;
        if demo {
            demo::seed(&admin, &config.data, crate::config::zone(&config.zone)?).await?;
        }
        let settings = measured::take(&admin, &mut config).await?;
        let options = callboard_sql::Options {
            zone: crate::config::zone(&config.zone)?,
            remote: data.past.is_remote(),
            elsewhere: organisation::tables::help(&admin),
            ..Default::default()
        };
        let layer = Arc::new(QueryLayer::new(options)?);
        let telemetry = Arc::clone(&data.telemetry);

        let (stop, stopped) = watch::channel(false);
        let (settings, settings_now) = watch::channel(settings);
        let (snapshot, folds) = start_folds(&config, &data, settings_now, &clock, &stopped)?;
        let folds = folds.into_iter().map(|fold| watch_fold(fold, stop.clone())).collect();
        let inlet = |kind| Inlet::new(&data.intake, kind, &telemetry);
        let playing = demo
            .then(|| {
                let zone = crate::config::zone(&config.zone).map(|zone| demo::play(inlet("demo"), Arc::clone(&clock), zone, stopped.clone()));
                zone.map(tokio::spawn)
            })
            .transpose()?;
        let sources = if config.roles.ingest { sources::start(&config, &data.intake, &telemetry, &snapshot, &clock, &stopped) } else { Vec::new() };
        start_checks(data.past.files(), Arc::clone(&telemetry))?;
        let lane = Arc::new(Lane::open().context("could not start the threads that answer questions")?);
        let asking = Asking { layer, snapshot: snapshot.clone(), telemetry: Arc::clone(&telemetry), lane };
        let calls = Calls { asking: asking.clone(), here: config.roles.wallboard, source_titles: Arc::new(config.source_titles()) };
        organisation::equip(&admin, &config, &calls)?;
        let (head, head_now) = watch::channel(config.head());
        let (kept, kept_now) = watch::channel(config.kept_from);
        let heard = Heard { settings, kept, head };
        let upkeep = look_after(&config, &data, &admin, &clock, kept_now, heard);
        let (walls, ticking) = start_walls(&config, &asking, head_now, &stopped)?.unzip();
        let looks = Arc::new(Looks::new(&data, &admin, walls.clone(), snapshot.clone(), &clock));
        let api = Api { admin: Arc::clone(&admin), intake: inlet("http"), asking, history: data.past.files(), looks };
        let mut app = http::routes(api, config.roles, config.listen.ip().is_loopback());
        if let Some(stage) = walls {
            app = app.merge(organisation::watched(router(stage, screens()), &admin));
        }
        let app = organisation::gated(app, admin, calls).merge(callboard_pages::console());
        let mut stopping = stopped;
        let serving = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(async move {
            until(&mut stopping).await;
        });
        let serving = tokio::spawn(serving.into_future());
        let log_failed = tokio::spawn(watch_log(data.log_failed.clone(), stop.clone()));
        Ok(Self { address, stop, snapshot, data, serving, ticking, upkeep, log_failed, playing, sources, folds })
    }

    /// Until it is told to stop or fails.
    async fn ended(mut self) -> anyhow::Result<()> {
        let mut stopped = self.stop.subscribe();
        // Clients may hold connections for as long as they like: when told to stop, the server does not wait for them.
        let served = tokio::select! {
            result = &mut self.serving => {
                result.context("serving panicked")?.context("could not go on serving")?;
                true
            }
            () = until(&mut stopped) => false,
        };
        self.stop.send_replace(true);
        self.upkeep.iter().for_each(JoinHandle::abort);
        self.log_failed.abort();
        if let Some(playing) = self.playing {
            playing.await.context("the demonstration panicked")??;
        }
        for source in self.sources {
            source.await.context("a source panicked")?;
        }
        if let Some(ticking) = self.ticking {
            ticking.await.context("the hub panicked")?;
        }
        let mut result = Ok(());
        for fold in self.folds {
            result = result.and(fold.await.context("the watch of a fold panicked")?);
        }
        if !served {
            self.serving.abort();
            let _ = (&mut self.serving).await; // aborted: there is nothing to tell
        }
        for work in self.upkeep {
            let _ = work.await; // aborted, as above
        }
        self.data.close().await?;
        tracing::info!("stopped; everything is in history");
        result
    }
}

/// Each screen's socket is a task of its own; it ends with the screen.
fn screens() -> callboard_wallboard::Spawn {
    Arc::new(|screen| drop(tokio::spawn(screen)))
}

fn hub(config: &Config, layer: &Arc<QueryLayer>) -> anyhow::Result<Hub<Live>> {
    let mut boards = built_in()?;
    for board in &mut boards {
        board.zone.clone_from(&config.zone);
    }
    let options = callboard_wallboard::Options { head: config.head(), source_titles: config.source_titles() };
    Ok(Hub::new(Live::new(Arc::clone(layer)), boards, options))
}

/// Starts the walls, where this node shows any.
fn start_walls(
    config: &Config,
    asking: &Asking,
    head: watch::Receiver<Head>,
    stopped: &watch::Receiver<bool>,
) -> anyhow::Result<Option<(Arc<Stage>, JoinHandle<()>)>> {
    if !config.roles.wallboard {
        asking.telemetry.fold.catch_up(); // nothing is folded to be shown
        return Ok(None);
    }
    let hub = hub(config, &asking.layer)?;
    let stage = hub.stage();
    let ticking = tick(hub, head, asking.snapshot.clone(), Arc::clone(&asking.telemetry), stopped.clone());
    Ok(Some((stage, tokio::spawn(ticking))))
}

/// Starts what is looked after now and then.
fn look_after(
    config: &Config,
    data: &Data,
    admin: &Arc<Admin>,
    clock: &Arc<dyn Clock>,
    kept: watch::Receiver<Option<Day>>,
    heard: Heard,
) -> Vec<JoinHandle<()>> {
    vec![
        tokio::spawn(keeping::log(config.log.clone(), data.embedded(), data.past.files(), Arc::clone(clock))),
        tokio::spawn(keeping::calls(data.past.retain(), kept)),
        tokio::spawn(organisation::work(Arc::clone(admin))),
        tokio::spawn(measured::follow(Arc::clone(admin), config.clone(), heard)),
    ]
}

type Thread = std::thread::JoinHandle<anyhow::Result<()>>;

/// Starts what folds the log here, and what is to be seen of it.
fn start_folds(
    config: &Config,
    data: &Data,
    settings: SettingsNow,
    clock: &Arc<dyn Clock>,
    stopped: &watch::Receiver<bool>,
) -> anyhow::Result<(watch::Receiver<Arc<Snapshot>>, Vec<Thread>)> {
    let runtime = tokio::runtime::Handle::current();
    let (publish, snapshot) = watch::channel(Arc::new(Snapshot::new(clock.now())));
    let mut threads = Vec::new();
    if let Past::Own(history) = &data.past {
        ensure!(
            config.roles.are_all(),
            "could not start with the roles {} alone: nodes share a log in Kafka and history in ClickHouse, and this data folder has its own; \
             add `[log] kafka` and `[history] clickhouse`, or leave the roles out",
            config.roles
        );
        let parts = data.parts(Arc::clone(history), settings, clock);
        let mut begun = away::own(&parts)?;
        match &mut begun {
            Some(fold) => drop(publish.send_replace(fold.view().snapshot(clock.now()))),
            None => data.telemetry.history.await_it(true),
        }
        let stopped = stopped.clone();
        threads.push(thread("engine", move || away::run_own(&parts, begun, &publish, &stopped, &runtime))?);
        return Ok((snapshot, threads));
    }
    let shared = data.shared(settings, clock).context("history is shared by nodes, but the log is not in Kafka")?;
    if config.roles.history {
        let (group, clock, stopped) = (shared.join(&node(config, clock)?, runtime.clone())?, Arc::clone(clock), stopped.clone());
        threads.push(thread("history group", move || group.run(clock.as_ref(), &stopped))?);
    }
    if config.roles.wallboard {
        let (parts, stopped) = (shared.followed(), stopped.clone());
        let begun = away::follower(&parts, &publish, &stopped)?;
        data.telemetry.history.await_it(begun.is_none());
        threads.push(thread("engine", move || away::run_follower(&parts, begun, &publish, &stopped, &runtime))?);
    }
    Ok((snapshot, threads))
}

fn thread(name: &str, body: impl FnOnce() -> anyhow::Result<()> + Send + 'static) -> anyhow::Result<Thread> {
    std::thread::Builder::new().name(name.to_owned()).spawn(body).with_context(|| format!("could not start the thread {name:?}"))
}

/// This node's name among others: the configured one, else one that the data folder keeps.
fn node(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<String> {
    if let Some(name) = &config.node {
        return Ok(name.clone());
    }
    let path = config.data.join(NODE);
    match std::fs::read_to_string(&path) {
        Ok(name) => return Ok(name.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("could not read {}", path.display())),
    }
    let name = format!("node-{}", crate::place::writer(clock));
    data::replace(&path, format!("{name}\n").as_bytes()).with_context(|| format!("could not write {}", path.display()))?;
    Ok(name)
}

/// Compares every stored file with its checksum now and then: queries read parts of files and cannot tell. The thread
/// ends with the process, which need not wait for it, or when it finds the history closed.
fn start_checks(history: Weak<dyn History>, telemetry: Arc<Telemetry>) -> anyhow::Result<()> {
    let check = move || {
        while let Some(open) = history.upgrade() {
            if !open.is_connected() {
                drop(open);
                std::thread::sleep(CONNECTED_EVERY);
                continue;
            }
            match open.check() {
                Ok(()) => tracing::debug!("every file of history is as it was written"),
                Err(error) => {
                    // A store that is away has not been compared.
                    if error.action() != Action::Retry {
                        telemetry.history.damaged.inc();
                    }
                    tracing::error!("{error}");
                }
            }
            drop(open);
            std::thread::sleep(CHECK_EVERY);
        }
    };
    std::thread::Builder::new().name("check".into()).spawn(check).map(drop).context("could not start the thread that checks history")
}

/// A fold that ends ends the server too: a wall without one would only look alive.
fn watch_fold(fold: Thread, stop: watch::Sender<bool>) -> JoinHandle<anyhow::Result<()>> {
    tokio::task::spawn_blocking(move || {
        let result = fold.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the engine panicked")));
        stop.send_replace(true);
        result.context("the engine stopped")
    })
}

/// A log that takes no more ends the server: started again, it reads what is really on the disk.
async fn watch_log(mut failed: watch::Receiver<bool>, stop: watch::Sender<bool>) {
    if failed.wait_for(|failed| *failed).await.is_ok() {
        // Senders that wait are still told why.
        tokio::time::sleep(FAREWELL).await;
        stop.send_replace(true);
    }
}

async fn tick(
    mut hub: Hub<Live>,
    mut head: watch::Receiver<Head>,
    mut snapshot: watch::Receiver<Arc<Snapshot>>,
    telemetry: Arc<Telemetry>,
    mut stopped: watch::Receiver<bool>,
) {
    let stage = hub.stage();
    loop {
        tokio::select! {
            changed = snapshot.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            () = stage.woken() => {}
            () = until(&mut stopped) => return,
        }
        let now = Arc::clone(&snapshot.borrow_and_update());
        if telemetry.history.awaited().is_some() {
            continue; // no figure is better than a wrong one
        }
        if head.has_changed().unwrap_or(false) {
            hub.head(head.borrow_and_update().clone());
        }
        let watch = Stopwatch::start();
        hub.tick(&now).await;
        // A tick that nobody looks at does nothing and would only hide how long the others take.
        if stage.boards().any(|board| stage.screens(board) > 0) {
            telemetry.wall.ticked(&watch);
        }
    }
}

/// Until the server is told to stop, or nobody is left to tell it.
async fn until(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Signals that end the server in order; from when this is made they no longer end the process at once.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }
}

async fn wait_for_signal(mut signals: Signals, stop: watch::Sender<bool>) {
    tokio::select! {
        _ = signals.interrupt.recv() => {}
        _ = signals.terminate.recv() => {}
    }
    tracing::info!("stopping");
    stop.send_replace(true);
}
