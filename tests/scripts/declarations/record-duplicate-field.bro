type R: record { a: count; a: string; };
