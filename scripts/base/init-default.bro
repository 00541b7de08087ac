##! What a run loads before its own scripts, unless it is a bare one (`-b`): all of base that needs no traffic.

@load base/init-bare

@load base/utils/active-http
@load base/utils/addrs
@load base/utils/conn-ids
@load base/utils/dir
@load base/utils/directions-and-hosts
@load base/utils/email
@load base/utils/exec
@load base/utils/files
@load base/utils/geoip-distance
@load base/utils/hash_hrw
@load base/utils/numbers
@load base/utils/paths
@load base/utils/patterns
@load base/utils/queue
@load base/utils/site
@load base/utils/strings
@load base/utils/thresholds
@load base/utils/time
@load base/utils/urls

@load base/init-traffic

@load base/frameworks/control
@load base/frameworks/cluster
@load base/frameworks/notice
@load base/frameworks/config
@load base/frameworks/reporter
@load base/frameworks/software
@load base/frameworks/sumstats

@load base/misc/version
