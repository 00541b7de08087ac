function wanted(n: count): bool { return n > 3; }

@if ( wanted(5) )
global chosen = "five";
@endif

@if ( ! wanted(1) )
global chosen_too = "one";
@endif

event bro_init() { print chosen, chosen_too; }
