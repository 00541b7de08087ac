//! Which topics a node of each role hears, and which nodes a topic reaches. Topics match by prefix.

use super::{Layout, Node, Role};
use crate::value::Value;
use crate::vm::Vm;

/// The topics of the cluster framework as the loaded scripts set them.
#[derive(Clone, Debug)]
pub struct Topics {
    logger: String,
    manager: String,
    proxy: String,
    worker: String,
    time_machine: String,
    node_prefix: String,
    nodeid_prefix: String,
    node_end: String,
}

impl Topics {
    /// Reads `Cluster::logger_topic` and its kin.
    pub fn of(vm: &Vm) -> Topics {
        let topic = |name: &str| match vm.global_by_name(&format!("Cluster::{name}")) {
            Some(Value::String(text)) => text.to_lossy().into_owned(),
            _ => String::new(),
        };
        Topics {
            logger: topic("logger_topic"),
            manager: topic("manager_topic"),
            proxy: topic("proxy_topic"),
            worker: topic("worker_topic"),
            time_machine: topic("time_machine_topic"),
            node_prefix: topic("node_topic_prefix"),
            nodeid_prefix: topic("nodeid_topic_prefix"),
            node_end: topic("node_topic_end"),
        }
    }

    /// The topic all nodes of a role hear; roles without one give `None`.
    pub fn of_role(&self, role: Role) -> Option<&str> {
        let topic = match role {
            Role::Logger => &self.logger,
            Role::Manager => &self.manager,
            Role::Proxy => &self.proxy,
            Role::Worker => &self.worker,
            Role::TimeMachine => &self.time_machine,
            Role::None | Role::Control => return None,
        };
        Some(topic).filter(|topic| !topic.is_empty()).map(String::as_str)
    }

    /// The topic of one node by its name.
    pub fn of_node(&self, name: &str) -> String {
        format!("{}{name}{}", self.node_prefix, self.node_end)
    }

    /// What a node subscribes to by itself. Its own identifier's topic is only known while it runs.
    pub fn heard_by(&self, node: &Node) -> Vec<String> {
        let mut topics: Vec<String> = self.of_role(node.role).map(str::to_string).into_iter().collect();
        topics.push(self.of_node(&node.name));
        topics.push(format!("{}<id of {}>{}", self.nodeid_prefix, node.name, self.node_end));
        topics
    }

    /// The nodes that hear what is published to `topic`.
    pub fn receivers<'a>(&self, layout: &'a Layout, topic: &str) -> Vec<&'a Node> {
        layout
            .nodes
            .iter()
            .filter(|node| self.heard_by(node).iter().any(|heard| topic.starts_with(heard.as_str())))
            .collect()
    }
}
