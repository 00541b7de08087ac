//! Which kind of file a text is, and reading it with what stands beside it.

use std::net::IpAddr;

use super::model::{Cluster, Resolve};
use super::node_cfg::{self, Reading};
use super::release::Release;
use super::settings::{self, Settings};
use super::zeek_conf;
use crate::diag::{Code, Diagnostic};
use crate::load::files::{Entry, Files};
use crate::load::path::{base_name, directory};
use crate::source::{FileId, SourceMap, SourceText, Span};

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    NodeCfg,
    ZeekConf,
    Networks,
    /// A script.
    Layout,
}

/// No node file is longer.
pub const LIMIT: u64 = 16 << 20;

impl Kind {
    /// What a file most likely is, by its name and then by what it says; none where nothing tells.
    pub fn guess(name: &str, text: &[u8]) -> Option<Kind> {
        let base = base_name(name).to_lowercase();
        let ends = |ending: &str| base.ends_with(ending);
        if ends("networks.cfg") {
            return Some(Kind::Networks);
        }
        if ends("node.cfg") {
            return Some(Kind::NodeCfg);
        }
        if ends("zeek.conf") {
            return Some(Kind::ZeekConf);
        }
        if ends(".bro") || ends(".zeek") {
            return Some(Kind::Layout);
        }
        let by_ending = if ends(".cfg") { Some(Kind::NodeCfg) } else { Some(Kind::ZeekConf).filter(|_| ends(".conf")) };
        Kind::of_text(&String::from_utf8_lossy(text)).or(by_ending)
    }

    fn of_text(text: &str) -> Option<Kind> {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']));
        if lines().any(|line| line.contains("Cluster::")) {
            return Some(Kind::Layout);
        }
        let key = |line: &str| line.split_once(['=', ':']).map(|(key, _)| key.trim().to_lowercase());
        let has = |wanted: &str| lines().filter_map(key).any(|key| key == wanted);
        let has_sections = lines().any(|line| line.starts_with('['));
        let first_is_section = lines().next().is_some_and(|line| line.starts_with('['));
        if has_sections && (has("type") || has("host")) {
            return Some(Kind::NodeCfg);
        }
        let of_zeek = |line: &str| line == "[zeek]" || line.starts_with("[interface ");
        if lines().any(of_zeek) || (!has_sections && ["interface", "workers", "loggers"].into_iter().any(has)) {
            return Some(Kind::ZeekConf);
        }
        let is_subnet =
            |line: &str| line.split(['/', ' ', '\t']).next().is_some_and(|word| word.parse::<IpAddr>().is_ok());
        if lines().next().is_some_and(is_subnet) {
            return Some(Kind::Networks);
        }
        first_is_section.then_some(Kind::NodeCfg)
    }

    /// Whether a path named to be checked is a node file. Scripts are left to others.
    pub fn is_node_file(path: &str) -> bool {
        let base = base_name(path).to_lowercase();
        base.ends_with("node.cfg") || base.ends_with("zeek.conf") || base.ends_with("networks.cfg")
    }
}

/// What was asked for on the way.
pub struct Options<'a> {
    pub release: Option<&'static Release>,
    pub port: Option<u16>,
    /// The file with the settings of the control program; without it, the one beside a `node.cfg` is taken.
    pub settings: Option<&'a str>,
    pub resolve: Resolve<'a>,
}

/// What became of a file.
pub struct Read {
    pub cluster: Option<Cluster>,
    /// The generation whose file it was taken for.
    pub release: &'static Release,
}

/// Reads a `node.cfg` or a `zeek.conf` that is in `sources` already. What is wrong is added to `found`; the error says
/// why the file with the settings cannot be read.
pub fn read(
    kind: Kind,
    file: FileId,
    sources: &mut SourceMap,
    files: &dyn Files,
    options: &Options<'_>,
    found: &mut Vec<Diagnostic>,
) -> Result<Read, String> {
    let Some((name, text)) = sources.get(file).map(|source| (source.name.to_string(), source.text.to_vec())) else {
        return Ok(Read { cluster: None, release: Release::bro() });
    };
    let default = options.release.unwrap_or_else(Release::bro);
    let Some(text) = as_text(file, &text, found) else { return Ok(Read { cluster: None, release: default }) };
    if kind == Kind::ZeekConf {
        let cluster = zeek_conf::read(file, text, options.resolve, found);
        return Ok(Read { cluster, release: options.release.unwrap_or_else(Release::latest) });
    }
    let beside = || {
        let folder = if name == "-" { return None } else { directory(&name).to_string() };
        let path = |base: &str| if folder == "." { base.to_string() } else { format!("{folder}/{base}") };
        let is_file = |path: &String| matches!(files.look(path), Entry::File(_));
        ["zeekctl.cfg", "broctl.cfg"].into_iter().map(path).find(is_file)
    };
    let path = options.settings.map(str::to_string).or_else(beside);
    let mut settings = Settings::default();
    let mut release = default;
    if let Some(path) = path {
        let text = files.read(&path, LIMIT).map_err(|error| format!("{path}: {error}"))?;
        let id = sources.add(&path, SourceText::from(&*text), false);
        if let Some(text) = as_text(id, &text, found) {
            settings = settings::parse(id, text, found);
        }
        if options.release.is_none() && base_name(&path).starts_with("zeekctl") {
            release = Release::latest();
        }
    }
    let reading = Reading { release, settings: &settings, port: options.port, resolve: options.resolve };
    Ok(Read { cluster: node_cfg::read(file, text, &reading, found), release })
}

/// The bytes of a file as text; where they are none, the place is told.
pub fn as_text<'a>(file: FileId, bytes: &'a [u8], found: &mut Vec<Diagnostic>) -> Option<&'a str> {
    match str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let message = "this is no UTF-8, so that control programs cannot read the file";
            found.push(Diagnostic::error(Code::NodeFileSyntax, Span::new(file, at, at.saturating_add(1)), message));
            None
        }
    }
}

/// The address of a host that needs no asking: one that is written as such, perhaps with a zone.
pub fn literal(host: &str) -> Option<IpAddr> {
    let address = host.split_once('%').map_or(host, |(address, _)| address);
    address.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn kinds_by_name_and_by_what_is_said() {
        assert_eq!(Kind::guess("etc/node.cfg", b""), Some(Kind::NodeCfg));
        assert_eq!(Kind::guess("etc/host.zeek.conf", b""), Some(Kind::ZeekConf));
        assert_eq!(Kind::guess("etc/x.bro", b""), Some(Kind::Layout));
        assert_eq!(Kind::guess("-", b"# c\n[a]\ntype=worker\n"), Some(Kind::NodeCfg));
        assert_eq!(Kind::guess("-", b"interface = eth0\nworkers = 4\n"), Some(Kind::ZeekConf));
        assert_eq!(Kind::guess("-", b"[zeek]\nloggers = 4\n"), Some(Kind::ZeekConf));
        assert_eq!(Kind::guess("-", b"redef Cluster::nodes = {};\n"), Some(Kind::Layout));
        assert_eq!(Kind::guess("-", b"\n10.0.0.0/8 x\n"), Some(Kind::Networks));
        assert_eq!(Kind::guess("-", b"hello\n"), None);
    }
}
