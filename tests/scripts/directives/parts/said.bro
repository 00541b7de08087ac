module Said;

export { global what = "loaded"; }
