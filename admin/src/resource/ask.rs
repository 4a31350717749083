//! What a list is asked: filters, order, place and size, read from the query string against the descriptor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Cond, Condition, Expr, ExprTrait, Func, IntoCondition, LikeExpr, Query};
use serde_json::Value;

use super::terms::Filter;
use super::{Field, Kind, Resource, body, column};
use crate::http::body::has_nul;
use crate::identity::Caller;
use crate::problem::{FieldError, Problem};

/// The most rows of a page.
pub const MOST_ROWS: u64 = 200;
const USUAL_ROWS: u64 = 50;
/// The most values of one `.in`.
const MOST_VALUES: usize = 200;
/// Parameters of lists and exports that are no fields.
const OWN: [&str; 7] = ["limit", "cursor", "sort", "q", "count", "format", "columns"];

/// A list that is asked for.
#[derive(Debug)]
pub struct Ask {
    /// Rows of a page.
    pub limit: u64,
    /// Where the page begins: after this row.
    pub after: Option<(Value, String)>,
    /// The field of the order; common columns are fields here.
    pub order: Order,
    /// What rows must be.
    pub filter: Filter,
    /// Whether those that fit are counted.
    pub count: bool,
}

/// An order by one column, then by id.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The column.
    pub column: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a row may have none.
    pub nullable: bool,
    /// The latest first.
    pub descending: bool,
}

/// `created_at` and `updated_at`, which every row has.
const TIMES: [Field; 2] = [
    Field::new("created_at", Kind::Instant, "Created", "创建时间").required().filter().sort(),
    Field::new("updated_at", Kind::Instant, "Changed", "修改时间").required().filter().sort(),
];

/// A field by its name, common columns too.
#[must_use]
pub fn field(resource: &Resource, name: &str) -> Option<&'static Field> {
    resource.field(name).or_else(|| TIMES.iter().find(|f| f.name == name))
}

impl Ask {
    /// Reads the parameters of a list.
    ///
    /// # Errors
    /// A sentence for every parameter that is not understood; refusal of questions about hidden numbers.
    pub fn read(resource: &'static Resource, parameters: &[(String, String)], caller: &Caller) -> Result<Self, Problem> {
        let mut ask = Self {
            limit: USUAL_ROWS,
            after: None,
            order: order(resource, resource.sort, caller).map_err(|e| Problem::invalid(vec![e]))?,
            filter: Filter::default(),
            count: false,
        };
        let (mut errors, mut cursor) = (Vec::new(), None);
        for (name, value) in parameters {
            let read = match name.as_str() {
                "limit" => value.parse().ok().filter(|n| (1..=MOST_ROWS).contains(n)).map(|n| ask.limit = n).ok_or_else(|| {
                    FieldError::new("limit", "kind", format!("must be a number from 1 to {MOST_ROWS}"), format!("须为 1 至 {MOST_ROWS} 的数字"))
                }),
                "sort" => order(resource, value, caller).map(|o| ask.order = o),
                "q" => search(resource, value, caller).map(|c| ask.filter.and(c)),
                "count" => {
                    ask.count = value == "true";
                    Ok(())
                }
                "cursor" => {
                    cursor = Some(value);
                    Ok(())
                }
                name if OWN.contains(&name) => Ok(()),
                name => filter(resource, name, value, caller).map(|c| ask.filter.and(c)),
            };
            errors.extend(read.err());
        }
        if let Some(text) = cursor {
            match read_cursor(text, ask.order) {
                Some(after) => ask.after = Some(after),
                None => errors.push(FieldError::new("cursor", "kind", "is not one of this list", "不是该列表的游标")),
            }
        }
        if errors.is_empty() { Ok(ask) } else { Err(Problem::invalid(errors)) }
    }

    /// The place after a row.
    #[must_use]
    pub fn cursor(&self, row: &super::Record) -> String {
        let value = row.get(self.order.column).cloned().unwrap_or(Value::Null);
        let id = row.get("id").cloned().unwrap_or(Value::Null);
        URL_SAFE_NO_PAD.encode(Value::Array(vec![Value::String(self.order.name()), value, id]).to_string())
    }
}

impl Order {
    fn name(self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.column)
    }

    /// What rows are ordered by: a row without a value counts as the least.
    #[must_use]
    pub fn key(self, table: &'static str) -> Expr {
        let column = Expr::col((table, self.column));
        if self.nullable { Func::coalesce([column, column::least(self.kind)]).into() } else { column }
    }

    /// Rows no further than the row with this value, and those of the same value.
    #[must_use]
    pub(super) fn until(self, table: &'static str, value: &Value) -> Condition {
        let at = self.at(value);
        if self.descending { self.key(table).gte(at) } else { self.key(table).lte(at) }.into_condition()
    }

    fn at(self, value: &Value) -> Expr {
        if value.is_null() { column::least(self.kind) } else { Expr::val(column::bind(self.kind, value)) }
    }

    /// Rows after a place.
    #[must_use]
    pub fn after(self, table: &'static str, (value, id): &(Value, String)) -> Condition {
        let at = self.at(value);
        let own = Expr::col((table, "id"));
        let (beyond, behind) = if self.descending {
            (self.key(table).lt(at.clone()), own.lt(id.as_str()))
        } else {
            (self.key(table).gt(at.clone()), own.gt(id.as_str()))
        };
        // The first condition says nothing new; by it an index is entered at the place instead of at its end.
        let from = if self.descending { self.key(table).lte(at) } else { self.key(table).gte(at) };
        Cond::all().add(from).add(Cond::any().add(beyond).add(behind))
    }
}

