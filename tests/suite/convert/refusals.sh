# What cannot be read or made is refused, and then nothing is written.
#
# @TEST-EXEC: printf '[a]\ntype=\377\n' >node.cfg
# @TEST-EXEC: touch empty.cfg
# @TEST-EXEC: sh %INPUT >output 2>&1
# @TEST-EXEC: btest-diff output

refused() {
    brood convert "$@" >printed 2>told
    echo "status $?"
    # Where it has looked depends on where this is.
    sed '/^  note: searched/,$d' told
    cat printed
}

refused missing.cfg
refused missing
refused node.cfg
refused node.cfg --to local-networks
refused empty.cfg --settings none.cfg
refused node.cfg --release 2.5
refused node.cfg --port 0
