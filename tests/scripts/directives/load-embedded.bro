@load base/utils/strings

event bro_init() { print is_string_binary("plain"); }
