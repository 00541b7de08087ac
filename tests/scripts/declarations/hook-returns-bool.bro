hook h(): bool { }
