# env: ZEEKPATH=parts/path
@load on-the-path

event bro_init() { print on_the_path; }
