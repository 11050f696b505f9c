//! Networks of their own for some of a shop's processes, joined by a router that loses what it is told to lose, in one
//! direction or both, all of it or some.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

/// Addresses that are for tests of networks (RFC 2544, appendix C.2.2) and lead nowhere else.
const RANGE: &str = "198.18";
/// The network of the test itself, and those of others.
const LINKS: [&str; 3] = ["test", "near", "far"];

/// How many were tried by this process.
static MADE: AtomicU32 = AtomicU32::new(0);

/// What the router loses.
#[derive(Clone, Copy, Debug)]
pub struct Loss {
    /// The links it comes from and goes to.
    pub from: &'static str,
    pub to: &'static str,
    /// Only what goes to this port. `None`: whatever it is.
    pub port: Option<u16>,
    /// Of a hundred packets so many, whichever. `None`: every one.
    pub percent: Option<u8>,
}

impl Loss {
    pub const fn all(from: &'static str, to: &'static str) -> Self {
        Self { from, to, port: None, percent: None }
    }
}

/// Two networks, `near` and `far`, which reach each other and the test through a router.
pub struct Network {
    /// Begins the names of what was made, and is different for each test.
    name: String,
    subnet: u32,
}

impl Network {
    /// `None`, said aloud, where networks cannot be made: that takes Linux and its administrator.
    pub fn make() -> Option<Self> {
        // Other processes run tests too, and one that was killed has left its networks behind.
        let is_taken = |subnet: &u32| Path::new("/run/netns").join(format!("rialto{subnet}-router")).exists();
        let mine = std::iter::repeat_with(|| (2 * std::process::id() + MADE.fetch_add(1, Ordering::Relaxed)) % 256);
        let subnet = mine.take(256).find(|subnet| !is_taken(subnet)).expect("one of 256 is free");
        let network = Self { name: format!("rialto{subnet}"), subnet };
        match network.lay_out() {
            Ok(()) => Some(network),
            Err(said) => {
                test_support::leave_out("what a cut network does", &said);
                None
            }
        }
    }

    fn lay_out(&self) -> Result<(), String> {
        let router = self.namespace("router");
        ip(&["netns", "add", &router])?;
        ip(&["netns", "exec", &router, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])?;
        self.lose(&[])?;
        for link in LINKS {
            let (here, there) = (format!("{}{link}", self.name), format!("to-{link}"));
            ip(&["link", "add", &here, "type", "veth", "peer", "name", &there, "netns", &router])?;
            ip(&["-n", &router, "address", "add", &format!("{}/30", self.gateway(link)), "dev", &there])?;
            ip(&["-n", &router, "link", "set", &there, "up"])?;
            let (address, own) = (format!("{}/30", self.host(link)), self.namespace(link));
            if link == "test" {
                ip(&["address", "add", &address, "dev", &here])?;
                ip(&["link", "set", &here, "up"])?;
                ip(&["route", "add", &format!("{RANGE}.{}.0/28", self.subnet), "via", &self.gateway(link)])?;
            } else {
                ip(&["netns", "add", &own])?;
                ip(&["link", "set", &here, "netns", &own])?;
                ip(&["-n", &own, "address", "add", &address, "dev", &here])?;
                ip(&["-n", &own, "link", "set", &here, "up"])?;
                ip(&["-n", &own, "link", "set", "lo", "up"])?;
                ip(&["-n", &own, "route", "add", "default", "via", &self.gateway(link)])?;
            }
        }
        Ok(())
    }

    pub fn namespace(&self, link: &str) -> String {
        format!("{}-{link}", self.name)
    }

    /// The address of whoever is on `link`: `test`, `near` or `far`.
    pub fn host(&self, link: &str) -> String {
        format!("{RANGE}.{}.{}", self.subnet, 4 * number(link) + 2)
    }

    fn gateway(&self, link: &str) -> String {
        format!("{RANGE}.{}.{}", self.subnet, 4 * number(link) + 1)
    }

    /// From now on these are lost, until `heal`.
    pub fn cut(&self, losses: &[Loss]) {
        self.lose(losses).expect("the router loses what it is told to");
    }

    pub fn heal(&self) {
        self.cut(&[]);
    }

    /// How many packets were lost since the last `cut`.
    pub fn lost(&self) -> u64 {
        let said = self.nft().args(["list", "table", "ip", "losses"]).output().expect("there is an nft");
        let said = String::from_utf8_lossy(&said.stdout);
        let counts = said.split("counter packets ").skip(1).map(|rest| rest.split(' ').next().unwrap_or_default());
        counts.map(|count| count.parse::<u64>().expect("a number")).sum()
    }

    /// What the router is told with.
    fn nft(&self) -> Command {
        let mut nft = Command::new(program("ip"));
        nft.args(["netns", "exec", &self.namespace("router"), &program("nft")]);
        nft
    }

    /// Takes the place of whatever was lost before, at once. `Err`: what `nft` said.
    fn lose(&self, losses: &[Loss]) -> Result<(), String> {
        // A table must be there to be deleted.
        let mut rules = "table ip losses { }\ndelete table ip losses\n\
                         table ip losses {\nchain forwarded {\ntype filter hook forward priority 0;\n"
            .to_owned();
        for Loss { from, to, port, percent } in losses {
            let port = port.map_or(String::new(), |port| format!("tcp dport {port} "));
            let some = percent.map_or(String::new(), |percent| format!("numgen random mod 100 < {percent} "));
            let (from, to) = (self.host(from), self.host(to));
            let _ = writeln!(rules, "ip saddr {from} ip daddr {to} {port}{some}counter drop");
        }
        rules.push_str("}\n}\n");
        let mut nft = self.nft();
        let piped = nft.args(["-f", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut nft = piped.map_err(|error| error.to_string())?;
        let written = nft.stdin.take().expect("it is piped").write_all(rules.as_bytes());
        let done = nft.wait_with_output().map_err(|error| error.to_string())?;
        match done.status.success() && written.is_ok() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()),
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for namespace in ["near", "far", "router"] {
            let _ = ip(&["netns", "delete", &self.namespace(namespace)]);
        }
        // Goes with its other end, but not at once, and the next test may want its name.
        let _ = ip(&["link", "delete", &format!("{}test", self.name)]);
    }
}

fn number(link: &str) -> usize {
    LINKS.iter().position(|known| *known == link).expect("one of LINKS")
}

/// `command`, run in a network.
pub fn inside(namespace: &str, command: &Command) -> Command {
    let mut inside = Command::new(program("ip"));
    inside.args(["netns", "exec", namespace]).arg(command.get_program()).args(command.get_args());
    inside.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    inside.stdin(Stdio::null()).stderr(Stdio::null());
    inside
}

/// Debian keeps them where only root looks for programs.
fn program(name: &str) -> String {
    let roots = format!("/usr/sbin/{name}");
    if Path::new(&roots).exists() { roots } else { name.to_owned() }
}

/// `Err`: what it said.
fn ip(arguments: &[&str]) -> Result<(), String> {
    let done = Command::new(program("ip")).args(arguments).output().map_err(|error| error.to_string())?;
    if done.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&done.stderr).trim().to_owned()) }
}
