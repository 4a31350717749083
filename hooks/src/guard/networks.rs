//! Networks that are not the public internet, from the IANA special-purpose registries (RFC 6890 and after).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// First address and length of prefix.
type V4 = (Ipv4Addr, u32);
type V6 = (Ipv6Addr, u32);

const V4_SPECIAL: [V4; 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),       // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),      // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // behind a provider's NAT; metadata of one cloud
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // this machine
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local; metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),   // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),  // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // reserved, broadcast
];

/// Global unicast. Everything else is special: `::1`, ULA `fc00::/7`, link-local `fe80::/10`, multicast `ff00::/8`, IPv4 in IPv6 `::/96`
/// and `64:ff9b::/96` (NAT64), discard `100::/64`, segment routing `5f00::/16`.
const V6_GLOBAL: V6 = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const V6_SPECIAL: [V6; 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocol assignments: Teredo, ORCHID, benchmarks
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16), // 6to4: an IPv4 address inside
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// Whether an address is one of the public internet; one of IPv4 in IPv6 must have been made IPv4 before.
pub(super) fn is_outside(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !V4_SPECIAL.iter().any(|network| holds_v4(*network, ip)),
        IpAddr::V6(ip) => holds_v6(V6_GLOBAL, ip) && !V6_SPECIAL.iter().any(|network| holds_v6(*network, ip)),
    }
}

const fn holds_v4((first, prefix): V4, ip: Ipv4Addr) -> bool {
    (first.to_bits() ^ ip.to_bits()) >> (32 - prefix) == 0
}

const fn holds_v6((first, prefix): V6, ip: Ipv6Addr) -> bool {
    (first.to_bits() ^ ip.to_bits()) >> (128 - prefix) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_special_network_is_inside_from_its_first_to_its_last_address_and_no_further() {
        let outside = |text: &str| is_outside(text.parse::<IpAddr>().unwrap().to_canonical());
        for (first, last) in [
            ("0.0.0.0", "0.255.255.255"),
            ("10.0.0.0", "10.255.255.255"),
            ("100.64.0.0", "100.127.255.255"),
            ("127.0.0.0", "127.255.255.255"),
            ("169.254.0.0", "169.254.255.255"),
            ("172.16.0.0", "172.31.255.255"),
            ("192.168.0.0", "192.168.255.255"),
            ("198.18.0.0", "198.19.255.255"),
            ("224.0.0.0", "255.255.255.255"),
            ("::", "::ffff:ffff"),
            ("64:ff9b::", "64:ff9b::ffff:ffff"),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"),
            ("100::", "100::ffff:ffff:ffff:ffff"),
            ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
            ("::ffff:10.0.0.1", "::ffff:127.0.0.1"),
        ] {
            assert!(!outside(first) && !outside(last), "{first} to {last}");
        }
        for public in ["1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "128.0.0.0", "172.15.255.255", "172.32.0.0"] {
            assert!(outside(public), "{public}");
        }
        for public in ["223.255.255.255", "2000::1", "2001:200::", "2606:4700:4700::1111", "3ffe:ffff::", "::ffff:1.1.1.1"] {
            assert!(outside(public), "{public}");
        }
    }
}
