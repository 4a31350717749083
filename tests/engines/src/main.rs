//! Fetches every engine that tests need, so that the tests themselves find them in the cache.

fn main() -> anyhow::Result<()> {
    println!("clickhouse: {}", callboard_engines::clickhouse::fetch()?.display());
    println!("kafka: {}", callboard_engines::kafka::fetch()?.display());
    println!("s3: {}", callboard_engines::s3::fetch()?.display());
    println!("schemathesis: {}", callboard_engines::schemathesis::fetch()?.display());
    Ok(())
}
