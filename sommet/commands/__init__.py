"""What each command of the command line does; `sommet.cli` imports one when it is called."""
