//! Natives that only make sense with packets, signatures or the communication before Broker: known by name and type,
//! so that scripts which mention them load. Calling one is an error that says what is missing.

use crate::vm::{Native, Raise};

/// Groups of natives: what each needs, as the end of a sentence, and their names and prototypes.
macro_rules! missing {
    ($($needs:literal { $($name:literal = $prototype:literal;)* })*) => {
        /// The natives of this family.
        pub(crate) const NATIVES: &[Native] = &[$($(
            Native {
                name: $name,
                prototype: $prototype,
                doc: concat!("Needs ", $needs, ": a call is an error.\n"),
                examples: &[],
                needs: Some($needs),
                call: |_vm, _arguments| {
                    Err(Raise::error(concat!($name, "() needs ", $needs)))
                },
            },
        )*)*];
    };
}

missing! {
    "packets, and brood captures none" {
        "get_current_packet" = "function(): pcap_packet";
        "get_current_packet_header" = "function(): raw_pkt_hdr";
        "get_current_packet_ts" = "function(): time";
        "dump_current_packet" = "function(file_name: string): bool";
        "dump_packet" = "function(pkt: pcap_packet, file_name: string): bool";
        "install_src_addr_filter" = "function(ip: addr, tcp_flags: count, prob: double): bool";
        "install_src_net_filter" = "function(snet: subnet, tcp_flags: count, prob: double): bool";
        "uninstall_src_addr_filter" = "function(ip: addr): bool";
        "uninstall_src_net_filter" = "function(snet: subnet): bool";
        "install_dst_addr_filter" = "function(ip: addr, tcp_flags: count, prob: double): bool";
        "install_dst_net_filter" = "function(snet: subnet, tcp_flags: count, prob: double): bool";
        "uninstall_dst_addr_filter" = "function(ip: addr): bool";
        "uninstall_dst_net_filter" = "function(snet: subnet): bool";
        "Pcap::error" = "function(): string";
    }
    "connections, and brood tracks none" {
        "connection_exists" = "function(c: conn_id): bool";
        "lookup_connection" = "function(cid: conn_id): connection";
        "lookup_connection_analyzer_id" = "function(cid: conn_id, atype: Analyzer::Tag): count";
        "is_external_connection" = "function(c: connection): bool";
        "get_conn_transport_proto" = "function(cid: conn_id): transport_proto";
        "decode_base64_conn" = "function(cid: conn_id, s: string, a: string &default=\"\"): string";
        "disable_analyzer" = "function(cid: conn_id, aid: count, err_if_no_conn: bool &default=T, \
            prevent: bool &default=F): bool";
        "skip_further_processing" = "function(cid: conn_id): bool";
        "set_record_packets" = "function(cid: conn_id, do_record: bool): bool";
        "set_inactivity_timeout" = "function(cid: conn_id, t: interval): interval";
        "set_current_conn_bytes_threshold" = "function(cid: conn_id, threshold: count, is_orig: bool): bool";
        "set_current_conn_packets_threshold" = "function(cid: conn_id, threshold: count, is_orig: bool): bool";
        "set_current_conn_duration_threshold" = "function(cid: conn_id, threshold: interval): bool";
        "get_current_conn_bytes_threshold" = "function(cid: conn_id, is_orig: bool): count";
        "get_current_conn_packets_threshold" = "function(cid: conn_id, is_orig: bool): count";
        "get_current_conn_duration_threshold" = "function(cid: conn_id): interval";
        "skip_http_entity_data" = "function(c: connection, is_orig: bool): any";
        "skip_smtp_data" = "function(c: connection): any";
        "set_ssl_established" = "function(c: connection): any";
        "get_login_state" = "function(cid: conn_id): count";
        "set_login_state" = "function(cid: conn_id, new_state: count): bool";
        "get_orig_seq" = "function(cid: conn_id): count";
        "get_resp_seq" = "function(cid: conn_id): count";
        "set_contents_file" = "function(cid: conn_id, direction: count, f: file): bool";
        "get_contents_file" = "function(cid: conn_id, direction: count): file";
    }
    "analyzers of protocols, and brood has none" {
        "Analyzer::__enable_analyzer" = "function(id: Analyzer::Tag): bool";
        "Analyzer::__disable_analyzer" = "function(id: Analyzer::Tag): bool";
        "Analyzer::__disable_all_analyzers" = "function(): any";
        "Analyzer::__register_for_port" = "function(id: Analyzer::Tag, p: port): bool";
        "Analyzer::__schedule_analyzer" = "function(orig: addr, resp: addr, resp_p: port, analyzer: Analyzer::Tag, \
            tout: interval): bool";
        "Analyzer::__name" = "function(atype: Analyzer::Tag): string";
        "Analyzer::__tag" = "function(name: string): Analyzer::Tag";
    }
    "files seen in traffic, and brood sees none" {
        "identify_data" = "function(data: string, return_mime: bool &default=T): string";
        "file_magic" = "function(data: string): mime_matches";
        "set_file_handle" = "function(handle: string): any";
        "Reporter::file_weird" = "function(name: string, f: fa_file, addl: string &default=\"\", \
            source: string &default=\"\"): bool";
        "Files::__set_timeout_interval" = "function(file_id: string, t: interval): bool";
        "Files::__enable_reassembly" = "function(file_id: string): bool";
        "Files::__disable_reassembly" = "function(file_id: string): bool";
        "Files::__set_reassembly_buffer" = "function(file_id: string, max: count): bool";
        "Files::__add_analyzer" = "function(file_id: string, tag: Files::Tag, args: any): bool";
        "Files::__remove_analyzer" = "function(file_id: string, tag: Files::Tag, args: any): bool";
        "Files::__stop" = "function(file_id: string): bool";
        "Files::__analyzer_name" = "function(tag: Files::Tag): string";
        "Files::__file_exists" = "function(fuid: string): bool";
        "Files::__lookup_file" = "function(fuid: string): fa_file";
        "FileExtract::__set_limit" = "function(file_id: string, args: any, n: count): bool";
    }
    "certificates seen in traffic, and brood sees none" {
        "x509_get_certificate_string" = "function(cert: opaque of x509, pem: bool &default=F): string";
        "x509_subject_name_hash" = "function(cert: opaque of x509, hash_alg: count): string";
        "x509_issuer_name_hash" = "function(cert: opaque of x509, hash_alg: count): string";
        "x509_spki_hash" = "function(cert: opaque of x509, hash_alg: count): string";
        "sct_verify" = "function(cert: opaque of x509, logid: string, log_key: string, signature: string, \
            timestamp: count, hash_algorithm: count, issuer_key_hash: string &default=\"\"): bool";
    }
    "signatures, and brood matches none" {
        "dump_rule_stats" = "function(f: file): bool";
        "match_signatures" = "function(c: connection, pattern_type: int, s: string, bol: bool, eol: bool, \
            from_orig: bool, clear: bool): bool";
    }
    "state kept by Bro itself, in a form of its own" {
        "checkpoint_state" = "function(): bool";
        "rescan_state" = "function(): bool";
        "capture_events" = "function(filename: string): bool";
        "capture_state_updates" = "function(filename: string): bool";
        "suspend_state_updates" = "function(): any &deprecated";
        "resume_state_updates" = "function(): any &deprecated";
    }
    "the communication before Broker, which Bro itself gave up for Broker" {
        "enable_communication" = "function(): any &deprecated";
        "connect" = "function(ip: addr, zone_id: string, p: port, our_class: string, retry: interval, \
            ssl: bool): count &deprecated";
        "listen" = "function(ip: addr, p: port, ssl: bool, ipv6: bool, zone_id: string, \
            retry_interval: interval): bool &deprecated";
        "disconnect" = "function(p: event_peer): bool &deprecated";
        "terminate_communication" = "function(): bool &deprecated";
        "complete_handshake" = "function(p: event_peer): bool &deprecated";
        "request_remote_events" = "function(p: event_peer, handlers: pattern): bool &deprecated";
        "request_remote_sync" = "function(p: event_peer, auth: bool): bool &deprecated";
        "request_remote_logs" = "function(p: event_peer): bool &deprecated";
        "set_accept_state" = "function(p: event_peer, accept: bool): bool &deprecated";
        "set_compression_level" = "function(p: event_peer, level: count): bool &deprecated";
        "send_state" = "function(p: event_peer): bool";
        "send_id" = "function(p: event_peer, id: string): bool &deprecated";
        "send_ping" = "function(p: event_peer, seq: count): bool &deprecated";
        "send_current_packet" = "function(p: event_peer): bool &deprecated";
        "send_capture_filter" = "function(p: event_peer, s: string): bool &deprecated";
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::Natives;

    #[test]
    fn a_call_says_what_is_missing() {
        let mut natives = Natives::new();
        let message = natives.refusal("get_current_packet", &[]);
        assert_eq!(message, "get_current_packet() needs packets, and brood captures none");
    }
}
