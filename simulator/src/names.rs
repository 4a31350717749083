//! Made-up names of agents, in characters and in Latin letters.

use super::random::Random;

const SURNAMES: [(&str, &str); 24] = [
    ("王", "Wang"),
    ("李", "Li"),
    ("张", "Zhang"),
    ("刘", "Liu"),
    ("陈", "Chen"),
    ("杨", "Yang"),
    ("赵", "Zhao"),
    ("黄", "Huang"),
    ("周", "Zhou"),
    ("吴", "Wu"),
    ("徐", "Xu"),
    ("孙", "Sun"),
    ("胡", "Hu"),
    ("朱", "Zhu"),
    ("高", "Gao"),
    ("林", "Lin"),
    ("何", "He"),
    ("郭", "Guo"),
    ("马", "Ma"),
    ("罗", "Luo"),
    ("梁", "Liang"),
    ("宋", "Song"),
    ("郑", "Zheng"),
    ("谢", "Xie"),
];

const GIVEN: [(&str, &str); 48] = [
    ("敏", "Min"),
    ("静", "Jing"),
    ("丽", "Li"),
    ("强", "Qiang"),
    ("磊", "Lei"),
    ("洋", "Yang"),
    ("艳", "Yan"),
    ("勇", "Yong"),
    ("军", "Jun"),
    ("杰", "Jie"),
    ("娟", "Juan"),
    ("涛", "Tao"),
    ("超", "Chao"),
    ("明", "Ming"),
    ("霞", "Xia"),
    ("平", "Ping"),
    ("刚", "Gang"),
    ("芬", "Fen"),
    ("玲", "Ling"),
    ("雪", "Xue"),
    ("思远", "Siyuan"),
    ("子涵", "Zihan"),
    ("雨桐", "Yutong"),
    ("梓萱", "Zixuan"),
    ("浩然", "Haoran"),
    ("欣怡", "Xinyi"),
    ("佳宁", "Jianing"),
    ("一鸣", "Yiming"),
    ("若溪", "Ruoxi"),
    ("文博", "Wenbo"),
    ("晓彤", "Xiaotong"),
    ("俊杰", "Junjie"),
    ("雅琪", "Yaqi"),
    ("天宇", "Tianyu"),
    ("梦瑶", "Mengyao"),
    ("嘉豪", "Jiahao"),
    ("诗雨", "Shiyu"),
    ("明哲", "Mingzhe"),
    ("可欣", "Kexin"),
    ("志远", "Zhiyuan"),
    ("慧敏", "Huimin"),
    ("海峰", "Haifeng"),
    ("婉婷", "Wanting"),
    ("立新", "Lixin"),
    ("春燕", "Chunyan"),
    ("国栋", "Guodong"),
    ("秋月", "Qiuyue"),
    ("乐天", "Letian"),
];

/// `count` names, characters and Latin letters, in an order of the random stream; no name twice until all are used.
pub(super) fn draw(count: usize, random: &mut Random) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        SURNAMES.iter().flat_map(|s| GIVEN.iter().map(move |g| (format!("{}{}", s.0, g.0), format!("{} {}", g.1, s.1)))).collect();
    for i in (1..all.len()).rev() {
        all.swap(i, random.below(i + 1));
    }
    (0..count)
        .map(|i| {
            let round = i / all.len();
            let (zh, en) = all.get(i % all.len()).cloned().unwrap_or_default();
            if round == 0 { (zh, en) } else { (format!("{zh}{}", round + 1), format!("{en} {}", round + 1)) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_shares_a_name() {
        let names = draw(5_000, &mut Random::new(1));
        let distinct: std::collections::HashSet<_> = names.iter().map(|n| &n.0).collect();
        assert_eq!(distinct.len(), 5_000);
        assert!(names.iter().take(96).all(|n| n.0.chars().count() <= 3 && n.1.is_ascii()));
    }
}
