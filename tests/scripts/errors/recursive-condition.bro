function f(): bool { return f(); }

@if ( f() )
@endif
