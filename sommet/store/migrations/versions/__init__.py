"""Changes of the tables, one a file, named by the version of the tables that they lead to."""
