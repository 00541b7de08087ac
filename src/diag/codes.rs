//! Diagnostic codes. A code, once given out, keeps its number and meaning.

macro_rules! codes {
    ($($(#[doc = $explanation:literal])+ $name:ident = $number:literal, $title:literal;)*) => {
        /// The kinds of findings. `B0xxx` loading and syntax, `B1xxx` names and types, `B2xxx` run time, `B3xxx`
        /// cluster layouts, `B4xxx` scripts of a cluster, `B5xxx` tests, `B6xxx` files of
        /// control programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($name,)*
        }

        impl Code {
            /// Every code, in the order of numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// `B1004`
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => $number,)* }
            }

            /// A few words, the same for every finding of this code.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)* }
            }

            /// What the code means, with an example; `brood explain` shows it.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => concat!($($explanation, "\n"),+),)* }
            }
        }
    };
}

codes! {
    /// The text is not Bro's language at this place. The message shows what could have stood there; where a bracket is
    /// still open, the piece that is missing may be further up.
    ///
    ///     redef Cluster::nodes = {
    ///         ["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp,     # no ] here
    ///     };
    SyntaxError = "B0001", "syntax error";
    /// A script named by `@load` or on the command line is in none of the places that are searched. The message
    /// lists them. `BROPATH` (or `ZEEKPATH`) adds directories; a name that begins with `./` or `../` is looked for
    /// beside the file that loads it, and nowhere else.
    ///
    ///     @load base/framework/cluster      # base/frameworks/cluster
    FileNotFound = "B0002", "script not found";
    /// A script is there but cannot be read: permissions, a directory where a file was expected, a broken disk.
    ///
    ///     $ chmod 000 local.bro
    ///     $ brood run local.bro
    FileUnreadable = "B0003", "script not readable";
    /// A directory can be loaded only if it is a package: it holds `__load__.bro` or `__load__.zeek`, which loads
    /// the rest.
    ///
    ///     @load ./site        # needs site/__load__.bro, with lines such as: @load ./main
    NotAPackage = "B0004", "directory is not a package";
    /// A limit that protects against endless input: a script larger than 4 GiB, too many scripts, `@load`s nested
    /// too deeply.
    ///
    ///     @load ./step-2      # in step-1.bro, and so on for 200 files
    LoadLimit = "B0005", "limit of loading reached";
    /// `@if`, `@ifdef` and `@ifndef` each need one `@endif` in the same file, and at most one `@else` before it.
    ///
    ///     @if ( Cluster::local_node_type() == Cluster::MANAGER )
    ///     redef exit_only_after_terminate = T;
    ///                                 # @endif is missing
    UnbalancedConditional = "B0006", "unbalanced conditional";
    /// A line beginning with `@` that is none of the directives, or one that lacks what must follow it:
    ///
    ///     @laod base/utils/site     # @load
    ///     @ifdef Cluster::node      # @ifdef ( Cluster::node )
    BadDirective = "B0007", "directive not understood";
    /// The script says of itself, by `@deprecated`, that it will go away; the text behind it says what to load
    /// instead.
    ///
    ///     @deprecated "Remove in v5; load ./new instead"
    DeprecatedScript = "B0008", "deprecated script";
    /// Native plugins cannot be loaded: what a plugin adds is compiled code for Bro itself.
    ///
    ///     @load-plugin Bro::Netmap
    PluginUnavailable = "B0009", "plugin not available";
    /// `@pragma` knows `push` and `pop` of `ignore-deprecations` and `hide-from-docs`; in each file the two must
    /// balance.
    ///
    ///     @pragma push ignore-deprecations
    ///     print old_name;
    ///     @pragma pop ignore-deprecations
    BadPragma = "B0010", "pragma not understood";
    /// A file ends in the middle of a declaration: a brace, bracket or semicolon is missing somewhere before.
    ///
    ///     event bro_init()
    ///         {
    ///         print "no closing brace";
    UnfinishedDeclaration = "B0011", "declaration not finished";
    /// Bro's grammar has all statements outside functions after all declarations, of all files: a declaration that
    /// follows a statement is a syntax error there, often far away from the cause. A stray `;` is such a statement:
    ///
    ///     global a = 1;;
    ///     global b = 2;     # syntax error in Bro
    DeclarationAfterStatement = "B0012", "declaration after a statement";
    /// A name that nothing declares, at least not yet at this place. Names are case sensitive; those of another module
    /// need its prefix.
    ///
    ///     $node_type=Cluster::Worker      # Cluster::WORKER
    ///     print nodes;                    # Cluster::nodes, outside of module Cluster
    UnknownIdentifier = "B1001", "unknown identifier";
    /// Two types that do not go together.
    ///
    ///     global n: count = "one";        # a string is no count
    ///     [$ip="10.0.0.1", ...]           # an address has no quotes
    TypeMismatch = "B1002", "type mismatch";
    /// An operator that these operands do not have.
    ///
    ///     print "a" - "b";                # strings have + only
    BadOperand = "B1003", "bad operand";
    /// A field that the record type does not have. In a layout this is often a key of node.cfg.
    ///
    ///     [$host=10.0.0.1, $port=27761/tcp]     # the fields of Cluster::Node are $ip and $p
    UnknownField = "B1004", "no such field";
    /// A name is declared twice. To change what is declared elsewhere, redefine it.
    ///
    ///     global limit = 1;
    ///     global limit = 2;               # redef limit = 2; if the first has &redef
    AlreadyDefined = "B1005", "already defined";
    /// A redefinition of something that is not there or not `&redef`.
    ///
    ///     redef Cluster::workers += { "worker-1" };     # there is Cluster::nodes only
    BadRedef = "B1006", "bad redefinition";
    /// The target of an assignment cannot be assigned to.
    ///
    ///     const limit = 1;
    ///     event bro_init() { limit = 2; }
    NotAssignable = "B1007", "not assignable";
    /// A call with the wrong arguments, or of what is no function.
    ///
    ///     print Cluster::node_topic();    # it takes the node's name
    BadCall = "B1008", "bad call";
    /// An attribute that does not apply here, or with a wrong value.
    ///
    ///     global seen: count &create_expire=1min;     # only tables and sets expire
    BadAttribute = "B1009", "bad attribute";
    /// An initialiser that does not fit the declared type, or an entry of a layout that lacks a field.
    ///
    ///     redef Cluster::nodes = { ["manager"] = [$node_type=Cluster::MANAGER] };     # no $ip
    BadInitializer = "B1010", "bad initializer";
    /// A statement that does not apply here.
    ///
    ///     event bro_init() { break; }     # no loop around it
    BadStatement = "B1011", "bad statement";
    /// A name of another module that is not exported.
    ///
    ///     module Site;
    ///     global secret = 1;              # outside of export { }
    ///     module GLOBAL;
    ///     print Site::secret;
    NotExported = "B1012", "identifier is not exported";
    /// A declaration that lacks what it needs, or contradicts an earlier one.
    ///
    ///     global found: event(what: string);
    ///     function found(what: string) { }        # it is an event
    BadDeclaration = "B1013", "bad declaration";
    /// A condition of `@if` that cannot be evaluated. It may use what is declared before it, and must be a bool.
    ///
    ///     @if ( Cluster::node )           # a string: compare it with something
    BadCondition = "B1014", "bad condition";
    /// A regular expression that is not one, or that is too large.
    ///
    ///     if ( /worker-[0-9/ in name )    # the bracket is not closed
    BadPattern = "B1015", "bad pattern";
    /// Something marked `&deprecated` is used. The message may say what to use instead.
    ///
    ///     global old = 1 &deprecated="use new_name";
    ///     print old;
    Deprecated = "B1501", "deprecated";
    /// A value is computed and thrown away.
    ///
    ///     event bro_init() { 1 + 2; }
    ValueIgnored = "B1502", "expression value ignored";
    /// An attribute that Bro knows and that has no effect here.
    ///
    ///     global hits: set[addr] &synchronized;       # before 2.6; see Broker::publish
    IgnoredAttribute = "B1503", "attribute without effect";
    /// An implicit conversion that may lose something.
    ///
    ///     global n: count = -1 + 2;
    DangerousConversion = "B1504", "dangerous conversion";
    /// A function that only makes sense with what is not there: packets, connections, or the communication of the time
    /// before Broker. A script that mentions it loads; where the call runs, it ends its handler with an error.
    ///
    ///     event bro_init() { print get_current_packet(); }
    ///
    /// What Broker does in the place of the old communication: `Broker::publish` for `send_id` and remote events,
    /// `Broker::peer` and `Broker::listen` for `connect` and `listen`.
    Unavailable = "B1505", "function not available";
    /// A field within a record that is given for another record, which has no such field. Bro drops it without a word;
    /// one level up it would be an error.
    ///
    ///     type Backend: record { path: string &default=""; };
    ///     type Options: record { sqlite: Backend &optional; };
    ///     global options: Options = [$sqlite=[$name="a.sqlite"]];     # the field is $path
    DroppedField = "B1506", "field without effect";
    /// A problem while the script ran. It ends the handler it is in; other handlers go on.
    ///
    ///     event bro_init() { local t: table[string] of count; print t["none"]; }     # no such index
    RunTime = "B2001", "run-time error";
    /// Something odd while the script ran, which goes on.
    ///
    ///     print to_count("three");        # no number: the result is 0
    RunTimeWarning = "B2101", "run-time warning";
    /// What a script has to say, by `Reporter::info`.
    RunTimeInfo = "B2102", "message of a script";
    /// A node of the layout names another one that the layout does not have.
    ///
    ///     ["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=47761/tcp, $manager="manger"],
    ///
    /// Bro loads this; the worker then never finds its manager.
    DanglingReference = "B3001", "reference to a node that is not there";
    /// A node names another one that has the wrong type.
    ///
    ///     ["worker-1"] = [..., $manager="proxy-1"],
    WrongRole = "B3002", "reference to a node of another type";
    /// The layout has no manager. Workers and proxies have nobody to report to and `Cluster::create_store` nobody to
    /// keep its masters. Add one:
    ///
    ///     ["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp],
    NoManager = "B3003", "no manager";
    /// More than one manager: each node dials the one it names, and stores have two masters.
    ///
    ///     ["manager-a"] = [$node_type=Cluster::MANAGER, ...],
    ///     ["manager-b"] = [$node_type=Cluster::MANAGER, ...],
    SeveralManagers = "B3004", "several managers";
    /// A worker or proxy without `$manager` dials none, and sees only what proxies and loggers see.
    ///
    ///     ["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=27762/tcp],     # $manager="manager"
    WithoutManager = "B3005", "node without manager";
    /// `Cluster::manager_is_logger` does not go with the loggers in the layout: it must be F if there are any, and T
    /// if there is none, since otherwise nobody writes logs or two nodes do.
    ///
    ///     redef Cluster::manager_is_logger = F;
    ///     redef Cluster::nodes = { ["logger-1"] = [$node_type=Cluster::LOGGER, ...], ... };
    LoggerMismatch = "B3006", "manager_is_logger does not fit the layout";
    /// Two nodes, or a node and its metrics, want the same address and port. The second to start cannot listen.
    ///
    ///     ["worker-1"] = [..., $ip=10.0.0.2, $p=27762/tcp],
    ///     ["worker-2"] = [..., $ip=10.0.0.2, $p=27762/tcp],
    DuplicateEndpoint = "B3007", "address and port used twice";
    /// Ports below 1024 can only be opened with privileges.
    ///
    ///     ["manager"] = [..., $p=443/tcp],
    PrivilegedPort = "B3008", "privileged port";
    /// The port is in the range (32768 to 60999 on Linux) from which the system takes ports for outgoing connections,
    /// so that it may be taken when the node starts. Choose a lower port, or reserve it:
    ///
    ///     $ sysctl net.ipv4.ip_local_reserved_ports=47760-47790
    EphemeralPort = "B3009", "port in the ephemeral range";
    /// Some nodes have a loopback address and others do not: from another machine the former cannot be reached.
    ///
    ///     ["manager"]  = [..., $ip=127.0.0.1, ...],
    ///     ["worker-1"] = [..., $ip=10.0.0.2, $manager="manager", ...],
    MixedLoopback = "B3010", "loopback mixed with other addresses";
    /// A node's name begins with another's name. Topics match by prefix, so what is published to the topic of
    /// `worker-1` also reaches `worker-10` (before Zeek 4.0, whose node topics end in a slash). Names of equal length
    /// avoid it:
    ///
    ///     ["worker-01"] = [...], ["worker-10"] = [...],
    PrefixName = "B3011", "name that begins with another name";
    /// A field or node type that not every release knows: the layout does not load there.
    ///
    ///     $interface="eth0"               # up to 7.0
    ///     $metrics_port=9991/tcp          # from 7.0 on
    ReleaseField = "B3012", "not known to every release";
    /// The layout loads other scripts. It is itself loaded very early, before most of what they may refer to, so that
    /// errors show up in files that have nothing to do with it. Load them from a script that comes later.
    ///
    ///     @load ./site-settings           # in cluster-layout.bro
    LoadInLayout = "B3013", "@load in a layout";
    /// Other nodes dial this one, but it has no port to listen on.
    ///
    ///     ["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1],     # $p=27761/tcp
    NoPort = "B3014", "node that cannot be dialled";
    /// Nodes listen on TCP ports only.
    ///
    ///     ["manager"] = [..., $p=27761/udp],     # 27761/tcp
    NotTcp = "B3015", "port is not TCP";
    /// A zone without an IPv6 address that needs one.
    ///
    ///     ["manager"] = [..., $ip=10.0.0.1, $zone_id="eth0"],
    ///     ["manager"] = [..., $ip=[fe80::1], $zone_id="eth0"],     # this has a meaning
    UselessZone = "B3016", "zone without meaning";
    /// The layout loads, but adds no nodes to `Cluster::nodes`.
    ///
    ///     redef Cluster::nodes = {
    ///         ["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp],
    ///     };
    EmptyLayout = "B3017", "layout without nodes";
    /// Two entries have the same name. Bro takes the later one and says nothing, and a machine is missing from the
    /// cluster.
    ///
    ///     ["worker-1"] = [..., $ip=10.0.0.2, ...],
    ///     ["worker-1"] = [..., $ip=10.0.0.3, ...],     # worker-2
    RepeatedNode = "B3018", "node listed twice";
    /// A handler's event is declared by nothing but that handler, and no script raises or publishes it on any node:
    /// most likely the name is misspelt, and the handler never runs.
    ///
    ///     event bro_int() { print "never"; }        # bro_init
    ///
    /// Where the event comes from outside the cluster, declare it:
    ///
    ///     global my_event: event(text: string);
    OrphanHandler = "B4001", "handler of an event that never comes";
    /// Nobody subscribes to the topic that is published to.
    ///
    ///     Broker::publish(Cluster::node_topic("wroker-1"), done);   # no such node
    ///     Broker::publish("my/topic", done);                        # no Broker::subscribe("my/topic") on any node
    UnheardTopic = "B4002", "topic that nobody hears";
    /// While `bro_init` runs no peer is connected, so what is published there reaches nobody and is lost.
    ///
    ///     event bro_init() { Broker::publish(Cluster::worker_topic, start); }                   # lost
    ///     event Cluster::node_up(name: string, id: string)
    ///         { Broker::publish(Cluster::node_topic(name), start); }                            # arrives
    EarlyPublish = "B4003", "published before anybody is connected";
    /// A script uses a pool of nodes, but the layout has none of that type: publishing to the pool reaches nobody.
    ///
    ///     Cluster::publish_hrw(Cluster::proxy_pool, key, seen, key);   # needs a Cluster::PROXY in the layout
    EmptyPool = "B4004", "pool without members";
    /// What is published does not have as many arguments as the event. This is only found when the call runs.
    ///
    ///     global seen: event(host: addr, what: string);
    ///     Broker::publish(Cluster::manager_topic, seen, 10.0.0.1);     # what is missing
    PublishArguments = "B4005", "wrong number of published arguments";
    /// Only nodes hear what is published here that have no connection to those that publish it. Workers, say, are
    /// connected to the manager, the proxies and the loggers, but not to each other, and nodes do not pass on what they
    /// receive (unless `Broker::forward_messages` is T). Publish to a node in between, which publishes again.
    ///
    ///     @if ( Cluster::local_node_type() == Cluster::WORKER )
    ///     event seen(host: addr) { Broker::publish(Cluster::worker_topic, seen_elsewhere, host); }
    ///     @endif
    OutOfReach = "B4006", "published to nodes out of reach";
    /// What is published must have the types of the event's parameters: nothing is converted, not even a count to an
    /// int, and what does not fit is not sent. This is only found when the call runs.
    ///
    ///     global seen: event(host: addr, score: double);
    ///     Broker::publish(Cluster::manager_topic, seen, "10.0.0.1", 1);     # 10.0.0.1, 1.0
    PublishedType = "B4007", "published argument of another type";
    /// A line of a test file has a keyword of BTest that cannot stand there, or one that is none: a file that is ended
    /// and was not begun, a keyword twice that stands once, a colon that is missing.
    ///
    ///     # @TEST-EXEC: brood run %INPUT >output
    ///     # @TEST-SERIALIZE: comm
    ///     # @TEST-SERIALIZE: broker        # only one set
    TestKeyword = "B5001", "keyword of a test misused";
    /// A test file has no command, so nothing can be found out by it. Files that are no tests belong elsewhere, have
    /// `@TEST-IGNORE` in them, or a pattern in `IgnoreFiles` of `btest.cfg`.
    ///
    ///     # @TEST-EXEC: brood run %INPUT
    NoTestCommand = "B5002", "test without a command";
    /// `btest.cfg` cannot be understood, or asks for what is not there. Sections stand in brackets, values behind `=`
    /// or `:`, and a value goes on in lines that are indented more than its key.
    ///
    ///     [btest]
    ///     TestDirs = language broker
    ///     TmpDir = %(testbase)s/.tmp
    TestConfiguration = "B5003", "configuration of tests not understood";
    /// A test was named that is no file, no folder and no test of the suite, or one that cannot be read.
    ///
    ///     $ brood test language.any         # for language/any.bro, where TestDirs has language
    TestNotFound = "B5004", "test not found";
    /// A line of a node file that is none of the forms it may have: `[name]`, `key=value`, a comment, or the rest of a
    /// value, which is indented further than its key. `%` has a meaning in `node.cfg`, and is written `%%`.
    ///
    ///     [worker-1]
    ///     type worker               # type=worker
    NodeFileSyntax = "B6001", "line of a node file not understood";
    /// A section or a key is there twice. BroControl refuses the file, without saying so in words of its own.
    ///
    ///     [worker-1]
    ///     type=worker
    ///     type=proxy
    RepeatedEntry = "B6002", "section or key given twice";
    /// A key that nothing reads. BroControl ignores it with a warning.
    ///
    ///     [worker-1]
    ///     intrface=eth0             # interface
    UnknownKey = "B6003", "key of a node file not known";
    /// Every node says its type and its host.
    ///
    ///     [worker-1]
    ///     interface=eth0            # type=worker and host=... are missing
    MissingKey = "B6004", "node without type or host";
    /// The types of nodes are logger, manager, proxy, worker, and standalone for one that is no cluster, in lower case.
    ///
    ///     type=Worker               # worker
    UnknownNodeType = "B6005", "unknown type of node";
    /// The host of a node has no address, as seen from here. Layouts have addresses, so that it must be known.
    ///
    ///     host=worker1.exampel.com
    HostNotFound = "B6006", "host of a node not found";
    /// `lb_procs` makes several workers of one section; `lb_method` says how they share the packets. The two go
    /// together, on workers only. With `lb_method=interfaces` each process has one of `lb_interfaces`.
    ///
    ///     [worker-1]
    ///     type=worker
    ///     host=10.0.0.2
    ///     interface=eth0
    ///     lb_procs=4                # lb_method=custom is missing
    LoadBalancing = "B6007", "load balancing that does not work out";
    /// `pin_cpus` and its kin are lists of processors, counted from 0.
    ///
    ///     pin_cpus=2,3,four
    ///     pin_cpus=2-5              # 2,3,4,5: ranges are for workers_cpu_list of zeek.conf
    BadCpuList = "B6008", "list of processors not understood";
    /// Variables of the environment are pairs with commas between them.
    ///
    ///     env_vars=TZ=UTC, DEBUG=1
    BadEnvironment = "B6009", "environment variables not understood";
    /// A node of type standalone is no part of a cluster, so that there can be no other.
    ///
    ///     [zeek]
    ///     type=standalone
    ///     [worker-1]
    ///     type=worker
    StandaloneWithOthers = "B6010", "standalone node beside others";
    /// BroControl and ZeekControl refuse a cluster without proxies.
    ///
    ///     [proxy-1]
    ///     type=proxy
    ///     host=localhost
    NoProxy = "B6011", "no proxy";
    /// Names of nodes must differ in more than the case of their letters, since they are names of directories too; and
    /// `lb_procs` makes names: with it `worker-1` becomes `worker-1-1`, `worker-1-2`. The layout has `control` itself.
    ///
    ///     [worker-1]                # lb_procs=2 makes worker-1-2 of it
    ///     [worker-1-2]
    ClashingName = "B6012", "two nodes of the same name";
    /// A name that cannot be written in a layout, or not in the form that was asked for.
    ///
    ///     [worker"1]
    UnfitName = "B6013", "name that no node can have";
    /// A line of `broctl.cfg` or `zeekctl.cfg` that is wrong, or that nothing reads.
    ///
    ///     BroPort = "47760"         # without quotes
    ControlSetting = "B6014", "setting of the control program not understood";
    /// Ports are given out one after the other, from BroPort, ZeekPort or `port` on, and there are none behind 65535.
    ///
    ///     BroPort = 65535
    PortRange = "B6015", "ports run out";
    /// A worker without an interface runs, and sees no packets.
    ///
    ///     [worker-1]
    ///     type=worker
    ///     host=10.0.0.2             # interface=eth0
    NoInterface = "B6016", "worker without interface";
    /// A key that is there and changes nothing.
    ///
    ///     lb_interfaces=eth0,eth1   # without lb_method=interfaces
    KeyWithoutEffect = "B6017", "key without effect";
    /// The file that is written has no place for something that the one that was read says. A layout, for one, does not
    /// say which processors nodes are bound to; BroControl does that when it starts them.
    ///
    ///     $ brood convert node.cfg --to layout
    ///     warning: a layout has no place for pin_cpus of worker-1
    NotCarriedOver = "B6018", "not carried over";
    /// The cluster cannot be written in the form that was asked for, since the program that reads it could not make
    /// such a cluster.
    ///
    ///     $ brood convert etc/cluster-layout.bro --to zeek.conf      # whose nodes are on several machines
    NotExpressible = "B6019", "cluster that the other form cannot say";
    /// A line of `networks.cfg` begins with a subnet.
    ///
    ///     10.0.0.0/8          Private IP space
    ///     fe80::/64           Link-local
    BadNetwork = "B6020", "network not understood";
    /// A value of `zeek.conf` that is not of its kind.
    ///
    ///     workers = four
    BadValue = "B6021", "value of zeek.conf not understood";
}
