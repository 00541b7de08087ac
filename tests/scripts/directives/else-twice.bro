@if ( T )
@else
@else
@endif
