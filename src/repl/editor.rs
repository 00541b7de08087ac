//! The prompt on a terminal. The only user of reedline and crossterm.
//!
//! reedline wants what it calls to be sendable to other threads, though it calls everything on this one. A session
//! cannot be sent: it stays in a slot of this thread, where completion and the work of idle moments find it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use nu_ansi_term::Style;
use reedline::{
    Completer, CompletionResult, DefaultHinter, EditCommand, Emacs, ExternalPrinter, FileBackedHistory, Highlighter,
    IdeMenu, KeyCode, KeyModifiers, MenuBuilder, Prompt, PromptEditMode, PromptHistorySearch,
    PromptHistorySearchStatus, Reedline, ReedlineEvent, ReedlineMenu, Signal, Span, StyledText, Suggestion,
    ValidationResult, Validator, default_emacs_keybindings,
};

use super::completion::complete;
use super::highlight::pieces;
use super::input::{self, Input};
use super::{Attention, Output, Session};
use crate::diag::say;
use crate::source::FileId;

/// Inputs that are remembered across sessions.
const HISTORY: usize = 10_000;

/// How often timers and the network are looked at while somebody types.
const IDLE: Duration = Duration::from_millis(20);

/// Messages that may wait to be shown.
const MESSAGES: usize = 64;

const MENU: &str = "completion";

thread_local! {
    static SESSION: RefCell<Option<Rc<RefCell<Session>>>> = const { RefCell::new(None) };
}

/// Works on the session, unless somebody does already.
fn with_session<R>(work: impl FnOnce(&mut Session) -> R) -> Option<R> {
    let session = SESSION.with_borrow(Clone::clone)?;
    let mut session = session.try_borrow_mut().ok()?;
    Some(work(&mut session))
}

/// Reads and does inputs until the user or a script ends the session. Gives the exit status.
pub fn run(mut session: Session) -> i32 {
    let color = session.style().color;
    session.set_attention(Rc::new(RefCell::new(Keys { output: session.output().clone() })));
    let session = Rc::new(RefCell::new(session));
    SESSION.set(Some(session.clone()));
    let interrupted = Arc::new(AtomicBool::new(false));
    let mut editor = editor(color, &interrupted, &session);
    greet(&session.borrow());
    loop {
        let quit = session.borrow().quit();
        if let Some(status) = quit {
            if status == 0 {
                session.borrow_mut().finish();
            }
            return status;
        }
        fit(&mut session.borrow_mut());
        let prompt = Line { text: session.borrow().prompt() };
        match editor.read_line(&prompt) {
            Ok(Signal::Success(text)) => {
                // Kept at once: the next input may be the last.
                let _ = editor.sync_history();
                session.borrow_mut().enter(&text);
            }
            Ok(Signal::CtrlD) => {
                session.borrow_mut().finish();
                return 0;
            }
            Ok(Signal::CtrlC) => {}
            Ok(_) => interrupted.store(false, Ordering::Relaxed),
            Err(error) => {
                say!("brood repl: the terminal cannot be read: {error}");
                return 1;
            }
        }
    }
}

/// A key says that the user has seen enough.
struct Keys {
    output: Rc<Output>,
}

impl Attention for Keys {
    fn begin(&mut self) {
        // Keys come one by one, and Ctrl-C is one of them.
        if crossterm::terminal::enable_raw_mode().is_ok() {
            self.output.set_raw(true);
        }
    }

    fn is_wanted(&mut self) -> bool {
        while let Ok(true) = crossterm::event::poll(Duration::ZERO) {
            match crossterm::event::read() {
                Ok(crossterm::event::Event::Key(_)) | Err(_) => return true,
                Ok(_) => {}
            }
        }
        false
    }

    fn end(&mut self) {
        self.output.set_raw(false);
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// Makes use of a terminal's width, within what reads well.
fn fit(session: &mut Session) {
    let width = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)).clamp(40, 120);
    let style = session.style();
    session.set_style(super::Style { width, ..style });
}

fn greet(session: &Session) {
    let layout = session.layout().map(|layout| match layout.nodes.len() {
        1 => "1 node in the layout. ".to_string(),
        count => format!("{count} nodes in the layout. "),
    });
    let text = format!(
        "brood {}. {}:help tells what can be done, Ctrl-D ends.",
        env!("CARGO_PKG_VERSION"),
        layout.unwrap_or_default()
    );
    session.output().line(&text);
}

