"""Complete training recipes: short, one per file, each a page to copy."""
