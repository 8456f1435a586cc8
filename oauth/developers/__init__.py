"""What those who build client apps need to know: their apps, what policies mean for each grant, and snippets."""
