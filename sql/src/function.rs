//! The functions that our SQL has beyond DataFusion's: time in a zone, masks, Erlang C.
//!
//! Time comes from the snapshot only: `AsOf` is set when a query begins. Before that every function of time
//! refuses, which keeps a live query's plan from holding the time at which it was planned.

mod erlang;
mod mask;
mod span;
mod time;
mod zone;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, TimeUnit};
use callboard_domain::Timestamp;
use datafusion::common::{DataFusionError, Result, ScalarValue, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility};
use jiff::tz::TimeZone;

/// The as-of time of the running query.
#[derive(Debug, Clone)]
pub(crate) struct AsOf(Arc<AtomicI64>);

const NOT_RUNNING: i64 = i64::MIN;

impl AsOf {
    /// No query runs yet.
    pub(crate) fn unset() -> Self {
        Self(Arc::new(AtomicI64::new(NOT_RUNNING)))
    }

    /// A query at `at` runs.
    pub(crate) fn set(&self, at: Timestamp) {
        self.0.store(at.as_millis(), Ordering::Release);
    }

    fn get(&self) -> Result<Timestamp> {
        match self.0.load(Ordering::Acquire) {
            NOT_RUNNING => exec_err!("the time is known only when the query runs"),
            ms => Ok(Timestamp::from_millis(ms)),
        }
    }
}

/// One function for people to read about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Help {
    /// Name.
    pub(crate) name: &'static str,
    /// How it is called.
    pub(crate) usage: &'static str,
    /// What it returns.
    pub(crate) comment: &'static str,
}

/// Computes a whole column from columns of the same length.
type Body = Arc<dyn Fn(&[ArrayRef], usize) -> Result<ArrayRef> + Send + Sync>;

struct Function {
    help: Help,
    aliases: Vec<String>,
    signature: Signature,
    returns: DataType,
    body: Body,
}

impl Function {
    fn new(help: Help, arguments: Vec<Vec<DataType>>, returns: DataType, body: Body) -> Self {
        let forms = arguments.into_iter().map(|a| if a.is_empty() { TypeSignature::Nullary } else { TypeSignature::Exact(a) }).collect();
        Self { help, aliases: vec![], signature: Signature::one_of(forms, Volatility::Immutable), returns, body }
    }

    /// Depends on `AsOf`.
    fn stable(mut self) -> Self {
        self.signature.volatility = Volatility::Stable;
        self
    }

    fn also(mut self, alias: &str) -> Self {
        self.aliases.push(alias.to_owned());
        self
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.help.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.help.name == other.help.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.help.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.help.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // Constant arguments are computed once, for one row.
        let constant = args.args.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { args.number_rows };
        let columns = args.args.iter().map(|a| a.to_array(rows)).collect::<Result<Vec<_>>>()?;
        let result = (self.body)(&columns, rows)?;
        if constant { Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?)) } else { Ok(ColumnarValue::Array(result)) }
    }
}

/// Every function of ours, for a session whose time is `as_of` and whose zone is `zone`.
pub(crate) fn functions(as_of: &AsOf, zone: &TimeZone) -> Vec<ScalarUDF> {
    time::functions(as_of, zone).into_iter().chain(mask::functions()).chain(erlang::functions()).map(ScalarUDF::new_from_impl).collect()
}

/// The width in ms of stretches, cut in UTC, within which a function of an instant and of constants has one value; none
/// when it may change anywhere. `constants` are its other arguments.
pub(crate) fn grain_ms(name: &str, constants: &[&ScalarValue]) -> Option<i64> {
    match (name, constants) {
        ("bucket", [ScalarValue::Utf8(Some(span)), ..]) => span::Span::parse(span).ok()?.grain_ms(),
        ("business_day", _) => span::Span::Days(1).grain_ms(),
        _ => None,
    }
}

/// What is said about each function.
pub(crate) fn help() -> Vec<Help> {
    let as_of = AsOf::unset();
    time::functions(&as_of, &TimeZone::UTC).iter().chain(&mask::functions()).chain(&erlang::functions()).map(|f| f.help).collect()
}

fn utc() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

/// A name such as `Asia/Shanghai` as a zone.
pub(crate) fn zone_by_name(name: &str) -> Result<TimeZone> {
    TimeZone::get(name)
        .map_err(|_| DataFusionError::Execution(format!("no time zone {name:?}; zones have names such as Asia/Shanghai or Europe/Berlin")))
}
