//! Erlang C: how long callers wait for so many agents, and how many agents a target needs.
//!
//! All times of one call share one unit. The sums have only positive terms, so nothing cancels however many
//! agents there are, and their length grows with the root of the load.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, Int64Array, StructArray};
use arrow::datatypes::{DataType, Field, Fields, Float64Type, Int64Type};
use datafusion::common::{Result, exec_err};

use super::{Function, Help};

/// Most callers at once for which agents are computed; beyond it the answer is null.
const MAX_LOAD: f64 = 1e7;

/// A queue with Poisson arrivals, exponential handling and patient callers.
#[derive(Debug, Clone, Copy)]
struct ErlangC {
    /// Mean number of agents busy, calls * handling time / interval.
    load: f64,
    agents: f64,
    aht: f64,
    /// Probability that a caller has to wait.
    wait_probability: f64,
}

impl ErlangC {
    /// `None` where the numbers make no queue.
    fn new(calls: f64, interval: f64, aht: f64, agents: i64) -> Option<Self> {
        let load = load(calls, interval, aht)?;
        if agents < 0 {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "agents beyond 2^53 do not exist")]
        let agents = agents as f64;
        Some(Self { load, agents, aht, wait_probability: wait_probability(load, agents, erlang_b(load, agents)) })
    }

    /// Share of callers answered within `target`.
    fn service_level(&self, target: f64) -> f64 {
        if self.load == 0.0 {
            return 1.0;
        }
        if self.agents <= self.load {
            return 0.0;
        }
        1.0 - self.wait_probability * (-(self.agents - self.load) * target / self.aht).exp()
    }

    /// Mean wait over all callers, in the unit of the handling time; `None` where the queue grows for ever.
    fn asa(&self) -> Option<f64> {
        if self.load == 0.0 {
            return Some(0.0);
        }
        (self.agents > self.load).then(|| self.wait_probability * self.aht / (self.agents - self.load))
    }

    /// Share of their time that agents are busy, at most 1; `None` without agents.
    fn occupancy(&self) -> Option<f64> {
        (self.agents > 0.0).then(|| (self.load / self.agents).min(1.0))
    }
}

fn load(calls: f64, interval: f64, aht: f64) -> Option<f64> {
    let load = calls * aht / interval;
    (calls >= 0.0 && interval > 0.0 && aht >= 0.0 && load <= MAX_LOAD).then_some(load)
}

/// Share of calls refused by `agents` lines without a queue: 1/B = sum over j of N!/(N-j)! / A^j.
fn erlang_b(load: f64, agents: f64) -> f64 {
    if load == 0.0 {
        return if agents == 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum, mut left) = (1.0_f64, 1.0_f64, agents);
    while left > 0.0 {
        term *= left / load;
        sum += term;
        left -= 1.0;
        // Terms fall from here on for good; what follows is less than the last digit.
        if (left < load && term < sum * f64::EPSILON * 1e-3) || sum.is_infinite() {
            break;
        }
    }
    1.0 / sum
}

fn wait_probability(load: f64, agents: f64, blocked: f64) -> f64 {
    if load == 0.0 {
        return if agents == 0.0 { 1.0 } else { 0.0 };
    }
    if agents <= load {
        return 1.0;
    }
    let occupancy = load / agents;
    blocked / (1.0 - occupancy * (1.0 - blocked))
}

/// What a forecast asks for.
#[derive(Debug, Clone, Copy)]
struct Demand {
    calls: f64,
    interval: f64,
    aht: f64,
    target_share: f64,
    target_wait: f64,
    max_occupancy: f64,
    shrinkage: f64,
}

