"""What those who build client apps need to know: their apps, what the policies mean for each grant, and snippets to begin with."""
