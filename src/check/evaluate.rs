//! One evaluation: everything loaded as one node would, or as no node at all; then what the loaded scripts say.
//!
//! Nothing runs but what loading runs (conditions and initialisers), on a host that changes nothing.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use super::alias;
use super::input::Input;
use super::scripts;
use super::sources::{Adopter, Pool};
use super::survey::{Callee, Literals, Survey};
use super::topic::{self, Known, Topic};
use crate::cluster::{Layout, Role, checks, topics::Topics};
use crate::diag::{Code, Diagnostic, Severity};
use crate::engine::{Engine, Options, Personality};
use crate::load::Setup;
use crate::load::embedded::SCRIPTS;
use crate::load::files::Files;
use crate::load::path::SearchPath;
use crate::source::{Span, Symbol};
use crate::syntax::ast::{ExprKind, Flavor};
use crate::vm::{Host, ReadOnlyHost, ResolvedNames};

/// What all evaluations of one check share.
pub(super) struct Shared<'a> {
    pub files: Rc<dyn Files>,
    pub input: &'a Input,
    pub search: SearchPath,
    pub prefixes: Vec<String>,
    pub bare: bool,
    pub resolved: ResolvedNames,
}

/// What came of it. All places are in the common table of sources.
pub(super) struct Evaluation {
    /// `None` for the one without a node.
    pub node: Option<String>,
    pub role: Option<Role>,
    pub layout: Option<Layout>,
    /// Nothing had to be taken out of the layout to evaluate it.
    pub is_whole: bool,
    pub diagnostics: Vec<Diagnostic>,
    pub literals: Literals,
    pub facts: Facts,
}

/// What the checks across nodes need.
#[derive(Default)]
pub(super) struct Facts {
    pub handlers: Vec<HandlerFact>,
    pub mentioned: HashSet<Symbol>,
    /// Every event that is declared.
    pub events: Vec<Symbol>,
    pub published: Vec<Published>,
    pub subscribed: Vec<Topic>,
    /// What nodes hear by themselves, with their role; and pools, by that of their members.
    pub heard: Vec<(Role, String)>,
    /// Nodes pass on what they receive, so that no connection is needed.
    pub forwarding: bool,
}

pub(super) struct HandlerFact {
    pub name: Symbol,
    pub span: Span,
    /// Something besides handlers declares the event, or says that it is used.
    pub declared: bool,
}

pub(super) struct Published {
    pub function: &'static str,
    pub topic: Known,
    pub span: Span,
}

