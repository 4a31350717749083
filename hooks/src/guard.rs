//! Where hooks may post to: which addresses of the web, which ports, which networks. Whoever writes a hook makes the server ask
//! an address (SSRF, OWASP A10), so nothing inside is reached unless the configuration names its network.
//!
//! An address is read once, by the same library that sends; names are looked at when they are resolved (see `post`).

mod networks;

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use callboard_admin::words::Words;
use ipnet::IpNet;
use serde::Deserialize;
use url::{Host, Url};

/// The longest address, in characters.
pub(crate) const LONGEST: usize = 1_000;
/// Ports where no other is named.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

/// `[hooks]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Networks inside that may be posted to, such as `10.1.0.0/16`.
    pub allow: Vec<IpNet>,
    /// Whether addresses may begin with `http://`.
    pub http: bool,
    /// Ports that may be posted to; any, where none is named.
    pub ports: Vec<u16>,
    /// File with the certificates of authorities that are trusted besides the system's.
    pub ca: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { allow: Vec::new(), http: false, ports: PORTS.to_vec(), ca: None }
    }
}

/// Why an address is none to post to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Unreadable,
    Scheme,
    Http,
    User,
    Port,
    Inside,
}

impl Refusal {
    /// What the field says.
    pub(crate) const fn words(self) -> Words {
        match self {
            Self::Unreadable => Words::new("must be an address such as https://example.com/hook", "须为网址, 如 https://example.com/hook"),
            Self::Scheme => Words::new("must begin with https://", "须以 https:// 开头"),
            Self::Http => Words::new(
                "must begin with https://; the configuration of the server does not permit http ([hooks] http)",
                "须以 https:// 开头; 服务器配置未允许 http ([hooks] http)",
            ),
            Self::User => Words::new("must not have a user or a password in it", "网址中不得含有用户名或密码"),
            Self::Port => Words::new("has a port that is not permitted ([hooks] ports)", "端口未被允许 ([hooks] ports)"),
            Self::Inside => Words::new(
                "leads inside; the configuration of the server names the networks that may be reached ([hooks] allow)",
                "指向内部网络; 可访问的网段由服务器配置 [hooks] allow 指定",
            ),
        }
    }
}

/// Decides where hooks may post to; nothing inside, by default.
#[derive(Debug, Clone)]
pub struct Guard {
    allow: Vec<IpNet>,
    http: bool,
    ports: Vec<u16>,
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(&Settings::default())
    }
}

impl Guard {
    /// By the configuration.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        Self { allow: settings.allow.clone(), http: settings.http, ports: settings.ports.clone() }
    }

    /// An address as it is posted to. Numbers in whatever form (`0x7f.1`, `2130706433`) are read as the client reads them.
    pub(crate) fn address(&self, text: &str) -> Result<Url, Refusal> {
        // What the reader of addresses would drop in silence: tabs, line ends.
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) || text.chars().count() > LONGEST {
            return Err(Refusal::Unreadable);
        }
        let url = Url::parse(text).map_err(|_| Refusal::Unreadable)?;
        match url.scheme() {
            "https" => {}
            "http" if self.http => {}
            "http" => return Err(Refusal::Http),
            _ => return Err(Refusal::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::User);
        }
        let inside = match url.host().ok_or(Refusal::Unreadable)? {
            Host::Ipv4(ip) => !self.permits(ip.into()),
            Host::Ipv6(ip) => !self.permits(ip.into()),
            Host::Domain(name) => is_this_machine(name) && !self.permits(Ipv4Addr::LOCALHOST.into()),
        };
        if inside {
            return Err(Refusal::Inside);
        }
        let port = self.ports.is_empty() || url.port_or_known_default().is_some_and(|port| self.ports.contains(&port));
        if port { Ok(url) } else { Err(Refusal::Port) }
    }

    /// Whether a connection to it may be made.
    pub(crate) fn permits(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.allow.iter().any(|network| network.contains(&ip)) || networks::is_outside(ip)
    }
}

