//! The made-up bank: its queues, teams and agents.
//!
//! A larger centre repeats the nine lines and eight teams with a number behind their names; a smaller one takes
//! the first few.

use super::names;
use super::random::Random;

/// The sources a simulated centre has: two PBXs, which see the calls, and the agents' presence server.
pub const PBX_SOURCES: [&str; 2] = ["beijing", "hefei"];
/// The source of every `agent.*` event.
pub const AGENT_SOURCE: &str = "agents";

/// A made-up bank's call centre as it stands, before the first call.
#[derive(Debug, Clone)]
pub struct Centre {
    /// Its queues.
    pub queues: Vec<Queue>,
    /// Its teams.
    pub teams: Vec<Team>,
    /// Everyone on the books.
    pub agents: Vec<Agent>,
}

/// One line that callers wait in.
#[derive(Debug, Clone)]
pub struct Queue {
    /// Name in events.
    pub id: String,
    /// Chinese title.
    pub title_zh: String,
    /// English title.
    pub title_en: String,
    /// Answer target, ms.
    pub target_ms: i64,
    /// A caller who has waited this long is sent on, ms.
    pub limit_ms: i64,
    /// Share of the centre's calls, before the day's profile; all queues sum to 1.
    pub(super) share: f64,
    pub(super) talk_ms: f64,
    pub(super) wrap_up_ms: f64,
    /// Open at night too.
    pub(super) always_open: bool,
}

/// Agents who sit together.
#[derive(Debug, Clone)]
pub struct Team {
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Indexes of the queues the team is there for.
    pub(super) first: Vec<usize>,
    /// Indexes of the queues it helps out in.
    pub(super) second: Vec<usize>,
    pub(super) works_nights: bool,
}

/// One agent on the books.
#[derive(Debug, Clone)]
pub struct Agent {
    /// Name in events: the work number.
    pub id: String,
    /// Name in characters.
    pub name_zh: String,
    /// Name in Latin letters.
    pub name_en: String,
    /// Index of the team.
    pub team: usize,
}

impl Team {
    /// Indexes of the queues that its agents take calls of, their own first.
    pub fn queues(&self) -> impl Iterator<Item = usize> {
        self.first.iter().chain(&self.second).copied()
    }
}

/// Why agents pause: code in events, Chinese title, English title.
pub const PAUSE_REASONS: [(&str, &str, &str); 6] = [
    ("lunch", "用餐", "Lunch"),
    ("rest", "小休", "Short break"),
    ("meeting", "班会", "Team meeting"),
    ("coaching", "辅导", "Coaching"),
    ("training", "培训", "Training"),
    ("back_office", "后台处理", "Back office"),
];

struct QueueTemplate {
    id: &'static str,
    title_zh: &'static str,
    title_en: &'static str,
    share: f64,
    talk_s: f64,
    wrap_up_s: f64,
    target_s: i64,
    limit_s: i64,
    always_open: bool,
}

#[rustfmt::skip]
const QUEUES: [QueueTemplate; 9] = [
    QueueTemplate { id: "cards",      title_zh: "信用卡",   title_en: "Credit cards",   share: 0.275, talk_s: 195.0, wrap_up_s: 28.0, target_s: 20, limit_s: 300, always_open: true },
    QueueTemplate { id: "accounts",   title_zh: "个人账户", title_en: "Accounts",       share: 0.225, talk_s: 190.0, wrap_up_s: 26.0, target_s: 20, limit_s: 300, always_open: false },
    QueueTemplate { id: "ebank",      title_zh: "电子银行", title_en: "E-banking",      share: 0.170, talk_s: 205.0, wrap_up_s: 30.0, target_s: 20, limit_s: 300, always_open: false },
    QueueTemplate { id: "loans",      title_zh: "贷款服务", title_en: "Loans",          share: 0.110, talk_s: 230.0, wrap_up_s: 38.0, target_s: 30, limit_s: 300, always_open: false },
    QueueTemplate { id: "card_block", title_zh: "挂失止付", title_en: "Lost cards",     share: 0.070, talk_s: 140.0, wrap_up_s: 18.0, target_s: 10, limit_s: 420, always_open: true },
    QueueTemplate { id: "corporate",  title_zh: "对公业务", title_en: "Corporate",      share: 0.060, talk_s: 235.0, wrap_up_s: 36.0, target_s: 20, limit_s: 300, always_open: false },
    QueueTemplate { id: "vip",        title_zh: "贵宾专线", title_en: "VIP",            share: 0.045, talk_s: 215.0, wrap_up_s: 32.0, target_s: 10, limit_s: 420, always_open: false },
    QueueTemplate { id: "complaints", title_zh: "投诉建议", title_en: "Complaints",     share: 0.025, talk_s: 320.0, wrap_up_s: 60.0, target_s: 20, limit_s: 300, always_open: false },
    QueueTemplate { id: "english",    title_zh: "英语服务", title_en: "English line",   share: 0.020, talk_s: 220.0, wrap_up_s: 30.0, target_s: 20, limit_s: 300, always_open: false },
];

