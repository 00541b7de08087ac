module Later;

export { global what = "a .zeek file"; }