/// `localhost` and what is below it; RFC 6761 has it lead here, whatever a resolver says.
fn is_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// As much of an address as lists show: keys of robots stand in the path or the query.
pub(crate) fn shown(url: &Url) -> String {
    let more = url.path() != "/" || url.query().is_some();
    format!("{}/{}", url.origin().ascii_serialization(), if more { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allow: &[&str], http: bool) -> Guard {
        Guard::new(&Settings { allow: allow.iter().map(|n| n.parse().unwrap()).collect(), http, ..Settings::default() })
    }

    #[test]
    fn no_address_in_whatever_form_leads_inside() {
        let strict = guard(&[], true);
        for inside in [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://LOCALHOST./",
            "http://a.localhost/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://017700000001/",
            "http://127.1/",
            "http://１２７.0.0.1/",
            "http://127。0。0。1/",
            "http://0/",
            "http://10.0.0.1/",
            "http://172.31.255.255/",
            "http://192.168.1.1/",
            "http://169.254.169.254/latest/meta-data/",
            "http://100.100.100.200/",
            "http://[::1]/",
            "http://[::]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:a00:1]/",
            "http://[::127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://[fd00:ec2::254]/",
            "http://[fe80::1]/",
            "http://[ff02::1]/",
        ] {
            assert_eq!(strict.address(inside), Err(Refusal::Inside), "{inside}");
        }
    }

    #[test]
    fn an_address_is_one_of_the_web_without_a_user_at_a_permitted_port() {
        let strict = guard(&[], false);
        for good in ["https://example.com/hook", "https://93.184.216.34:8443/", "https://[2606:2800:220:1::1]/", "https://中文.example/"] {
            assert!(strict.address(good).is_ok(), "{good}: {:?}", strict.address(good));
        }
        for (bad, why) in [
            ("http://example.com/", Refusal::Http),
            ("file:///etc/passwd", Refusal::Scheme),
            ("gopher://example.com:70/_x", Refusal::Scheme),
            ("ftp://example.com/", Refusal::Scheme),
            ("data:text/plain,x", Refusal::Scheme),
            ("https://me@example.com/", Refusal::User),
            ("https://example.com@127.0.0.1/", Refusal::User),
            ("https://me:secret@example.com/", Refusal::User),
            ("https://example.com:22/", Refusal::Port),
            ("https://example.com:6379/", Refusal::Port),
            ("https://example.com/a\r\nX-Header: 1", Refusal::Unreadable),
            ("https://exam\tple.com/", Refusal::Unreadable),
            ("https://[fe80::1%25eth0]/", Refusal::Unreadable),
            ("example.com", Refusal::Unreadable),
            ("https://", Refusal::Unreadable),
            ("", Refusal::Unreadable),
        ] {
            assert_eq!(strict.address(bad), Err(why), "{bad}");
        }
        assert_eq!(strict.address(&format!("https://example.com/{}", "a".repeat(LONGEST))), Err(Refusal::Unreadable));
    }

    #[test]
    fn a_network_inside_is_reached_where_the_configuration_names_it_and_only_that() {
        let guard = guard(&["10.1.0.0/16", "127.0.0.1/32"], true);
        for good in ["http://10.1.2.3/", "http://[::ffff:10.1.2.3]/", "http://localhost/", "http://127.0.0.1/"] {
            assert!(guard.address(good).is_ok(), "{good}");
        }
        for bad in ["http://10.2.0.1/", "http://127.0.0.2/", "http://[::1]/"] {
            assert_eq!(guard.address(bad), Err(Refusal::Inside), "{bad}");
        }
    }

    #[test]
    fn lists_show_where_a_hook_goes_and_no_key_in_it() {
        let shown = |text: &str| shown(&Url::parse(text).unwrap());
        assert_eq!(shown("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6"), "https://qyapi.weixin.qq.com/…");
        assert_eq!(shown("https://example.com:8443"), "https://example.com:8443/");
    }
}
