//! Diagnostic codes. A code, once given out, keeps its number and meaning.

macro_rules! codes {
    ($($(#[doc = $explanation:literal])+ $name:ident = $number:literal, $title:literal;)*) => {
        /// The kinds of findings. `B0xxx` loading and syntax, `B1xxx` names and types, `B2xxx` run time, `B3xxx`
        /// cluster layouts, `B4xxx` scripts of a cluster.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[doc = $explanation])+ $name,)*
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
    /// The text is not Bro's language at this place.
    SyntaxError = "B0001", "syntax error";
    /// A name that nothing declares, at least not yet at this place.
    UnknownIdentifier = "B1001", "unknown identifier";
    /// Two types that do not go together.
    TypeMismatch = "B1002", "type mismatch";
    /// A problem while the script ran.
    RunTime = "B2001", "run-time error";
}
