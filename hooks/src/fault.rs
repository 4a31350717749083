//! Why a message did not arrive, in words for people and one for programs. What a receiver answers besides is shown to nobody.

use callboard_admin::resource::Choice;

/// Why a message did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The address is none that may be posted to any more.
    Address,
    /// Its name is not known.
    Name,
    /// Its name leads to an address inside.
    Inside,
    /// Nobody answers there.
    Connect,
    /// Whoever answers has no certificate that is trusted.
    Certificate,
    /// It took too long.
    Timeout,
    /// It answered with another address.
    Redirect,
    /// It answered with a status that is no success.
    Status,
    /// It answered that it does not want this message.
    Unwanted,
    /// It answered that it wants none any more.
    Gone,
    /// Its answer is longer than is read.
    TooLong,
    /// The robot answered with an error of its own.
    Robot,
    /// The address or the secret cannot be opened.
    Sealed,
    /// The connection broke.
    Broken,
}

/// As fields show them.
pub(crate) const FAULTS: &[Choice] = &[
    Fault::Address.choice(),
    Fault::Name.choice(),
    Fault::Inside.choice(),
    Fault::Connect.choice(),
    Fault::Certificate.choice(),
    Fault::Timeout.choice(),
    Fault::Redirect.choice(),
    Fault::Status.choice(),
    Fault::Unwanted.choice(),
    Fault::Gone.choice(),
    Fault::TooLong.choice(),
    Fault::Robot.choice(),
    Fault::Sealed.choice(),
    Fault::Broken.choice(),
];

impl Fault {
    /// Its word and what people read.
    pub(crate) const fn choice(self) -> Choice {
        match self {
            Self::Address => Choice::new("address", "The configuration of the server does not permit the address", "服务器配置不允许该地址"),
            Self::Name => Choice::new("name", "The name of the address is not known", "域名无法解析"),
            Self::Inside => {
                Choice::new("inside", "The name leads inside, which the configuration does not permit", "域名指向内部网络, 服务器配置未允许")
            }
            Self::Connect => Choice::new("connect", "Nobody answers at the address", "无法连接到该地址"),
            Self::Certificate => Choice::new("certificate", "The receiver's certificate is not trusted", "接收方证书不受信任"),
            Self::Timeout => Choice::new("timeout", "The receiver took too long", "接收方响应超时"),
            Self::Redirect => Choice::new("redirect", "The receiver sends on to another address, which is not followed", "接收方要求跳转, 不予跟随"),
            Self::Status => Choice::new("status", "The receiver answered with an error", "接收方返回错误状态"),
            Self::Unwanted => Choice::new("unwanted", "The receiver refuses this message", "接收方拒收该消息"),
            Self::Gone => Choice::new("gone", "The receiver wants no more (410)", "接收方不再接收 (410)"),
            Self::TooLong => Choice::new("too_long", "The receiver's answer is too long", "接收方的应答过长"),
            Self::Robot => Choice::new("robot", "The robot answered with an error code", "机器人返回错误码"),
            Self::Sealed => Choice::new("sealed", "The address or the secret cannot be opened; enter it anew", "地址或密钥无法解封, 请重新填写"),
            Self::Broken => Choice::new("broken", "The connection broke", "连接中断"),
        }
    }

    /// Its word.
    pub(crate) const fn name(self) -> &'static str {
        self.choice().value
    }
}
