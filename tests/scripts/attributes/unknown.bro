global a: count &nonsense;
