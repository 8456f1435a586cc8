"""The product as it is shipped, with two tiny pages more."""