/// The fewest agents on the rota so that the share and the occupancy hold; `None` where no number does.
fn agents_needed(d: Demand) -> Option<i64> {
    let load = load(d.calls, d.interval, d.aht)?;
    let shares = (0.0..=1.0).contains(&d.target_share) && d.max_occupancy > 0.0 && (0.0..1.0).contains(&d.shrinkage) && d.target_wait >= 0.0;
    if !shares {
        return None;
    }
    if load == 0.0 {
        return Some(0);
    }
    // The smallest number that is stable and keeps the occupancy; a hair is taken off for 0.85 not being exact.
    let mut agents = (load / d.max_occupancy.min(1.0) - 1e-9).ceil().max((load + 1e-9).floor() + 1.0);
    let mut blocked = erlang_b(load, agents);
    loop {
        let queue = ErlangC { load, agents, aht: d.aht, wait_probability: wait_probability(load, agents, blocked) };
        if queue.service_level(d.target_wait) >= d.target_share {
            break;
        }
        // Erlang B's recursion, one agent more.
        agents += 1.0;
        blocked = load * blocked / (agents + load * blocked);
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most a few times MAX_LOAD")]
    Some((agents / (1.0 - d.shrinkage) - 1e-9).ceil() as i64)
}

fn wait_probability_of(q: &ErlangC, _: Option<f64>) -> Option<f64> {
    Some(q.wait_probability)
}

fn service_level_of(q: &ErlangC, target: Option<f64>) -> Option<f64> {
    target.map(|t| q.service_level(t))
}

fn asa_of(q: &ErlangC, _: Option<f64>) -> Option<f64> {
    q.asa()
}

fn occupancy_of(q: &ErlangC, _: Option<f64>) -> Option<f64> {
    q.occupancy()
}

pub(super) fn functions() -> Vec<Function> {
    let number = DataType::Float64;
    let queue = vec![number.clone(), number.clone(), number.clone(), DataType::Int64];
    let with_target = queue.iter().cloned().chain([number.clone()]).collect::<Vec<_>>();
    let single = |name, usage, comment, arguments, part: fn(&ErlangC, Option<f64>) -> Option<f64>| {
        let body = move |columns: &[ArrayRef], rows: usize| {
            let values = queues(columns, rows)?.map(|(q, target)| part(&q?, target));
            Ok(Arc::new(values.collect::<Float64Array>()) as ArrayRef)
        };
        Function::new(Help { name, usage, comment }, vec![arguments], DataType::Float64, Arc::new(body))
    };
    vec![
        single(
            "erlang_c_wait_probability",
            "erlang_c_wait_probability(calls, interval, aht, agents)",
            "Erlang C: the share of callers who wait.",
            queue.clone(),
            wait_probability_of,
        ),
        single(
            "erlang_c_service_level",
            "erlang_c_service_level(calls, interval, aht, agents, target)",
            "Erlang C: the share of callers answered within target.",
            with_target.clone(),
            service_level_of,
        ),
        single(
            "erlang_c_asa",
            "erlang_c_asa(calls, interval, aht, agents)",
            "Erlang C: the mean wait of all callers, in aht's unit; null when agents are too few.",
            queue.clone(),
            asa_of,
        ),
        single(
            "erlang_c_occupancy",
            "erlang_c_occupancy(calls, interval, aht, agents)",
            "Erlang C: the share of their time that agents are busy.",
            queue.clone(),
            occupancy_of,
        ),
        erlang_c(vec![queue, with_target]),
        agents_needed_function(),
    ]
}

fn erlang_c(forms: Vec<Vec<DataType>>) -> Function {
    let help = Help {
        name: "erlang_c",
        usage: "erlang_c(calls, interval, aht, agents [, target])",
        comment: "Erlang C at once: wait_probability, service_level, asa, occupancy. interval, aht and target in one unit.",
    };
    let names = ["wait_probability", "service_level", "asa", "occupancy"];
    let fields: Fields = names.iter().map(|n| Field::new(*n, DataType::Float64, true)).collect();
    let of_struct = fields.clone();
    let body = move |columns: &[ArrayRef], rows: usize| {
        let queues: Vec<_> = queues(columns, rows)?.collect();
        let column = |part: fn(&ErlangC, Option<f64>) -> Option<f64>| {
            Arc::new(queues.iter().map(|(q, target)| part(q.as_ref()?, *target)).collect::<Float64Array>()) as ArrayRef
        };
        let columns = vec![column(wait_probability_of), column(service_level_of), column(asa_of), column(occupancy_of)];
        Ok(Arc::new(StructArray::try_new(of_struct.clone(), columns, None)?) as ArrayRef)
    };
    Function::new(help, forms, DataType::Struct(fields), Arc::new(body))
}

fn agents_needed_function() -> Function {
    let help = Help {
        name: "agents_needed",
        usage: "agents_needed(calls, interval, aht, target_share, target_wait, max_occupancy, shrinkage)",
        comment: "Erlang C: the fewest agents on the rota so that target_share of the callers wait at most target_wait and no agent is busier than max_occupancy; shrinkage is the share of paid time away.",
    };
    let body = |columns: &[ArrayRef], rows: usize| {
        let c = columns.iter().map(|c| numbers(c)).collect::<Result<Vec<_>>>()?;
        let [calls, interval, aht, target_share, target_wait, max_occupancy, shrinkage] = c.as_slice() else {
            return exec_err!("agents_needed takes seven numbers");
        };
        let value = |column: &Float64Array, i: usize| column.is_valid(i).then(|| column.value(i));
        let needed = (0..rows).map(|i| {
            agents_needed(Demand {
                calls: value(calls, i)?,
                interval: value(interval, i)?,
                aht: value(aht, i)?,
                target_share: value(target_share, i)?,
                target_wait: value(target_wait, i)?,
                max_occupancy: value(max_occupancy, i)?,
                shrinkage: value(shrinkage, i)?,
            })
        });
        Ok(Arc::new(needed.collect::<Int64Array>()) as ArrayRef)
    };
    Function::new(help, vec![vec![DataType::Float64; 7]], DataType::Int64, Arc::new(body))
}

fn numbers(column: &ArrayRef) -> Result<&Float64Array> {
    match column.as_primitive_opt::<Float64Type>() {
        Some(numbers) => Ok(numbers),
        None => exec_err!("Erlang C takes numbers"),
    }
}

/// The queue of each row and its target, null where an argument is null or makes no queue.
fn queues(columns: &[ArrayRef], rows: usize) -> Result<impl Iterator<Item = (Option<ErlangC>, Option<f64>)>> {
    let [calls, interval, aht, agents, target @ ..] = columns else { return exec_err!("Erlang C takes at least four numbers") };
    let (calls, interval, aht) = (numbers(calls)?, numbers(interval)?, numbers(aht)?);
    let Some(agents) = agents.as_primitive_opt::<Int64Type>() else { return exec_err!("agents are a whole number") };
    let target = target.first().map(numbers).transpose()?;
    Ok((0..rows).map(move |i| {
        let whole = calls.is_valid(i) && interval.is_valid(i) && aht.is_valid(i) && agents.is_valid(i);
        let queue = if whole { ErlangC::new(calls.value(i), interval.value(i), aht.value(i), agents.value(i)) } else { None };
        (queue, target.filter(|t| t.is_valid(i)).map(|t| t.value(i)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUNDRED_CALLS: Demand =
        Demand { calls: 100.0, interval: 1_800.0, aht: 180.0, target_share: 0.8, target_wait: 20.0, max_occupancy: 0.85, shrinkage: 0.0 };

    #[test]
    fn a_hundred_calls_in_half_an_hour_need_fourteen_agents() {
        assert_eq!(agents_needed(HUNDRED_CALLS), Some(14));
        assert_eq!(agents_needed(Demand { shrinkage: 0.3, ..HUNDRED_CALLS }), Some(20));
        let queue = ErlangC::new(100.0, 1_800.0, 180.0, 14).unwrap();
        assert_eq!(format!("{:.6}", queue.service_level(20.0)), "0.888350");
        assert_eq!(format!("{:.6}", queue.wait_probability), "0.174132");
        assert_eq!(format!("{:.6}", queue.occupancy().unwrap()), "0.714286");
    }

    #[test]
    fn small_systems_agree_with_the_formula_written_out() {
        for agents in 1..=12_u32 {
            for tenths in 1..=agents * 10 {
                let (load, n) = (f64::from(tenths) / 10.0, f64::from(agents));
                // A^n/n! over the sum of A^k/k!, in the textbook's order.
                let term = |k: u32| (1..=k).fold(1.0, |t, i| t * load / f64::from(i));
                let blocked = term(agents) / (0..=agents).map(term).sum::<f64>();
                assert!((erlang_b(load, n) - blocked).abs() < 1e-14, "{load} {n}");
            }
        }
    }

    #[test]
    fn thousands_of_agents_are_no_problem() {
        // Square-root staffing: n = A + sqrt(A), where P(wait) tends to 1/(1 + sqrt(2 pi) F(1) e^(1/2)) = 0.2235.
        for load in [1e4, 1e6] {
            let agents = load + f64::sqrt(load);
            let p = wait_probability(load, agents, erlang_b(load, agents));
            assert!((p - 0.223_361_8).abs() < 2.0 / f64::sqrt(load), "{load}: {p}");
        }
        let big = Demand { calls: 100_000.0, ..HUNDRED_CALLS };
        assert_eq!(agents_needed(Demand { max_occupancy: 1.0, ..big }).map(|n| (10_001..10_200).contains(&n)), Some(true));
        assert_eq!(erlang_b(10.0, 1e6), 0.0);
    }

    #[test]
    fn no_calls_need_nobody_and_too_few_agents_never_answer_in_time() {
        assert_eq!(agents_needed(Demand { calls: 0.0, ..HUNDRED_CALLS }), Some(0));
        assert_eq!(agents_needed(Demand { target_share: 1.2, ..HUNDRED_CALLS }), None);
        let queue = ErlangC::new(100.0, 1_800.0, 180.0, 10).unwrap();
        assert_eq!((queue.service_level(20.0), queue.asa(), queue.wait_probability, queue.occupancy()), (0.0, None, 1.0, Some(1.0)));
        assert!(ErlangC::new(100.0, 0.0, 180.0, 10).is_none());
        assert_eq!(ErlangC::new(0.0, 1_800.0, 180.0, 0).unwrap().service_level(20.0), 1.0);
    }
}