/// Evaluates as `node`, with scripts for that node's role.
pub(super) fn evaluate(shared: &Shared<'_>, pool: &mut Pool, node: Option<(&str, Role)>) -> Evaluation {
    let layout_path = shared.input.layout.as_deref();
    let found: Rc<RefCell<Vec<Diagnostic>>> = Rc::default();
    let mut engine = engine(shared, node.map(|(name, _)| name), &found);
    let survey = Rc::new(RefCell::new(Survey::default()));
    engine.observe(survey.clone());
    engine.load(setup(shared), &script_names(shared.input, node.map(|(_, role)| role)), &[], None);

    let mut survey = survey.take();
    let layout = layout_path.and_then(|_| Layout::of(&engine.vm));
    let mut diagnostics = found.take();
    diagnostics.retain(|diagnostic| {
        diagnostic.severity != Severity::Note || !engine.vm.program.sources.is_embedded(diagnostic.span.file)
    });
    survey.entries.note_syntax_errors(&diagnostics);
    diagnostics.retain(|diagnostic| !survey.entries.explains(diagnostic));
    // That a function is deprecated matters little where it cannot be called.
    let unavailable: HashSet<Span> =
        diagnostics.iter().filter(|found| found.code == Code::Unavailable).map(|found| found.span).collect();
    diagnostics.retain(|found| found.code != Code::Deprecated || !unavailable.contains(&found.span));
    diagnostics.append(&mut survey.entries.found);
    if let Some(layout) = &layout {
        let found = checks::run(layout, &survey.places);
        diagnostics.extend(found.into_iter().filter(|diagnostic| survey.entries.allows(diagnostic)));
    }
    // What does not load as it is written is accepted by no release.
    let is_broken = diagnostics.iter().any(|diagnostic| {
        let is_of_loading = diagnostic.severity.is_error() && diagnostic.code.id() < "B2";
        let file = engine.vm.program.sources.get(diagnostic.span.file);
        is_of_loading && file.is_some_and(|file| Some(&*alias::true_name(layout_path, &file.name)) == layout_path)
    });
    let layout_file = layout_path.map(|layout| (layout, &engine.vm.program.sources));
    diagnostics.extend(layout_file.into_iter().flat_map(|(layout, sources)| {
        scripts::layout_loads(&survey.loads, |span| {
            sources.get(span.file).is_some_and(|file| alias::true_name(Some(layout), &file.name) == layout)
        })
    }));
    diagnostics.extend(scripts::early(&survey.calls));
    diagnostics.extend(scripts::arguments(&engine.vm, &survey.calls));
    diagnostics.extend(layout.iter().flat_map(|layout| scripts::empty_pools(&survey.pools, layout)));

    let facts = facts(&engine, &survey, layout.as_ref());
    let rename = |name: &str| alias::true_name(layout_path, name);
    let mut adopter = Adopter::new(pool, &engine.vm.program.sources, &rename);
    Evaluation {
        node: node.map(|(name, _)| name.to_string()),
        role: node.map(|(_, role)| role),
        layout,
        is_whole: survey.entries.are_whole() && !is_broken,
        diagnostics: diagnostics.into_iter().map(|diagnostic| adopter.diagnostic(diagnostic)).collect(),
        literals: survey.literals,
        facts: facts.adopted(&mut adopter),
    }
}

fn engine(shared: &Shared<'_>, node: Option<&str>, found: &Rc<RefCell<Vec<Diagnostic>>>) -> Engine {
    let mut host = ReadOnlyHost::sharing(shared.resolved.clone());
    host.set_variable("CLUSTER_NODE", node.unwrap_or_default());
    let options = Options { personality: Personality::Brood, bare: shared.bare, advise: true, ..Options::default() };
    let sink = found.clone();
    Engine::new(
        Box::new(host),
        options,
        Rc::new(RefCell::new(move |_: &crate::source::SourceMap, diagnostic: &Diagnostic| {
            sink.borrow_mut().push(diagnostic.clone());
        })),
    )
}

fn setup(shared: &Shared<'_>) -> Setup {
    let first = shared.input.layout.as_deref().map(alias::search_entry);
    let path = first
        .map_or_else(|| shared.search.clone(), |first| SearchPath::new(&format!("{first}:{}", shared.search.text())));
    Setup {
        files: shared.files.clone(),
        path,
        embedded: SCRIPTS,
        prefixes: shared.prefixes.clone(),
        recover: true,
        salvage: true,
        parsed: None,
    }
}

/// Without a node nothing loads the layout, so it is loaded like a script.
fn script_names(input: &Input, role: Option<Role>) -> Vec<String> {
    let framework = input.layout.iter().map(|_| "base/frameworks/cluster".to_string());
    let layout = input.layout.iter().filter(|_| role.is_none()).cloned();
    let scripts = input.scripts.iter().filter(|script| script.role.is_none() || script.role == role);
    framework.chain(layout).chain(scripts.map(|script| script.path.clone())).collect()
}