fn read_cursor(text: &str, order: Order) -> Option<(Value, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let Ok(Value::Array(parts)) = serde_json::from_slice::<Value>(&bytes) else { return None };
    let [Value::String(name), value, Value::String(id)] = parts.as_slice() else { return None };
    let bound = column::bind(order.kind, value);
    let fits = (value.is_null() || bound != bound.as_null()) && !parts.iter().any(has_nul);
    (*name == order.name() && fits).then(|| (value.clone(), id.clone()))
}

fn order(resource: &Resource, text: &str, caller: &Caller) -> Result<Order, FieldError> {
    let (name, descending) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
    let field = field(resource, name).filter(|f| f.sort && f.is_column());
    let field = field.ok_or_else(|| FieldError::new("sort", "unknown", format!("cannot be {name}"), format!("不支持按 {name} 排序")))?;
    if field.is_phone() && !caller.sees_phones() {
        return Err(hidden("sort"));
    }
    Ok(Order { column: field.name, kind: field.kind, nullable: !field.required && field.default.is_none(), descending })
}

fn hidden(name: &str) -> FieldError {
    FieldError::new(name, "hidden", "telephone numbers are hidden from you", "您无权查看电话号码")
}

/// Rows in one of whose searched fields the text stands; numbers that are hidden must be given whole.
fn search(resource: &Resource, text: &str, caller: &Caller) -> Result<Filter, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Filter::default());
    }
    if text.chars().count() > 100 {
        return Err(FieldError::new("q", "long", "may have at most 100 characters", "最多 100 个字符"));
    }
    if let Some(own) = resource.rules.search(text, caller) {
        return Ok(own);
    }
    let mut any = Cond::any();
    for field in resource.fields.iter().filter(|f| f.search && f.is_column()) {
        any = any.add(if field.is_phone() && !caller.sees_phones() {
            Expr::col((resource.table, field.name)).eq(if field.kind == Kind::Phones { format!("[\"{text}\"]") } else { text.to_owned() })
        } else {
            contains(resource.table, field, text)
        });
    }
    Ok(any.into())
}

fn contains(table: &'static str, field: &Field, text: &str) -> Expr {
    let mut pattern = String::from("%");
    for letter in text.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Expr::expr(Func::lower(Expr::col((table, field.name)))).like(LikeExpr::new(pattern).escape('\\'))
}

fn filter(resource: &'static Resource, name: &str, value: &str, caller: &Caller) -> Result<Filter, FieldError> {
    if let Some(own) = resource.rules.filter(name, value, caller) {
        return own;
    }
    let (base, how) = name.rsplit_once('.').unwrap_or((name, ""));
    let field = field(resource, base).filter(|f| f.filter);
    let field = field.ok_or_else(|| FieldError::new(name, "unknown", "there is no such parameter", "没有该参数"))?;
    let read = |text: &str| body::from_text(field, text).map_err(|e| FieldError { field: name.into(), ..e });
    if field.is_phone() && !caller.sees_phones() && !matches!(how, "" | "in") {
        return Err(hidden(name));
    }
    let column = Expr::col((resource.table, field.name));
    let condition = match how {
        "" if value.is_empty() && field.is_column() => Ok(column.is_null().into_condition()),
        "" => one_of(resource, field, vec![member(field, value, read)?]),
        "in" => {
            let values = value.split(',').take(MOST_VALUES).map(|v| member(field, v, read)).collect::<Result<Vec<_>, _>>()?;
            one_of(resource, field, values)
        }
        "from" if field.is_column() => Ok(column.gte(column::bind(field.kind, &read(value)?)).into_condition()),
        "to" if field.is_column() => Ok(column.lt(column::bind(field.kind, &read(value)?)).into_condition()),
        "like" if field.is_column() && column::least(field.kind) == Expr::val("") => Ok(contains(resource.table, field, value).into_condition()),
        _ => Err(FieldError::new(name, "unknown", "there is no such parameter", "没有该参数")),
    };
    condition.map(Filter::from)
}

/// One value of a filter; of a list field, one entry.
fn member(field: &Field, text: &str, read: impl Fn(&str) -> Result<Value, FieldError>) -> Result<Value, FieldError> {
    match read(text)? {
        Value::Array(mut list) if list.len() == 1 => Ok(list.remove(0)),
        Value::Array(_) | Value::Null => Err(FieldError::new(field.name, "kind", "must be one value", "须为单个值")),
        value => Ok(value),
    }
}

fn one_of(resource: &'static Resource, field: &'static Field, values: Vec<Value>) -> Result<Condition, FieldError> {
    let column = Expr::col((resource.table, field.name));
    Ok(match field.kind {
        Kind::Links(link) => {
            let ids = values.iter().filter_map(Value::as_str).map(str::to_owned);
            let rows = Query::select().column(link.own).from(link.table).and_where(Expr::col(link.other).is_in(ids)).to_owned();
            Expr::col((resource.table, "id")).in_subquery(rows).into_condition()
        }
        Kind::List | Kind::Phones => values.iter().fold(Cond::any(), |any, value| {
            // A list is kept as JSON: an entry stands there between quotation marks.
            let entry = value.to_string().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            any.add(column.clone().like(LikeExpr::new(format!("%{entry}%")).escape('\\')))
        }),
        kind => match values.as_slice() {
            [one] => column.eq(column::bind(kind, one)).into_condition(),
            many => column.is_in(many.iter().map(|v| column::bind(kind, v))).into_condition(),
        },
    })
}