fn editor(color: bool, interrupted: &Arc<AtomicBool>, session: &Rc<RefCell<Session>>) -> Reedline {
    let mut keys = default_emacs_keybindings();
    keys.add_binding(
        KeyModifiers::NONE,
        KeyCode::Tab,
        ReedlineEvent::UntilFound(vec![ReedlineEvent::Menu(MENU.into()), ReedlineEvent::MenuNext]),
    );
    keys.add_binding(KeyModifiers::SHIFT, KeyCode::BackTab, ReedlineEvent::MenuPrevious);
    keys.add_binding(KeyModifiers::ALT, KeyCode::Enter, ReedlineEvent::Edit(vec![EditCommand::InsertNewline]));
    let menu = IdeMenu::default()
        .with_name(MENU)
        .with_marker("")
        .with_text_style(Style::new())
        .with_match_text_style(Style::new())
        .with_selected_text_style(Style::new().reverse())
        .with_selected_match_text_style(Style::new().reverse())
        .with_description_text_style(Style::new().dimmed())
        .with_max_completion_height(12)
        .with_max_description_width(44);
    let printer = ExternalPrinter::new(MESSAGES);
    let idle = idle(printer.sender(), interrupted.clone());
    let mut editor = Reedline::create()
        .with_ansi_colors(color)
        .with_highlighter(Box::new(Colours { on: color }))
        .with_validator(Box::new(Whole))
        .with_completer(Box::new(Names))
        .with_quick_completions(true)
        .with_partial_completions(true)
        .with_menu(ReedlineMenu::EngineCompleter(Box::new(menu)))
        .with_edit_mode(Box::new(Emacs::new(keys)))
        .with_external_printer(printer)
        .with_poll_interval(IDLE)
        .with_idle_callback(idle)
        .with_break_signal(interrupted.clone())
        .use_bracketed_paste(true);
    if color {
        editor = editor.with_hinter(Box::new(DefaultHinter::default().with_style(Style::new().dimmed())));
    }
    match history_file().map(|file| FileBackedHistory::with_file(HISTORY, file)) {
        Some(Ok(history)) => editor.with_history(Box::new(history)),
        Some(Err(error)) => {
            session.borrow().output().line(&format!("Inputs of this session are not kept: {error}"));
            editor
        }
        None => editor,
    }
}

/// What happens while nobody types: time passes. What scripts print then is shown above the line.
fn idle(printer: SyncSender<String>, interrupted: Arc<AtomicBool>) -> Box<dyn FnMut() + Send> {
    let mut waiting = String::new();
    Box::new(move || {
        with_session(|session| {
            let output = session.output().clone();
            let ((), text) = output.keeping(|| session.tick());
            waiting.push_str(&String::from_utf8_lossy(&text));
            if session.quit().is_some() {
                interrupted.store(true, Ordering::Relaxed);
            }
        });
        let lines = waiting.trim_end_matches('\n');
        // Where the printer is full, the text waits for the next time.
        if !lines.is_empty() && printer.try_send(lines.to_string()).is_ok() {
            waiting.clear();
        }
    })
}

/// `$XDG_STATE_HOME/brood/history`, by default below `~/.local/state`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".local/state")))?;
    Some(state.join("brood").join("history"))
}

/// The prompt of one input.
struct Line {
    text: String,
}

impl Prompt for Line {
    fn render_prompt_left(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }

    fn render_prompt_right(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_indicator(&self, _mode: PromptEditMode) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn render_prompt_multiline_indicator(&self) -> Cow<'_, str> {
        let width = self.text.chars().count().saturating_sub(2);
        Cow::Owned(format!("{}> ", ".".repeat(width)))
    }

    fn render_prompt_history_search_indicator(&self, search: PromptHistorySearch) -> Cow<'_, str> {
        let failing = match search.status {
            PromptHistorySearchStatus::Passing => "",
            PromptHistorySearchStatus::Failing => "nothing like ",
        };
        Cow::Owned(format!("({failing}{}) ", search.term))
    }

    fn get_prompt_color(&self) -> reedline::Color {
        reedline::Color::Green
    }
}

struct Colours {
    on: bool,
}

impl Highlighter for Colours {
    fn highlight(&self, line: &str, _cursor: usize) -> StyledText {
        let mut text = StyledText::new();
        if self.on {
            for (style, piece) in pieces(line) {
                text.push((style, piece.to_string()));
            }
        } else {
            text.push((Style::new(), line.to_string()));
        }
        text
    }
}

/// Enter ends what is whole.
struct Whole;

impl Validator for Whole {
    fn validate(&self, line: &str) -> ValidationResult {
        if matches!(input::read(FileId::NONE, line), Input::Incomplete) {
            ValidationResult::Incomplete
        } else {
            ValidationResult::Complete
        }
    }
}

struct Names;

impl Completer for Names {
    fn complete(&mut self, line: &str, position: usize) -> CompletionResult {
        let completion = with_session(|session| complete(session, line, position)).unwrap_or_default();
        let suggestions: Vec<Suggestion> = completion
            .candidates
            .into_iter()
            .map(|candidate| Suggestion {
                value: candidate.text,
                description: Some(candidate.note).filter(|note| !note.is_empty()),
                span: Span::new(completion.start, position),
                append_whitespace: candidate.ends_word,
                ..Suggestion::default()
            })
            .collect();
        CompletionResult::fresh(suggestions)
    }
}
