//! Links the system's RocksDB, or the one in `ROCKSDB_LIB_DIR`.

fn main() {
    println!("cargo:rerun-if-env-changed=ROCKSDB_LIB_DIR");
    if let Some(folder) = std::env::var_os("ROCKSDB_LIB_DIR") {
        println!("cargo:rustc-link-search=native={}", folder.to_string_lossy());
    }
    println!("cargo:rustc-link-lib=dylib=rocksdb");
}