fn facts(engine: &Engine, survey: &Survey, layout: Option<&Layout>) -> Facts {
    let program = &engine.vm.program;
    let bodies: HashSet<Span> = survey.handlers.iter().map(|handler| handler.span).collect();
    let handlers = survey.handlers.iter().filter_map(|handler| {
        let id = handler.names.iter().find_map(|name| program.find(*name))?;
        let global = program.global(id);
        Some(HandlerFact {
            name: global.name,
            span: handler.span,
            declared: handler.is_used || global.attributes.used || !bodies.contains(&global.span),
        })
    });
    let is_event = |global: &crate::program::Global| {
        global.ty.as_func().is_some_and(|ty| ty.flavor == Flavor::Event) && !bodies.contains(&global.span)
    };
    let mut facts = Facts {
        handlers: handlers.collect(),
        mentioned: survey.mentioned.clone(),
        events: program.globals().filter(|(_, global)| is_event(global)).map(|(_, global)| global.name).collect(),
        ..Facts::default()
    };
    for call in &survey.calls {
        let Some(first) = call.arguments.first() else { continue };
        let known = || topic::in_call(&engine.vm, call, first);
        match call.callee {
            Callee::Subscribe => facts.subscribed.extend(known().topics),
            Callee::Publish(function) | Callee::AutoPublish(function) => {
                facts.published.push(Published { function, topic: known(), span: first.span });
            }
            Callee::PublishToPool(_) | Callee::MakeEvent(_) => {}
        }
    }
    for (value, module) in &survey.topic_fields {
        facts.subscribed.extend(topic::in_module(&engine.vm, *module, value).topics);
    }
    if let Some(layout) = layout {
        facts.heard = heard(engine, layout);
        let forwards = engine.vm.global_by_name("Broker::forward_messages");
        facts.forwarding = matches!(forwards, Some(crate::value::Value::Bool(true)));
    }
    facts
}

/// What the framework subscribes nodes to.
fn heard(engine: &Engine, layout: &Layout) -> Vec<(Role, String)> {
    let topics = Topics::of(&engine.vm);
    let mut heard: Vec<(Role, String)> = Vec::new();
    for node in &layout.nodes {
        heard.extend(topics.heard_by(node).into_iter().map(|topic| (node.role, topic)));
    }
    let pools = [(Role::Proxy, "proxy"), (Role::Worker, "worker"), (Role::Logger, "logger")];
    for (role, pool) in pools {
        let topic = engine.vm.global_by_name(&format!("Cluster::{pool}_pool_spec")).and_then(|spec| {
            let crate::value::Value::Record(spec) = spec else { return None };
            let offset = spec.record_type()?.offset("topic".into())?;
            Some(String::from_utf8_lossy(spec.get(offset).as_bytes()?).into_owned())
        });
        if layout.with_role(role).next().is_some() {
            heard.extend(topic.map(|topic| (role, topic)));
        }
    }
    let everywhere = ["Control::topic_prefix", "Broker::default_log_topic_prefix"];
    heard.extend(everywhere.iter().filter_map(|name| Some((Role::None, topic::text_of(&engine.vm, name)?))));
    // The identifier that ends a node's own topic is chosen when it starts.
    heard.extend(topic::text_of(&engine.vm, "Cluster::nodeid_topic_prefix").map(|prefix| (Role::None, prefix)));
    heard
}

impl Facts {
    fn adopted(mut self, adopter: &mut Adopter<'_>) -> Facts {
        for handler in &mut self.handlers {
            handler.span = adopter.span(handler.span);
        }
        for published in &mut self.published {
            published.span = adopter.span(published.span);
            if let Some((_, span)) = &mut published.topic.node {
                *span = adopter.span(*span);
            }
        }
        self
    }
}

/// The event that an argument names.
pub(super) fn event_of(vm: &crate::vm::Vm, module: Symbol, expr: &crate::syntax::ast::Expr) -> Option<Symbol> {
    let ExprKind::Name(name) = expr.kind else { return None };
    let names = [crate::sema::full_name(module, name), crate::sema::full_name(Symbol::new("GLOBAL"), name)];
    let id = names.into_iter().find_map(|name| vm.program.find(name))?;
    let global = vm.program.global(id);
    global.ty.as_func().filter(|ty| ty.flavor == Flavor::Event).map(|_| global.name)
}

/// What is said of a layout that adds nothing.
pub(super) fn empty_layout(span: Span, path: &str) -> Diagnostic {
    Diagnostic::error(Code::EmptyLayout, span, format!("{path} adds no nodes to Cluster::nodes"))
        .note("a layout holds: redef Cluster::nodes = { [\"NAME\"] = [$node_type=..., $ip=..., $p=...], ... };")
}
