//! `callboard serve`: wiring, and the order in which things start and stop.

mod demo;
mod sources;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use callboard_domain::Clock;
use callboard_domain::time::DAY_MS;
use callboard_ingest::log::{Embedded, Retention};
use callboard_sql::{QueryLayer, Snapshot};
use callboard_store::history::History;
use callboard_wallboard::board::Words;
use callboard_wallboard::{Hub, Live, built_in, router};
use tokio::sync::watch;

use crate::cli;
use crate::config::{Config, LogConfig};
use crate::data::Data;
use crate::fold::Fold;
use crate::http::{self, Api};

/// How often the log is looked through for what is old.
const KEEP_EVERY: Duration = Duration::from_secs(600);
/// Refused lines that are kept.
const MOST_REJECTED: u64 = 1_000_000;

pub(super) fn run(options: &cli::Serve) -> anyhow::Result<ExitCode> {
    let mut config = Config::load(options.config.as_deref())?;
    if let Some(data) = &options.data {
        config.data.clone_from(data);
    }
    if let Some(listen) = options.listen {
        config.listen = listen;
    }
    if !config.listen.ip().is_loopback() {
        bail!(
            "could not listen on {}: until users and rights exist only loopback is allowed; use 127.0.0.1 and a tunnel or a proxy with sign-on",
            config.listen
        );
    }
    if options.demo {
        demo::furnish(&mut config, crate::clock::machine().now())?;
    }
    super::runtime(2)?.block_on(serve(config, options.demo))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config, demo: bool) -> anyhow::Result<()> {
    let clock = crate::clock::machine();
    let listener = tokio::net::TcpListener::bind(config.listen).await.with_context(|| format!("could not listen on {}", config.listen))?;
    crate::place::note(&config.data, &config.history, &clock)?;
    let data = Data::open(&config.data, &clock)?;
    let mut fold = Fold::open(data.parts(config.settings()?, &clock))?;
    let remote = data.history.manifest().visible.is_some();
    let options = callboard_sql::Options { zone: crate::config::zone(&config.zone)?, remote, ..callboard_sql::Options::default() };
    let layer = Arc::new(QueryLayer::new(options)?);

    let (stop, stopped) = watch::channel(false);
    let (publish, snapshot) = watch::channel(Arc::new(fold.snapshot(clock.now())));
    let engine = start_engine(fold, publish, stopped.clone())?;
    let hub = hub(&config, &layer)?;
    let stage = hub.stage();
    let ticking = tokio::spawn(tick(hub, snapshot.clone(), stopped.clone()));
    let playing = demo
        .then(|| {
            let zone = crate::config::zone(&config.zone).map(|zone| demo::play(data.intake.clone(), Arc::clone(&clock), zone, stopped.clone()));
            zone.map(tokio::spawn)
        })
        .transpose()?;

    let sources = sources::start(&config, &data.intake, &clock, &stopped);
    let keeping = tokio::spawn(keep(config.log.clone(), Arc::clone(&data.log), Arc::clone(&data.history), Arc::clone(&clock)));
    let api = Api { intake: data.intake.clone(), layer, snapshot };
    let app = router(stage).merge(http::routes(api));
    tracing::info!("open http://{}/ for the wall", listener.local_addr()?);
    let mut stopping = stopped.clone();
    let served = axum::serve(listener, app).with_graceful_shutdown(async move {
        until(&mut stopping).await;
    });
    let engine_failed = watch_engine(engine, stop.clone());
    let signal = tokio::spawn(wait_for_signal(stop));
    // Sockets of screens stay open for days: when told to stop, the server does not wait for them.
    let mut ended = stopped.clone();
    tokio::select! {
        result = served => result.context("could not go on serving")?,
        () = until(&mut ended) => {}
    }
    signal.abort();
    keeping.abort();
    if let Some(playing) = playing {
        playing.await.context("the demonstration panicked")??;
    }
    for source in sources {
        source.await.context("a source panicked")?;
    }
    ticking.await.context("the hub panicked")?;
    let result = engine_failed.await.context("the engine's watch panicked")?;
    data.close().await?;
    tracing::info!("stopped; everything is in history");
    result
}

fn hub(config: &Config, layer: &Arc<QueryLayer>) -> anyhow::Result<Hub<Live>> {
    let mut boards = built_in()?;
    for board in &mut boards {
        board.zone.clone_from(&config.zone);
    }
    let options = callboard_wallboard::Options {
        centre: Words { zh: config.title.zh.clone(), en: config.title.en.clone() },
        source_titles: config.source_titles(),
    };
    Ok(Hub::new(Live::new(Arc::clone(layer)), boards, options))
}

type Engine = std::thread::JoinHandle<anyhow::Result<()>>;

fn start_engine(mut fold: Fold, publish: watch::Sender<Arc<Snapshot>>, stopped: watch::Receiver<bool>) -> anyhow::Result<Engine> {
    let runtime = tokio::runtime::Handle::current();
    std::thread::Builder::new()
        .name("engine".into())
        .spawn(move || fold.run(&publish, stopped, &runtime))
        .context("could not start the engine's thread")
}

/// Drops what the log need not keep any longer, never beyond what history holds.
async fn keep(rules: LogConfig, log: Arc<Embedded>, history: Arc<dyn History>, clock: Arc<dyn Clock>) {
    loop {
        tokio::time::sleep(KEEP_EVERY).await;
        let before = clock.now().plus(-i64::from(rules.keep_days) * DAY_MS);
        let retention = Retention { before: Some(before), max_bytes: Some(rules.keep_bytes), max_rejected: Some(MOST_REJECTED) };
        match log.retain(retention, history.manifest().position).await {
            Ok(dropped) => tracing::debug!(?dropped, "the log was looked through"),
            Err(error) => tracing::error!("could not drop old events: {error}"),
        }
    }
}

/// An engine that ends ends the server too: a wall without an engine would only look alive.
fn watch_engine(engine: Engine, stop: watch::Sender<bool>) -> tokio::task::JoinHandle<anyhow::Result<()>> {
    tokio::task::spawn_blocking(move || {
        let result = engine.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the engine panicked")));
        stop.send_replace(true);
        result.context("the engine stopped")
    })
}

async fn tick(mut hub: Hub<Live>, mut snapshot: watch::Receiver<Arc<Snapshot>>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            changed = snapshot.changed() => {
                if changed.is_err() {
                    return;
                }
                let now = Arc::clone(&snapshot.borrow_and_update());
                hub.tick(&now).await;
            }
            () = until(&mut stopped) => return,
        }
    }
}

/// Until the server is told to stop, or nobody is left to tell it.
async fn until(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn wait_for_signal(stop: watch::Sender<bool>) -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result?,
        _ = term.recv() => {}
    }
    tracing::info!("stopping");
    stop.send_replace(true);
    Ok(())
}