struct TeamTemplate {
    zh: &'static str,
    en: &'static str,
    /// Indexes of `QUEUES` that the team is there for.
    first: &'static [usize],
    /// Those that it helps out in.
    second: &'static [usize],
    nights: bool,
}

#[rustfmt::skip]
const TEAMS: [TeamTemplate; 8] = [
    TeamTemplate { zh: "信用卡一组", en: "Cards 1",        first: &[0],       second: &[4],    nights: true },
    TeamTemplate { zh: "信用卡二组", en: "Cards 2",        first: &[0],       second: &[1],    nights: false },
    TeamTemplate { zh: "账户一组",   en: "Accounts 1",     first: &[1],       second: &[0],    nights: false },
    TeamTemplate { zh: "账户二组",   en: "Accounts 2",     first: &[1, 2],    second: &[8],    nights: false },
    TeamTemplate { zh: "电子银行组", en: "E-banking",      first: &[2],       second: &[1],    nights: false },
    TeamTemplate { zh: "贷款组",     en: "Loans",          first: &[3],       second: &[5],    nights: false },
    TeamTemplate { zh: "挂失对公组", en: "Block and corp", first: &[4, 5],    second: &[0, 3], nights: true },
    TeamTemplate { zh: "贵宾综合组", en: "VIP and care",   first: &[6, 7, 8], second: &[2, 4], nights: false },
];

impl Centre {
    /// A centre of so many queues and agents, at least one of each.
    pub(super) fn new(queues: usize, agents: usize, random: &mut Random) -> Self {
        let queues = queues.max(1);
        let rounds = queues.div_ceil(QUEUES.len());
        // A team needs people: a small centre sits at one table and everyone takes everything.
        let team_count = (TEAMS.len() * rounds).min(agents / 4).max(1);
        let mut centre = Self { queues: queue_list(queues), teams: Vec::new(), agents: Vec::new() };
        centre.teams = (0..team_count).map(|t| team(t, team_count, queues)).collect();
        centre.agents = names::draw(agents.max(1), random)
            .into_iter()
            .enumerate()
            .map(|(i, (name_zh, name_en))| Agent { id: (1_001 + i).to_string(), name_zh, name_en, team: i % team_count })
            .collect();
        centre
    }
}

fn numbered(name: &str, separator: &str, round: usize) -> String {
    if round == 0 { name.to_owned() } else { format!("{name}{separator}{}", round + 1) }
}

fn queue_list(count: usize) -> Vec<Queue> {
    let total: f64 = (0..count).filter_map(|q| QUEUES.get(q % QUEUES.len())).map(|t| t.share).sum();
    (0..count)
        .filter_map(|q| {
            let t = QUEUES.get(q % QUEUES.len())?;
            let round = q / QUEUES.len();
            Some(Queue {
                id: numbered(t.id, "_", round),
                title_zh: numbered(t.title_zh, " ", round),
                title_en: numbered(t.title_en, " ", round),
                target_ms: t.target_s * 1_000,
                limit_ms: t.limit_s * 1_000,
                share: t.share / total,
                talk_ms: t.talk_s * 1_000.0,
                wrap_up_ms: t.wrap_up_s * 1_000.0,
                always_open: t.always_open,
            })
        })
        .collect()
}

fn team(index: usize, teams: usize, queues: usize) -> Team {
    let round = index / TEAMS.len();
    let place = |q: &usize| (q + round * QUEUES.len()) % queues;
    let places = |of: fn(&TeamTemplate) -> &'static [usize]| TEAMS.get(index % TEAMS.len()).map(of).into_iter().flatten().map(place).collect();
    let template = TEAMS.get(index % TEAMS.len());
    let mut team = Team {
        name_zh: numbered(template.map_or("", |t| t.zh), " ", round),
        name_en: numbered(template.map_or("", |t| t.en), " ", round),
        first: places(|t| t.first),
        second: places(|t| t.second),
        works_nights: template.is_none_or(|t| t.nights),
    };
    if teams < TEAMS.len() {
        team.first = (0..queues).filter(|q| q % teams == index).collect();
        team.second = (0..queues).filter(|q| q % teams != index).collect();
        team.works_nights = true;
    }
    team.first.sort_unstable();
    team.first.dedup();
    team.second.retain(|q| !team.first.contains(q));
    team.second.dedup();
    team
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_queue_has_a_team_whatever_the_size() {
        for (queues, agents) in [(9, 96), (1, 1), (9, 5), (3, 40), (200, 5_000), (20, 96)] {
            let centre = Centre::new(queues, agents, &mut Random::new(1));
            assert_eq!((centre.queues.len(), centre.agents.len()), (queues, agents));
            let share: f64 = centre.queues.iter().map(|q| q.share).sum();
            assert!((share - 1.0).abs() < 1e-9);
            if agents >= queues {
                for q in 0..queues {
                    assert!(centre.teams.iter().any(|t| t.first.contains(&q) || t.second.contains(&q)), "{queues} {agents}: {q}");
                }
            }
        }
    }

    #[test]
    fn ids_are_unique() {
        let centre = Centre::new(200, 5_000, &mut Random::new(1));
        let ids: std::collections::HashSet<_> = centre.queues.iter().map(|q| &q.id).collect();
        assert_eq!(ids.len(), 200);
    }
}
