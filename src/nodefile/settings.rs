//! `broctl.cfg` and `zeekctl.cfg`: of the settings of BroControl and ZeekControl those that matter for its nodes.

use super::environment;
use super::ini::{lines, span_of, trimmed};
use super::release::Release;
use crate::diag::{Code, Diagnostic, similar};
use crate::source::{FileId, Span};

/// A setting as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// In lower case.
    pub name: String,
    pub value: String,
    pub span: Span,
}

/// The settings of one file; a later line of the same name wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    entries: Vec<Setting>,
    /// Node variables for all nodes.
    pub environment: Vec<(String, String)>,
}

/// Every setting of every release that is for users. The rest is only ever set by the programs themselves.
const NAMES: &[&str] = &[
    "BinDir",
    "Bro",
    "BroArgs",
    "BroBase",
    "BroCtlConfigDir",
    "BroPort",
    "BrokerDBDir",
    "CapstatsPath",
    "CfgDir",
    "ClusterBackend",
    "ClusterTopicSeparator",
    "CommTimeout",
    "CommandTimeout",
    "CompressCmd",
    "CompressExtension",
    "CompressLogs",
    "CompressLogsInFlight",
    "ControlTopic",
    "CrashExpireInterval",
    "CronCmd",
    "Debug",
    "DebugLog",
    "DefaultStoreDir",
    "Env_Vars",
    "FileExtractDir",
    "HaveNFS",
    "HelperDir",
    "KeepLogs",
    "LibDir",
    "LibDir64",
    "LibDirInternal",
    "LocalNetsCfg",
    "LockFile",
    "LogDir",
    "LogExpireInterval",
    "LogExpireMinutes",
    "LogRotationInterval",
    "MailAlarmsInterval",
    "MailAlarmsTo",
    "MailArchiveLogFail",
    "MailConnectionSummary",
    "MailFrom",
    "MailHostUpDown",
    "MailReceivingPackets",
    "MailReplyTo",
    "MailSubjectPrefix",
    "MailTo",
    "MakeArchiveName",
    "MemLimit",
    "MetricsAddress",
    "MetricsPort",
    "MinDiskSpace",
    "NodeCfg",
    "OS",
    "PFRINGClusterID",
    "PFRINGClusterType",
    "PFRINGFirstAppInstance",
    "PcapBufsize",
    "PcapSnaplen",
    "PluginBroDir",
    "PluginDir",
    "PluginZeekDir",
    "PolicyDir",
    "PolicyDirSiteInstall",
    "PolicyDirSiteInstallAuto",
    "PostProcDir",
    "Prefixes",
    "PrivateAddressSpaceIsLocal",
    "SaveTraces",
    "ScriptsDir",
    "SendMail",
    "SitePluginPath",
    "SitePolicyPath",
    "SitePolicyScripts",
    "SpoolDir",
    "StandAlone",
    "StateFile",
    "StaticDir",
    "StatsDir",
    "StatsLog",
    "StatsLogEnable",
    "StatsLogExpireInterval",
    "StatusCmdShowAll",
    "StopTimeout",
    "StopWait",
    "Time",
    "TimeFmt",
    "TimeMachineHost",
    "TimeMachinePort",
    "TmpDir",
    "TmpExecDir",
    "TraceSummary",
    "UseWebSocket",
    "Version",
    "WebSocketHost",
    "WebSocketPort",
    "WebSocketTimeout",
    "WebSocketUrl",
    "Zeek",
    "ZeekArgs",
    "ZeekBase",
    "ZeekCtlConfigDir",
    "ZeekPort",
    "brobase",
    "broscriptdir",
    "mailto",
    "version",
    "zeekscriptdir",
    "pin_command",
];

/// Settings that are numbers and that are looked at here.
const NUMBERS: &[&str] =
    &["broport", "zeekport", "metricsport", "pfringclusterid", "pfringfirstappinstance", "websocketport"];

/// Reads such a file; what is wrong is added to `found`.
pub(super) fn parse(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> Settings {
    let mut settings = Settings::default();
    for (start, line) in lines(text) {
        let (indent, content) = trimmed(line);
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let span = span_of(file, start + indent, content.len());
        let Some((name, value)) = content.split_once('=') else {
            found.push(Diagnostic::error(Code::ControlSetting, span, "a setting is written name = value"));
            continue;
        };
        let name_span = span_of(file, start + indent, name.trim_end().len());
        let (skipped, value) = {
            let (skipped, trimmed) = trimmed(value);
            (name.len() + 1 + skipped, trimmed)
        };
        let value_span = span_of(file, start + indent + skipped, value.len());
        let written = name.trim();
        let name = written.to_lowercase();
        let is_known = |known: &&str| known.eq_ignore_ascii_case(&name);
        if !name.contains('.') && !NAMES.iter().any(is_known) {
            let message = format!("{written} is no setting of BroControl or ZeekControl, and is ignored");
            let mut diagnostic = Diagnostic::warning(Code::ControlSetting, name_span, message);
            if let Some(meant) = similar(&name, NAMES.iter().copied()) {
                diagnostic = diagnostic.fix(name_span, meant, format!("did you mean {meant}?"));
            }
            found.push(diagnostic);
            continue;
        }
        let quoted = |quote: char| value.starts_with(quote) && value.ends_with(quote);
        if quoted('"') || quoted('\'') {
            let message = format!("the value of {written} cannot stand in quotes");
            let inner = value.trim_matches(['"', '\'']);
            found.push(Diagnostic::error(Code::ControlSetting, value_span, message).fix(
                value_span,
                inner,
                "without quotes",
            ));
            continue;
        }
        if NUMBERS.contains(&name.as_str()) && super::python::integer(value).is_none() {
            let message = format!("{written} has the value '{value}', which is no number");
            found.push(Diagnostic::error(Code::ControlSetting, value_span, message));
            continue;
        }
        settings.entries.push(Setting { name, value: value.to_string(), span: value_span });
    }
    if let Some(variables) = settings.get("env_vars") {
        match environment::parse(&variables.value) {
            Ok(environment) => settings.environment = environment,
            Err(message) => found.push(Diagnostic::error(Code::BadEnvironment, variables.span, message)),
        }
    }
    settings
}

impl Settings {
    /// A setting by its name in lower case.
    pub fn get(&self, name: &str) -> Option<&Setting> {
        self.entries.iter().rev().find(|entry| entry.name == name)
    }

    /// The value of a setting, if that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|entry| entry.value.as_str()).filter(|value| !value.is_empty())
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        self.get(name).and_then(|entry| super::python::integer(&entry.value))
    }

    /// Whether a setting says yes; none where it says neither.
    pub fn truth(&self, name: &str) -> Option<bool> {
        match self.get(name)?.value.to_lowercase().as_str() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        }
    }

    /// The setting for the first port. ZeekControl knows the old name no longer, and says so.
    pub fn port(&self, release: &Release, found: &mut Vec<Diagnostic>) -> Option<(i64, Span)> {
        let (own, other) = if release.is_bro() { ("broport", "zeekport") } else { ("zeekport", "broport") };
        if let Some(setting) = self.get(own) {
            return Some((super::python::integer(&setting.value)?, setting.span));
        }
        let setting = self.get(other)?;
        let message = format!("{} knows this setting by the name {}", release.program(), release.port_setting());
        found.push(Diagnostic::warning(Code::ControlSetting, setting.span, message));
        Some((super::python::integer(&setting.value)?, setting.span))
    }
}
