//! What scripts can set about how a backend keeps its entries.

/// Where a backend may keep what it has, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// In a file or folder of this name; in memory only where there is none.
    pub place: Option<String>,
    /// What is not set is chosen so that nothing is lost that was answered.
    pub synchronous: Option<Synchronous>,
    pub journal: Option<Journal>,
    pub on_failure: OnFailure,
    /// Looks at every page and index when opening, not only at the order of the pages.
    pub thorough_check: bool,
}

/// When `SQLite` waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    Off,
    Normal,
    Full,
    Extra,
}

/// How `SQLite` gets back to a file that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Journal {
    Delete,
    WriteAhead,
}

/// What is done about a file that is broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnFailure {
    /// It is refused and stays as it is.
    #[default]
    Refuse,
    /// It is deleted, and a new one begun.
    Delete,
}

impl Synchronous {
    /// A value of the enum `Broker::SQLiteSynchronous`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Broker::SQLITE_SYNCHRONOUS_OFF" => Some(Synchronous::Off),
            "Broker::SQLITE_SYNCHRONOUS_NORMAL" => Some(Synchronous::Normal),
            "Broker::SQLITE_SYNCHRONOUS_FULL" => Some(Synchronous::Full),
            "Broker::SQLITE_SYNCHRONOUS_EXTRA" => Some(Synchronous::Extra),
            _ => None,
        }
    }
}

impl Journal {
    /// A value of the enum `Broker::SQLiteJournalMode`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Broker::SQLITE_JOURNAL_MODE_DELETE" => Some(Journal::Delete),
            "Broker::SQLITE_JOURNAL_MODE_WAL" => Some(Journal::WriteAhead),
            _ => None,
        }
    }
}

impl OnFailure {
    /// A value of the enum `Broker::SQLiteFailureMode`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "Broker::SQLITE_FAILURE_MODE_FAIL" => Some(OnFailure::Refuse),
            "Broker::SQLITE_FAILURE_MODE_DELETE" => Some(OnFailure::Delete),
            _ => None,
        }
    }
}
