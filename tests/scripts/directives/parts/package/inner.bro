module Package;

export { global inner = "inner"; }
