@load-sigs ./parts/nowhere.sig
